"""The import as the staff page asks for it: each step on an engine of its own, its outcome kept in the batch. Knows no request."""

import io
from collections.abc import Mapping, Set
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain.access_log import Entry
from kiosk.imports import stage
from kiosk.imports.apply import Making, NotApplied, apply
from kiosk.imports.problems import Problem, Problems
from kiosk.store.doors.imports import reading, writing
from kiosk.store.engines import session_for
from kiosk.store.transactions import transaction

_DEPARTMENT = reading.FIELDS["modules"].index("department")
_PLACES = reading.FIELDS["lectures"].index("places")
_LAST_DAY = reading.FIELDS["enrolments"].index("until_on")
_KNOWN_ALREADY = "names somebody who is known already: only whoever imports for the whole university changes people."
_NOT_YOURS = "belongs to a department you don't look after."
_NOBODY_OF_YOURS = "is nobody who takes a module of a department you look after."


def begin(url: str, now: datetime, staff_id: int) -> int:
    """Make a batch to read files into."""
    with session_for(url, "import") as session:
        return stage.begin(session, now, staff_id)


def read(
    url: str,
    batch_id: int,
    files: Mapping[str, bytes],
    now: datetime,
    zone: ZoneInfo,
    asked_by: str,
    departments: Set[str] | None,
) -> None:
    """Read the files and stage what they would change; takes long.

    `departments` are those the asker looks after, None for all: a change to a module of another one
    refuses the batch.
    """
    binary = {name: io.BytesIO(content) for name, content in files.items()}
    with session_for(url, "import") as session:

        def judge(staged_id: int, problems: Problems) -> None:
            if departments is not None:
                _find_outside(session, staged_id, departments, now.astimezone(zone).date(), problems)

        stage.dry_run(session, binary, now=now, zone=zone, asked_by=asked_by, batch_id=batch_id, judge=judge)


def claim(url: str, batch_id: int) -> bool:
    """Say that a ready batch is being applied; False when somebody else was first."""
    with session_for(url, "import") as session:
        return _mark_applying(session, batch_id)


def apply_claimed(url: str, batch_id: int, now: datetime, making: Making, entry: Entry) -> None:
    """Apply a claimed batch; when it can't be applied, the batch says why and its staged rows are gone.

    `entry` is what the access log is to say of it; the students it changes are added to that.
    """
    with session_for(url, "import") as session:
        try:
            apply(session, batch_id, now=now, making=making, entry=entry)
        except NotApplied as reason:
            _end(session, batch_id, [str(reason)], now)
        except BaseException:
            _end(session, batch_id, [], now)
            raise


def drop(url: str, batch_id: int, now: datetime, was: str) -> bool:
    """Forget a batch that nobody wants to apply; False when it is not any more as whoever asks saw it."""
    with session_for(url, "import") as session:
        return stage.drop(session, batch_id, now, was)


@transaction
def _find_outside(session: Session, batch_id: int, departments: Set[str], today: date, problems: Problems) -> None:
    """Add a problem for each staged change of another department's module, of somebody known, or of nobody's tutee of theirs."""
    owners = {key[0]: {str(held[-1].values[_DEPARTMENT])} for key, held in reading.held(session, "modules").items()}
    places = {key: held[-1].values[_PLACES] for key, held in reading.held(session, "lectures").items()}
    tutees = []
    for change in reading.staged(session, batch_id):
        if change.kind == "modules" and "department" in change.set:
            owners.setdefault(change.key[0], set()).add(str(change.set["department"]))
        if change.kind == "tutees":
            tutees.append(change)
        if change.kind in ("students", "staff") and change.act == "change":
            problems.add(Problem(f"{change.kind}.csv", _KNOWN_ALREADY, change.line))
        codes = _modules_of(change, places)
        if any(owners.get(code, set()) - departments for code in codes):
            column = {"modules": "department", "lectures": "module_codes"}.get(change.kind, "module_code")
            problems.add(Problem(f"{change.kind}.csv", _NOT_YOURS, change.line, column))
    own = {code for code, of in owners.items() if of <= departments}
    taking = _taking(session, batch_id, own, today) if tutees else set()
    for change in tutees:
        if change.key[1] not in taking:
            problems.add(Problem("tutees.csv", _NOBODY_OF_YOURS, change.line, "student_no"))


def _taking(session: Session, batch_id: int, modules: Set[str], today: date) -> set[str]:
    """The numbers of those who take one of the modules and have not left it, once the batch is applied."""
    last_days = {key: held[-1].values[_LAST_DAY] for key, held in reading.held(session, "enrolments").items()}
    for change in reading.staged(session, batch_id):
        if change.kind == "enrolments":
            last_days[change.key] = change.set.get("until_on", last_days.get(change.key))
    return {
        number
        for (number, code), last_day in last_days.items()
        if code in modules and (last_day is None or str(last_day) >= today.isoformat())
    }


def _modules_of(change: reading.Staged, places: Mapping[reading.Key, reading.Plain]) -> set[str]:
    if change.kind == "modules":
        return {change.key[0]}
    if change.kind in ("enrolments", "teaching"):
        return {change.key[1]}
    if change.kind == "lectures":
        named = (places.get(change.key), change.set.get("places"))
        return {place[0] for listed in named if isinstance(listed, list) for place in listed}
    return set()


@transaction
def _mark_applying(session: Session, batch_id: int) -> bool:
    return writing.mark_applying(session, batch_id)


def _end(session: Session, batch_id: int, problems: list[str], now: datetime) -> None:
    """Say that a batch was not applied, unless it was after all, or somebody has dropped it: then that stays said."""
    session.rollback()
    _note_end(session, batch_id, problems, now)
    stage.clear(session, batch_id)


@transaction
def _note_end(session: Session, batch_id: int, problems: list[str], now: datetime) -> bool:
    return writing.note_batch(session, batch_id, ("applying",), state="broken", problems=problems, ended_at=now)

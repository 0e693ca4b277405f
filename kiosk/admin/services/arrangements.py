"""What is arranged with students ahead, as effects only: agreed, declined, taken back by an officer. Knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.lectures import reach_of
from kiosk.domain.access_log import Act
from kiosk.domain.arrangements import Arrangement, State, When
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store import excuses
from kiosk.store.doors import arranging
from kiosk.store.doors.admin import arrangements as door
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.admin.records import student_numbered
from kiosk.store.doors.arranging import Arranged
from kiosk.store.transactions import transaction

PERMISSION = Permission.ABSENCE_GRANT
SHOWN_AT_ONCE = 100
UNDONE_WITHIN = timedelta(hours=12)
"""How long one's own acts are offered to be taken back on the page without names; among the names they always are."""

_STEPS = {
    "agree": ({State.ASKED}, State.AGREED),
    "decline": ({State.ASKED}, State.DECLINED),
    "withdraw": ({State.AGREED}, State.WITHDRAWN),
}


@dataclass(frozen=True)
class Wish:
    """What somebody typed, well formed."""

    number: str
    kind: Arrangement
    minutes: int
    when: When


@dataclass(frozen=True)
class Done:
    """What an act did: the arrangement as it is now, and how many sessions of the timetable it covers."""

    arranged: Arranged
    sessions: int


@dataclass(frozen=True)
class NoSuchStudent:
    """No student with this number is in reach."""


@dataclass(frozen=True)
class AlreadyAgreed:
    """The same is agreed with them already."""


@dataclass(frozen=True)
class Numbers:
    """The page without names: how many wait, how many hold, and one's own newest acts, which can be taken back."""

    waiting: int
    holding: int
    own: tuple[Arranged, ...]


@dataclass(frozen=True)
class Names:
    """The page with names: those that wait, and so many of those that hold, with their histories."""

    waiting: tuple[Arranged, ...]
    holding: tuple[Arranged, ...]
    holding_in_all: int
    start: int
    changes: Mapping[int, tuple[door.Change, ...]]


def numbers(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Numbers:
    reach = reach_of(staff, PERMISSION, now, settings)
    waiting, holding = _both(session, reach, _today(now, settings))
    own = (door.arrangement_within(session, reach, it) for it in door.newest_of(session, staff.id, now - UNDONE_WITHIN))
    fitting = (it for it in own if it and _before(session, it, staff) is not None)
    return Numbers(len(waiting), len(holding), tuple(fitting))


@transaction
def names(session: Session, now: datetime, settings: AdminSettings, staff: Staff, start: int = 0) -> Names:
    """Who it is about; the access log's row is written first."""
    reach = reach_of(staff, PERMISSION, now, settings)
    waiting, holding = _both(session, reach, _today(now, settings))
    some = holding[start : start + SHOWN_AT_ONCE]
    shown = (*waiting, *some)
    subjects = [it.student_id for it in shown]
    note(session, now, staff, Look(PERMISSION, Act.VIEW_ROSTER, "arrangements", 0, "names, arrangements", subjects))
    return Names(waiting, some, len(holding), start, door.changes_of(session, [it.id for it in shown]))


@transaction
def arrange(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, wish: Wish
) -> Done | NoSuchStudent | AlreadyAgreed:
    """Agree something with the student who has this number, without their having asked here."""
    reach = reach_of(staff, PERMISSION, now, settings)
    student = student_numbered(session, reach, wish.number)
    if student is None:
        _note(session, now, staff, 0, [], "nobody found")
        return NoSuchStudent()
    if arranging.same_as(session, student.id, wish.kind, wish.when, State.AGREED):
        _note(session, now, staff, 0, [student.id], "unchanged")
        return AlreadyAgreed()
    by = _by(now, staff)
    number = arranging.add(session, student.id, wish.kind, wish.minutes, wish.when, State.AGREED, by)
    return _done(session, now, settings, staff, reach, number)


@transaction
def take_step(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, arrangement_id: int, step: str, version: int
) -> Done | None:
    """Agree, decline or withdraw; None when somebody else was quicker, or it is not at that point.

    Raises:
        NotFound: it is with nobody in reach, or there is no such step.
    """
    reach = reach_of(staff, PERMISSION, now, settings)
    found = _found(session, reach, arrangement_id)
    if step not in _STEPS:
        raise NotFound
    before, after = _STEPS[step]
    if found.state not in before or found.version != version:
        _note(session, now, staff, arrangement_id, [found.student_id], "unchanged")
        return None
    return _become(session, now, settings, staff, reach, found, after)


@transaction
def undo(session: Session, now: datetime, settings: AdminSettings, staff: Staff, arrangement_id: int) -> Done | None:
    """Take one's own newest act on an arrangement back; None when somebody has changed it since.

    Raises:
        NotFound: it is with nobody in reach.
    """
    reach = reach_of(staff, PERMISSION, now, settings)
    found = _found(session, reach, arrangement_id)
    before = _before(session, found, staff)
    if before is None:
        _note(session, now, staff, arrangement_id, [found.student_id], "unchanged")
        return None
    return _become(session, now, settings, staff, reach, found, before)


def _become(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    reach: Reach,
    found: Arranged,
    state: State,
) -> Done | None:
    if not arranging.become(session, found, state, _by(now, staff)):
        _note(session, now, staff, found.id, [found.student_id], "unchanged")
        return None
    return _done(session, now, settings, staff, reach, found.id)


def _done(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, reach: Reach, arrangement_id: int
) -> Done:
    """Bring the registers into line, and write the row of the log."""
    it = _found(session, reach, arrangement_id)
    zone = settings.institution.time_zone
    covered = door.lectures_of(session, it, zone)
    if it.kind.status is not None:
        excuses.settle(session, covered, now, zone, excuses.By(staff.role_for(PERMISSION).value, staff.id))
    _note(session, now, staff, arrangement_id, [it.student_id], it.state.value)
    return Done(it, len(covered))


def _found(session: Session, reach: Reach, arrangement_id: int) -> Arranged:
    found = door.arrangement_within(session, reach, arrangement_id)
    if found is None:
        raise NotFound
    return found


def _before(session: Session, it: Arranged, staff: Staff) -> State | None:
    """What an arrangement was before somebody's own newest act; None when there is no such act, or it is an undo."""
    changes = door.changes_of(session, [it.id]).get(it.id, ())
    if not changes or changes[-1].by_staff_id != staff.id:
        return None
    was = changes[-2].state if len(changes) > 1 else State.WITHDRAWN
    is_step = any(was in before and it.state is after for before, after in _STEPS.values())
    return was if is_step or len(changes) == 1 else None


def _both(session: Session, reach: Reach, today: date) -> tuple[tuple[Arranged, ...], tuple[Arranged, ...]]:
    return door.arranged_within(session, reach, door.waits()), door.arranged_within(
        session, reach, door.holds_from(today)
    )


def _note(
    session: Session, now: datetime, staff: Staff, arrangement_id: int, subjects: list[int], outcome: str
) -> None:
    look = Look(PERMISSION, Act.CHANGE, "arrangement", arrangement_id, "arrangement", subjects, outcome)
    note(session, now, staff, look)


def _by(now: datetime, staff: Staff) -> arranging.By:
    return arranging.By(now, staff.role_for(PERMISSION).value, staff.id)


def _today(now: datetime, settings: AdminSettings) -> date:
    return settings.institution.day_of(now)

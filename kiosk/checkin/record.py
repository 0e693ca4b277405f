"""A student's own record: every session so far, what it counts as, and the sums. Imports no Flask and knows nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.records import Entry, Sum, count_at, sums_of
from kiosk.domain.statuses import Status
from kiosk.store.doors.disputing import disputed_of
from kiosk.store.doors.expected import own_modules
from kiosk.store.doors.own import record as door
from kiosk.store.transactions import transaction

ROWS = 50
"""How many sessions a page has."""


@dataclass(frozen=True)
class Row(Entry):
    """One session of a record. `last` is the change behind its status."""

    recorded: door.Recorded | None
    walk_in: door.WalkIn | None
    last: door.Change | None

    @property
    def reads(self) -> str:
        """How the session reads; to the student alone it says that they came without being on the list."""
        said = super().reads
        if self.walk_in and not self.recorded and said in ("not_recorded", "not_observed", "not_yet"):
            return "not_on_list" if self.walk_in.settled_at else "walk_in"
        return said


@dataclass(frozen=True)
class Record:
    """Every session so far, the newest first, and the sums over all of them."""

    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]

    def page(self, number: int) -> tuple[Row, ...]:
        """One page, counted from 0."""
        return self.rows[number * ROWS : (number + 1) * ROWS]

    def has_page(self, number: int) -> bool:
        return number == 0 or number * ROWS < len(self.rows)


@dataclass(frozen=True)
class OneSession:
    """One session with all that became of its status, the oldest change first, and what the student said of it."""

    row: Row
    own_word: door.OwnWord | None
    changes: tuple[door.Change, ...]


@dataclass(frozen=True)
class Place:
    """Where the institution is: its zone, and how long check-in is open there."""

    zone: tzinfo
    windows: WindowPolicy


@transaction
def own_record(session: Session, now: datetime, place: Place, student_id: int) -> Record:
    """All of it so far: the sums are made from the same rows that are shown."""
    return read_record(session, now, place, student_id, ahead=False)


def read_record(session: Session, now: datetime, place: Place, student_id: int, *, ahead: bool) -> Record:
    """The same within a transaction of somebody's; with what is kept of sessions to come, or without."""
    lectures = door.lectures_so_far(session, student_id, now, place.zone, place.windows, ahead=ahead)
    last = {it.lecture_id: it for it in door.changes_of(session, student_id)}
    rows = _rows(session, now, place, student_id, lectures, last)
    return Record(rows, sums_of(rows, own_modules(session, student_id)))


@transaction
def one_session(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> OneSession | None:
    """One session of the student's; None when it is none of theirs."""
    row = read_session(session, now, place, student_id, lecture_id)
    if row is None:
        return None
    own_word = door.own_word(session, student_id, lecture_id)
    return OneSession(row, own_word, door.changes_of(session, student_id, lecture_id))


def read_session(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> Row | None:
    """Its row within a transaction of somebody's."""
    lectures = door.lectures_so_far(
        session, student_id, now, place.zone, place.windows, ahead=True, lecture_id=lecture_id
    )
    last = {it.lecture_id: it for it in door.changes_of(session, student_id, lecture_id)}
    return next(iter(_rows(session, now, place, student_id, lectures, last)), None)


def _rows(
    session: Session,
    now: datetime,
    place: Place,
    student_id: int,
    lectures: Iterable[Lecture],
    last: Mapping[int, door.Change],
) -> tuple[Row, ...]:
    recorded, walk_ins = door.recorded_of(session, student_id, now), door.walk_ins_of(session, student_id)
    observed, disputed = door.observed(session, student_id, place.zone), disputed_of(session, student_id)
    rows = (
        Row(
            lecture=it,
            status=recorded[it.id].status if it.id in recorded else Status.NOT_RECORDED,
            count=count_at(it, now, is_observed=it.id in observed),
            is_over=it.is_over(now),
            is_disputed=it.id in disputed,
            recorded=recorded.get(it.id),
            walk_in=walk_ins.get(it.id),
            last=last.get(it.id),
        )
        for it in lectures
    )
    return tuple(sorted(rows, key=lambda row: (row.lecture.starts_at, row.lecture.id), reverse=True))

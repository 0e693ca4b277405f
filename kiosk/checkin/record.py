"""A student's own record: every session so far, what it counts as, and the sums. Imports no Flask and knows nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, ModuleRef, WindowPolicy
from kiosk.domain.records import Tally, tally
from kiosk.domain.statuses import Count, Status, count_of, is_counted, read_as
from kiosk.store.doors.disputing import disputed_of
from kiosk.store.doors.own import record as door
from kiosk.store.transactions import transaction

ROWS = 50
"""How many sessions a page has."""


@dataclass(frozen=True)
class Row:
    """One session of a record. `last` is the change behind its status."""

    lecture: Lecture
    count: Count
    is_over: bool
    is_disputed: bool
    recorded: door.Recorded | None
    walk_in: door.WalkIn | None
    last: door.Change | None

    @property
    def status(self) -> Status:
        return self.recorded.status if self.recorded else Status.NOT_RECORDED

    @property
    def reads(self) -> str:
        """How the session reads: the name of a status, or of why there is none."""
        if self.lecture.cancelled:
            return "cancelled"
        said = read_as(self.status, self.count)
        if said in (Status.NOT_RECORDED, Count.NOT_OBSERVED):
            if self.walk_in and not self.recorded:
                return "not_on_list" if self.walk_in.settled_at else "walk_in"
            return said if self.is_over else "not_yet"
        return said

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the sums (R79)."""
        return self.count is Count.COUNTS and is_counted(self.status, disputed=self.is_disputed)


@dataclass(frozen=True)
class Sum:
    """What a module's sessions add up to."""

    code: str
    title: str
    tally: Tally


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
    """One session with all that became of its status, the oldest change first."""

    row: Row
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
    return Record(rows, _sums(rows, door.own_modules(session, student_id)))


@transaction
def one_session(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> OneSession | None:
    """One session of the student's; None when it is none of theirs."""
    row = read_session(session, now, place, student_id, lecture_id)
    return None if row is None else OneSession(row, door.changes_of(session, student_id, lecture_id))


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
            count=_count(it, now, is_observed=it.id in observed),
            is_over=_is_over(it, now),
            is_disputed=it.id in disputed,
            recorded=recorded.get(it.id),
            walk_in=walk_ins.get(it.id),
            last=last.get(it.id),
        )
        for it in lectures
    )
    return tuple(sorted(rows, key=lambda row: (row.lecture.starts_at, row.lecture.id), reverse=True))


def _count(lecture: Lecture, now: datetime, *, is_observed: bool) -> Count:
    is_void = lecture.voided or lecture.cancelled
    return count_of(voided=is_void, is_over=_is_over(lecture, now), present=int(is_observed))


def _is_over(lecture: Lecture, now: datetime) -> bool:
    return now >= lecture.ends_at and now >= lecture.closes_at


def _sums(rows: Iterable[Row], own: frozenset[int]) -> tuple[Sum, ...]:
    """By module; a session of two modules belongs to the student's own. A module they only visited counts by what it recorded."""
    statuses: dict[ModuleRef, list[Status]] = {}
    for row in rows:
        modules = {it.id: ModuleRef(it.id, it.code, it.title) for it in row.lecture.modules}
        for module in [it for it in modules.values() if it.id in own] or modules.values():
            found = statuses.setdefault(module, [])
            found += [row.status] if row.is_counted else []
    ordered = sorted(statuses.items(), key=lambda pair: pair[0].code)
    return tuple(Sum(it.code, it.title, tally(found)) for it, found in ordered if found or it.id in own)

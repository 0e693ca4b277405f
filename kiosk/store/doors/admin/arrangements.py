"""The door to what is arranged with students: what waits, what holds, its history. The caller's reach is part of each query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kiosk.domain.arrangements import State
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.admin.records import students_within
from kiosk.store.doors.arranging import Arranged, arranged_where
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.register import enrolment, student
from kiosk.store.tables.wishes import arrangement, arrangement_change


@dataclass(frozen=True)
class Change:
    """What became of an arrangement, and by which role."""

    at: datetime
    state: State
    by_role: str
    by_staff_id: int | None


def arranged_within(session: Session, reach: Reach, *conditions: ColumnElement[bool]) -> tuple[Arranged, ...]:
    """Arrangements with the students somebody reaches, by name."""
    concerned = student.c.id.in_(select(arrangement.c.student_id).where(*conditions))
    names = {it.id: it.known_as for it in students_within(session, reach, concerned)}
    found = arranged_where(session, *conditions)
    named = (replace(it, known_as=names[it.student_id]) for it in found if it.student_id in names)
    return tuple(sorted(named, key=lambda it: (it.known_as.casefold(), it.when.from_on, it.id)))


def waits() -> ColumnElement[bool]:
    """That nobody has answered it."""
    return arrangement.c.state == State.ASKED.value


def holds_from(today: date) -> ColumnElement[bool]:
    """That it is agreed and not over."""
    return (arrangement.c.state == State.AGREED.value) & (arrangement.c.until_on >= today)


def arrangement_within(session: Session, reach: Reach, arrangement_id: int) -> Arranged | None:
    """One arrangement, if the permission reaches its student."""
    return next(iter(arranged_within(session, reach, arrangement.c.id == arrangement_id)), None)


def changes_of(session: Session, arrangement_ids: Collection[int]) -> Mapping[int, tuple[Change, ...]]:
    """The history of some arrangements, the oldest first."""
    columns = arrangement_change.c
    query = select(arrangement_change).where(columns.arrangement_id.in_(arrangement_ids)).order_by(columns.id)
    found: dict[int, list[Change]] = {}
    for row in session.execute(query):
        change = Change(row.at, State(row.state), row.by_role, row.by_staff_id)
        found.setdefault(row.arrangement_id, []).append(change)
    return {number: tuple(some) for number, some in found.items()}


def newest_of(session: Session, staff_id: int, since: datetime) -> tuple[int, ...]:
    """The arrangements which somebody changed lately; the newest change first."""
    columns = arrangement_change.c
    query = select(columns.arrangement_id).where(columns.by_staff_id == staff_id, columns.at >= since)
    return tuple(dict.fromkeys(session.scalars(query.order_by(columns.id.desc()))))


def lectures_of(session: Session, it: Arranged, zone: ZoneInfo) -> frozenset[int]:
    """The lectures of a student's modules that an arrangement covers; whose groups they are is settled elsewhere."""
    first = datetime.combine(it.when.from_on, time.min, zone)
    after = datetime.combine(it.when.until_on + timedelta(days=1), time.min, zone)
    query = (
        select(lecture.c.id, lecture.c.starts_at, lecture.c.ends_at)
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .join(enrolment, enrolment.c.module_id == lecture_module.c.module_id)
        .where(enrolment.c.student_id == it.student_id, lecture.c.starts_at >= first, lecture.c.starts_at < after)
    )
    rows = session.execute(query.distinct())
    return frozenset(
        row.id for row in rows if it.when.covers(row.starts_at.astimezone(zone), row.ends_at.astimezone(zone))
    )

"""At which lectures one student is expected, for the doors of both wings that show a record. Knows no wing and no name."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.register import attendance, enrolment

PRESENT = [status.value for status in Status if counts_as_present(status)]


def expected_at(session: Session, student_id: int, zone: tzinfo) -> Iterator[Select[tuple[int]]]:
    """Queries whose union is the ids of the lectures of a student's modules and groups, on days of the enrolment, and of
    those they were at. SQLite takes no union within a union, so it is left to whoever asks."""
    yield _timetabled(session, student_id, zone)
    yield select(attendance.c.lecture_id).where(
        attendance.c.student_id == student_id, attendance.c.status != Status.NOT_RECORDED.value
    )


def present_at(student_id: int) -> Select[tuple[int]]:
    """Where they are recorded as present: a few minutes before it begins they may be there already."""
    return select(attendance.c.lecture_id).where(
        attendance.c.student_id == student_id, attendance.c.status.in_(PRESENT)
    )


def own_modules(session: Session, student_id: int) -> frozenset[int]:
    """The modules a student is or was enrolled in."""
    return frozenset(session.scalars(select(enrolment.c.module_id).where(enrolment.c.student_id == student_id)))


def _timetabled(session: Session, student_id: int, zone: tzinfo) -> Select[tuple[int]]:
    columns = (enrolment.c.module_id, enrolment.c.group_name, enrolment.c.from_on, enrolment.c.until_on)
    rows = session.execute(select(*columns).where(enrolment.c.student_id == student_id))
    own = [and_(*_of_enrolment(*row, zone)) for row in rows]
    joined = select(lecture_module.c.lecture_id).join(lecture, lecture.c.id == lecture_module.c.lecture_id)
    return joined.where(or_(false(), *own))


def _of_enrolment(
    module_id: int, group: str, from_on: date | None, until_on: date | None, zone: tzinfo
) -> Iterator[ColumnElement[bool]]:
    yield lecture_module.c.module_id == module_id
    yield or_(lecture_module.c.group_name == "", lecture_module.c.group_name == group)
    # A lecture belongs to the day on which it begins, on the institution's calendar.
    if from_on is not None:
        yield lecture.c.starts_at >= datetime.combine(from_on, time.min, zone)
    if until_on is not None:
        yield lecture.c.starts_at < datetime.combine(until_on + timedelta(days=1), time.min, zone)

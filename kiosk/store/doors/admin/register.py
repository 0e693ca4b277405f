"""The door to one lecture's register: numbers, and names by lecture. Hands out no student number.

`viewer` is the id of whoever looks: a student whose record is locked is, for others than those named, in
no list and in no number, so that nothing can be worked out by taking one from the other.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.statements import insert_into
from kiosk.store.tables.board import lecture_module
from kiosk.store.tables.register import attendance, attendance_change, enrolment, student, walk_in

_PRESENT = [status.value for status in Status if counts_as_present(status)]


@dataclass(frozen=True)
class Counts:
    """A lecture's register in numbers. `listed` is how many names it has."""

    listed: int
    present: int
    walk_ins: int


@dataclass(frozen=True)
class RegisterRow:
    """All that a register says of a student. The id is opaque and goes into forms, never into addresses."""

    student_id: int
    known_as: str = field(repr=False)
    status: Status
    can_undo: bool = False


@dataclass(frozen=True)
class WalkIn:
    """Somebody who came and is not on the list."""

    student_id: int
    known_as: str = field(repr=False)


@dataclass(frozen=True)
class Change:
    """One row of the history of a status."""

    status: Status
    by_staff: bool


def counts_of(session: Session, lecture_id: int, on: date, viewer: int) -> Counts:
    count = select(func.count(student.c.id)).where(is_open_to(viewer))
    listed = count.where(_is_listed(lecture_id, on))
    present = count.join(attendance, attendance.c.student_id == student.c.id).where(
        attendance.c.lecture_id == lecture_id, attendance.c.status.in_(_PRESENT)
    )
    walk_ins = count.join(walk_in, walk_in.c.student_id == student.c.id).where(
        walk_in.c.lecture_id == lecture_id, walk_in.c.settled_at.is_(None)
    )
    return Counts(*(int(session.execute(query).scalar_one()) for query in (listed, present, walk_ins)))


def rows_of(session: Session, lecture_id: int, on: date, viewer: int) -> tuple[RegisterRow, ...]:
    """Everybody who is expected or came, by the name they are known as."""
    query = (
        select(student.c.id, student.c.known_as, attendance.c.status)
        .join(
            attendance,
            and_(attendance.c.student_id == student.c.id, attendance.c.lecture_id == lecture_id),
            isouter=True,
        )
        .where(_is_listed(lecture_id, on), is_open_to(viewer))
    )
    by_hand = _marked_by_hand(session, lecture_id)
    rows = [
        RegisterRow(row.id, row.known_as, Status(row.status or Status.NOT_RECORDED), row.id in by_hand)
        for row in session.execute(query)
    ]
    return tuple(sorted(rows, key=lambda row: (row.known_as.casefold(), row.student_id)))


def row_of(session: Session, lecture_id: int, student_id: int, on: date, viewer: int) -> RegisterRow | None:
    """One student, if this lecture's register lists them."""
    return next((row for row in rows_of(session, lecture_id, on, viewer) if row.student_id == student_id), None)


def walk_ins_of(session: Session, lecture_id: int, viewer: int) -> tuple[WalkIn, ...]:
    """Those who came without being enrolled, by name."""
    query = (
        select(student.c.id, student.c.known_as)
        .join(walk_in, walk_in.c.student_id == student.c.id)
        .where(walk_in.c.lecture_id == lecture_id, walk_in.c.settled_at.is_(None), is_open_to(viewer))
    )
    found = [WalkIn(row.id, row.known_as) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda it: (it.known_as.casefold(), it.student_id)))


def set_status(session: Session, lecture_id: int, student_id: int, status: Status, at: datetime) -> None:
    """Set a status by hand, whether or not there is one yet; two at once end as one row."""
    values = {"lecture_id": lecture_id, "student_id": student_id, "status": status.value}
    new = insert_into(session, attendance).values(**values, method="hand", other_group=False, arrived_at=at)
    new = new.on_conflict_do_nothing()
    if session.execute(new.returning(attendance.c.id)).first():
        return
    change = update(attendance).where(attendance.c.lecture_id == lecture_id, attendance.c.student_id == student_id)
    session.execute(change.values(status=status.value, version=attendance.c.version + 1))


def status_of(session: Session, lecture_id: int, student_id: int) -> Status:
    query = select(attendance.c.status).where(
        attendance.c.lecture_id == lecture_id, attendance.c.student_id == student_id
    )
    return Status(session.execute(query).scalar_one_or_none() or Status.NOT_RECORDED)


def add_change(
    session: Session, lecture_id: int, student_id: int, status: Status, at: datetime, *, role: str, staff_id: int
) -> None:
    """A new row in the history; none is ever changed."""
    values = {"lecture_id": lecture_id, "student_id": student_id, "status": status.value, "set_at": at}
    session.execute(insert(attendance_change).values(**values, set_by_role=str(role), set_by_staff_id=staff_id))


def last_changes(session: Session, lecture_id: int, student_id: int) -> tuple[Change, ...]:
    """The last two changes of a status, the newest first."""
    query = (
        select(attendance_change.c.status, attendance_change.c.set_by_staff_id)
        .where(attendance_change.c.lecture_id == lecture_id, attendance_change.c.student_id == student_id)
        .order_by(attendance_change.c.id.desc())
        .limit(2)
    )
    return tuple(Change(Status(row.status), row.set_by_staff_id is not None) for row in session.execute(query))


def _is_listed(lecture_id: int, on: date) -> ColumnElement[bool]:
    """Enrolled in one of the lecture's modules and groups on that day, or there."""
    expected = (
        select(enrolment.c.student_id)
        .join(lecture_module, lecture_module.c.module_id == enrolment.c.module_id)
        .where(
            lecture_module.c.lecture_id == lecture_id,
            or_(lecture_module.c.group_name == "", lecture_module.c.group_name == enrolment.c.group_name),
            or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= on),
            or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= on),
        )
    )
    came = select(attendance.c.student_id).where(
        attendance.c.lecture_id == lecture_id, attendance.c.status != Status.NOT_RECORDED.value
    )
    stays = or_(student.c.left_on.is_(None), student.c.left_on > on)
    return or_(and_(student.c.id.in_(expected), stays), student.c.id.in_(came))


def _marked_by_hand(session: Session, lecture_id: int) -> set[int]:
    """Whose newest change is a mark by staff, and may be undone."""
    newest = (
        select(func.max(attendance_change.c.id))
        .where(attendance_change.c.lecture_id == lecture_id)
        .group_by(attendance_change.c.student_id)
    )
    query = select(attendance_change.c.student_id).where(
        attendance_change.c.id.in_(newest),
        attendance_change.c.set_by_staff_id.is_not(None),
        attendance_change.c.status == Status.PRESENT.value,
    )
    return set(session.execute(query).scalars())

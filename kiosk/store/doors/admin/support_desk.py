"""The support desk's door: one student by full number, the sessions of theirs it may see, a link for a new password."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, insert, or_, select
from sqlalchemy.orm import Session

from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.identity import name_students
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.register import attendance, enrolment, student, student_link, walk_in


@dataclass(frozen=True)
class Found:
    """The one student who stands there."""

    student_id: int
    known_as: str = field(repr=False)


def student_by_number(session: Session, number: str, today: date, viewer: int) -> Found | None:
    """Whoever has exactly this number, has not left, and is locked from nobody who looks."""
    name_students(session, [number])
    query = select(student.c.id, student.c.known_as).where(
        student.c.number == number, or_(student.c.left_on.is_(None), student.c.left_on >= today), is_open_to(viewer)
    )
    row = session.execute(query).first()
    return None if row is None else Found(row.id, row.known_as)


def concerns(student_id: int) -> ColumnElement[bool]:
    """The lectures of a student's modules, and those they came to."""
    of_modules = (
        select(lecture_module.c.lecture_id)
        .join(enrolment, enrolment.c.module_id == lecture_module.c.module_id)
        .where(lecture_module.c.lecture_id == lecture.c.id, enrolment.c.student_id == student_id)
    )
    came = [
        exists(select(table.c.id).where(table.c.lecture_id == lecture.c.id, table.c.student_id == student_id))
        for table in (attendance, walk_in)
    ]
    return or_(exists(of_modules), *came)


def between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Lectures that ended after `since`, begin before `until` and count."""
    stands = lecture.c.cancelled_at.is_(None) & lecture.c.voided_at.is_(None)
    return (lecture.c.ends_at > since) & (lecture.c.starts_at < until) & stands


def leave_link(session: Session, student_id: int, secret_hash: str, expires_at: datetime) -> None:
    """A one-time address for a new password. This wing can write one, and read none."""
    values = {"student_id": student_id, "secret_hash": secret_hash, "expires_at": expires_at}
    session.execute(insert(student_link).inline().values(**values))

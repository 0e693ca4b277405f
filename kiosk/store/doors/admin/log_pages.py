"""The door through which the access log is read on a page: some entries at a time, with how many students, never which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.store.doors.board import lectures_where
from kiosk.store.tables.board import lecture
from kiosk.store.tables.log import access_entry, access_subject
from kiosk.store.tables.staff import staff

ROWS = 100


@dataclass(frozen=True)
class LogRow:
    """An entry as a page shows it. `staff_id` is a number; `students` is how many."""

    id: int
    at: datetime
    staff_id: int
    role: str
    act: Act
    purpose: Purpose
    thing: str
    thing_id: int
    outcome: str
    students: int


@dataclass(frozen=True)
class LogPage:
    """A page of entries, the newest first. How many there are in all is not counted: totals are of nobody's business."""

    rows: tuple[LogRow, ...]
    has_more: bool


@dataclass(frozen=True)
class Wanted:
    """Which entries: between two instants, and as far as given of one act, one member of staff, about one student."""

    since: datetime
    until: datetime
    act: Act | None = None
    staff_id: int | None = None
    student_id: int | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        yield access_entry.c.at >= self.since
        yield access_entry.c.at < self.until
        if self.act is not None:
            yield access_entry.c.act == self.act.value
        if self.staff_id is not None:
            yield access_entry.c.staff_id == self.staff_id
        if self.student_id is not None:
            about = select(access_subject.c.entry_id).where(access_subject.c.student_id == self.student_id)
            yield access_entry.c.id.in_(about)


def log_page(session: Session, wanted: Wanted, page: int) -> LogPage:
    """One page of the entries wanted; pages are counted from 0."""
    names = [name for name in LogRow.__dataclass_fields__ if name != "students"]
    students = (
        select(func.count(access_subject.c.student_id))
        .where(access_subject.c.entry_id == access_entry.c.id)
        .scalar_subquery()
    )
    query = select(*(access_entry.c[name] for name in names), students.label("students")).where(*wanted.conditions())
    found = session.execute(query.order_by(access_entry.c.id.desc()).offset(page * ROWS).limit(ROWS + 1)).all()
    rows = (row._asdict() | {"act": Act(row.act), "purpose": Purpose(row.purpose)} for row in found[:ROWS])
    return LogPage(tuple(LogRow(**row) for row in rows), len(found) > ROWS)


def lectures_named(session: Session, rows: Iterable[LogRow], policy: WindowPolicy) -> Mapping[int, Lecture]:
    """The lectures that entries went through, by id."""
    ids = {row.thing_id for row in rows if row.thing == "lecture"}
    return {it.id: it for it in lectures_where(session, policy, [lecture.c.id.in_(ids)])} if ids else {}


def staff_called(session: Session, typed: str) -> int | None:
    """The one member of staff with this number or sign-in name."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 10
    number = [staff.c.id == int(typed)] if is_number else []
    query = select(staff.c.id).where(or_(func.lower(staff.c.login) == typed.lower(), *number))
    return session.execute(query.order_by(staff.c.id)).scalars().first()

"""The door to whose tutor somebody is: counted, added, ended by opaque ids. Student numbers go in; none comes out, and no name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.days import Days
from kiosk.store import turns
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.identity import name_students
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import module
from kiosk.store.tables.records import tutee
from kiosk.store.tables.register import enrolment, student


@dataclass(frozen=True)
class Within:
    """How far somebody may say whose tutor somebody is: the students of these departments' modules, but for locked ones."""

    viewer: int
    departments: frozenset[str]
    today: date


@dataclass(frozen=True)
class Link:
    """That somebody is a student's tutor. `is_here`: the student has not left the departments' modules."""

    id: int
    student_id: int
    days: Days
    is_here: bool


def students_numbered(session: Session, within: Within, numbers: Sequence[str], *, here: bool) -> frozenset[int]:
    """Those in reach who have one of these full numbers; `here` leaves out whoever has left."""
    found: set[int] = set()
    name_students(session, numbers)
    taking = _taking(within, here=here)
    conditions = [student.c.id.in_(taking), is_open_to(within.viewer)]
    if here:
        conditions.append(or_(student.c.left_on.is_(None), student.c.left_on >= within.today))
    for some in in_parts(numbers):
        found |= set(session.scalars(select(student.c.id).where(student.c.number.in_(some), *conditions)))
    return frozenset(found)


def links_of(session: Session, within: Within, tutor_id: int) -> tuple[Link, ...]:
    """Somebody's tutees, past and to come, as far as they are in reach."""
    columns = [tutee.c[name] for name in ("id", "student_id", "from_on", "until_on")]
    is_here = tutee.c.student_id.in_(_taking(within, here=True)).label("is_here")
    query = select(*columns, is_here).where(tutee.c.staff_id == tutor_id, _reached(within)).order_by(tutee.c.id)
    return tuple(
        Link(row.id, row.student_id, Days(row.from_on, row.until_on), bool(row.is_here))
        for row in session.execute(query)
    )


def take_turn(session: Session, tutor_id: int) -> None:
    """Nobody else makes them anybody's tutor until the transaction is over: whose they are already is looked at after this."""
    turns.take_turn(session, tutee.c.until_on, tutor_id)


def add_links(session: Session, tutor_id: int, students: Iterable[int], days: Days) -> list[int]:
    """Make somebody the tutor of students; the new rows' ids."""
    rows = [
        {"staff_id": tutor_id, "student_id": it, "from_on": days.from_on, "until_on": days.until_on} for it in students
    ]
    return list(session.scalars(insert(tutee).returning(tutee.c.id), rows)) if rows else []


def change_days(session: Session, links: Collection[int], was: Days, days: Days) -> list[int]:
    """Write the days where they still are as they were; the ids of those links."""
    same = [tutee.c[name].is_not_distinct_from(getattr(was, name)) for name in ("from_on", "until_on")]
    done: list[int] = []
    for some in in_parts(sorted(links)):
        query = update(tutee).where(tutee.c.id.in_(some), *same).values(from_on=days.from_on, until_on=days.until_on)
        done += session.scalars(query.returning(tutee.c.id))
    return done


def _reached(within: Within) -> ColumnElement[bool]:
    return tutee.c.student_id.in_(_taking(within, here=False)) & is_open_to(within.viewer, tutee.c.student_id)


def _taking(within: Within, *, here: bool) -> Select[tuple[int]]:
    """The students who take a module of the departments, or ever did."""
    query = select(enrolment.c.student_id).join(module, module.c.id == enrolment.c.module_id)
    query = query.where(module.c.department.in_(sorted(within.departments)))
    last_day = enrolment.c.until_on
    return query.where(or_(last_day.is_(None), last_day >= within.today)) if here else query

"""The door to students' requests, for whoever answers them everywhere: by the day they are due, named as far as no lock forbids."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.requests import WITHDRAWN, About, Answer, Kind
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.statements import hits_one
from kiosk.store.tables.register import student
from kiosk.store.tables.wishes import student_request


@dataclass(frozen=True)
class Asked:
    """One request. No name: the student's record is locked to whoever asks, or the request is answered.

    helped_by_role: of whoever helped the student to make it.
    """

    id: int
    student_id: int
    known_as: str = field(repr=False)
    kind: Kind
    about: str
    made_at: datetime
    due_on: date
    helped_by_role: str
    closed_at: datetime | None
    outcome: str


_ASKED = ("id", "student_id", "kind", "about", "made_at", "due_on", "helped_by_role", "closed_at", "outcome")


def requests_for(session: Session, staff_id: int, *conditions: ColumnElement[bool]) -> tuple[Asked, ...]:
    """Requests, those that are due first before the others."""
    named = and_(student.c.id == student_request.c.student_id, is_open_to(staff_id))
    query = (
        select(*(student_request.c[name] for name in _ASKED), student.c.known_as)
        .join(student, named, isouter=True)
        .where(*conditions)
        .order_by(student_request.c.due_on, student_request.c.id)
    )
    return tuple(
        Asked(
            row.id,
            row.student_id,
            row.known_as or "",
            Kind(row.kind),
            row.about,
            row.made_at,
            row.due_on,
            row.helped_by_role or "",
            row.closed_at,
            row.outcome or "",
        )
        for row in session.execute(query)
    )


def waits() -> ColumnElement[bool]:
    """That nobody has answered it."""
    return student_request.c.closed_at.is_(None)


def numbered(request_id: int) -> ColumnElement[bool]:
    return student_request.c.id == request_id


def answered_by(staff_id: int, since: datetime) -> ColumnElement[bool]:
    """That somebody answered it themselves, lately; not that a student took it back."""
    own = and_(student_request.c.closed_by_staff_id == staff_id, student_request.c.outcome != WITHDRAWN)
    return and_(own, student_request.c.closed_at >= since)


def answer(session: Session, request_id: int, outcome: Answer, staff_id: int, at: datetime) -> bool:
    """Close a request; False when somebody has just done so, or the student took it back."""
    values = {"closed_at": at, "outcome": outcome.value, "closed_by_staff_id": staff_id}
    return hits_one(session, update(student_request).where(numbered(request_id), waits()).values(values))


def reopen(session: Session, request_id: int, staff_id: int, since: datetime) -> bool:
    """Take one's own answer back."""
    values = dict.fromkeys(("closed_at", "outcome", "closed_by_staff_id"))
    own = answered_by(staff_id, since)
    return hits_one(session, update(student_request).where(numbered(request_id), own).values(values))


def waiting_of(session: Session, student_id: int, kind: Kind, about: About | None) -> int | None:
    """The same request of a student's that waits already."""
    same = (student_request.c.kind == kind.value, student_request.c.about == (about.value if about else ""))
    query = select(student_request.c.id).where(student_request.c.student_id == student_id, waits(), *same)
    return session.scalar(query)


def add(
    session: Session, student_id: int, kind: Kind, about: About | None, at: datetime, due_on: date, role: str
) -> int:
    """Make a request with a student, who had the help of somebody in a role."""
    values = {"student_id": student_id, "kind": kind.value, "about": about.value if about else ""}
    query = insert(student_request).values(**values, made_at=at, due_on=due_on, helped_by_role=role)
    return session.execute(query.returning(student_request.c.id)).scalar_one()

"""The door to what the student who is signed in asks of what is held about them: made, taken back, answered."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.requests import WITHDRAWN, About, Kind
from kiosk.store import turns
from kiosk.store.statements import hits_one
from kiosk.store.tables.wishes import student_request


@dataclass(frozen=True)
class Request:
    """One of their requests; `outcome` is empty as long as nobody has answered, and `about` of an objection.

    helped_by_role: of whoever on the staff helped to make it.
    """

    id: int
    kind: Kind
    about: str
    made_at: datetime
    due_on: date
    helped_by_role: str
    closed_at: datetime | None
    outcome: str


def of_student(session: Session, student_id: int) -> tuple[Request, ...]:
    """All of a student's requests, the newest first."""
    names = ("id", "kind", "about", "made_at", "due_on", "helped_by_role", "closed_at", "outcome")
    query = select(*(student_request.c[name] for name in names)).where(student_request.c.student_id == student_id)
    rows = session.execute(query.order_by(student_request.c.id.desc()))
    return tuple(
        Request(
            row.id,
            Kind(row.kind),
            row.about,
            row.made_at,
            row.due_on,
            row.helped_by_role or "",
            row.closed_at,
            row.outcome or "",
        )
        for row in rows
    )


def take_turn(session: Session, student_id: int) -> None:
    """Nobody else asks anything for a student until the transaction is over."""
    turns.take_turn(session, student_request.c.outcome, student_id)


def add(session: Session, student_id: int, kind: Kind, about: About | None, at: datetime, due_on: date) -> None:
    values = {"student_id": student_id, "kind": kind.value, "about": about.value if about else ""}
    session.execute(insert(student_request).inline().values(**values, made_at=at, due_on=due_on))


def withdraw(session: Session, it: Request, at: datetime) -> bool:
    """Take a request back; False when somebody has just answered."""
    waits = (student_request.c.id == it.id, student_request.c.closed_at.is_(None))
    return hits_one(session, update(student_request).where(*waits).values(closed_at=at, outcome=WITHDRAWN))


def ask_again(session: Session, it: Request, due_on: date) -> bool:
    """Undo `withdraw`, with another day by which it is answered; False when it was no such thing."""
    withdrawn = (student_request.c.id == it.id, student_request.c.outcome == WITHDRAWN)
    return hits_one(
        session, update(student_request).where(*withdrawn).values(closed_at=None, outcome=None, due_on=due_on)
    )

"""The door to what the student who is signed in says is wrong: made, taken back, and what became of it. By whom is a role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.disputes import Outcome, Says
from kiosk.store.doors.disputing import IS_OPEN
from kiosk.store.statements import hits_one, unless_there
from kiosk.store.tables.wishes import dispute


@dataclass(frozen=True)
class Dispute:
    """One dispute of the student's; no outcome as long as it is open."""

    id: int
    says: Says
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    reason_code: str
    decided_by_role: str


def newest_of(session: Session, student_id: int, lecture_id: int) -> Dispute | None:
    """What the student said last about the entry of one lecture; an open one is always the newest."""
    names = ("id", "says", "opened_at", "closed_at", "outcome", "reason_code", "decided_by_role")
    query = select(*(dispute.c[name] for name in names)).where(
        dispute.c.student_id == student_id, dispute.c.lecture_id == lecture_id
    )
    row = session.execute(query.order_by(IS_OPEN.desc(), dispute.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    outcome = Outcome(row.outcome) if row.outcome else None
    about = (row.reason_code or "", row.decided_by_role or "")
    return Dispute(row.id, Says(row.says), row.opened_at, row.closed_at, outcome, *about)


def add(session: Session, student_id: int, lecture_id: int, says: Says, at: datetime) -> None:
    """A new dispute; the second of two at once is none."""
    values = {"student_id": student_id, "lecture_id": lecture_id, "says": says.value, "opened_at": at, "is_open": True}
    session.execute(unless_there(session, dispute).values(values))


def withdraw(session: Session, it: Dispute, at: datetime) -> bool:
    """Close a dispute without a decision; False when somebody has just decided."""
    closed = {"is_open": None, "closed_at": at, "outcome": Outcome.WITHDRAWN.value}
    return hits_one(session, update(dispute).where(dispute.c.id == it.id, IS_OPEN).values(closed))


def reopen(session: Session, it: Dispute) -> bool:
    """Undo `withdraw`; False when it was no such thing."""
    withdrawn = (dispute.c.id == it.id, dispute.c.outcome == Outcome.WITHDRAWN.value)
    return hits_one(session, update(dispute).where(*withdrawn).values(is_open=True, closed_at=None, outcome=None))

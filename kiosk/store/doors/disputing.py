"""Whether an entry is disputed, as every query asks it that counts or lists entries. Whose it is, is the caller's to settle."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.disputes import Outcome
from kiosk.store.tables.wishes import dispute

IS_OPEN = dispute.c.closed_at.is_(None)
"""That nobody has decided a dispute, and nobody has taken it back."""


def disputed_at(lecture_id: int, student_id: ColumnElement[int]) -> ColumnElement[bool]:
    """That a student disputes what a register says of them at one lecture."""
    return student_id.in_(select(dispute.c.student_id).where(dispute.c.lecture_id == lecture_id, IS_OPEN))


def disputed_of(session: Session, student_id: int) -> frozenset[int]:
    """The lectures whose entry a student disputes."""
    return frozenset(session.scalars(select(dispute.c.lecture_id).where(dispute.c.student_id == student_id, IS_OPEN)))


def left_to_others(session: Session, lecture_id: int) -> frozenset[int]:
    """Of whose entries at a lecture a register decides nothing: somebody decides a dispute about them, or has."""
    decides = or_(IS_OPEN, dispute.c.outcome != Outcome.WITHDRAWN.value)
    return frozenset(session.scalars(select(dispute.c.student_id).where(dispute.c.lecture_id == lecture_id, decides)))

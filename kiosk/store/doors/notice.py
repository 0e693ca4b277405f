"""The check-in wing's door to what the notice is about: what modules require, and whether a student has read it before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Participation
from kiosk.store.tables.board import module
from kiosk.store.tables.register import attendance_change, enrolment, walk_in


@dataclass(frozen=True)
class Required:
    """What a module says of being recorded."""

    code: str
    title: str
    participation: Participation


def required_by(session: Session, module_ids: Iterable[int]) -> tuple[Required, ...]:
    """What these modules require."""
    return _required(session, module.c.id.in_(sorted(module_ids)))


def required_of(session: Session, student_id: int, today: date) -> tuple[Required, ...]:
    """What the modules require in which a student is enrolled today."""
    own = select(enrolment.c.module_id).where(
        enrolment.c.student_id == student_id,
        or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= today),
        or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= today),
    )
    return _required(session, module.c.id.in_(own))


def has_come(session: Session, student_id: int) -> bool:
    """Whether a student has ever been recorded by something they did themselves."""
    change = attendance_change.c
    own = select(change.student_id).where(change.student_id == student_id, change.set_by_role == "student")
    if session.execute(own.limit(1)).first() is not None:
        return True
    kept = select(walk_in.c.student_id).where(walk_in.c.student_id == student_id)
    return session.execute(kept.limit(1)).first() is not None


def _required(session: Session, condition: ColumnElement[bool]) -> tuple[Required, ...]:
    query = select(module.c.code, module.c.title, module.c.participation).where(condition).order_by(module.c.code)
    return tuple(Required(row.code, row.title, Participation(row.participation)) for row in session.execute(query))

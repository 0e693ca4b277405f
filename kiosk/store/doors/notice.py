"""The check-in wing's door to what the notice is about: what modules require, and whether a student has read it before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, union_all
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


_MODULE = select(module.c.code, module.c.title, module.c.participation).order_by(module.c.code)
# Written down once: a phone's whole visit costs half as much when its statements are not made anew.
_OF_MODULES = _MODULE.where(module.c.id.in_(bindparam("modules", expanding=True)))
_OF_STUDENT = _MODULE.where(
    module.c.id.in_(
        select(enrolment.c.module_id).where(
            enrolment.c.student_id == bindparam("student"),
            or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= bindparam("today")),
            or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= bindparam("today")),
        )
    )
)
_CAME = union_all(
    select(attendance_change.c.student_id).where(
        attendance_change.c.student_id == bindparam("student"), attendance_change.c.set_by_role == "student"
    ),
    select(walk_in.c.student_id).where(walk_in.c.student_id == bindparam("student")),
).limit(1)


def required_by(session: Session, module_ids: Iterable[int]) -> tuple[Required, ...]:
    """What these modules require."""
    return _required(session.execute(_OF_MODULES, {"modules": sorted(module_ids)}))


def required_of(session: Session, student_id: int, today: date) -> tuple[Required, ...]:
    """What the modules require in which a student is enrolled today."""
    return _required(session.execute(_OF_STUDENT, {"student": student_id, "today": today}))


def has_come(session: Session, student_id: int) -> bool:
    """Whether a student has ever been recorded by something they did themselves."""
    return session.execute(_CAME, {"student": student_id}).first() is not None


def _required(found: Iterable[Row[Any]]) -> tuple[Required, ...]:
    return tuple(Required(row.code, row.title, Participation(row.participation)) for row in found)

"""Telling ahead that one can't come: asked for by the student, answered by an office, never with a reason. Imports no Flask."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.domain.arrangements import Arrangement, State, When
from kiosk.store.doors import arranging
from kiosk.store.doors.arranging import Arranged
from kiosk.store.doors.checkin import STUDENT
from kiosk.store.transactions import transaction

MOST_WAITING = 20
"""How many may wait for an answer at one time."""


@dataclass(frozen=True)
class Asked:
    """It waits for an answer, from now or from before."""


@dataclass(frozen=True)
class TooMany:
    """So many wait already that nobody could answer more."""


@transaction
def list_own(session: Session, student_id: int) -> tuple[Arranged, ...]:
    """What was arranged with a student, or asked for by them; the newest first."""
    return arranging.of_student(session, student_id)


@transaction
def ask(session: Session, now: datetime, student_id: int, when: When) -> Asked | TooMany:
    """Ask that an absence be authorised. The same twice is one."""
    arranging.take_turn(session, student_id)
    if arranging.same_as(session, student_id, Arrangement.AUTHORISED, when, State.ASKED):
        return Asked()
    if sum(it.state is State.ASKED for it in arranging.of_student(session, student_id)) >= MOST_WAITING:
        return TooMany()
    by = arranging.By(now, STUDENT)
    arranging.add(session, student_id, Arrangement.AUTHORISED, 0, when, State.ASKED, by)
    return Asked()


@transaction
def withdraw(session: Session, now: datetime, student_id: int, arrangement_id: int) -> bool | None:
    """Take back what nobody has answered; False when somebody has, None when it is none of theirs."""
    return _turn(session, now, student_id, arrangement_id, State.ASKED, State.WITHDRAWN)


@transaction
def ask_again(session: Session, now: datetime, student_id: int, arrangement_id: int) -> bool | None:
    """Undo `withdraw`; the same answers."""
    return _turn(session, now, student_id, arrangement_id, State.WITHDRAWN, State.ASKED)


def _turn(
    session: Session, now: datetime, student_id: int, arrangement_id: int, before: State, after: State
) -> bool | None:
    own = arranging.of_student(session, student_id)
    found = next((it for it in own if it.id == arrangement_id), None)
    if found is None:
        return None
    return found.state is before and arranging.become(session, found, after, arranging.By(now, STUDENT))

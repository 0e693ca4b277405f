"""Objecting to how data is used, and asking to have what is held put right: for the data-protection officer. Imports no Flask."""

from datetime import date, datetime
from enum import Enum, auto

from sqlalchemy.orm import Session

from kiosk.domain.requests import WITHDRAWN, About, Kind, due_on
from kiosk.store.doors.own import requests as door
from kiosk.store.doors.own.requests import Request
from kiosk.store.transactions import transaction


class Again(Enum):
    """What became of asking once more: it waits from now, the same waits already, or somebody has answered meanwhile."""

    ASKED = auto()
    WAITS = auto()
    ANSWERED = auto()


@transaction
def list_own(session: Session, student_id: int) -> tuple[Request, ...]:
    """What a student asked, the newest first."""
    return door.of_student(session, student_id)


@transaction
def send(session: Session, now: datetime, today: date, student_id: int, kind: Kind, about: About | None) -> None:
    """Pass a request on. The same that waits already is one."""
    door.take_turn(session, student_id)
    if not _waits(session, student_id, kind, about.value if about else ""):
        door.add(session, student_id, kind, about, now, due_on(today))


@transaction
def withdraw(session: Session, now: datetime, student_id: int, request_id: int) -> bool | None:
    """Take back what nobody has answered; False when somebody has, None when it is none of theirs."""
    found = _own(session, student_id, request_id)
    return None if found is None else door.withdraw(session, found, now)


@transaction
def ask_again(session: Session, today: date, student_id: int, request_id: int) -> Again | None:
    """Undo `withdraw`; None when it is none of theirs. The time to answer begins anew, or nobody would have a month for it."""
    door.take_turn(session, student_id)
    found = _own(session, student_id, request_id)
    if found is None:
        return None
    if found.outcome == WITHDRAWN and _waits(session, student_id, found.kind, found.about):
        return Again.WAITS
    return Again.ASKED if door.ask_again(session, found, due_on(today)) else Again.ANSWERED


def _waits(session: Session, student_id: int, kind: Kind, about: str) -> bool:
    """Whether they asked the same already, and nobody has answered."""
    own = door.of_student(session, student_id)
    return any(it.closed_at is None and (it.kind, it.about) == (kind, about) for it in own)


def _own(session: Session, student_id: int, request_id: int) -> Request | None:
    return next((it for it in door.of_student(session, student_id) if it.id == request_id), None)

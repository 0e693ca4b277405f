"""Objecting to how data is used, and asking to have what is held put right: for the data-protection officer. Imports no Flask."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.domain.requests import About, Kind, due_on
from kiosk.store.doors.own import requests as door
from kiosk.store.doors.own.requests import Request
from kiosk.store.transactions import transaction


@transaction
def list_own(session: Session, student_id: int) -> tuple[Request, ...]:
    """What a student asked, the newest first."""
    return door.of_student(session, student_id)


@transaction
def send(session: Session, now: datetime, today: date, student_id: int, kind: Kind, about: About | None) -> None:
    """Pass a request on. The same that waits already is one."""
    open_ones = {(it.kind, it.about) for it in door.of_student(session, student_id) if it.closed_at is None}
    if (kind, about.value if about else "") not in open_ones:
        door.add(session, student_id, kind, about, now, due_on(today))


@transaction
def withdraw(session: Session, now: datetime, student_id: int, request_id: int) -> bool | None:
    """Take back what nobody has answered; False when somebody has, None when it is none of theirs."""
    found = _own(session, student_id, request_id)
    return None if found is None else door.withdraw(session, found, now)


@transaction
def ask_again(session: Session, student_id: int, request_id: int) -> bool | None:
    """Undo `withdraw`; the same answers."""
    found = _own(session, student_id, request_id)
    return None if found is None else door.ask_again(session, found)


def _own(session: Session, student_id: int, request_id: int) -> Request | None:
    return next((it for it in door.of_student(session, student_id) if it.id == request_id), None)

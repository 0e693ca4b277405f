"""Students' objections and corrections, answered by the data-protection officer; no record is opened by it. Knows no request."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.domain.access_log import Act, Data
from kiosk.domain.permissions import Permission
from kiosk.domain.requests import ANSWERS, Answer, Kind
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import requests as door
from kiosk.store.doors.admin.requests import Asked
from kiosk.store.transactions import transaction

PERMISSION = Permission.REQUEST_ANSWER
SHOWN_AT_ONCE = 50
UNDONE_WITHIN = timedelta(hours=12)
"""How long one's own answers can be taken back."""


@dataclass(frozen=True)
class Due:
    """How many requests of a kind are due on a day; `days_left` is below zero once that day is over."""

    on: date
    kind: Kind
    how_many: int
    days_left: int


@dataclass(frozen=True)
class Numbers:
    """The page without names: what is due when, the most overdue first, and one's own newest answers."""

    due: tuple[Due, ...]
    own: tuple[Asked, ...]


@dataclass(frozen=True)
class Names:
    """The page with names: so many of those that wait, by the day they are due."""

    rows: tuple[Asked, ...]
    waiting: int
    today: date


def numbers(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Numbers:
    _check_everywhere(staff)
    today = settings.institution.day_of(now)
    found = Counter((it.due_on, it.kind) for it in door.requests_for(session, staff.id, door.waits()))
    due = (Due(on, kind, count, (on - today).days) for (on, kind), count in found.items())
    own = door.requests_for(session, staff.id, door.answered_by(staff.id, now - UNDONE_WITHIN))
    return Numbers(tuple(sorted(due, key=lambda it: (it.on, it.kind))), own)


@transaction
def names(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Names:
    """Who asks what; the access log's row is written first."""
    _check_everywhere(staff)
    found = door.requests_for(session, staff.id, door.waits())
    shown = found[:SHOWN_AT_ONCE]
    subjects = [it.student_id for it in shown]
    note(session, now, staff, Look(PERMISSION, Act.VIEW_ROSTER, "requests", 0, Data.REQUESTS, subjects))
    return Names(shown, len(found), settings.institution.day_of(now))


@transaction
def answer(session: Session, now: datetime, staff: Staff, request_id: int, outcome: Answer) -> bool:
    """Answer a request; False when somebody was quicker, or the student took it back.

    Raises:
        NotFound: there is none, or its kind is not answered like this.
    """
    it = _found(session, staff, request_id)
    if outcome not in ANSWERS[it.kind]:
        raise NotFound
    done = door.answer(session, it.id, outcome, staff.id, now)
    _note(session, now, staff, it, outcome.value if done else "unchanged")
    return done


@transaction
def undo(session: Session, now: datetime, staff: Staff, request_id: int) -> bool:
    """Take one's own answer back; False when it is none, or no longer.

    Raises:
        NotFound: there is no such request.
    """
    it = _found(session, staff, request_id)
    done = door.reopen(session, it.id, staff.id, now - UNDONE_WITHIN)
    _note(session, now, staff, it, "reopened" if done else "unchanged")
    return done


def _found(session: Session, staff: Staff, request_id: int) -> Asked:
    _check_everywhere(staff)
    found = door.requests_for(session, staff.id, door.numbered(request_id))
    if not found:
        raise NotFound
    return found[0]


def _check_everywhere(staff: Staff) -> None:
    """Requests have no department: whoever answers them does so everywhere, or not at all.

    Raises:
        NotFound: not at all.
    """
    if not staff.scope(PERMISSION).everywhere:
        raise NotFound


def _note(session: Session, now: datetime, staff: Staff, it: Asked, outcome: str) -> None:
    note(session, now, staff, Look(PERMISSION, Act.CHANGE, "request", it.id, Data.REQUEST, [it.student_id], outcome))

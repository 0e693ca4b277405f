"""The door to who looked at the record of the one student who is signed in: by role, never by name or number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.store.doors.board import lectures_where
from kiosk.store.tables.board import lecture
from kiosk.store.tables.log import access_entry, access_subject
from kiosk.store.tables.wishes import log_delay


@dataclass(frozen=True)
class Look:
    """One entry of the access log that is about the student. `held_until` is when it came back, if it was held back."""

    at: datetime
    role: str
    scope: str
    act: Act
    purpose: Purpose
    thing: str
    thing_id: int
    data: str
    outcome: str
    held_until: datetime | None


def looks_of(session: Session, student_id: int, now: datetime) -> tuple[Look, ...]:
    """The entries about a student, the newest first; one that is held back is not there until its day has come (R41)."""
    names = ("at", "role", "scope", "act", "purpose", "thing", "thing_id", "data", "outcome")
    query = (
        select(*(access_entry.c[name] for name in names), log_delay.c.until.label("held_until"))
        .join(access_subject, access_subject.c.entry_id == access_entry.c.id)
        .join(log_delay, log_delay.c.entry_id == access_entry.c.id, isouter=True)
        .where(access_subject.c.student_id == student_id, or_(log_delay.c.until.is_(None), log_delay.c.until <= now))
        .order_by(access_entry.c.id.desc())
    )
    rows = (row._asdict() | {"act": Act(row.act), "purpose": Purpose(row.purpose)} for row in session.execute(query))
    return tuple(Look(**row) for row in rows)


def lectures_named(session: Session, ids: frozenset[int], policy: WindowPolicy) -> dict[int, Lecture]:
    """The lectures through which somebody looked, by id: on the timetable they are for everybody."""
    return {it.id: it for it in lectures_where(session, policy, [lecture.c.id.in_(ids)])} if ids else {}

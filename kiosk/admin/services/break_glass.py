"""Break-glass: one student outside the scope, for fifteen minutes, with a listed reason, and the officer is told at once."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.records import Record, Through, open_record
from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import cases as door
from kiosk.store.doors.admin.records import anybody_numbered, is_open
from kiosk.store.transactions import transaction

LASTS = timedelta(minutes=15)


class Reason(StrEnum):
    """Why the glass is broken; a closed list."""

    SAFETY = "safety"
    STUDENT_ASKED = "student_asked"
    COLLEAGUE_AWAY = "colleague_away"
    CORRECTION = "correction"

    @property
    def purpose(self) -> Purpose:
        named = {Reason.SAFETY: Purpose.SAFETY, Reason.CORRECTION: Purpose.CORRECTION}
        return named.get(self, Purpose.SUPPORT)


@transaction
def break_glass(session: Session, now: datetime, staff: Staff, number: str, reason: Reason) -> bool:
    """Open the record of the student with exactly this number; False when there is none, or it is locked.

    Each opening has a reason of its own and is written to the log, and so is each one that was refused.
    """
    student_id = anybody_numbered(session, number)
    opens = student_id is not None and is_open(session, student_id, staff.id)
    opening_id = 0
    if opens and student_id is not None:
        opening_id = door.break_the_glass(session, staff.id, student_id, reason.value, now, now + LASTS)
    subjects, outcome = [student_id] if student_id is not None else [], "opened" if opens else "refused"
    look = Look(
        Permission.BREAK_GLASS_USE,
        Act.BREAK_GLASS,
        "break-glass",
        opening_id,
        "record",
        subjects,
        outcome,
        reason.purpose,
    )
    note(session, now, staff, look)
    return opens


@transaction
def open_record_behind_glass(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, opening_id: int
) -> Record:
    """The record itself, as often as it is asked for until the fifteen minutes are over.

    Raises:
        NotFound: they are over, or it is none of theirs.
    """
    found = next((it for it in own_openings(session, now, staff) if it.id == opening_id), None)
    if found is None:
        raise NotFound
    through = Through(Permission.BREAK_GLASS_USE, Reason(found.reason).purpose, "break-glass", found.id)
    return open_record(session, now, settings, staff, found.student_id, through)


def own_openings(session: Session, now: datetime, staff: Staff) -> tuple[door.Opening, ...]:
    return door.openings(session, staff.id, now)

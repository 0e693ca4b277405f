"""A row of the access log for somebody who asked for what shows a student and was told that it is not there."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.domain.access_log import Act
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import denials as door
from kiosk.store.transactions import transaction


@transaction
def note_denial(
    session: Session,
    now: datetime,
    staff: Staff,
    permission: Permission,
    asked_for: tuple[str, object],
    student: int | str | None,
) -> None:
    """What was asked for, whether or not there is such a thing, and about which student if that was said: by id or number."""
    thing, number = asked_for[0][:30], asked_for[1] if isinstance(asked_for[1], int) else 0
    subjects = subjects_of(session, student) if isinstance(student, str) else [] if student is None else [student]
    note(session, now, staff, Look(permission, Act.DENY, thing, number, permission.value, subjects, "refused"))


def subjects_of(session: Session, number: str) -> list[int]:
    """Whom somebody asked for by full number and is refused; nobody, if nobody has it."""
    student_id = door.student_with(session, number)
    return [] if student_id is None else [student_id]

"""Helping a student, by full number, to object or to have something put right; another office answers. Knows no request."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.access_log import Look, note, role_of
from kiosk.admin.services.denials import subjects_of
from kiosk.admin.services.lectures import reach_of
from kiosk.admin.services.records import purposes_for
from kiosk.domain.access_log import Act, Data, Purpose
from kiosk.domain.permissions import Permission
from kiosk.domain.purposes import chosen
from kiosk.domain.requests import About, Kind, due_on
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import requests as door
from kiosk.store.doors.admin.records import student_numbered
from kiosk.store.identity import name_students
from kiosk.store.transactions import transaction

PERMISSION = Permission.REQUEST_ASSIST


def purposes(staff: Staff) -> tuple[Purpose, ...]:
    """What somebody may help for."""
    return purposes_for(staff, PERMISSION)


@transaction
def help_with(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    number: str,
    kind: Kind,
    about: About | None,
    purpose: str | None,
) -> bool:
    """Pass on what a student asks, as their own; False when no student with this number is in reach.

    The same that waits already is one, whoever made it. Who helped is not told that it was there.

    Raises:
        UnknownPurpose: the purpose is not on the list.
    """
    why = chosen(purpose, purposes(staff))
    name_students(session, [number])
    student = student_numbered(session, reach_of(staff, PERMISSION, now, settings), number)
    if student is None:
        refused = Look(
            PERMISSION, Act.DENY, "request", 0, "student by number", subjects_of(session, number), "refused", why
        )
        note(session, now, staff, refused)
        return False
    made = door.waiting_of(session, student.id, kind, about)
    outcome = "unchanged" if made else "made"
    if made is None:
        role, due = role_of(staff, PERMISSION), due_on(settings.institution.day_of(now))
        made = door.add(session, student.id, kind, about, now, due, role)
    note(session, now, staff, Look(PERMISSION, Act.CHANGE, "request", made, Data.HELP, [student.id], outcome, why))
    return True

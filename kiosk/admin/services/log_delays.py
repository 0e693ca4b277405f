"""Holding an entry of the access log back from its student, for whoever reads the whole log (R41). Knows no request."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.log_delays import Reason
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import log_delays as door
from kiosk.store.transactions import transaction


def delay_of(session: Session, entry_id: int) -> door.Delay | None:
    """How an entry is held back, if it is.

    Raises:
        NotFound: there is no entry of this number that a student could read.
    """
    if not door.is_about_somebody(session, entry_id):
        raise NotFound
    return door.delays_of(session, [entry_id]).get(entry_id)


@transaction
def hold_back(session: Session, now: datetime, staff: Staff, entry_id: int, reason: Reason, until: datetime) -> bool:
    """Hold an entry back until an instant; False when it was held back before, which nothing makes longer.

    The log has a row of it, which is about no student: else they would read there at once what is held back.

    Raises:
        NotFound: there is no entry of this number that a student could read.
    """
    if not door.is_about_somebody(session, entry_id):
        raise NotFound
    is_new = door.hold_back(session, entry_id, door.Delay(reason, until), staff.id, now)
    outcome = "held back" if is_new else "unchanged"
    purpose = Purpose.SAFETY if reason is Reason.SAFETY else Purpose.AUDIT
    look = Look(Permission.LOG_READ_ALL, Act.DELAY, "entry", entry_id, "log entry", (), outcome, purpose)
    note(session, now, staff, look)
    return is_new

"""A row of the access log for somebody who asked for what shows a student and was told that it is not there."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.domain.access_log import Act
from kiosk.domain.permissions import Permission
from kiosk.store.transactions import transaction


@transaction
def note_denial(
    session: Session, now: datetime, staff: Staff, permission: Permission, thing: str, thing_id: object
) -> None:
    """Which thing was asked for, whether or not there is one: nobody is named, since nobody was looked up."""
    number = thing_id if isinstance(thing_id, int) else 0
    note(session, now, staff, Look(permission, Act.DENY, thing or "page", number, permission.value, outcome="refused"))

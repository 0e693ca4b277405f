"""What the data-protection officer is told at once, until it is read. Mail, when it comes, begins where a notice is made."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import cases as door
from kiosk.store.transactions import transaction


def notices_for(session: Session, staff: Staff) -> tuple[door.Notice, ...]:
    """The notices nobody has read, for whoever reads the whole log; for others there are none."""
    return door.unseen_notices(session) if staff.may(Permission.LOG_READ_ALL) else ()


@transaction
def mark_seen(session: Session, now: datetime, staff: Staff, notice_id: int) -> None:
    """A notice is read.

    Raises:
        NotFound: there is none, or somebody has read it.
    """
    if not door.mark_seen(session, notice_id, staff.id, now):
        raise NotFound

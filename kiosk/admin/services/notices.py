"""What the data-protection officer is told at once, until it is read. Mail, when it comes, begins where a notice is made."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.domain.permissions import Permission
from kiosk.store.doors import powers
from kiosk.store.doors.admin import cases as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Told:
    """A notice, and whether this officer may say that it is read."""

    notice: door.Notice
    may_mark: bool


def notices_for(session: Session, now: datetime, zone: ZoneInfo, staff: Staff) -> tuple[Told, ...]:
    """The notices nobody has read, for whoever reads the whole log; for others there are none.

    Power of their own is for another officer to read of, where there is one: who made themselves an officer hides nothing.
    """
    if not staff.may(Permission.LOG_READ_ALL):
        return ()
    has_other = powers.has_other_reader(session, staff.id, now.astimezone(zone).date())
    return tuple(Told(it, not (has_other and _is_of_power(it, staff))) for it in door.unseen_notices(session))


def _is_of_power(notice: door.Notice, staff: Staff) -> bool:
    return notice.kind in list(powers.Told) and notice.staff_id == staff.id


@transaction
def mark_seen(session: Session, now: datetime, zone: ZoneInfo, staff: Staff, notice_id: int) -> None:
    """A notice is read.

    Raises:
        NotFound: there is none, somebody has read it, or it is for another officer to read.
    """
    told = notices_for(session, now, zone, staff)
    if notice_id not in [it.notice.id for it in told if it.may_mark]:
        raise NotFound
    if not door.mark_seen(session, notice_id, staff.id, now):
        raise NotFound

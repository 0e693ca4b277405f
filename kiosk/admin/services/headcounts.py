"""How many people are in the room, as whoever teaches counts them: a number beside a number. Knows no student and no request."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import headcounts as door
from kiosk.store.transactions import transaction


def lecture_to_count(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> Lecture:
    """A lecture at which somebody may count heads now.

    Raises:
        NotFound: it is none of theirs, has not begun, or counts for nobody.
    """
    lecture = lecture_for(session, staff, Permission.HEADCOUNT_SET, lecture_id, now=now, settings=settings)
    if now < lecture.opens_at or lecture.cancelled or lecture.voided:
        raise NotFound
    return lecture


@transaction
def set_headcount(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, people: int | None
) -> None:
    """Keep a count, or take the last one back with None; every count stays in the history.

    Raises:
        NotFound: as for `lecture_to_count`.
    """
    lecture_to_count(session, now, settings, staff, lecture_id)
    role = staff.role_for(Permission.HEADCOUNT_SET).value
    door.add_headcount(session, lecture_id, people, now, role=role, staff_id=staff.id)

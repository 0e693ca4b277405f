"""Who may change a register now, and by which role; or why not, and who still can. Knows no request."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.corrections import still_may
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission, Role
from kiosk.settings import AdminSettings
from kiosk.web.times import clock, day

# What may be read may be asked about: only to whoever reads the register is there anything to explain.
_READS = Permission.REGISTER_READ


class NotNow(Exception):
    """This register takes no change from them just now; `why` says so in a sentence, and who can still do it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Acting:
    """Somebody who may change a lecture's register: with the one grant that reaches it, so that the history names it."""

    staff: Staff
    role: Role
    lecture: Lecture
    zone: ZoneInfo


def acting_on(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, permission: Permission, lecture_id: int
) -> Acting:
    """Whoever may change this register now.

    Raises:
        NotFound: the lecture is none of theirs.
        NotNow: they may read it, and not change it.
    """
    lecture = lecture_for(session, staff, _READS, lecture_id, now=now, settings=settings)
    if now < lecture.opens_at:
        raise NotNow("Check-in has not opened yet. People can be recorded once it has.")
    if lecture.cancelled or lecture.voided:
        state = "cancelled" if lecture.cancelled else "void"
        raise NotNow(f"This session is {state}, so it counts for nobody. Let it count again first.")
    found = reaching(session, now, settings, staff, permission, lecture_id)
    if found is None:
        raise NotNow(_who_can(lecture, now, settings))
    return found


def reaching(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, permission: Permission, lecture_id: int
) -> Acting | None:
    """Somebody with the one grant by which a permission of theirs reaches a lecture, if one does."""
    for grant in staff.grants:
        alone = replace(staff, grants=(grant,))
        try:
            lecture = lecture_for(session, alone, permission, lecture_id, now=now, settings=settings)
        except NotFound:
            continue
        return Acting(alone, grant.role, lecture, settings.institution.time_zone)
    return None


def may_act(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, permission: Permission, lecture_id: int
) -> str:
    """Why somebody may not change a register now; empty when they may."""
    try:
        acting_on(session, now, settings, staff, permission, lecture_id)
    except NotNow as refused:
        return refused.why
    return ""


def _who_can(lecture: Lecture, now: datetime, settings: AdminSettings) -> str:
    zone = settings.institution.time_zone
    others = [
        f"a {role.label.lower()} until {day(end, zone)}, {clock(end, zone)}" for role, end in still_may(lecture, now)
    ]
    if others:
        return f"Your time to change this register is over. It can still be changed by {' or by '.join(others)}."
    officer = Role.ENGAGEMENT_OFFICER.label.lower()
    return (
        f"The time to change this register is over. A student can still dispute what it says, and an {officer} decides."
    )

"""Naming a colleague who stands in for one lecture: the right begins at once and ends with it. Knows no request."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services import roles
from kiosk.admin.services.journal import record
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission, Width
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts
from kiosk.store.doors.admin import lectures as door
from kiosk.store.transactions import transaction


class Named(StrEnum):
    """What came of naming somebody."""

    DONE = "done"
    SELF = "self"
    NO_LECTURER = "no_lecturer"
    OVER = "over"


def covers_for(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> tuple[Lecture, tuple[door.Cover, ...]]:
    """A lecture and who stands in for it.

    Raises:
        NotFound: the lecture is none of theirs.
    """
    lecture = lecture_for(session, staff, Permission.LECTURE_COVER, lecture_id, now=now, settings=settings)
    return lecture, door.covers_of(session, lecture_id)


@transaction
def name_cover(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, login: str
) -> Named:
    """Let the owner of a sign-in name run this lecture until it ends."""
    lecture = lecture_for(session, staff, Permission.LECTURE_COVER, lecture_id, now=now, settings=settings)
    if now >= lecture.ends_at:
        return Named.OVER
    account = accounts.find_account(session, login)
    if account is None:
        return Named.NO_LECTURER
    if account.id == staff.id:
        return Named.SELF
    if not _is_lecturer(session, now, settings, account.id):
        return Named.NO_LECTURER
    door.name_cover(session, lecture_id, account.id, now)
    _record(session, now, staff, "cover named", lecture_id, account.id)
    return Named.DONE


@transaction
def withdraw_cover(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, cover_id: int
) -> bool:
    """Take the right back, from this moment."""
    lecture_for(session, staff, Permission.LECTURE_COVER, lecture_id, now=now, settings=settings)
    if not door.withdraw_cover(session, lecture_id, cover_id, now):
        return False
    _record(session, now, staff, "cover withdrawn", lecture_id, cover_id)
    return True


@transaction
def restore_cover(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, cover_id: int
) -> bool:
    """Take a withdrawal back; the right is there again, if it would be given now."""
    lecture = lecture_for(session, staff, Permission.LECTURE_COVER, lecture_id, now=now, settings=settings)
    if now >= lecture.ends_at or not _is_lecturer(session, now, settings, cover_id):
        return False
    if not door.restore_cover(session, lecture_id, cover_id, now):
        return False
    _record(session, now, staff, "cover named", lecture_id, cover_id)
    return True


def _is_lecturer(session: Session, now: datetime, settings: AdminSettings, staff_id: int) -> bool:
    return roles.give(session, staff_id, settings.institution.day_of(now), Permission.LECTURE_SHOW, Width.OWN)


def _record(session: Session, now: datetime, staff: Staff, act: str, lecture_id: int, cover_id: int) -> None:
    record(session, now, staff, Permission.LECTURE_COVER, act, "lecture", lecture_id, after={"staff": cover_id})

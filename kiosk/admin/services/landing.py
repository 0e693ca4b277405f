"""Today's own sessions and what the screens show of them. No person but whoever asks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.lectures import lectures_between
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import pairing as screens


@dataclass(frozen=True)
class Today:
    """One session of today; `screens` is how many show it now."""

    lecture: Lecture
    screens: int


def todays_lectures(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> tuple[Today, ...]:
    """What somebody teaches, or stands in for, today."""
    zone = settings.institution.time_zone
    today = now.astimezone(zone).date()
    since, until = (datetime.combine(day, time.min, zone) for day in (today, today + timedelta(days=1)))
    found = lectures_between(session, staff, Permission.LECTURE_SHOW, since, until, now=now, settings=settings)
    showing = screens.count_showing(session, [lecture.id for lecture in found], now)
    return tuple(Today(lecture, showing[lecture.id]) for lecture in found)

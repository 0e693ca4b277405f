"""Today's own sessions and what the screens show of them. No person but whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.lectures import lectures_between
from kiosk.domain.lectures import Lecture, Phase
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import pairing as screens


@dataclass(frozen=True)
class Today:
    """One session of today; `screens` is how many show it now."""

    lecture: Lecture
    screens: int


@dataclass(frozen=True)
class Day:
    """Today, as somebody in a hurry needs it: `first` is what is on, or else what is next, and is not in `later`."""

    first: tuple[Today, ...]
    later: tuple[Today, ...]
    earlier: tuple[Today, ...]


def todays_lectures(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Day:
    """What somebody teaches, or stands in for, today."""
    zone = settings.institution.time_zone
    today = settings.institution.day_of(now)
    since, until = (datetime.combine(day, time.min, zone) for day in (today, today + timedelta(days=1)))
    found = lectures_between(session, staff, Permission.LECTURE_SHOW, since, until, now=now, settings=settings)
    showing = screens.count_showing(session, [lecture.id for lecture in found], now)
    return sort_day([Today(lecture, showing[lecture.id]) for lecture in found], now)


def sort_day(rows: Sequence[Today], now: datetime) -> Day:
    """A day's sessions, by what there is to do about them."""
    on = [row for row in rows if _is_on(row.lecture, now)]
    coming = [row for row in rows if row not in on and now < row.lecture.ends_at]
    following = [row for row in coming if row.lecture.phase(now) is Phase.EARLY]
    first = on or following[:1]
    later = [row for row in coming if row not in first]
    earlier = [row for row in rows if row not in on and row not in coming]
    return Day(tuple(first), tuple(later), tuple(earlier))


def _is_on(lecture: Lecture, now: datetime) -> bool:
    """It takes place now, or people can check in to it."""
    phase = lecture.phase(now)
    return phase is Phase.OPEN or (phase is Phase.CLOSED and lecture.starts_at <= now < lecture.ends_at)

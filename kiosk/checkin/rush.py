"""A lecture hall taps at once: plain check-ins are committed many at a time (decision 0022). Imports no Flask.

Plain is whoever scanned in time, by the timetable, at a session of a module they are enrolled in, with nothing recorded
there yet. Everybody else goes the ordinary way, one by one; so does everybody when anything stands in the way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.checkin.service import CheckedIn, Scanned, enrolled_in, is_same_group
from kiosk.domain.arrivals import Present, judge, status_of
from kiosk.store.doors import rush as door
from kiosk.store.doors.checkin import Arrived
from kiosk.store.transactions import transaction

IN_TIME = Present(late=False)


@dataclass(frozen=True)
class Tap:
    """Who taps, by a sign-in of which epoch, and their scan."""

    student_id: int
    epoch: int
    scan: Scanned


class Overtaken(Exception):
    """Somebody was quicker with one of the batch: all of it is undone."""


def is_plain(scan: Scanned) -> bool:
    """As far as the timetable alone can say."""
    return judge(scan.lecture, scan.at, enrolled=True) == IN_TIME


def check_in_together(
    session: Session, now: datetime, taps: Sequence[Tap], zone: tzinfo, commit: Callable[[Session], None]
) -> Sequence[CheckedIn | None]:
    """Check in whoever is plain, in one transaction; None says: go the ordinary way."""
    try:
        recorded = _check_in(session, now, taps, zone, commit)
    except (Overtaken, DBAPIError):
        recorded = {}
    return [recorded.get(place) for place in range(len(taps))]


@transaction
def _check_in(
    session: Session, now: datetime, taps: Sequence[Tap], zone: tzinfo, commit: Callable[[Session], None]
) -> Mapping[int, CheckedIn]:
    plain = _plain(session, now.astimezone(zone).date(), taps, zone)
    if plain:
        if not door.record_all(session, {taps[place].scan.nonce_hash: it for place, it in plain.items()}, now):
            raise Overtaken
        commit(session)
    return {place: CheckedIn(it.lecture_id, it.recorded) for place, it in plain.items()}


def _plain(session: Session, today: date, taps: Sequence[Tap], zone: tzinfo) -> Mapping[int, Arrived]:
    """By its place among the taps, what is to be written of each that is plain; of two for the same thing, the first."""
    students, lectures = {it.student_id for it in taps}, {it.scan.lecture.id: it.scan.lecture for it in taps}
    modules = {module.id for lecture in lectures.values() for module in lecture.modules}
    enrolled = door.enrolled_among(session, students, modules, today)
    taken: set[object] = set(door.recorded_among(session, lectures, students))
    plain = {}
    for place, tap in enumerate(taps):
        arrived = _arrived(tap, enrolled.get(tap.student_id), zone)
        keys = {(tap.scan.lecture.id, tap.student_id), tap.scan.nonce_hash}
        if arrived is not None and not keys & taken:
            plain[place] = arrived
            taken |= keys
    return plain


def _arrived(tap: Tap, enrolled: door.Enrolled | None, zone: tzinfo) -> Arrived | None:
    lecture, at = tap.scan.lecture, tap.scan.at
    if enrolled is None or enrolled.epoch != tap.epoch:
        return None
    own = enrolled_in(lecture, enrolled.enrolments, zone)
    if not own:
        return None
    other_group = not any(is_same_group(lecture, it) for it in own)
    return Arrived(lecture.id, tap.student_id, status_of(lecture, IN_TIME), "qr", other_group, at)

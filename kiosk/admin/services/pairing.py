"""Approving a screen from somebody's own phone: place, session, one number of three. Knows no request."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.journal import record
from kiosk.admin.services.lectures import lecture_for, lectures_between
from kiosk.domain.lectures import Lecture, RoomRef
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import pairing as door
from kiosk.store.doors.admin.lectures import rooms_in_use
from kiosk.store.transactions import transaction

AHEAD = timedelta(hours=12)
SOON = timedelta(hours=2)
AFTERWARDS = timedelta(minutes=10)
ROOM_SCREEN = timedelta(days=30)


class Gone(StrEnum):
    """Why there is nothing to approve."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True)
class Place:
    """What a screen is to show: one lecture, or one room's timetable."""

    lecture_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True)
class Offer:
    """A screen that asks, and what it could show."""

    pairing: door.Pairing
    lectures: tuple[Lecture, ...]
    chosen: Place
    rooms: tuple[RoomRef, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Approved:
    place: Place


@dataclass(frozen=True)
class Refused:
    """The number was not the screen's."""


def offer(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, code: str, wanted: Place
) -> Offer | Gone:
    """What there is to choose for a screen with this code; what somebody came here for is chosen already."""
    found = _live(session, now, code)
    if isinstance(found, Gone):
        return found
    lectures, rooms = _choices(session, now, settings, staff), _rooms(session, staff)
    if wanted.lecture_id in {lecture.id for lecture in lectures}:
        chosen = Place(lecture_id=wanted.lecture_id)
    elif wanted.room_id in {room.id for room in rooms}:
        chosen = Place(room_id=wanted.room_id)
    else:
        chosen = Place(lecture_id=_likeliest(lectures, now))
    return Offer(found, lectures, chosen, rooms, match_numbers(found, settings.secret_key))


def find_room(session: Session, staff: Staff, room_id: int | None) -> RoomRef | None:
    """A room whose screens somebody may approve."""
    return next((room for room in _rooms(session, staff) if room.id == room_id), None)


@transaction
def answer(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, code: str, place: Place, number: int | None
) -> Approved | Refused | Gone:
    """Give a screen its one answer. A number that is not on the screen refuses it.

    Raises:
        NotFound: the lecture or the room is none of theirs.
    """
    found = _live(session, now, code)
    if isinstance(found, Gone):
        return found
    expires_at = _expires_at(session, now, settings, staff, place)
    refused = number != found.match_number
    if not door.answer(session, found.id, now, refused=refused):
        return Gone.USED
    permission = Permission.ROOM_MANAGE if place.room_id else Permission.LECTURE_SHOW
    if refused:
        _record(session, now, staff, permission, "screen refused", "pairing", found.id, place)
        return Refused()
    screen_id = door.add_screen(
        session, found.secret_hash, now, expires_at, lecture_id=place.lecture_id, room_id=place.room_id
    )
    _record(session, now, staff, permission, "screen approved", "screen", screen_id, place)
    return Approved(place)


def is_waiting(session: Session, now: datetime, code: str) -> bool:
    """Whether a screen with this code still waits for its answer."""
    return not isinstance(_live(session, now, code), Gone)


def match_numbers(pairing: door.Pairing, key: str) -> tuple[int, ...]:
    """The screen's number among two others; always the same three, so that a reload gives nothing away."""
    digest = hmac.digest(key.encode(), b"match/" + pairing.secret_hash.encode(), "sha256")
    others = [
        number for number in dict.fromkeys(10 + byte % 90 for byte in digest[1:]) if number != pairing.match_number
    ]
    numbers = others[:2]
    numbers.insert(digest[0] % 3, pairing.match_number)
    return tuple(numbers)


def _live(session: Session, now: datetime, code: str) -> door.Pairing | Gone:
    found = door.find_pairing(session, code)
    if found is None:
        return Gone.UNKNOWN
    if found.answered:
        return Gone.USED
    return found if found.is_live(now) else Gone.EXPIRED


def _choices(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> tuple[Lecture, ...]:
    """Own lectures that are on or begin soon; when there are none, the next one."""
    found = lectures_between(session, staff, Permission.LECTURE_SHOW, now, now + AHEAD, now=now, settings=settings)
    wanted = [lecture for lecture in found if not lecture.cancelled and not lecture.voided]
    soon = [lecture for lecture in wanted if lecture.starts_at <= now + SOON]
    return tuple(soon or wanted[:1])


def _likeliest(lectures: tuple[Lecture, ...], now: datetime) -> int | None:
    """The one whose start is nearest, since screens are paired around it; nobody's choice when two begin together."""
    nearest = sorted(lectures, key=lambda lecture: abs(lecture.starts_at - now))
    if len(nearest) > 1 and nearest[0].starts_at == nearest[1].starts_at:
        return None
    return nearest[0].id if nearest else None


def _expires_at(session: Session, now: datetime, settings: AdminSettings, staff: Staff, place: Place) -> datetime:
    """When the screen's right ends; settles, before anything is written, that the place is one of theirs."""
    if place.lecture_id is not None:
        lecture = lecture_for(session, staff, Permission.LECTURE_SHOW, place.lecture_id, now=now, settings=settings)
        if now >= lecture.ends_at:
            raise NotFound
        return lecture.ends_at + AFTERWARDS
    if find_room(session, staff, place.room_id) is None:
        raise NotFound
    return now + ROOM_SCREEN


def _rooms(session: Session, staff: Staff) -> tuple[RoomRef, ...]:
    return rooms_in_use(session) if staff.scope(Permission.ROOM_MANAGE).everywhere else ()


def _record(
    session: Session,
    now: datetime,
    staff: Staff,
    permission: Permission,
    act: str,
    thing: str,
    thing_id: int,
    place: Place,
) -> None:
    after = {"lecture": place.lecture_id, "room": place.room_id}
    record(session, now, staff, permission, act, thing, thing_id, after=after)

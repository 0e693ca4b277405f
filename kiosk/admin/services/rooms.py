"""Rooms, their screens and keys, and lectern networks, each act with its row in the journal. Knows no request."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.journal import record
from kiosk.domain.hashes import hash_secret
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import rooms as door
from kiosk.store.doors.admin.rooms import LecternNetwork, Room, RoomKey, RoomScreen, Sighting
from kiosk.store.transactions import transaction

LIVE = timedelta(minutes=1)
LAPSES_AFTER = timedelta(days=30)


class ScreenState(StrEnum):
    live = "live"
    quiet = "quiet"
    lapsed = "lapsed"
    stopped = "stopped"


@dataclass(frozen=True)
class ScreenLine:
    """A screen as the room's page shows it: `shows` is a lecture's code and start, while it is live and shows one."""

    screen: RoomScreen
    state: ScreenState
    shows: tuple[str, datetime] | None


@dataclass(frozen=True)
class KeyLine:
    key: RoomKey
    live_count: int
    last_seen_at: datetime | None


@dataclass(frozen=True)
class RoomLine:
    room: Room
    live_count: int
    screen_count: int
    key_count: int


@dataclass(frozen=True)
class Seen:
    room: Room
    screens: tuple[ScreenLine, ...]
    keys: tuple[KeyLine, ...]
    coming: int


@dataclass(frozen=True)
class Saved:
    room: Room


@dataclass(frozen=True)
class CodeTaken:
    """Another room has this code, perhaps an archived one."""


@dataclass(frozen=True)
class Clash:
    """Somebody else saved or archived the room in between: as it is now."""

    room: Room


@dataclass(frozen=True)
class Covered:
    """The network is listed already, by itself or within a wider one."""

    by: LecternNetwork


def list_rooms(session: Session, now: datetime, search: str, *, archived: bool) -> tuple[RoomLine, ...]:
    """Rooms whose code or name has every word of the search, with what runs in them."""
    words = search.casefold().split()
    found = door.rooms(session, archived=archived)
    kept = [room for room in found if all(word in f"{room.code} {room.name}".casefold() for word in words)]
    screens, keys = defaultdict(list), defaultdict(list)
    for screen in door.room_screens(session):
        screens[screen.room_id].append(screen)
    for key in door.room_keys(session, seen_since=now - LIVE):
        keys[key.room_id].append(key)
    return tuple(_room_line(room, screens[room.id], keys[room.id], now) for room in kept)


def count_rooms(session: Session, *, archived: bool) -> int:
    return len(door.rooms(session, archived=archived))


def find_room(session: Session, room_id: int) -> Room | None:
    return door.room_by_id(session, room_id)


def see_room(session: Session, now: datetime, room_id: int) -> Seen | None:
    """A room with its screens and keys."""
    room = door.room_by_id(session, room_id)
    if room is None:
        return None
    screens = door.room_screens(session, [room_id])
    codes = door.lecture_codes(session, [s.sighting.lecture_id for s in screens if s.sighting])
    lines = tuple(_screen_line(screen, codes, now) for screen in screens)
    keys = door.room_keys(session, [room_id], seen_since=now - LAPSES_AFTER)
    return Seen(room, lines, tuple(_key_line(key, now) for key in keys), door.coming_lectures_in(session, room_id, now))


def networks(session: Session) -> tuple[LecternNetwork, ...]:
    return door.lectern_networks(session)


@transaction
def create(session: Session, now: datetime, staff: Staff, code: str, name: str) -> Saved | CodeTaken:
    if door.has_room_code(session, code):
        return CodeTaken()
    try:
        room_id = door.add_room(session, code, name)
    except IntegrityError:  # made by somebody else since the line above
        session.rollback()
        return CodeTaken()
    _note(session, now, staff, "room.create", "room", room_id, after={"code": code, "name": name})
    return Saved(Room(room_id, code, name, None))


@transaction
def change(
    session: Session, now: datetime, staff: Staff, room_id: int, was: tuple[str, str], code: str, name: str
) -> Saved | CodeTaken | Clash | None:
    """Save over what the room was when its form was opened."""
    room = door.room_by_id(session, room_id)
    if room is None:
        return None
    if was != (room.code, room.name) or room.archived_at:
        return Clash(room)
    if door.has_room_code(session, code, besides=room_id):
        return CodeTaken()
    try:
        if not door.change_room(session, room, code, name):
            session.rollback()
            return Clash(door.room_by_id(session, room_id) or room)
    except IntegrityError:
        session.rollback()
        return CodeTaken()
    before, after = {"code": room.code, "name": room.name}, {"code": code, "name": name}
    if before != after:
        _note(session, now, staff, "room.change", "room", room_id, before, after)
    return Saved(Room(room_id, code, name, None))


@transaction
def set_archived(session: Session, now: datetime, staff: Staff, room_id: int, *, archived: bool) -> Room | None:
    """Archive or restore a room; twice is the same as once. Its screens stay as they are, so that Undo is whole."""
    room = door.room_by_id(session, room_id)
    if room and door.set_room_archived(session, room_id, now if archived else None):
        act = "room.archive" if archived else "room.restore"
        _note(session, now, staff, act, "room", room_id, {"archived": not archived}, {"archived": archived})
    return room


@transaction
def stop_screen(session: Session, now: datetime, staff: Staff, room_id: int, screen_id: int) -> bool:
    """Stop a room's screen for good; whether the room has such a screen."""
    if door.stop_screen(session, room_id, screen_id, now):
        _note(session, now, staff, "screen.stop", "screen", screen_id, after={"room_id": room_id})
    return any(screen.id == screen_id for screen in door.room_screens(session, [room_id]))


@transaction
def make_key(session: Session, now: datetime, staff: Staff, room_id: int, label: str, secret: str) -> int | None:
    """Keep the hash of a new room key; the secret itself is shown once and kept nowhere."""
    room = door.room_by_id(session, room_id)
    if room is None or room.archived_at:
        return None
    key_id = door.add_room_key(session, room_id, label, hash_secret(secret), now)
    _note(session, now, staff, "room_key.make", "room_key", key_id, after={"room_id": room_id, "label": label})
    return key_id


@transaction
def revoke_key(session: Session, now: datetime, staff: Staff, room_id: int, key_id: int) -> bool:
    """Revoke a room's key, and with it every screen it started; whether the room has such a key."""
    if door.revoke_room_key(session, room_id, key_id, now):
        _note(session, now, staff, "room_key.revoke", "room_key", key_id, after={"room_id": room_id})
    return any(key.id == key_id for key in door.room_keys(session, [room_id], seen_since=now))


@transaction
def add_network(session: Session, now: datetime, staff: Staff, cidr: str, label: str) -> int | Covered:
    """List a network, unless it is listed already."""
    covering = _covering(door.lectern_networks(session), cidr)
    if covering:
        return Covered(covering)
    try:
        network_id = door.add_lectern_network(session, cidr, label)
    except IntegrityError:
        session.rollback()
        return Covered(LecternNetwork(0, cidr, label))
    after = {"cidr": cidr, "label": label}
    _note(session, now, staff, "lectern_network.add", "lectern_network", network_id, after=after)
    return network_id


@transaction
def remove_network(session: Session, now: datetime, staff: Staff, network_id: int) -> LecternNetwork | None:
    """Take a network off the list; what it was, for an Undo."""
    found = next((network for network in door.lectern_networks(session) if network.id == network_id), None)
    if found and door.remove_lectern_network(session, network_id):
        before = {"cidr": found.cidr, "label": found.label}
        _note(session, now, staff, "lectern_network.remove", "lectern_network", network_id, before)
    return found


def _covering(listed: Sequence[LecternNetwork], cidr: str) -> LecternNetwork | None:
    new = ip_network(cidr)
    for network in listed:
        old = ip_network(network.cidr)
        if old.version == new.version and new.subnet_of(old):  # type: ignore[arg-type]
            return network
    return None


def _room_line(room: Room, screens: Sequence[RoomScreen], keys: Sequence[RoomKey], now: datetime) -> RoomLine:
    states = [_state(screen, now) for screen in screens]
    good_keys = [key for key in keys if key.revoked_at is None]
    started = sum(len(key.sightings) for key in good_keys)
    running = [state for state in states if state in (ScreenState.live, ScreenState.quiet)]
    return RoomLine(room, states.count(ScreenState.live) + started, len(running) + started, len(good_keys))


def _screen_line(screen: RoomScreen, codes: Mapping[int, tuple[str, datetime]], now: datetime) -> ScreenLine:
    state = _state(screen, now)
    shown = screen.sighting.lecture_id if screen.sighting and state == ScreenState.live else 0
    return ScreenLine(screen, state, codes.get(shown))


def _state(screen: RoomScreen, now: datetime) -> ScreenState:
    if screen.revoked_at:
        return ScreenState.stopped
    if screen.sighting and is_live(screen.sighting, now):
        return ScreenState.live
    last = max(screen.approved_at, screen.sighting.seen_at) if screen.sighting else screen.approved_at
    return ScreenState.lapsed if now - last > LAPSES_AFTER else ScreenState.quiet


def _key_line(key: RoomKey, now: datetime) -> KeyLine:
    live = 0 if key.revoked_at else sum(is_live(sighting, now) for sighting in key.sightings)
    return KeyLine(key, live, max((sighting.seen_at for sighting in key.sightings), default=None))


def is_live(sighting: Sighting, now: datetime) -> bool:
    return now - sighting.seen_at <= LIVE


def _note(
    session: Session,
    now: datetime,
    staff: Staff,
    act: str,
    thing: str,
    thing_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(session, now, staff, Permission.ROOM_MANAGE, act, thing, thing_id, before, after)

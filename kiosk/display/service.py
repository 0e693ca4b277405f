"""What a screen may ask of the register's board: a pairing, and what to show. Knows no Flask and no person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, RoomRef, WindowPolicy
from kiosk.store.doors import display as door
from kiosk.store.doors.display import PairingAsked, ScreenLet, Sighting
from kiosk.store.transactions import transaction

SPOKEN_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
SPOKEN_LETTERS = 8
PAIRING_LIFE = timedelta(minutes=10)
SILENCE_LIMIT = timedelta(days=30)
LOOK_AHEAD = timedelta(hours=14)
ASKED_AT_MOST = 300
"""Pairings that may wait at one address at once: a campus behind one address at nine o'clock, and an end to mischief."""
LEFT_ALONE = timedelta(seconds=30)
"""A pairing whose screen asked for no answer for so long gives way to others."""

POLL_SECONDS = 2
SLOWER_BY_SECONDS = 5
SLOWEST_SECONDS = 60
EARLY_SECONDS = 0.5

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Credential:
    """What a browser brings: a screen's secret, hashed, or a room key it was started with; and where it is."""

    secret_hash: str = ""
    room_key_id: int = 0
    nonce_hash: str = ""
    address: Address | None = None


@dataclass(frozen=True)
class Viewer:
    """A screen that may show a board: a room's, or one lecture's."""

    ref: str
    screen_id: int | None
    room_key_id: int | None
    room: RoomRef | None
    lecture_id: int | None


@dataclass(frozen=True)
class Sight:
    """A screen and the lectures it may show the codes of."""

    viewer: Viewer
    lectures: tuple[Lecture, ...]


class Standing(StrEnum):
    """Where a browser without a live screen stands."""

    UNKNOWN = "unknown"
    ASKING = "asking"
    REFUSED = "refused"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True)
class PollAnswer:
    answer: str
    seconds: int
    slow_down: bool = False


@transaction
def ask(session: Session, secret_hash: str, address: str, now: datetime, chance: Random) -> bool:
    """Ask for a pairing; False when this address has asked for too many."""
    if door.count_pairings(session, address, now - LEFT_ALONE) >= ASKED_AT_MOST:
        return False
    spoken_code = _draw(chance)
    while door.is_spoken(session, spoken_code):
        spoken_code = _draw(chance)
    door.add_pairing(
        session,
        spoken_code=spoken_code,
        secret_hash=secret_hash,
        match_number=chance.randint(10, 99),
        address=address,
        asked_at=now,
        expires_at=now + PAIRING_LIFE,
    )
    return True


@transaction
def poll(session: Session, secret_hash: str, now: datetime) -> PollAnswer:
    """How far a pairing got; a screen that asks too fast is told to ask more slowly (RFC 8628, 3.5)."""
    asked = door.pairing_of(session, secret_hash)
    if asked is None:
        return PollAnswer("expired", POLL_SECONDS)
    if asked.refused_at is not None:
        return PollAnswer("refused", asked.poll_seconds)
    if asked.answered_at is not None:
        return PollAnswer("approved", asked.poll_seconds)
    if now >= asked.expires_at:
        return PollAnswer("expired", asked.poll_seconds)
    soonest = asked.polled_at and asked.polled_at + timedelta(seconds=asked.poll_seconds - EARLY_SECONDS)
    hasty = soonest is not None and now < soonest
    seconds = min(asked.poll_seconds + SLOWER_BY_SECONDS * hasty, SLOWEST_SECONDS)
    door.note_poll(session, asked.id, now, seconds)
    return PollAnswer("waiting", seconds, slow_down=hasty)


@transaction
def standing(session: Session, credential: Credential, now: datetime) -> tuple[Standing, PairingAsked | None]:
    """Where a browser stands that has no live screen, and its pairing while it waits for an answer."""
    let = next(iter(door.screens_of(session, [credential.secret_hash])), None)
    if let is not None:
        ended = let.revoked_at is None and let.lecture_id is not None
        return (Standing.ENDED if ended else Standing.STOPPED), None
    asked = door.pairing_of(session, credential.secret_hash)
    if asked is None:
        return (Standing.STOPPED if credential.room_key_id else Standing.UNKNOWN), None
    if asked.refused_at is not None:
        return Standing.REFUSED, None
    is_open = asked.answered_at is None and now < asked.expires_at
    return (Standing.ASKING, asked) if is_open else (Standing.UNKNOWN, None)


@transaction
def exchange(session: Session, secret_hash: str, address: Address | None) -> int | None:
    """The id of a room key, asked for from a lectern network; None for everybody else."""
    key = door.room_key_of(session, secret_hash)
    if key is None or key.revoked_at is not None or not _is_lectern(address, door.lectern_networks(session)):
        return None
    return key.id


@transaction
def look(
    session: Session, credentials: Collection[Credential], now: datetime, policy: WindowPolicy, zone: ZoneInfo
) -> dict[Credential, Sight]:
    """What each of these browsers may show. One that is missing from the answer may show nothing."""
    viewers = _viewers(session, credentials, now)
    lectures = door.lectures_for(
        session,
        now,
        horizon(now, zone),
        policy,
        room_ids={it.room.id for it in viewers.values() if it.room},
        lecture_ids={it.lecture_id for it in viewers.values() if it.lecture_id},
    )
    by_room: dict[int, list[Lecture]] = defaultdict(list)
    for it in lectures:
        for place in it.rooms:
            by_room[place.id].append(it)
    by_id = {it.id: [it] for it in lectures}
    stops = door.stops(session, {it.ref for it in viewers.values()})
    sights = {}
    for credential, viewer in viewers.items():
        own = by_room[viewer.room.id] if viewer.room else by_id.get(viewer.lecture_id or 0, [])
        sights[credential] = Sight(viewer, tuple(it for it in own if (viewer.ref, it.id) not in stops))
    return sights


def horizon(now: datetime, zone: ZoneInfo) -> datetime:
    """How far ahead a room's screen looks: all of today, or else it could not say that nothing comes; and the morning."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return max(datetime.combine(tomorrow, time.min, zone), now + LOOK_AHEAD)


@transaction
def note_sightings(session: Session, seen: Iterable[Sighting]) -> None:
    door.note_sightings(session, seen)


@transaction
def note_showing(session: Session, lecture_ids: Iterable[int], at: datetime) -> None:
    door.note_showing(session, lecture_ids, at)


def _draw(chance: Random) -> str:
    return "".join(chance.choice(SPOKEN_ALPHABET) for _ in range(SPOKEN_LETTERS))


def _viewers(session: Session, credentials: Collection[Credential], now: datetime) -> dict[Credential, Viewer]:
    live = _live_screens(session, {it.secret_hash for it in credentials if it.secret_hash}, now)
    keys = door.room_keys(session, {it.room_key_id for it in credentials if it.room_key_id})
    networks = door.lectern_networks(session) if keys else ()
    ids = {it.room_id for it in live.values() if it.room_id} | {it.room_id for it in keys.values()}
    rooms = door.rooms(session, ids)
    found = {}
    for credential in credentials:
        screen, key = live.get(credential.secret_hash), keys.get(credential.room_key_id)
        if screen is not None:
            room = rooms.get(screen.room_id or 0)
            found[credential] = Viewer(f"s{screen.id}", screen.id, None, room, screen.lecture_id)
        elif key is not None and key.revoked_at is None and _is_lectern(credential.address, networks):
            ref = f"k{key.id}-{credential.nonce_hash}"
            found[credential] = Viewer(ref, None, key.id, rooms.get(key.room_id), None)
    return found


def _live_screens(session: Session, secret_hashes: Collection[str], now: datetime) -> Mapping[str, ScreenLet]:
    """Screens that may show something: not stopped, a lecture's not over, a room's not silent for thirty days."""
    let = [it for it in door.screens_of(session, secret_hashes) if it.revoked_at is None]
    old = [it.id for it in let if it.room_id and now - it.approved_at >= SILENCE_LIMIT]
    seen = door.last_seen(session, old)
    live = {}
    for it in let:
        ends_at = it.expires_at if it.room_id is None else seen.get(it.id, it.approved_at) + SILENCE_LIMIT
        if now < ends_at:
            live[it.secret_hash] = it
    return live


def _is_lectern(address: Address | None, networks: Iterable[str]) -> bool:
    return address is not None and any(address in _network(it) for it in networks)


@lru_cache(maxsize=1024)
def _network(cidr: str) -> IPv4Network | IPv6Network:
    return ip_network(cidr, strict=False)

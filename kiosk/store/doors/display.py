"""The display's door: pairings, screens, room keys, sightings. Knows no person, and reads named columns only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, RoomRef, WindowPolicy
from kiosk.store.doors.board import is_near, lectures_where, widest_windows
from kiosk.store.statements import in_parts, insert_into
from kiosk.store.tables.board import lecture, lecture_room, room, showing
from kiosk.store.tables.screens import lectern_network, pairing, room_key, screen, screen_stop, sighting


@dataclass(frozen=True)
class PairingAsked:
    """A screen that asks to be let in, and how far it got."""

    id: int
    spoken_code: str
    match_number: int
    expires_at: datetime
    polled_at: datetime | None
    poll_seconds: int
    refused_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True)
class ScreenLet:
    """A screen somebody let in: for one lecture, or for a room."""

    id: int
    secret_hash: str
    room_id: int | None
    lecture_id: int | None
    approved_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class RoomKey:
    id: int
    room_id: int
    revoked_at: datetime | None


@dataclass(frozen=True)
class Sighting:
    """That a screen was on, and the lecture it showed then."""

    screen_ref: str
    screen_id: int | None
    room_key_id: int | None
    lecture_id: int | None
    seen_at: datetime


def add_pairing(
    session: Session,
    *,
    spoken_code: str,
    secret_hash: str,
    match_number: int,
    address: str,
    asked_at: datetime,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(pairing).values(
            spoken_code=spoken_code,
            secret_hash=secret_hash,
            match_number=match_number,
            address=address,
            asked_at=asked_at,
            expires_at=expires_at,
        )
    )


def pairing_of(session: Session, secret_hash: str) -> PairingAsked | None:
    """The pairing asked for with a secret."""
    columns = [pairing.c[name] for name in PairingAsked.__dataclass_fields__]
    row = session.execute(select(*columns).where(pairing.c.secret_hash == secret_hash)).one_or_none()
    return PairingAsked(*row) if row else None


def is_spoken(session: Session, spoken_code: str) -> bool:
    """Whether eight letters are in use, now or by a pairing not yet purged."""
    return session.execute(select(pairing.c.id).where(pairing.c.spoken_code == spoken_code)).first() is not None


def count_pairings(session: Session, address: str, since: datetime) -> int:
    """How many pairings wait at an address whose screens asked, or asked again, since then."""
    query = select(func.count(pairing.c.id)).where(
        pairing.c.address == address,
        pairing.c.answered_at.is_(None),
        func.coalesce(pairing.c.polled_at, pairing.c.asked_at) > since,
    )
    return int(session.execute(query).scalar_one())


def note_poll(session: Session, pairing_id: int, polled_at: datetime, poll_seconds: int) -> None:
    session.execute(
        update(pairing).where(pairing.c.id == pairing_id).values(polled_at=polled_at, poll_seconds=poll_seconds)
    )


def screens_of(session: Session, secret_hashes: Collection[str]) -> tuple[ScreenLet, ...]:
    """The screens let in with these secrets, revoked ones too."""
    columns = [screen.c[name] for name in ScreenLet.__dataclass_fields__]
    return tuple(
        ScreenLet(*row)
        for part in in_parts(secret_hashes)
        for row in session.execute(select(*columns).where(screen.c.secret_hash.in_(part)))
    )


def room_key_of(session: Session, secret_hash: str) -> RoomKey | None:
    query = select(room_key.c.id, room_key.c.room_id, room_key.c.revoked_at)
    row = session.execute(query.where(room_key.c.secret_hash == secret_hash)).one_or_none()
    return RoomKey(*row) if row else None


def room_keys(session: Session, ids: Collection[int]) -> Mapping[int, RoomKey]:
    query = select(room_key.c.id, room_key.c.room_id, room_key.c.revoked_at)
    return {
        row.id: RoomKey(*row) for part in in_parts(ids) for row in session.execute(query.where(room_key.c.id.in_(part)))
    }


def lectern_networks(session: Session) -> tuple[str, ...]:
    """The networks lecterns are in, as CIDR."""
    return tuple(session.execute(select(lectern_network.c.cidr)).scalars())


def rooms(session: Session, ids: Collection[int]) -> Mapping[int, RoomRef]:
    query = select(room.c.id, room.c.code, room.c.name)
    return {
        row.id: RoomRef(*row) for part in in_parts(ids) for row in session.execute(query.where(room.c.id.in_(part)))
    }


def last_seen(session: Session, screen_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each screen was last on."""
    query = select(sighting.c.screen_id, sighting.c.seen_at)
    return {
        row.screen_id: row.seen_at
        for part in in_parts(screen_ids)
        for row in session.execute(query.where(sighting.c.screen_id.in_(part)))
    }


def stops(session: Session, refs: Collection[str]) -> frozenset[tuple[str, int]]:
    """Which of these screens were told not to show which lecture."""
    query = select(screen_stop.c.screen_ref, screen_stop.c.lecture_id)
    return frozenset(
        (row.screen_ref, row.lecture_id)
        for part in in_parts(refs)
        for row in session.execute(query.where(screen_stop.c.screen_ref.in_(part)))
    )


def lectures_for(
    session: Session,
    now: datetime,
    until: datetime,
    policy: WindowPolicy,
    *,
    room_ids: Collection[int],
    lecture_ids: Collection[int],
) -> tuple[Lecture, ...]:
    """The lectures of rooms, from shortly before now until then, and those named, whenever they are."""
    found: dict[int, Lecture] = {}
    is_then = is_near(now, until, widest_windows(session, policy))
    for part in in_parts(room_ids):
        there = select(lecture_room.c.lecture_id).where(lecture_room.c.room_id.in_(part))
        found |= {it.id: it for it in lectures_where(session, policy, [is_then, lecture.c.id.in_(there)])}
    for part in in_parts(set(lecture_ids) - found.keys()):
        found |= {it.id: it for it in lectures_where(session, policy, [lecture.c.id.in_(part)])}
    return tuple(found.values())


def note_sightings(session: Session, seen: Iterable[Sighting]) -> None:
    """Keep when each screen was last on; a screen with another process is fine, the later word stands."""
    # What changes is given twice: to take it from the refused row, this wing would need to read that column.
    statement = insert_into(session, sighting).values({name: bindparam(name) for name in Sighting.__dataclass_fields__})
    changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("lecture_id", "seen_at")}
    rows = [{**vars(it), "new_lecture_id": it.lecture_id, "new_seen_at": it.seen_at} for it in seen]
    if rows:
        session.execute(statement.on_conflict_do_update(index_elements=[sighting.c.screen_ref], set_=changes), rows)


def note_showing(session: Session, lecture_ids: Iterable[int], at: datetime) -> None:
    """Keep the first time each lecture's code was on a screen."""
    rows = [{"lecture_id": lecture_id, "first_shown_at": at} for lecture_id in lecture_ids]
    if rows:
        statement = insert_into(session, showing)
        session.execute(statement.on_conflict_do_nothing(index_elements=[showing.c.lecture_id]), rows)

"""The admin wing's door to rooms, their screens and keys, and lectern networks. Knows no person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.store.tables.board import lecture, lecture_module, lecture_room, module, room
from kiosk.store.tables.screens import lectern_network, room_key, screen, sighting


@dataclass(frozen=True)
class Room:
    id: int
    code: str
    name: str
    archived_at: datetime | None


@dataclass(frozen=True)
class Sighting:
    """When a screen last said that it is there, and the lecture it showed then; 0 stands for none."""

    seen_at: datetime
    lecture_id: int


@dataclass(frozen=True)
class RoomScreen:
    id: int
    room_id: int
    approved_at: datetime
    revoked_at: datetime | None
    sighting: Sighting | None


@dataclass(frozen=True)
class RoomKey:
    id: int
    room_id: int
    label: str
    made_at: datetime
    revoked_at: datetime | None
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True)
class LecternNetwork:
    id: int
    cidr: str
    label: str


_ROOM = [room.c.id, room.c.code, room.c.name, room.c.archived_at]
_SCREEN = [screen.c.id, screen.c.room_id, screen.c.approved_at, screen.c.revoked_at]
_KEY = [room_key.c.id, room_key.c.room_id, room_key.c.label, room_key.c.made_at, room_key.c.revoked_at]


def codes_of(session: Session, room_ids: Iterable[int]) -> dict[int, str]:
    """The codes of some rooms, archived ones among them."""
    query = select(room.c.id, room.c.code).where(room.c.id.in_(sorted(set(room_ids))))
    return {row.id: row.code for row in session.execute(query)}


def rooms(session: Session, *, archived: bool) -> tuple[Room, ...]:
    """Every room in use, or every archived one, by code."""
    is_archived = room.c.archived_at.is_not(None) if archived else room.c.archived_at.is_(None)
    return tuple(Room(*row) for row in session.execute(select(*_ROOM).where(is_archived).order_by(room.c.code)))


def room_by_id(session: Session, room_id: int) -> Room | None:
    row = session.execute(select(*_ROOM).where(room.c.id == room_id)).first()
    return Room(*row) if row else None


def has_room_code(session: Session, code: str, *, besides: int = 0) -> bool:
    query = select(room.c.id).where(func.lower(room.c.code) == code.lower(), room.c.id != besides)
    return session.execute(query).first() is not None


def add_room(session: Session, code: str, name: str) -> int:
    return session.execute(insert(room).values(code=code, name=name).returning(room.c.id)).scalar_one()


def change_room(session: Session, before: Room, code: str, name: str) -> bool:
    """Write code and name unless somebody else wrote since `before` was read; whether they were written."""
    unchanged = (room.c.code == before.code, room.c.name == before.name, room.c.archived_at.is_(None))
    return _changed(session, update(room).where(room.c.id == before.id, *unchanged).values(code=code, name=name))


def set_room_archived(session: Session, room_id: int, archived_at: datetime | None) -> bool:
    differs = room.c.archived_at.is_(None) if archived_at else room.c.archived_at.is_not(None)
    return _changed(session, update(room).where(room.c.id == room_id, differs).values(archived_at=archived_at))


def coming_lectures_in(session: Session, room_id: int, now: datetime) -> int:
    """How many lectures in a room are still to come and not cancelled."""
    query = (
        select(func.count(lecture.c.id))
        .join(lecture_room, lecture_room.c.lecture_id == lecture.c.id)
        .where(lecture_room.c.room_id == room_id, lecture.c.starts_at > now, lecture.c.cancelled_at.is_(None))
    )
    return session.execute(query).scalar_one()


# Screens -----------------------------------------------------------------------------------------


def room_screens(session: Session, room_ids: Sequence[int] = ()) -> tuple[RoomScreen, ...]:
    """The permanent screens of these rooms, or of all; the newest first."""
    query = (
        select(*_SCREEN, sighting.c.seen_at, sighting.c.lecture_id)
        .join_from(screen, sighting, sighting.c.screen_id == screen.c.id, isouter=True)
        .where(_of(screen.c.room_id, room_ids))
        .order_by(screen.c.approved_at.desc(), screen.c.id)
    )
    return tuple(RoomScreen(*row[:4], _sighting(row)) for row in session.execute(query))


def stop_screen(session: Session, room_id: int, screen_id: int, revoked_at: datetime) -> bool:
    """Revoke a room's screen; whether it was still running."""
    its = (screen.c.id == screen_id, screen.c.room_id == room_id, screen.c.revoked_at.is_(None))
    return _changed(session, update(screen).where(*its).values(revoked_at=revoked_at))


def lecture_codes(session: Session, lecture_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    """What screens show, in words: the modules' codes and the start, by lecture."""
    query = (
        select(lecture.c.id, lecture.c.starts_at, module.c.code)
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .join(module, module.c.id == lecture_module.c.module_id)
        .where(lecture.c.id.in_(sorted(set(lecture_ids))))
        .order_by(module.c.code)
    )
    codes: dict[int, list[str]] = {}
    starts: dict[int, datetime] = {}
    for row in session.execute(query):
        codes.setdefault(row.id, []).append(row.code)
        starts[row.id] = row.starts_at
    return {lecture_id: (" / ".join(dict.fromkeys(found)), starts[lecture_id]) for lecture_id, found in codes.items()}


# Room keys ---------------------------------------------------------------------------------------


def room_keys(session: Session, room_ids: Sequence[int] = (), *, seen_since: datetime) -> tuple[RoomKey, ...]:
    """The keys of these rooms, or of all, with the lecterns seen since an instant; the newest first."""
    found = session.execute(select(*_KEY).where(_of(room_key.c.room_id, room_ids)).order_by(room_key.c.made_at.desc()))
    seen: dict[int, list[Sighting]] = {}
    columns = (sighting.c.room_key_id, sighting.c.seen_at, sighting.c.lecture_id)
    recent = select(*columns).where(sighting.c.room_key_id.is_not(None), sighting.c.seen_at >= seen_since)
    for row in session.execute(recent.order_by(sighting.c.seen_at.desc())):
        seen.setdefault(row.room_key_id, []).append(Sighting(row.seen_at, row.lecture_id or 0))
    return tuple(
        RoomKey(row.id, row.room_id, row.label, row.made_at, row.revoked_at, tuple(seen.get(row.id, ())))
        for row in found
    )


def add_room_key(session: Session, room_id: int, label: str, secret_hash: str, made_at: datetime) -> int:
    values = {"room_id": room_id, "label": label, "secret_hash": secret_hash, "made_at": made_at}
    return session.execute(insert(room_key).values(**values).returning(room_key.c.id)).scalar_one()


def revoke_room_key(session: Session, room_id: int, key_id: int, revoked_at: datetime) -> bool:
    its = (room_key.c.id == key_id, room_key.c.room_id == room_id, room_key.c.revoked_at.is_(None))
    return _changed(session, update(room_key).where(*its).values(revoked_at=revoked_at))


# Lectern networks --------------------------------------------------------------------------------


def lectern_networks(session: Session) -> tuple[LecternNetwork, ...]:
    columns = (lectern_network.c.id, lectern_network.c.cidr, lectern_network.c.label)
    return tuple(LecternNetwork(*row) for row in session.execute(select(*columns).order_by(lectern_network.c.cidr)))


def add_lectern_network(session: Session, cidr: str, label: str) -> int:
    made = session.execute(insert(lectern_network).values(cidr=cidr, label=label).returning(lectern_network.c.id))
    return made.scalar_one()


def remove_lectern_network(session: Session, network_id: int) -> bool:
    return _changed(session, delete(lectern_network).where(lectern_network.c.id == network_id))


def _changed(session: Session, query: Any) -> bool:
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def _of(column: Any, room_ids: Sequence[int]) -> ColumnElement[bool]:
    return column.in_(room_ids) if room_ids else column.is_not(None)


def _sighting(row: Any) -> Sighting | None:
    return Sighting(row.seen_at, row.lecture_id or 0) if row.seen_at else None

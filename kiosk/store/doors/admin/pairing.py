"""The door to pairings and to the screens that show a lecture. Nobody's personal data."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Update, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.store.tables.board import room
from kiosk.store.tables.screens import pairing, room_key, screen, screen_stop, sighting

SEEN_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Pairing:
    """A screen that asked, as far as the person who approves needs to know it."""

    id: int
    spoken_code: str
    secret_hash: str = field(repr=False)
    match_number: int = field(repr=False)
    address: str
    asked_at: datetime
    expires_at: datetime
    answered: bool

    def is_live(self, now: datetime) -> bool:
        return not self.answered and now < self.expires_at


@dataclass(frozen=True)
class ShownOn:
    """A screen and a lecture: `place` is a room's code, if that is known; `approved_at` a screen's of its own."""

    ref: str
    place: str
    seen_at: datetime | None
    approved_at: datetime | None = None
    stopped: bool = False


def find_pairing(session: Session, spoken_code: str) -> Pairing | None:
    names = "id spoken_code secret_hash match_number address asked_at expires_at refused_at answered_at"
    columns = [pairing.c[name] for name in names.split()]
    row = session.execute(select(*columns).where(pairing.c.spoken_code == spoken_code)).first()
    if row is None:
        return None
    answered = row.answered_at is not None or row.refused_at is not None
    return Pairing(
        row.id, row.spoken_code, row.secret_hash, row.match_number, row.address, row.asked_at, row.expires_at, answered
    )


def answer(session: Session, pairing_id: int, now: datetime, *, refused: bool) -> bool:
    """Give a pairing its one answer; False when it has one, or is over."""
    query = update(pairing).where(
        pairing.c.id == pairing_id,
        pairing.c.answered_at.is_(None),
        pairing.c.refused_at.is_(None),
        pairing.c.expires_at > now,
    )
    values = {"refused_at": now} if refused else {"answered_at": now}
    return bool(session.execute(query.values(**values)).rowcount)  # type: ignore[attr-defined]


def add_screen(
    session: Session,
    secret_hash: str,
    now: datetime,
    expires_at: datetime,
    *,
    lecture_id: int | None = None,
    room_id: int | None = None,
) -> int:
    """A screen which may show one lecture, or one room's timetable."""
    values = {"secret_hash": secret_hash, "lecture_id": lecture_id, "room_id": room_id}
    query = insert(screen).values(**values, approved_at=now, expires_at=expires_at).returning(screen.c.id)
    return int(session.execute(query).scalar_one())


def screens_showing(session: Session, lecture_id: int, now: datetime) -> tuple[ShownOn, ...]:
    """The screens that show a lecture now, and those paired for it which have not been seen yet."""
    seen = _seen(session, lecture_id, now)
    query = select(screen.c.id, screen.c.approved_at).where(
        screen.c.lecture_id == lecture_id, screen.c.revoked_at.is_(None), screen.c.expires_at > now
    )
    known = {shown.ref for shown in seen}
    paired = [ShownOn(f"s{row.id}", "", None, row.approved_at) for row in session.execute(query)]
    waiting = [shown for shown in paired if shown.ref not in known]
    return (*seen, *waiting, *_stopped_rooms(session, lecture_id), *_stopped_screens(session, lecture_id, now))


def count_showing(session: Session, lecture_ids: list[int], now: datetime) -> dict[int, int]:
    """How many screens show each of some lectures now."""
    query = select(sighting.c.screen_ref, sighting.c.lecture_id).where(
        sighting.c.lecture_id.in_(lecture_ids), sighting.c.seen_at > now - SEEN_WITHIN
    )
    counts = dict.fromkeys(lecture_ids, 0)
    for row in session.execute(query):
        counts[row.lecture_id] += 1
    return counts


def revoke_screen(session: Session, ref: str, lecture_id: int, now: datetime) -> bool:
    """Stop a screen that was paired for this lecture alone."""
    query = _own_screen(ref, lecture_id).where(screen.c.revoked_at.is_(None))
    return bool(session.execute(query.values(revoked_at=now)).rowcount)  # type: ignore[attr-defined]


def unrevoke_screen(session: Session, ref: str, lecture_id: int, now: datetime) -> bool:
    """Let such a screen back in, for as long as it was let in at first."""
    query = _own_screen(ref, lecture_id).where(screen.c.revoked_at.is_not(None), screen.c.expires_at > now)
    return bool(session.execute(query.values(revoked_at=None)).rowcount)  # type: ignore[attr-defined]


def is_seen(session: Session, ref: str, lecture_id: int) -> bool:
    """Whether this screen's last sighting was with this lecture."""
    query = select(sighting.c.screen_ref).where(sighting.c.screen_ref == ref, sighting.c.lecture_id == lecture_id)
    return session.execute(query).first() is not None


def is_stopped(session: Session, ref: str, lecture_id: int) -> bool:
    query = select(screen_stop.c.screen_ref).where(
        screen_stop.c.screen_ref == ref, screen_stop.c.lecture_id == lecture_id
    )
    return session.execute(query).first() is not None


def stop_screen(session: Session, ref: str, lecture_id: int, now: datetime) -> None:
    """Keep a room's screen from showing one lecture."""
    session.execute(insert(screen_stop).values(screen_ref=ref, lecture_id=lecture_id, stopped_at=now))


def unstop_screen(session: Session, ref: str, lecture_id: int) -> bool:
    query = delete(screen_stop).where(screen_stop.c.screen_ref == ref, screen_stop.c.lecture_id == lecture_id)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def _own_screen(ref: str, lecture_id: int) -> Update:
    """A change to a screen that was paired for this lecture alone; to none when it is no such screen's name."""
    is_name = ref.startswith("s") and ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 12
    return update(screen).where(screen.c.id == (int(ref[1:]) if is_name else None), screen.c.lecture_id == lecture_id)


def _with_rooms(query: Select[Any]) -> Select[Any]:
    """A query of sightings, and the rooms their screens belong to."""
    return (
        query.join(screen, screen.c.id == sighting.c.screen_id, isouter=True)
        .join(room_key, room_key.c.id == sighting.c.room_key_id, isouter=True)
        .join(room, or_(room.c.id == screen.c.room_id, room.c.id == room_key.c.room_id), isouter=True)
    )


def _seen(session: Session, lecture_id: int, now: datetime) -> tuple[ShownOn, ...]:
    query = (
        _with_rooms(select(sighting.c.screen_ref, sighting.c.seen_at, screen.c.approved_at, room.c.code))
        .where(sighting.c.lecture_id == lecture_id, sighting.c.seen_at > now - SEEN_WITHIN)
        .where(screen.c.revoked_at.is_(None), room_key.c.revoked_at.is_(None))
        .order_by(sighting.c.screen_ref)
    )
    stopped = {shown.ref for shown in _stopped_rooms(session, lecture_id)}
    rows = session.execute(query)
    return tuple(
        ShownOn(row.screen_ref, row.code or "", row.seen_at, row.approved_at)
        for row in rows
        if row.screen_ref not in stopped
    )


def _stopped_rooms(session: Session, lecture_id: int) -> tuple[ShownOn, ...]:
    """Rooms' screens that may not show this lecture. What they show now is no matter."""
    stops = select(screen_stop.c.screen_ref, room.c.code).join(
        sighting, sighting.c.screen_ref == screen_stop.c.screen_ref, isouter=True
    )
    query = _with_rooms(stops).where(screen_stop.c.lecture_id == lecture_id).order_by(screen_stop.c.screen_ref)
    return tuple(ShownOn(row.screen_ref, row.code or "", None, stopped=True) for row in session.execute(query))


def _stopped_screens(session: Session, lecture_id: int, now: datetime) -> tuple[ShownOn, ...]:
    """Screens paired for this lecture alone that were stopped and could be let back in."""
    query = (
        select(screen.c.id, screen.c.approved_at)
        .where(screen.c.lecture_id == lecture_id, screen.c.revoked_at.is_not(None), screen.c.expires_at > now)
        .order_by(screen.c.id)
    )
    return tuple(ShownOn(f"s{row.id}", "", None, row.approved_at, stopped=True) for row in session.execute(query))

"""The door to what is done to one lecture while it is on: who holds it, what it was before, its codes held. Knows no student."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.codes import HOLD_LIMIT
from kiosk.store.tables.board import hold, lecture
from kiosk.store.turns import hold_row


def hold_lecture(session: Session, lecture_id: int) -> None:
    """Nobody else changes the lecture until the transaction ends: what is decided is decided on what is read after this."""
    hold_row(session, lecture.c.version, lecture_id)


def values_before(session: Session, lecture_id: int, names: Iterable[str]) -> dict[str, object]:
    """What a lecture has of what is about to change; nothing of a hold of its codes, which is a row of its own."""
    columns = [lecture.c[name] for name in names if name in lecture.c]
    there = session.execute(select(lecture.c.id, *columns).where(lecture.c.id == lecture_id)).one()
    return {name: getattr(there, name, None) for name in names}


def hold_codes(session: Session, lecture_id: int, values: Mapping[str, object]) -> None:
    """Keep the codes of the instant `held_at` on the screens."""
    session.execute(insert(hold).values(lecture_id=lecture_id, **values))


def release_codes(session: Session, lecture_id: int, values: Mapping[str, Any]) -> None:
    """Let the codes change again from `released_at` on; a hold that its limit has ended stays as it was."""
    since = values["released_at"] - HOLD_LIMIT
    query = update(hold).where(hold.c.lecture_id == lecture_id, hold.c.released_at.is_(None), hold.c.held_at > since)
    session.execute(query.values(**values))

"""One at a time: whoever reads what must not change before they write takes a turn first. Knows no table and no person."""

import zlib
from typing import Any

from sqlalchemy import Column, false, func, select, update
from sqlalchemy.orm import Session


def take_turn(session: Session, column: Column[Any], about: int = 0) -> None:
    """Wait until nobody else has this turn, and keep it until the transaction ends.

    The turn is a table's, or what the table holds about one thing. What was read before may have changed; whatever is read
    from here on stays as it is, as far as everybody who changes it takes the turn. `column` is one that whoever asks may set.
    """
    if session.get_bind().dialect.name == "postgresql":
        turn = zlib.crc32(column.table.fullname.encode()) - 2**31
        session.execute(select(func.pg_advisory_xact_lock(turn, about)))
        return
    # A change of nothing makes this connection SQLite's writer, of whom there is one.
    session.execute(update(column.table).where(false()).values({column: None}))


def hold_row(session: Session, column: Column[Any], row_id: int) -> None:
    """Nobody else changes this row until the transaction ends; `column` is one that whoever asks may set."""
    session.execute(update(column.table).where(column.table.c.id == row_id).values({column: column}))

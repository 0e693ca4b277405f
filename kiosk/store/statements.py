"""Statements that the two engines want said differently, or that a long list would make too long. Knows no table."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Column, Table, false, func, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

AT_ONCE = 500


def insert_into(session: Session, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert that can be told what to do when a unique key stands in its way."""
    if session.get_bind().dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # where it is used it is loaded already, and SQLite starts without it

    return postgresql.insert(table)


def unless_there(session: Session, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert that does nothing when a unique key stands in its way."""
    return insert_into(session, table).on_conflict_do_nothing().inline()


def hits_one(session: Session, statement: UpdateBase) -> bool:
    """Carry a change out; whether there was one row for it."""
    # Asked for, since psycopg's count of an insert is not kept otherwise: it would be -1, which is neither.
    result = session.execute(statement.execution_options(preserve_rowcount=True))
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


def write_first(session: Session, column: Column[Any]) -> None:
    """Make this transaction SQLite's writer, by a column it may change, before it reads what it decides by.

    PostgreSQL locks the rows as they are read.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(update(column.table).where(false()).values({column: column}))


def reserve_ids(session: Session, table: Table, count: int) -> list[int]:
    """Ids for rows to come, so that other rows, and codes, can be made from them before the writing begins."""
    if not count:
        return []
    if session.get_bind().dialect.name == "postgresql":
        query = select(func.nextval(f"{table.name}_id_seq")).select_from(func.generate_series(1, count))
        return list(session.scalars(query))
    # Another writer may take them first: then the insert is refused.
    highest = session.scalar(select(func.max(table.c.id))) or 0
    return list(range(highest + 1, highest + 1 + count))


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """The values, so many at a time as an IN takes."""
    ordered = list(values)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))

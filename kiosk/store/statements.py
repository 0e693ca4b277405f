"""Statements that the two engines want said differently, or that a long list would make too long. Knows no table."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

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


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """The values, so many at a time as an IN takes."""
    ordered = list(values)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))

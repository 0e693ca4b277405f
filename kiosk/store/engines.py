"""Engines that refuse: every connection of a party carries that party's rights and no others. Knows no wing's code."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, false, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from kiosk.store.database import metadata
from kiosk.store.rights import rights_of, sqlite_authorizer, sqlite_keepers

POOL_SIZE = 15
"""Connections of one process to PostgreSQL. All of them stay open: to make one costs as much as ten statements, and PostgreSQL
a process."""

PATIENCE_SECONDS = 5
"""How long anybody waits for PostgreSQL: to be let in, to be heard, for one of the connections, and, by its logins'
`statement_timeout`, for an answer. Whoever waited as long as that gets the page that says so. On SQLite the owner, and
whoever is just connecting, waits as long for a lock; a party's connection does not: see `confine`."""

RESTED_SECONDS = 1.0
"""How long a connection to PostgreSQL may lie unused before it is asked whether it is still there. To ask each time is one round
trip in four (decision 0022)."""

AS_OWNER = "kiosk.as_owner"
"""What the schema's owner sets to "on" on PostgreSQL, to be shown the rows that row-level security hides."""


def engine_options(url: str) -> dict[str, Any]:
    """The options every engine of ours is made with."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": PATIENCE_SECONDS}}
    events = [(_note_use, "checkin"), (_ask_if_there, "checkout")]
    waits = {"connect_timeout": PATIENCE_SECONDS, "tcp_user_timeout": 1000 * PATIENCE_SECONDS}
    pool = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_timeout": PATIENCE_SECONDS}
    return {"pool_events": events, **pool, "connect_args": waits}


def _note_use(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info["used_at"] = time.monotonic()


def _ask_if_there(raw: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    """Let the pool begin anew when the server has gone meanwhile. In a storm nothing rests, and nothing is asked."""
    if time.monotonic() - entry.info.get("used_at", time.monotonic()) < RESTED_SECONDS:
        return
    try:
        raw.cursor().execute("SELECT 1")
        raw.rollback()
    except Exception as problem:  # whatever the driver calls it
        raise InvalidatePoolError from problem


def make_engine(url: str, party: str) -> Engine:
    """An engine on which only `party`'s rights exist."""
    engine = create_engine(url, **engine_options(url))
    confine(engine, party)
    return engine


def confine(engine: Engine, party: str) -> None:
    """Take everything from an engine's future connections but `party`'s rights.

    On PostgreSQL the login role in the address carries the rights; here there is nothing to do. On SQLite such a connection
    never waits for a lock by itself, which would stop every greenlet: `transactions` waits instead.
    """
    if engine.dialect.name == "sqlite":
        # Set once per connection: setting it at each checkout cost 80 microseconds.
        authorizer, keepers = sqlite_authorizer(party, metadata), dict(sqlite_keepers(party, metadata))

        def confine_connection(raw: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
            _prepare_sqlite(raw, entry)
            raw.execute("PRAGMA recursive_triggers=ON")
            for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if table in keepers:
                    raw.execute(keepers[table])
            raw.execute("PRAGMA busy_timeout=0")
            raw.set_authorizer(authorizer)  # last: from here on nothing else is allowed, PRAGMA included

        event.listen(engine, "connect", confine_connection)


@contextmanager
def session_for(url: str, party: str) -> Iterator[Session]:
    """A session with one party's rights, on an engine of its own that is gone afterwards: for jobs, not for requests."""
    engine = make_engine(url, party)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def unreadable(url: str, party: str) -> list[str]:
    """Of the tables that this process knows, those which a party's login can't read as it should: the schema is older than
    the program, or not granted. Asked with the party's own rights: a wing's own process has no others."""
    found = []
    with session_for(url, party) as session:
        session.connection()  # when there is none, that is what has to be said
        for name, (table, right) in rights_of(party, metadata).items():
            columns = [table.c[column] for column in sorted(right.readable(table))]
            try:
                if columns:
                    session.execute(select(*columns).where(false()))
            except DBAPIError:
                session.rollback()
                found.append(name)
    return found


def make_owner_engine(url: str) -> Engine:
    """The schema owner's engine, for migrations and grants alone."""
    options = engine_options(url)
    if make_url(url).get_backend_name() == "postgresql":
        options["connect_args"]["options"] = f"-c {AS_OWNER}=on"
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(raw: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA trusted_schema=OFF")

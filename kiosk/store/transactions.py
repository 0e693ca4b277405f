"""One act, one commit: services are wrapped here, wait in line for the database, and learn when it is away."""

import functools
import sqlite3
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, nullcontext
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import Session, scoped_session

from kiosk.store import engines
from kiosk.store.places import Places

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.02


class _Queues(NamedTuple):
    """For one of an engine's connections, whose pool knows no order, and to be the one who tries to write to a busy SQLite."""

    connection: Places
    writer: Places


_queues: MutableMapping[Engine, _Queues] = WeakKeyDictionary()
"""One for each engine: an import's real thread has an engine of its own, and can't wait for the loop's green locks."""


class DatabaseAway(Exception):
    """The database did not answer; nothing was recorded, and nothing may be called recorded."""


class _Busy(DatabaseAway):
    """Another connection is writing to SQLite just now."""


def transaction(act: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Commit after `act(session, ...)`, all of it or nothing.

    While another connection writes to SQLite the act is undone and done again, for at most ten
    seconds. Whoever finds it busy queues up, and only the head of the queue tries: a try costs as
    much as the act, and a hundred who all try leave the loop no time for codes and pages. No act
    calls another transaction, which would commit half of it, and at the head wait for itself.

    Raises:
        DatabaseAway: the database is not there, or stayed busy.
    """

    @functools.wraps(act)
    def committed(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            return _once(act, session, *args, **kwargs)
        except _Busy:
            pass
        with _place(_queues_of(session).writer, deadline - time.monotonic()):
            while True:
                try:
                    return _once(act, session, *args, **kwargs)
                except _Busy:
                    if time.monotonic() > deadline:
                        raise
                time.sleep(PAUSE_SECONDS)

    return committed


def _once(act: Callable[Concatenate[Session, P], T], session: Session, *args: P.args, **kwargs: P.kwargs) -> T:
    # Whoever holds a connection must not wait behind those who wait for one.
    line = nullcontext() if _has_begun(session) else _place(_queues_of(session).connection, engines.PATIENCE_SECONDS)
    with line:
        try:
            outcome = act(session, *args, **kwargs)
            session.commit()
        except DBAPIError as problem:
            session.rollback()
            if is_busy(problem):
                raise _Busy from problem
            raise_if_away(problem)
            raise
        except TimeoutError as problem:
            session.rollback()
            raise DatabaseAway from problem
        except BaseException:
            session.rollback()
            raise
    return outcome


def _has_begun(session: Session | scoped_session[Session]) -> bool:
    """Whether something was read before, outside an act."""
    own = session.registry() if isinstance(session, scoped_session) else session
    return own.in_transaction()


def _queues_of(session: Session) -> _Queues:
    engine = session.get_bind().engine
    return _queues.get(engine) or _queues.setdefault(engine, _Queues(Places(engines.POOL_SIZE), Places(1)))


@contextmanager
def _place(places: Places, patience_seconds: float) -> Iterator[None]:
    """Wait for one's turn without doing anything, and have it meanwhile. The locks are the server's own: other greenlets go on."""
    if not places.take(patience_seconds):
        raise DatabaseAway
    try:
        yield
    finally:
        places.give_back()


def question(ask: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """A transaction that only reads. PostgreSQL is not told where it begins and ends, which saves two round trips of three:
    at READ COMMITTED each statement sees what is committed by then, inside a transaction or outside.

    Raises:
        DatabaseAway: the database is not there, or stayed busy.
    """

    @transaction
    @functools.wraps(ask)
    def asked(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        return ask(session, *args, **kwargs)

    return asked


def commit_by(offload: Callable[..., object]) -> Callable[[Session], None]:
    """How to commit without holding up the loop: SQLite waits for the disk, so it does that in a thread.

    PostgreSQL's driver waits as every socket does, and needs none.
    """

    def commit(session: Session) -> None:
        raw: object = session.connection().connection.dbapi_connection
        if isinstance(raw, sqlite3.Connection):
            try:
                offload(raw.commit)
            except sqlite3.Error as problem:
                # As the library has it where it commits itself.
                raise OperationalError("COMMIT", None, problem) from problem
        session.commit()

    return commit


def is_busy(problem: DBAPIError) -> bool:
    """Whether another connection is writing to SQLite just now."""
    return isinstance(problem, OperationalError) and "database is locked" in str(problem.orig)


def raise_if_away(problem: DBAPIError) -> None:
    """Raise DatabaseAway when the problem is the connection, not the statement."""
    away = problem.connection_invalidated or isinstance(problem, OperationalError | InterfaceError)
    refused = any(words in str(problem.orig) for words in ("not authorized", "prohibited", "authorization denied"))
    if away and not refused:
        raise DatabaseAway from problem

"""Tells PostgreSQL for whom the admin wing asks, transaction by transaction. Knows no request; on SQLite it does nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session, SessionTransaction

STAFF, NOW, ZONE, NUMBER, LOCKS = "kiosk.staff_id", "kiosk.now", "kiosk.zone", "kiosk.number", "kiosk.locks"
NUMBERS = "kiosk.numbers"

_KEY = "kiosk identity"


@dataclass(frozen=True)
class Identity:
    """Who asks, at what instant, and by which zone's calendar the days of roles and links are counted."""

    staff_id: int
    now: datetime
    zone: ZoneInfo


def identify(session: Session, identity: Identity) -> None:
    """From now on this session asks for somebody: in the transaction that is open, and in each that it begins."""
    if not _has_rows_walled(session):
        return
    if _KEY not in session.info:
        event.listen(session, "after_begin", _repeat)
    session.info[_KEY] = identity
    if session.in_transaction():
        _say(session.connection(), identity)


def name_student(session: Session, number: str) -> None:
    """In this transaction somebody asks for the one student with this full number: break-glass and cases, which are no scope."""
    if _has_rows_walled(session):
        session.execute(select(func.set_config(NUMBER, number, True)))


def name_students(session: Session, numbers: Iterable[str]) -> None:
    """In this transaction somebody asks by full numbers: to say whose tutor a colleague is, or at the support desk.

    Only students who have these can be linked to a tutor, or be left a link for a new password.
    """
    if _has_rows_walled(session):
        session.execute(select(func.set_config(NUMBERS, "\n".join(numbers), True)))


@contextmanager
def past_locks(session: Session) -> Iterator[None]:
    """While it lasts, what is set for everybody reaches those too whose record is locked. Nothing read meanwhile is shown."""
    if not _has_rows_walled(session):
        yield
        return
    session.execute(select(func.set_config(LOCKS, "past", True)))
    yield
    # After a fault there is nothing to put back: the transaction ends, and forgets it.
    session.execute(select(func.set_config(LOCKS, "", True)))


def _has_rows_walled(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _repeat(session: Session, _: SessionTransaction, connection: Connection) -> None:
    # A commit, and a rollback, make the database forget it: nobody after us gets this connection with our identity.
    _say(connection, session.info[_KEY])


def _say(connection: Connection, identity: Identity) -> None:
    said = {STAFF: str(identity.staff_id), NOW: identity.now.isoformat(), ZONE: identity.zone.key}
    connection.execute(select(*(func.set_config(name, value, True) for name, value in said.items())))

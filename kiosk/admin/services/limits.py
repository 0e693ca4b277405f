"""How often one may guess or look up: tries kept in the database under keyed hashes. Knows no request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.store.doors.admin import accounts
from kiosk.store.seals import keyed_hash
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Limit:
    """So many tries within so long."""

    tries: int
    within: timedelta


AHEAD = timedelta(minutes=1)
"""How far two servers' clocks may be apart."""

GUESSES = Limit(5, timedelta(minutes=5))
"""How often one may guess a password or a code."""


def key_of(secret: str, kind: str, name: str) -> str:
    """A name for somebody's tries that tells nobody whose, nor whether there is such an account."""
    return keyed_hash(secret, f"staff-try/{kind}", name)


def is_over(session: Session, now: datetime, key_hash: str, limit: Limit = GUESSES) -> bool:
    """Count a try, and say whether it was one too many."""
    try_id = _note_try(session, now, key_hash)
    # Counted only after the try itself is committed, so that many at once cannot all come first.
    return _is_over(session, now, key_hash, try_id, limit)


def goes_on_at(session: Session, now: datetime, key_hash: str, limit: Limit) -> datetime:
    """When the oldest of the tries that count is forgotten."""
    return next(iter(_tries(session, now, key_hash, limit)), now) + limit.within


def is_marked(session: Session, now: datetime, key_hash: str, limit: Limit) -> bool:
    """Whether `mark` was called for this within the limit's time."""
    return bool(_tries(session, now, key_hash, limit))


def mark(session: Session, now: datetime, key_hash: str) -> None:
    """Remember something for a limit's time, within the caller's transaction."""
    accounts.drop_tries(session, key_hash)
    accounts.add_try(session, key_hash, now)


def _tries(session: Session, now: datetime, key_hash: str, limit: Limit) -> list[datetime]:
    """The tries that count. Those of a clock that was ahead and was put back do not: nobody could wait for them to pass."""
    return accounts.tries_between(session, key_hash, now - limit.within, now + AHEAD)


@transaction
def _note_try(session: Session, now: datetime, key_hash: str) -> int:
    return accounts.add_try(session, key_hash, now)


@transaction
def _is_over(session: Session, now: datetime, key_hash: str, try_id: int, limit: Limit) -> bool:
    over = len(_tries(session, now, key_hash, limit)) > limit.tries
    if over:
        accounts.drop_try(session, try_id)  # waiting for the time is enough, however often somebody looks
    return over

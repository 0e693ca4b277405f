"""How often one may guess: tries kept in the database under keyed hashes, five in five minutes. Knows no request."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.store.doors.admin import accounts
from kiosk.store.seals import keyed_hash
from kiosk.store.transactions import transaction

TRIES = 5
TRIES_WINDOW = timedelta(minutes=5)


def key_of(secret: str, kind: str, name: str) -> str:
    """A name for somebody's tries that tells nobody whose, nor whether there is such an account."""
    return keyed_hash(secret, f"staff-try/{kind}", name)


def is_over(session: Session, now: datetime, key_hash: str) -> bool:
    """Count a try, and say whether it was one too many."""
    try_id = _note_try(session, now, key_hash)
    # Counted only after the try itself is committed, so that many at once cannot all come first.
    return _is_over(session, now, key_hash, try_id)


@transaction
def _note_try(session: Session, now: datetime, key_hash: str) -> int:
    return accounts.add_try(session, key_hash, now)


@transaction
def _is_over(session: Session, now: datetime, key_hash: str, try_id: int) -> bool:
    over = accounts.count_tries(session, key_hash, now - TRIES_WINDOW) > TRIES
    if over:
        accounts.drop_try(session, try_id)  # waiting five minutes is enough, however often somebody looks
    return over

"""How often one may guess: tries kept in the database under keyed hashes. It slows people down and never locks them out."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.store.doors import checkin as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Limit:
    """So many tries within a time are free; then one must wait.

    pause: how long to wait after the last try; None means until the oldest of them is past.
    """

    free: int
    within: timedelta
    pause: timedelta | None = None


AHEAD = timedelta(minutes=1)
"""How far two servers' clocks may be apart: a try from a clock that was put back does not count, or one would wait for hours."""

PASSWORDS_OF_ACCOUNT = Limit(free=5, within=timedelta(minutes=5))
PASSWORDS_OF_BROWSER = Limit(free=20, within=timedelta(minutes=5))
DIGITS_OF_STUDENT = Limit(free=5, within=timedelta(minutes=10), pause=timedelta(seconds=30))
NOTED_OF_STUDENT = Limit(free=5, within=timedelta(hours=24), pause=timedelta(minutes=10))
"""What was noted can be sent for a week, and digits of a week are guessed sooner than those on one screen."""
DIGITS_OF_BROWSER = Limit(free=10, within=timedelta(minutes=10), pause=timedelta(seconds=30))


@dataclass(frozen=True)
class Key:
    """Whose tries are counted, as a keyed hash: the table alone does not say who."""

    hash: str
    limit: Limit


def key(secret: str, kind: str, name: str, limit: Limit) -> Key:
    """The key under which the tries of an account, a student or a browser are kept."""
    text = f"{kind}/{name}".encode("utf-8", "replace")
    return Key(hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(), limit)


def seconds_to_wait(session: Session, now: datetime, keys: Sequence[Key]) -> int:
    """Count a try under each key, or say how long to wait first; a try made too soon is not counted."""
    wait = _wait(session, now, keys)
    if not wait:
        _count(session, now, keys)
        # Counted before it is allowed: of a hundred tries sent at once, all but the free ones see each other here.
        wait = _wait(session, now, keys, own=1)
    return wait


@transaction
def forgive(session: Session, now: datetime, own: Key, browser: Key) -> None:
    """This try was right: forget all of the person's, and this one of the browser's, which others may share."""
    door.forget_attempts(session, own.hash)
    door.forget_attempts(session, browser.hash, at=now)


@transaction
def take_back(session: Session, now: datetime, keys: Sequence[Key]) -> None:
    """This try was right: it does not count. The wrong ones before it do, or a known code would buy free guesses."""
    for it in keys:
        door.forget_attempts(session, it.hash, at=now)


@transaction
def _count(session: Session, now: datetime, keys: Sequence[Key]) -> None:
    door.add_attempts(session, [it.hash for it in keys], now)


@transaction
def _wait(session: Session, now: datetime, keys: Sequence[Key], *, own: int = 0) -> int:
    return max(
        _wait_under(it.limit, door.attempts_of(session, it.hash, now - it.limit.within, now + AHEAD), now, own)
        for it in keys
    )


def _wait_under(limit: Limit, tries: list[datetime], now: datetime, own: int) -> int:
    """How many seconds from now the next try is free; `own` of the tries, the newest, is the one asked about."""
    before = tries[own:]
    if len(before) < limit.free:
        return 0
    until = before[0] + limit.pause if limit.pause else before[limit.free - 1] + limit.within
    left = (until - now).total_seconds()
    return max(0, int(left) + (left > int(left)))

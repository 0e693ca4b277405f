"""The server's half of the curtain: until when students' data may be asked for in one sign-in. Knows no request."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.entry import Keys
from kiosk.domain.hashes import hash_secret
from kiosk.store.doors.admin import accounts
from kiosk.store.transactions import transaction

LASTS = timedelta(minutes=2)
"""How long it stays open without a request: twice a page's own minute, so that the page is the first to close."""
_RARELY = timedelta(seconds=15)  # somebody who marks fast writes one row now and then, not each time
_CLOCKS_DIFFER = timedelta(seconds=5)  # those of two servers, which both answer for one sign-in


def is_open(now: datetime, staff: Staff) -> bool:
    # Further ahead than anybody sets it, it was set before the clock went back.
    return staff.names_until is not None and now < staff.names_until <= now + LASTS + _CLOCKS_DIFFER


def open_up(session: Session, now: datetime, keys: Keys) -> None:
    """Open it by the deliberate step, whatever it was before."""
    _set(session, keys, now + LASTS)


def keep_open(session: Session, now: datetime, staff: Staff, keys: Keys) -> bool:
    """Let it stay open for its full time again; False when it is closed, or was closed since the request came."""
    if staff.names_until is None or not is_open(now, staff):
        return False
    return staff.names_until >= now + LASTS - _RARELY or _prolong(session, now, keys)


def close(session: Session, keys: Keys) -> None:
    """Close it, on every page of this sign-in."""
    _set(session, keys, None)


@transaction
def _set(session: Session, keys: Keys, until: datetime | None) -> None:
    accounts.set_names_until(session, hash_secret(keys.sign_in), until)


@transaction
def _prolong(session: Session, now: datetime, keys: Keys) -> bool:
    return accounts.prolong_names(session, hash_secret(keys.sign_in), now, now + LASTS)

"""Signing staff in and out: tries limited in the database, sessions kept on the server. Knows no request."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.domain.hashes import hash_secret
from kiosk.store.doors.admin import accounts
from kiosk.store.transactions import transaction
from kiosk.web import passwords

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
TRIES = 5
TRIES_WINDOW = timedelta(minutes=5)
_TOUCH = timedelta(seconds=30)  # a page full of clicks writes one row, and idle is never longer than IDLE


@dataclass(frozen=True)
class Entered:
    """Signed in: `secret` goes into the cookie and is kept nowhere else."""

    secret: str
    staff: Staff


@dataclass(frozen=True)
class NotEntered:
    """Sign-in name and password don't fit, for whatever reason."""


@dataclass(frozen=True)
class TooMany:
    """Five tries in five minutes."""


def sign_in(
    session: Session, now: datetime, login: str, password: str, *, key: str, zone: ZoneInfo
) -> Entered | NotEntered | TooMany:
    """Check a password and begin a session. An account that does not exist takes as long and says the same."""
    key_hash = _keyed(key, login)
    try_id = _note_try(session, now, key_hash)
    # Counted only after the try itself is committed, so that many at once cannot all come first.
    if _is_over_limit(session, now, key_hash, try_id):
        return TooMany()
    account = accounts.find_account(session, login)
    session.rollback()  # no transaction stays open while the hash is made
    if not passwords.matches(account.password_hash if account else None, password) or account is None:
        return NotEntered()
    return _begin(session, now, account.id, account.name, zone, key_hash)


def set_first_password(session: Session, now: datetime, secret: str, password: str) -> bool:
    """Set the password of whoever a one-time link belongs to; False when the link is no longer good."""
    if not is_link_good(session, now, secret):
        return False
    password_hash = passwords.hash_password(password)
    return _store_password(session, now, hash_secret(secret), password_hash)


def is_link_good(session: Session, now: datetime, secret: str) -> bool:
    found = accounts.link_owner(session, hash_secret(secret), now)
    session.rollback()
    return found is not None


def resume(session: Session, now: datetime, secret: str, zone: ZoneInfo) -> Staff | None:
    """Whoever a cookie's session belongs to, with the grants of this very moment; None once it is over."""
    found = accounts.sign_in_of(session, hash_secret(secret))
    if found is None or now >= found.seen_at + IDLE or now >= found.signed_in_at + ABSOLUTE:
        return None
    if now >= found.seen_at + _TOUCH:
        _touch(session, now, hash_secret(secret))
    return _staff(session, now, found.staff_id, found.name, zone)


@transaction
def sign_out(session: Session, now: datetime, secret: str) -> None:
    """End the session on the server, so that a copied cookie is worth nothing."""
    accounts.end_sign_in(session, hash_secret(secret), now)


@transaction
def _note_try(session: Session, now: datetime, key_hash: str) -> int:
    return accounts.add_try(session, key_hash, now)


@transaction
def _is_over_limit(session: Session, now: datetime, key_hash: str, try_id: int) -> bool:
    is_over = accounts.count_tries(session, key_hash, now - TRIES_WINDOW) > TRIES
    if is_over:
        accounts.drop_try(session, try_id)  # waiting five minutes is enough, however often somebody looks
    return is_over


@transaction
def _begin(session: Session, now: datetime, staff_id: int, name: str, zone: ZoneInfo, key_hash: str) -> Entered:
    secret = secrets.token_urlsafe(32)
    accounts.add_sign_in(session, hash_secret(secret), staff_id, now)
    accounts.drop_tries(session, key_hash)
    return Entered(secret, _staff(session, now, staff_id, name, zone))


@transaction
def _store_password(session: Session, now: datetime, secret_hash: str, password_hash: str) -> bool:
    staff_id = accounts.link_owner(session, secret_hash, now)
    if staff_id is None or not accounts.use_link(session, secret_hash, now):
        return False
    accounts.spend_links(session, staff_id, now)
    accounts.set_password(session, staff_id, password_hash, now)
    accounts.end_sign_ins(session, staff_id, now)
    return True


@transaction
def _touch(session: Session, now: datetime, id_hash: str) -> None:
    accounts.mark_seen(session, id_hash, now)


def _staff(session: Session, now: datetime, staff_id: int, name: str, zone: ZoneInfo) -> Staff:
    today = now.astimezone(zone).date()
    return Staff(staff_id, name, accounts.grants_of(session, staff_id, today), request=secrets.token_hex(8))


def _keyed(key: str, login: str) -> str:
    """A name for an account's tries that tells nobody which account, nor whether there is one."""
    return hmac.digest(key.encode(), b"staff-try/" + login.strip().lower().encode(), "sha256").hex()

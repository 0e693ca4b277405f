"""Signing staff in by password, and the link with which somebody starts. Tries are limited in the database. Knows no request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.services import entry, limits, own_journal
from kiosk.admin.services.entry import Entered, Keys
from kiosk.domain.hashes import hash_secret
from kiosk.settings import AdminSettings
from kiosk.store.doors import powers
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.doors.admin.accounts import LinkKind
from kiosk.store.transactions import transaction
from kiosk.web import passwords


@dataclass(frozen=True)
class NotEntered:
    """Sign-in name and password don't fit, for whatever reason."""


@dataclass(frozen=True)
class TooMany:
    """Five tries in five minutes."""


def sign_in(
    session: Session, now: datetime, settings: AdminSettings, keys: Keys, login: str, password: str
) -> Entered | NotEntered | TooMany:
    """Check a password and begin a sign-in. An account that does not exist takes as long and says the same."""
    key_hash = limits.key_of(settings.secret_key, "password", login.strip().lower())
    if limits.is_over(session, now, key_hash):
        return TooMany()
    account = accounts.find_account(session, login)
    session.rollback()  # no transaction stays open while the hash is made
    if not passwords.matches(account.password_hash if account else None, password) or account is None:
        return NotEntered()
    return _begin(session, now, settings, account, keys, key_hash)


@transaction
def _begin(
    session: Session, now: datetime, settings: AdminSettings, account: accounts.Account, keys: Keys, key_hash: str
) -> Entered | NotEntered:
    accounts.take_turn(session, account.id)
    if accounts.account_of(session, account.id) != account:
        return NotEntered()  # the password was changed while it was checked
    accounts.drop_tries(session, key_hash)
    return entry.begin(session, now, settings, account, keys, has_second=False)


def is_link_good(session: Session, now: datetime, secret: str) -> bool:
    found = accounts.link_owner(session, hash_secret(secret), LinkKind.START, now)
    session.rollback()
    return found is not None


@dataclass(frozen=True)
class Start:
    """What somebody begins with: the link's secret, a password, and a device with its cookie's secret."""

    link: str
    password: str
    device_name: str
    device: str


def start(session: Session, now: datetime, settings: AdminSettings, given: Start) -> Entered | None:
    """Set a password, enrol this device and sign in, all by a one-time link; None when the link is no longer good.

    Whatever somebody had before is gone: they lost it, or it was never theirs.
    """
    if not is_link_good(session, now, given.link):
        return None
    password_hash = passwords.hash_password(given.password)
    return _start(session, now, settings, given, password_hash)


@transaction
def _start(
    session: Session, now: datetime, settings: AdminSettings, given: Start, password_hash: str
) -> Entered | None:
    link_hash = hash_secret(given.link)
    staff_id = accounts.link_owner(session, link_hash, LinkKind.START, now)
    account = accounts.account_of(session, staff_id) if staff_id else None
    if account is None or not accounts.use_link(session, link_hash, now):
        return None
    # In this order: whoever gives a second factor waits for that first, and for their turn afterwards.
    factors.forget_factors(session, account.id)
    powers.end_ways_in(session, account.id, now)
    accounts.set_password(session, account.id, password_hash, now)
    expires_at = now + entry.DEVICE_LASTS
    device_id = factors.add_device(session, account.id, given.device_name, hash_secret(given.device), now, expires_at)
    own_journal.write(session, now, account.id, "account:start")
    own_journal.write(session, now, account.id, "device:enrol", "device", device_id)
    return entry.begin(session, now, settings, account, Keys(devices=(given.device,)), has_second=False)

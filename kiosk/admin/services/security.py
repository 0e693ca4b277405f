"""Somebody's own sign-in as they see it: devices, second factors, where they are signed in, the password. Knows no request."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, NotHere, Staff
from kiosk.admin.services import entry, limits, own_journal
from kiosk.admin.services.entry import Keys
from kiosk.domain.hashes import hash_secret
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.transactions import transaction
from kiosk.web import passwords

_REF = 16


@dataclass(frozen=True)
class Device:
    id: int
    name: str
    enrolled_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


@dataclass(frozen=True)
class SignIn:
    """A sign-in that goes on; `ref` names it in a form and opens nothing."""

    ref: str = field(repr=False)
    signed_in_at: datetime
    seen_at: datetime
    device_name: str | None
    is_this: bool


@dataclass(frozen=True)
class Overview:
    devices: tuple[Device, ...]
    app_added_at: datetime | None
    passkeys: tuple[factors.Passkey, ...]
    codes_left: int
    sign_ins: tuple[SignIn, ...]

    @property
    def has_second(self) -> bool:
        return bool(self.app_added_at or self.passkeys)


def overview(session: Session, now: datetime, staff: Staff, keys: Keys) -> Overview:
    this = entry.device_of(session, now, staff.id, keys)
    app = factors.app_of(session, staff.id)
    return Overview(
        tuple(_device(it, this) for it in factors.devices_of(session, staff.id, now)),
        app.added_at if app else None,
        tuple(factors.passkeys_of(session, staff.id)),
        factors.count_codes(session, staff.id),
        tuple(_sign_in(it, keys) for it in _sign_ins(session, now, staff)),
    )


@transaction
def end_sign_in(session: Session, now: datetime, staff: Staff, ref: str) -> None:
    """End one of somebody's sign-ins.

    Raises:
        NotFound: it is none of theirs, or over.
    """
    accounts.take_turn(session, staff.id)
    mine = [it.id_hash for it in _sign_ins(session, now, staff) if it.id_hash[:_REF] == ref]
    if not mine:
        raise NotFound
    accounts.end_sign_in(session, mine[0], now)
    own_journal.write(session, now, staff.id, "sign-in:end")


@transaction
def end_everywhere(session: Session, now: datetime, staff: Staff) -> None:
    """End every sign-in of somebody, the one that asks with them."""
    accounts.end_sign_ins(session, staff.id, now)
    own_journal.write(session, now, staff.id, "sign-in:end-all")


@dataclass(frozen=True)
class Changed:
    """The password is the new one; whoever was signed in elsewhere isn't any more."""


@dataclass(frozen=True)
class WrongPassword:
    """The old password does not fit."""


@dataclass(frozen=True)
class TooMany:
    """Five tries in five minutes."""


def change_password(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, old: str, new: str
) -> Changed | WrongPassword | TooMany:
    """Change the password of whoever knows the old one.

    Raises:
        NotHere: this is no enrolled device, or no second factor was given.
    """
    if not staff.is_proven:
        raise NotHere
    key_hash = limits.key_of(settings.secret_key, "old-password", str(staff.id))
    if limits.is_over(session, now, key_hash):
        return TooMany()
    account = accounts.account_of(session, staff.id)
    session.rollback()  # no transaction stays open while hashes are made
    if account is None or not passwords.matches(account.password_hash, old):
        return WrongPassword()
    return _change_password(session, now, account, keys, passwords.hash_password(new), key_hash)


@transaction
def _change_password(
    session: Session, now: datetime, account: accounts.Account, keys: Keys, password_hash: str, key_hash: str
) -> Changed | WrongPassword:
    id_hash = hash_secret(keys.sign_in)
    accounts.take_turn(session, account.id)
    if accounts.account_of(session, account.id) != account or accounts.sign_in_of(session, id_hash) is None:
        return WrongPassword()  # somebody has chosen another, or ended this sign-in, while this one was checked
    accounts.set_password(session, account.id, password_hash, now)
    accounts.drop_tries(session, key_hash)
    accounts.end_sign_ins(session, account.id, now, but=id_hash)
    own_journal.write(session, now, account.id, "password:change")
    return Changed()


def _sign_ins(session: Session, now: datetime, staff: Staff) -> list[accounts.SignInLine]:
    return accounts.sign_ins_of(session, staff.id, now - entry.IDLE, now - entry.ABSOLUTE)


def _device(it: factors.Device, this: factors.Device | None) -> Device:
    return Device(it.id, it.name, it.enrolled_at, it.seen_at, it.expires_at, this is not None and it.id == this.id)


def _sign_in(it: accounts.SignInLine, keys: Keys) -> SignIn:
    is_this = it.id_hash == hash_secret(keys.sign_in)
    return SignIn(it.id_hash[:_REF], it.signed_in_at, it.seen_at, it.device_name, is_this)

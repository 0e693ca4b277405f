"""Second factors by code: an authenticator app, recovery codes. A code counts once, whatever the clock does. Knows no request."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotHere, Staff
from kiosk.admin.services import entry, limits, own_journal
from kiosk.admin.services.entry import Entered, Keys
from kiosk.domain.codes import clean_digits
from kiosk.domain.second_factors import (
    app_purpose,
    clean_recovery_code,
    draw_codes,
    in_fours,
    recovery_purpose,
)
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.seals import keyed_hash, seal, unseal
from kiosk.store.transactions import transaction

STEPS_EITHER_SIDE = 1


@dataclass(frozen=True)
class NewApp:
    """An authenticator app about to be added: what its symbol says, the secret to type, and the secret sealed for the form."""

    address: str = field(repr=False)
    typed: str = field(repr=False)
    sealed: str = field(repr=False)


@dataclass(frozen=True)
class Proven:
    """The second factor was right. `codes` are recovery codes, shown this once, after the first of all factors."""

    entered: Entered
    codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Wrong:
    """The code doesn't fit; `was_used` when it did, and was taken before."""

    was_used: bool = False


@dataclass(frozen=True)
class TooMany:
    """Five tries in five minutes."""


@dataclass(frozen=True)
class Kinds:
    """Which second factors somebody has."""

    app: bool
    passkey: bool

    def __bool__(self) -> bool:
        return self.app or self.passkey


def kinds_of(session: Session, staff: Staff) -> Kinds:
    has_app = factors.app_of(session, staff.id) is not None
    return Kinds(has_app, bool(factors.passkeys_of(session, staff.id)))


def check_may_add(session: Session, staff: Staff) -> None:
    """Whoever proved themselves may add a factor; without any factor yet, an enrolled device is enough.

    Raises:
        NotHere: neither.
    """
    if not staff.is_proven and not (staff.is_enrolled and not kinds_of(session, staff)):
        raise NotHere


# Giving a code -----------------------------------------------------------------------------------


def give_code(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, typed: str
) -> Proven | Wrong | TooMany:
    """Take six digits of the app, or a recovery code.

    Raises:
        NotHere: the browser is no enrolled device of theirs.
    """
    if not staff.is_enrolled:
        raise NotHere
    key_hash = _tries_of(settings, staff)
    if limits.is_over(session, now, key_hash):
        return TooMany()
    digits, code = clean_digits(typed), clean_recovery_code(typed)
    if digits:
        return _take_digits(session, now, settings, staff, keys, digits)
    return _take_recovery_code(session, now, settings, staff, keys, code or "")


@transaction
def _take_digits(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, digits: str
) -> Proven | Wrong:
    app = factors.app_of(session, staff.id)
    secret = unseal(settings.factor_key, app_purpose(staff.id), app.sealed_secret) if app else None
    step = step_of(secret, digits, now) if secret else None
    if step is None:
        return Wrong()
    if not factors.take_step(session, staff.id, step):
        return Wrong(was_used=True)
    return _prove(session, now, settings, staff, keys)


@transaction
def _take_recovery_code(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, code: str
) -> Proven | Wrong:
    if not factors.use_code(session, staff.id, recovery_hash(settings.factor_key, staff.id, code), now):
        return Wrong()
    own_journal.write(session, now, staff.id, "recovery-code:use")
    return _prove(session, now, settings, staff, keys)


def _prove(session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys) -> Proven:
    accounts.drop_tries(session, _tries_of(settings, staff))
    return Proven(entry.prove(session, now, settings, keys))


def step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The half minute whose code this is: the present one, or one either side."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=now, valid_window=STEPS_EITHER_SIDE)
    except OTPVerificationError:
        return None


# Adding an app -----------------------------------------------------------------------------------


def offer_app(session: Session, settings: AdminSettings, staff: Staff) -> NewApp:
    """A new secret. It is kept nowhere yet: the form carries it, sealed.

    Raises:
        NotHere: they may not add one here.
    """
    check_may_add(session, staff)
    return _shown(session, settings, staff, pyotp.random_base32())


def offer_again(session: Session, settings: AdminSettings, staff: Staff, sealed: str) -> NewApp:
    """The same secret again, after a code that did not fit; a new one when the form's was not ours."""
    secret = unseal(settings.factor_key, _new_app_of(staff), sealed)
    return _shown(session, settings, staff, secret) if secret else offer_app(session, settings, staff)


def add_app(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, sealed: str, typed: str
) -> Proven | Wrong | TooMany:
    """Keep the app whose code fits; it takes the place of the one before.

    Raises:
        NotHere: they may not add one here.
    """
    check_may_add(session, staff)
    if limits.is_over(session, now, _tries_of(settings, staff)):
        return TooMany()
    secret = unseal(settings.factor_key, _new_app_of(staff), sealed)
    digits = clean_digits(typed)
    step = step_of(secret, digits, now) if secret and digits else None
    if secret is None or step is None:
        return Wrong()
    return _keep_app(session, now, settings, staff, keys, secret, step)


@transaction
def _keep_app(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, keys: Keys, secret: str, step: int
) -> Proven:
    check_may_add(session, staff)
    codes = first_codes(session, now, settings, staff)
    factors.set_app(session, staff.id, seal(settings.factor_key, app_purpose(staff.id), secret), now, step)
    own_journal.write(session, now, staff.id, "app:set")
    accounts.drop_tries(session, _tries_of(settings, staff))
    return Proven(entry.prove(session, now, settings, keys), codes)


def _shown(session: Session, settings: AdminSettings, staff: Staff, secret: str) -> NewApp:
    account = accounts.account_of(session, staff.id)
    name = settings.institution.name
    address = pyotp.TOTP(secret).provisioning_uri(
        name=account.login if account else "", issuer_name=f"Kiosk, {name}".replace(":", " ")
    )
    return NewApp(address, in_fours(secret), seal(settings.factor_key, _new_app_of(staff), secret))


# Recovery codes ----------------------------------------------------------------------------------


@transaction
def new_codes(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones are worthless from now on.

    Raises:
        NotHere: this is no enrolled device, or no second factor was given.
    """
    if not staff.is_proven:
        raise NotHere
    return _draw(session, now, settings, staff)


def first_codes(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> tuple[str, ...]:
    """Recovery codes for somebody whose first factor is being added, within the caller's transaction; none for others."""
    return () if kinds_of(session, staff) else _draw(session, now, settings, staff)


def recovery_hash(key: str, staff_id: int, code: str) -> str:
    """What is kept of a recovery code: nothing that could be searched for without the key."""
    return keyed_hash(key, recovery_purpose(staff_id), code.replace("-", ""))


def _draw(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> tuple[str, ...]:
    codes = draw_codes(secrets.choice)
    factors.replace_codes(session, staff.id, [recovery_hash(settings.factor_key, staff.id, it) for it in codes])
    own_journal.write(session, now, staff.id, "recovery-code:draw")
    return codes


def _tries_of(settings: AdminSettings, staff: Staff) -> str:
    return limits.key_of(settings.secret_key, "second", str(staff.id))


def _new_app_of(staff: Staff) -> str:
    return f"new-app/{staff.id}"

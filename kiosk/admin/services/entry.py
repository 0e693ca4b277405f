"""Sign-ins kept on the server: begun, proven by a second factor, resumed at each request, ended. Knows no request."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotHere, Staff
from kiosk.admin.services.limits import AHEAD
from kiosk.domain.hashes import hash_secret
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.transactions import transaction

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
DEVICE_LASTS = timedelta(days=180)
_TOUCH = timedelta(seconds=30)  # a page full of clicks writes one row, and idle is never longer than IDLE


@dataclass(frozen=True)
class Keys:
    """What a browser carries: the secret of its sign-in, and those of the devices it was enrolled as."""

    sign_in: str = field(default="", repr=False)
    devices: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Entered:
    """Signed in: `secret` goes into the cookie and is kept nowhere else."""

    secret: str = field(repr=False)
    staff: Staff


@dataclass(frozen=True)
class Left:
    """How long a sign-in goes on without another request; `can_stay` is False where its twelve hours end first."""

    seconds: int
    can_stay: bool


def begin(
    session: Session, now: datetime, settings: AdminSettings, person: accounts.Account, keys: Keys, *, has_second: bool
) -> Entered:
    """A new sign-in under a new secret, within the caller's transaction."""
    device = device_of(session, now, person.id, keys)
    second_at = now if has_second and device else None
    return _add(
        session,
        now,
        settings,
        accounts.SignIn(person.id, person.name, now, now, device.id if device else None, second_at),
        device,
    )


def prove(session: Session, now: datetime, settings: AdminSettings, keys: Keys) -> Entered:
    """A second factor was given: go on under a new secret, within the caller's transaction.

    Raises:
        NotHere: the browser is no enrolled device of theirs, or the sign-in is over.
    """
    found = accounts.sign_in_of(session, hash_secret(keys.sign_in))
    device = device_of(session, now, found.staff_id, keys) if found else None
    if found is None or device is None:
        raise NotHere
    accounts.take_turn(session, found.staff_id)
    if not accounts.end_sign_in(session, hash_secret(keys.sign_in), now):
        raise NotHere
    proven = replace(found, seen_at=now, device_id=device.id, second_at=now, names_until=None)
    return _add(session, now, settings, proven, device)


def _add(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    sign_in: accounts.SignIn,
    device: factors.Device | None,
) -> Entered:
    secret = secrets.token_urlsafe(32)
    accounts.add_sign_in(session, hash_secret(secret), sign_in)
    if device:
        lasts_until = now + DEVICE_LASTS if sign_in.second_at else device.expires_at
        factors.mark_device(session, device.id, now, lasts_until)
    return Entered(secret, _staff(session, now, settings, sign_in, device))


def resume(
    session: Session, now: datetime, settings: AdminSettings, keys: Keys, *, touches: bool = True
) -> Staff | None:
    """Whoever a cookie's sign-in belongs to, with the grants and the device of this very moment; None once it is over."""
    found = accounts.sign_in_of(session, hash_secret(keys.sign_in))
    if found is None or _is_over(found, now):
        return None
    if touches and now >= found.seen_at + _TOUCH:
        _touch(session, now, hash_secret(keys.sign_in))
    return _staff(session, now, settings, found, device_of(session, now, found.staff_id, keys))


def _is_over(found: accounts.SignIn, now: datetime) -> bool:
    """Whether its time has passed, or has not come yet: after the clock went back nobody knows how long it has been idle."""
    is_early = max(found.seen_at, found.signed_in_at) > now + AHEAD
    return is_early or now >= found.seen_at + IDLE or now >= found.signed_in_at + ABSOLUTE


def left(session: Session, now: datetime, keys: Keys) -> Left:
    """How long the sign-in of a request that was let in goes on."""
    found = accounts.sign_in_of(session, hash_secret(keys.sign_in))
    idle_end, end = (found.seen_at + IDLE, found.signed_in_at + ABSOLUTE) if found else (now, now)
    return Left(max(0, int((min(idle_end, end) - now).total_seconds())), can_stay=idle_end < end)


@transaction
def sign_out(session: Session, now: datetime, keys: Keys) -> None:
    """End the sign-in on the server, so that a copied cookie is worth nothing."""
    accounts.end_sign_in(session, hash_secret(keys.sign_in), now)


def device_of(session: Session, now: datetime, staff_id: int, keys: Keys) -> factors.Device | None:
    """Which enrolled device of somebody's a browser is."""
    return factors.find_device(session, staff_id, [hash_secret(secret) for secret in keys.devices], now)


@transaction
def _touch(session: Session, now: datetime, id_hash: str) -> None:
    accounts.mark_seen(session, id_hash, now)


def _staff(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    found: accounts.SignIn,
    device: factors.Device | None,
) -> Staff:
    today = settings.institution.day_of(now)
    return Staff(
        found.staff_id,
        found.name,
        accounts.grants_of(session, found.staff_id, today),
        request=secrets.token_hex(8),
        is_enrolled=device is not None,
        has_second=device is not None and found.second_at is not None and found.device_id == device.id,
        names_until=found.names_until,
    )

"""Enrolled devices: a link from one of them enrols the next; each is listed, named, revocable. Knows no request."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, NotHere, Staff
from kiosk.admin.services import entry, own_journal
from kiosk.admin.services.entry import Keys
from kiosk.domain.hashes import hash_secret
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.doors.admin.accounts import LinkKind
from kiosk.store.transactions import transaction

LINK_LASTS = timedelta(minutes=15)


@transaction
def make_link(session: Session, now: datetime, staff: Staff) -> str:
    """The secret of a link that enrols another device of the same person.

    Raises:
        NotHere: this is no enrolled device, or no second factor was given.
    """
    if not staff.is_proven:
        raise NotHere
    secret = secrets.token_urlsafe(32)
    accounts.add_link(session, hash_secret(secret), staff.id, LinkKind.DEVICE, now + LINK_LASTS)
    own_journal.write(session, now, staff.id, "device:link")
    return secret


def is_link_good(session: Session, now: datetime, secret: str) -> bool:
    return accounts.link_owner(session, hash_secret(secret), LinkKind.DEVICE, now) is not None


@transaction
def enrol(session: Session, now: datetime, link: str, name: str, device: str) -> bool:
    """Enrol a device, by its cookie's secret, through a one-time link; False when the link is no longer good."""
    link_hash = hash_secret(link)
    staff_id = accounts.link_owner(session, link_hash, LinkKind.DEVICE, now)
    if staff_id is None or not accounts.use_link(session, link_hash, now):
        return False
    device_id = factors.add_device(session, staff_id, name, hash_secret(device), now, now + entry.DEVICE_LASTS)
    own_journal.write(session, now, staff_id, "device:enrol", "device", device_id)
    return True


@transaction
def revoke(session: Session, now: datetime, staff: Staff, keys: Keys, device_id: int) -> None:
    """Revoke a device and end what is signed in on it; the sign-in that asks goes on, without names.

    Raises:
        NotFound: it is none of theirs, or revoked already.
    """
    if not factors.revoke_device(session, staff.id, device_id, now):
        raise NotFound
    accounts.end_sign_ins(session, staff.id, now, device_id=device_id, but=hash_secret(keys.sign_in))
    own_journal.write(session, now, staff.id, "device:revoke", "device", device_id)

"""A new one-time link for somebody who lost everything, given by an administrator. Knows no request."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotHere, Staff
from kiosk.domain.hashes import hash_secret
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import accounts, factors, journal
from kiosk.store.doors.admin.accounts import LinkKind
from kiosk.store.transactions import transaction

LINK_LASTS = timedelta(days=2)


@dataclass(frozen=True)
class Given:
    """The link's secret, shown once, and whose it is."""

    secret: str = field(repr=False)
    name: str
    expires_at: datetime


@dataclass(frozen=True)
class NobodyThere:
    """No account has this sign-in name."""


@dataclass(frozen=True)
class OneSelf:
    """Nobody gives a link to themselves."""


@transaction
def give(session: Session, now: datetime, staff: Staff, login: str) -> Given | NobodyThere | OneSelf:
    """Make the link, and end the devices and sign-ins of whoever gets it, since somebody else may have them.

    Raises:
        NotHere: the permission does not reach from this browser.
    """
    if not staff.may(Permission.ACCOUNT_PROPOSE):
        raise NotHere
    account = accounts.find_account(session, login)
    if account is None:
        return NobodyThere()
    if account.id == staff.id:
        return OneSelf()
    secret, expires_at = secrets.token_urlsafe(32), now + LINK_LASTS
    accounts.spend_links(session, account.id, now)
    accounts.end_sign_ins(session, account.id, now)
    factors.revoke_devices(session, account.id, now)
    accounts.add_link(session, hash_secret(secret), account.id, LinkKind.START, expires_at)
    role = staff.role_for(Permission.ACCOUNT_PROPOSE)
    journal.record(
        session, now=now, staff_id=staff.id, role=role, act="account:link", thing="staff", thing_id=account.id
    )
    return Given(secret, account.name, expires_at)

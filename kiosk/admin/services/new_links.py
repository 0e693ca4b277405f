"""A new one-time link for somebody who lost everything, given by an administrator. Knows no request."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotHere, Staff
from kiosk.admin.services import grants
from kiosk.domain.hashes import hash_secret
from kiosk.domain.permissions import Permission
from kiosk.store.doors import powers
from kiosk.store.doors.admin import accounts
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


@dataclass(frozen=True)
class OnTheServer:
    """They hold a powerful role, or are to: by their link one administrator would be two people."""


@transaction
def give(
    session: Session, now: datetime, zone: ZoneInfo, staff: Staff, login: str
) -> Given | NobodyThere | OneSelf | OnTheServer:
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
    if grants.see_person(session, now, zone, account.id).is_powerful:
        return OnTheServer()
    secret, expires_at = secrets.token_urlsafe(32), now + LINK_LASTS
    role = str(staff.role_for(Permission.ACCOUNT_PROPOSE))
    powers.give_link(session, now, account.id, hash_secret(secret), expires_at, by=staff.id, role=role)
    return Given(secret, account.name, expires_at)

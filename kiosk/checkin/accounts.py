"""Local accounts, the one place that knows passwords: single sign-on will stand beside it. Imports no Flask of its own.

A way of signing in answers with a `door.Account` or says why not; `access.sign_in` does the rest for all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.checkin import limits
from kiosk.domain.hashes import hash_secret
from kiosk.store.doors import checkin as door
from kiosk.store.transactions import transaction
from kiosk.web import passwords

MARK_LENGTH = 8
"""Characters of a mark: enough that no browser has somebody else's by chance, few enough to be sent with every page."""


@dataclass(frozen=True)
class Unknown:
    """No such account, or not its password: the same answer."""


@dataclass(frozen=True)
class TooMany:
    """Too many tries; the next one counts after so many seconds."""

    seconds: int


@dataclass(frozen=True)
class Who:
    """Who asks, as far as it is known.

    today: the day it is where the institution is.
    secret: the key of the limits.
    browser: the browser's name for itself.
    marks: of the accounts that it has signed in to before, from its own signed cookie (decision 0024).
    has_scanned: whether it carries the scan of a code that a screen has just shown.
    """

    today: date
    secret: str
    browser: str
    marks: Collection[str] = ()
    has_scanned: bool = False

    def mark(self, login: str) -> str:
        """What this browser keeps of an account it has signed in to; in another browser it is another."""
        return self._own("mark", login).hash[:MARK_LENGTH]

    def key(self, login: str) -> limits.Key:
        """Under which tries count: one of its own for a browser that has been in before, the account's for those that have
        seen a screen, and another of the account's for strangers."""
        if self.mark(login) in self.marks:
            return self._own("password/known", login)
        kind = "password/scanned" if self.has_scanned else "password/account"
        return limits.key(self.secret, kind, login.lower(), limits.PASSWORDS_OF_ACCOUNT)

    def _own(self, kind: str, login: str) -> limits.Key:
        return limits.key(self.secret, kind, f"{self.browser}/{login.lower()}", limits.PASSWORDS_OF_ACCOUNT)


def recognise(
    session: Session, now: datetime, who: Who, *, login: str, password: str
) -> door.Account | Unknown | TooMany:
    """The account this login and password belong to."""
    account_key = who.key(login)
    browser_key = limits.key(who.secret, "password/browser", who.browser, limits.PASSWORDS_OF_BROWSER)
    if seconds := limits.seconds_to_wait(session, now, [account_key, browser_key]):
        return TooMany(seconds)
    account = _find(session, login, who.today)
    # No transaction is open meanwhile: hashing takes as long as fifty check-ins.
    if not passwords.matches(account.password_hash if account else None, password) or account is None:
        return Unknown()
    limits.forgive(session, now, account_key, browser_key)
    return account


@transaction
def _find(session: Session, login: str, today: date) -> door.Account | None:
    return door.account_by_login(session, login, today)


@transaction
def account_of_link(session: Session, now: datetime, today: date, secret: str) -> door.Account | None:
    """Whose first password this link sets; None when it is used, expired or unknown."""
    return door.account_of_link(session, hash_secret(secret), now, today)


def choose_password(session: Session, now: datetime, today: date, secret: str, password: str) -> bool:
    """Set the password a link is for; False when the link is of no use any more."""
    if account_of_link(session, now, today, secret) is None:
        return False
    return _store(session, now, today, hash_secret(secret), passwords.hash_password(password))


@transaction
def _store(session: Session, now: datetime, today: date, secret_hash: str, password_hash: str) -> bool:
    account = door.account_of_link(session, secret_hash, now, today)
    if account is None or not door.use_link(session, secret_hash, now):
        return False
    door.spend_links(session, account.student_id, now)
    door.set_password(session, account.student_id, password_hash, now)
    return True


@transaction
def sign_out_everywhere(session: Session, student_id: int) -> None:
    """End every sign-in of a student, in every browser."""
    door.raise_epoch(session, student_id)

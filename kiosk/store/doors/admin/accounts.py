"""The door to staff accounts: sign-ins, tries, one-time links, grants. Of hashes it hands out the password's alone."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.permissions import Grant, Role, ScopeKind
from kiosk.store.tables.staff import role_grant, staff, staff_attempt, staff_credential, staff_link, staff_sign_in


@dataclass(frozen=True)
class Account:
    id: int
    name: str
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SignIn:
    staff_id: int
    name: str
    signed_in_at: datetime
    seen_at: datetime


def find_account(session: Session, login: str) -> Account | None:
    """The account with a sign-in name, unless it is archived; capital letters don't matter."""
    query = (
        select(staff.c.id, staff.c.name, staff_credential.c.password_hash)
        .join(staff_credential, staff_credential.c.staff_id == staff.c.id, isouter=True)
        .where(func.lower(staff.c.login) == login.lower(), staff.c.archived_at.is_(None))
        .order_by(staff.c.id)
    )
    row = session.execute(query).first()
    return Account(row.id, row.name, row.password_hash) if row else None


def grants_of(session: Session, staff_id: int, on: date) -> tuple[Grant, ...]:
    """The roles somebody holds on a day. A role this version does not know gives nothing."""
    query = select(role_grant.c.role, role_grant.c.scope_kind, role_grant.c.scope_value).where(
        role_grant.c.staff_id == staff_id,
        role_grant.c.role.in_([role.value for role in Role]),
        role_grant.c.from_on <= on,
        role_grant.c.until_on >= on,
    )
    rows = session.execute(query.order_by(role_grant.c.id))
    return tuple(Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope_value) for row in rows)


def add_try(session: Session, key_hash: str, at: datetime) -> int:
    """Note a try to sign in; its number, for `drop_try`."""
    outcome = session.execute(insert(staff_attempt).values(key_hash=key_hash, at=at).returning(staff_attempt.c.id))
    return int(outcome.scalar_one())


def count_tries(session: Session, key_hash: str, since: datetime) -> int:
    query = select(func.count(staff_attempt.c.id)).where(
        staff_attempt.c.key_hash == key_hash, staff_attempt.c.at > since
    )
    return int(session.execute(query).scalar_one())


def drop_try(session: Session, try_id: int) -> None:
    session.execute(delete(staff_attempt).where(staff_attempt.c.id == try_id))


def drop_tries(session: Session, key_hash: str) -> None:
    session.execute(delete(staff_attempt).where(staff_attempt.c.key_hash == key_hash))


def add_sign_in(session: Session, id_hash: str, staff_id: int, at: datetime) -> None:
    session.execute(insert(staff_sign_in).values(id_hash=id_hash, staff_id=staff_id, signed_in_at=at, seen_at=at))


def sign_in_of(session: Session, id_hash: str) -> SignIn | None:
    """A session that nobody ended, of an account that is not archived."""
    query = (
        select(staff.c.id, staff.c.name, staff_sign_in.c.signed_in_at, staff_sign_in.c.seen_at)
        .join(staff, staff.c.id == staff_sign_in.c.staff_id)
        .where(
            staff_sign_in.c.id_hash == id_hash,
            staff_sign_in.c.ended_at.is_(None),
            staff.c.archived_at.is_(None),
        )
    )
    row = session.execute(query).first()
    return SignIn(row.id, row.name, row.signed_in_at, row.seen_at) if row else None


def mark_seen(session: Session, id_hash: str, at: datetime) -> None:
    session.execute(update(staff_sign_in).where(staff_sign_in.c.id_hash == id_hash).values(seen_at=at))


def end_sign_in(session: Session, id_hash: str, at: datetime) -> None:
    query = update(staff_sign_in).where(staff_sign_in.c.id_hash == id_hash, staff_sign_in.c.ended_at.is_(None))
    session.execute(query.values(ended_at=at))


def end_sign_ins(session: Session, staff_id: int, at: datetime) -> None:
    """End every session of an account."""
    query = update(staff_sign_in).where(staff_sign_in.c.staff_id == staff_id, staff_sign_in.c.ended_at.is_(None))
    session.execute(query.values(ended_at=at))


def link_owner(session: Session, secret_hash: str, now: datetime) -> int | None:
    """Whose first password a one-time link sets, while it is good."""
    query = (
        select(staff_link.c.staff_id)
        .join(staff, staff.c.id == staff_link.c.staff_id)
        .where(
            staff_link.c.secret_hash == secret_hash,
            staff_link.c.used_at.is_(None),
            staff_link.c.expires_at > now,
            staff.c.archived_at.is_(None),
        )
    )
    return session.execute(query).scalar_one_or_none()


def use_link(session: Session, secret_hash: str, at: datetime) -> bool:
    """Spend a link; False when somebody else just did."""
    query = update(staff_link).where(staff_link.c.secret_hash == secret_hash, staff_link.c.used_at.is_(None))
    return bool(session.execute(query.values(used_at=at)).rowcount)  # type: ignore[attr-defined]


def spend_links(session: Session, staff_id: int, at: datetime) -> None:
    """Make every other link of a person worthless: an older mail must not open the account again."""
    unused = (staff_link.c.staff_id == staff_id, staff_link.c.used_at.is_(None))
    session.execute(update(staff_link).where(*unused).values(used_at=at))


def set_password(session: Session, staff_id: int, password_hash: str, at: datetime) -> None:
    values = {"password_hash": password_hash, "changed_at": at}
    change = update(staff_credential).where(staff_credential.c.staff_id == staff_id).values(**values)
    if not session.execute(change).rowcount:  # type: ignore[attr-defined]
        session.execute(insert(staff_credential).values(staff_id=staff_id, **values))

"""The door to staff accounts: sign-ins, tries, one-time links, grants. Of hashes it hands out the password's alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.permissions import Grant, Role, ScopeKind, without_clashes
from kiosk.store import turns
from kiosk.store.tables.staff import (
    role_grant,
    staff,
    staff_attempt,
    staff_credential,
    staff_device,
    staff_link,
    staff_sign_in,
)


class LinkKind(StrEnum):
    """What a one-time link is for."""

    START = "start"
    DEVICE = "device"


@dataclass(frozen=True)
class Account:
    id: int
    name: str
    login: str = ""
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SignIn:
    """A sign-in; `second_at` is when a second factor was given, on the device `device_id`; `names_until` see the table."""

    staff_id: int
    name: str
    signed_in_at: datetime
    seen_at: datetime
    device_id: int | None
    second_at: datetime | None
    names_until: datetime | None = None


@dataclass(frozen=True)
class SignInLine:
    """A sign-in as its owner sees it: on which of their devices, and when; nothing else is known of it."""

    id_hash: str = field(repr=False)
    signed_in_at: datetime
    seen_at: datetime
    device_name: str | None


def find_account(session: Session, login: str) -> Account | None:
    """The account with a sign-in name, unless it is archived; capital letters don't matter."""
    return _account(session, func.lower(staff.c.login) == login.lower())


def account_of(session: Session, staff_id: int) -> Account | None:
    """The account of a member of staff, unless it is archived."""
    return _account(session, staff.c.id == staff_id)


def _account(session: Session, condition: ColumnElement[bool]) -> Account | None:
    query = (
        select(staff.c.id, staff.c.name, staff.c.login, staff_credential.c.password_hash)
        .join(staff_credential, staff_credential.c.staff_id == staff.c.id, isouter=True)
        .where(condition, staff.c.archived_at.is_(None))
        .order_by(staff.c.id)
    )
    row = session.execute(query).first()
    return Account(row.id, row.name, row.login, row.password_hash) if row else None


def grants_of(session: Session, staff_id: int, on: date) -> tuple[Grant, ...]:
    """The roles somebody holds on a day. One that this version does not know gives nothing, nor do two that nobody may hold."""
    query = select(role_grant.c.role, role_grant.c.scope_kind, role_grant.c.scope_value).where(
        role_grant.c.staff_id == staff_id,
        role_grant.c.role.in_([role.value for role in Role]),
        role_grant.c.from_on <= on,
        role_grant.c.until_on >= on,
    )
    rows = session.execute(query.order_by(role_grant.c.id))
    return without_clashes(Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope_value) for row in rows)


def add_try(session: Session, key_hash: str, at: datetime) -> int:
    """Note a try to sign in; its number, for `drop_try`."""
    outcome = session.execute(insert(staff_attempt).values(key_hash=key_hash, at=at).returning(staff_attempt.c.id))
    return int(outcome.scalar_one())


def tries_between(session: Session, key_hash: str, since: datetime, until: datetime) -> list[datetime]:
    """When the tries under a key were made, the first one first."""
    when = staff_attempt.c.at
    query = select(when).where(staff_attempt.c.key_hash == key_hash, when > since, when <= until)
    return list(session.scalars(query.order_by(when)))


def drop_try(session: Session, try_id: int) -> None:
    session.execute(delete(staff_attempt).where(staff_attempt.c.id == try_id))


def drop_tries(session: Session, key_hash: str) -> None:
    session.execute(delete(staff_attempt).where(staff_attempt.c.key_hash == key_hash))


def add_sign_in(session: Session, id_hash: str, sign_in: SignIn) -> None:
    names = ("staff_id", "signed_in_at", "seen_at", "device_id", "second_at")
    row = {name: getattr(sign_in, name) for name in names}
    session.execute(insert(staff_sign_in).values(id_hash=id_hash, **row))


def sign_in_of(session: Session, id_hash: str) -> SignIn | None:
    """A session that nobody ended, of an account that is not archived."""
    columns = staff_sign_in.c
    query = (
        select(
            staff.c.id,
            staff.c.name,
            columns.signed_in_at,
            columns.seen_at,
            columns.device_id,
            columns.second_at,
            columns.names_until,
        )
        .join(staff, staff.c.id == staff_sign_in.c.staff_id)
        .where(
            staff_sign_in.c.id_hash == id_hash,
            staff_sign_in.c.ended_at.is_(None),
            staff.c.archived_at.is_(None),
        )
    )
    row = session.execute(query).first()
    return SignIn(*row) if row else None


def sign_ins_of(session: Session, staff_id: int, seen_since: datetime, signed_in_since: datetime) -> list[SignInLine]:
    """Somebody's sign-ins that go on, the last used first."""
    columns = staff_sign_in.c
    query = (
        select(columns.id_hash, columns.signed_in_at, columns.seen_at, staff_device.c.name)
        .join(staff_device, staff_device.c.id == columns.device_id, isouter=True)
        .where(
            columns.staff_id == staff_id,
            columns.ended_at.is_(None),
            columns.seen_at > seen_since,
            columns.signed_in_at > signed_in_since,
        )
        .order_by(columns.seen_at.desc(), columns.id_hash)
    )
    return [SignInLine(*row) for row in session.execute(query)]


def mark_seen(session: Session, id_hash: str, at: datetime) -> None:
    session.execute(update(staff_sign_in).where(staff_sign_in.c.id_hash == id_hash).values(seen_at=at))


def set_names_until(session: Session, id_hash: str, until: datetime | None) -> None:
    session.execute(update(staff_sign_in).where(staff_sign_in.c.id_hash == id_hash).values(names_until=until))


def prolong_names(session: Session, id_hash: str, now: datetime, until: datetime) -> bool:
    """Prolong what is open at this very moment; False when somebody has just closed it, and it stays closed."""
    is_open = (staff_sign_in.c.id_hash == id_hash, staff_sign_in.c.names_until > now)
    outcome = session.execute(update(staff_sign_in).where(*is_open).values(names_until=until))
    return bool(outcome.rowcount)  # type: ignore[attr-defined]


def take_turn(session: Session, staff_id: int) -> None:
    """Nobody else begins or ends a session of this account until the transaction is over."""
    turns.take_turn(session, staff_sign_in.c.ended_at, staff_id)


def end_sign_in(session: Session, id_hash: str, at: datetime) -> bool:
    """End a session; False when it had ended already."""
    query = update(staff_sign_in).where(staff_sign_in.c.id_hash == id_hash, staff_sign_in.c.ended_at.is_(None))
    return bool(session.execute(query.values(ended_at=at)).rowcount)  # type: ignore[attr-defined]


def end_sign_ins(
    session: Session, staff_id: int, at: datetime, *, device_id: int | None = None, but: str | None = None
) -> None:
    """End every session of an account, or those on one device; `but` is the hash of one that goes on."""
    take_turn(session, staff_id)
    columns = staff_sign_in.c
    conditions = [columns.staff_id == staff_id, columns.ended_at.is_(None)]
    conditions += [columns.device_id == device_id] if device_id is not None else []
    conditions += [columns.id_hash != but] if but is not None else []
    session.execute(update(staff_sign_in).where(*conditions).values(ended_at=at))


def link_owner(session: Session, secret_hash: str, kind: LinkKind, now: datetime) -> int | None:
    """Whose one-time link this is, while it is good for what it is for."""
    query = (
        select(staff_link.c.staff_id)
        .join(staff, staff.c.id == staff_link.c.staff_id)
        .where(
            staff_link.c.secret_hash == secret_hash,
            staff_link.c.kind == kind.value,
            staff_link.c.used_at.is_(None),
            staff_link.c.expires_at > now,
            staff.c.archived_at.is_(None),
        )
    )
    return session.execute(query).scalar_one_or_none()


def add_link(session: Session, secret_hash: str, staff_id: int, kind: LinkKind, expires_at: datetime) -> None:
    row = {"secret_hash": secret_hash, "staff_id": staff_id, "kind": kind.value, "expires_at": expires_at}
    session.execute(insert(staff_link).values(**row))


def use_link(session: Session, secret_hash: str, at: datetime) -> bool:
    """Spend a link; False when somebody else just did."""
    query = update(staff_link).where(staff_link.c.secret_hash == secret_hash, staff_link.c.used_at.is_(None))
    return bool(session.execute(query.values(used_at=at)).rowcount)  # type: ignore[attr-defined]


def set_password(session: Session, staff_id: int, password_hash: str, at: datetime) -> None:
    values = {"password_hash": password_hash, "changed_at": at}
    change = update(staff_credential).where(staff_credential.c.staff_id == staff_id).values(**values)
    if not session.execute(change).rowcount:  # type: ignore[attr-defined]
        session.execute(insert(staff_credential).values(staff_id=staff_id, **values))

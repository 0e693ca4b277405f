"""The door to accounts with a powerful role: how one begins anew, and what the data-protection officer is told. Sees no secret."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.permissions import Role, ScopeKind
from kiosk.store.tables import board as _board  # noqa: F401 - what the records refer to, for the authorizer
from kiosk.store.tables import register as _register  # noqa: F401 - the same
from kiosk.store.tables.records import notice
from kiosk.store.tables.staff import journal, role_grant, staff, staff_device, staff_link, staff_sign_in
from kiosk.store.turns import take_turn


class Told(StrEnum):
    """What the officer is told of power; each is about a proposal, a role that was given, an account."""

    ROLE_APPROVED = "role_approved"
    ROLE_GIVEN = "role_given"
    LINK_MADE = "link_made"


@dataclass(frozen=True)
class Power:
    """A powerful role that somebody holds."""

    grant_id: int
    staff_id: int
    until_on: date


def take_roles_turn(session: Session) -> None:
    """Nobody else gives or ends a role until the transaction is over: whoever decides on one looks at roles after this."""
    take_turn(session, role_grant.c.until_on)


def end_ways_in(session: Session, staff_id: int, at: datetime) -> None:
    """End every unused link, sign-in and device of somebody: they begin anew by a link that is made afterwards."""
    take_turn(session, staff_sign_in.c.ended_at, staff_id)
    for column in (staff_link.c.used_at, staff_sign_in.c.ended_at, staff_device.c.revoked_at):
        mine = (column.table.c.staff_id == staff_id, column.is_(None))
        session.execute(update(column.table).where(*mine).values({column: at}))


def give_link(
    session: Session, at: datetime, staff_id: int, secret_hash: str, expires_at: datetime, *, by: int | None, role: str
) -> None:
    """Keep a link to begin anew with, end what was there before, and write down who gave it; `by` nobody on the server."""
    end_ways_in(session, staff_id, at)
    row = {"staff_id": staff_id, "secret_hash": secret_hash, "kind": "start", "expires_at": expires_at}
    session.execute(insert(staff_link).inline().values(**row))
    entry = {"staff_id": by, "role": role, "act": "account:link", "thing": "staff", "thing_id": staff_id}
    session.execute(insert(journal).inline().values(at=at, before={}, after={}, **entry))


def held(session: Session, on: date) -> frozenset[Power]:
    """The powerful roles that somebody holds."""
    powerful = [role.value for role in Role if role.is_powerful]
    rows = session.execute(_grants(on).where(role_grant.c.role.in_(powerful)))
    return frozenset(Power(row.id, row.staff_id, row.until_on) for row in rows)


def follow(session: Session, at: datetime, on: date, before: frozenset[Power]) -> frozenset[int]:
    """Tell of the powerful roles given or prolonged on the server since `before`; who had none until then begins anew.

    Nobody else may have a way in that an administrator opened while the account had no power.
    """
    until = {it.grant_id: it.until_on for it in before}
    given = [it for it in held(session, on) if it.until_on > until.get(it.grant_id, date.min)]
    anew = frozenset(it.staff_id for it in given) - {it.staff_id for it in before}
    for grant_id in sorted(it.grant_id for it in given):
        tell(session, at, Told.ROLE_GIVEN, grant_id)
    for staff_id in sorted(anew):
        end_ways_in(session, staff_id, at)
    return anew


def tell(session: Session, at: datetime, what: Told, thing_id: int) -> None:
    """Tell the data-protection officer, in the caller's transaction."""
    session.execute(insert(notice).inline().values(at=at, kind=what.value, thing_id=thing_id))


def has_other_reader(session: Session, staff_id: int, on: date) -> bool:
    """Whether another data-protection officer reads notices too; a role that does not reach everything reads none."""
    active = select(staff.c.id).where(staff.c.archived_at.is_(None), staff.c.id != staff_id)
    query = _grants(on).where(
        role_grant.c.role == Role.DPO.value,
        role_grant.c.scope_kind == ScopeKind.ALL.value,
        role_grant.c.from_on <= on,
        role_grant.c.staff_id.in_(active),
    )
    return session.execute(query).first() is not None


def _grants(on: date) -> Select[Any]:
    columns = role_grant.c
    return select(columns.id, columns.staff_id, columns.until_on).where(columns.until_on >= on)

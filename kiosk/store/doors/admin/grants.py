"""The door to staff accounts and the roles they hold or are to hold. Knows no student and no password."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from kiosk.domain.permissions import Grant, Role, ScopeKind
from kiosk.store.tables.staff import grant_proposal, role_grant, staff

_KNOWN = [role.value for role in Role]


@dataclass(frozen=True)
class Person:
    """A member of staff, as whoever gives roles sees them."""

    id: int
    login: str
    name: str
    unit: str
    is_archived: bool


@dataclass(frozen=True)
class HeldGrant:
    """A role that somebody holds, with its days."""

    id: int
    staff_id: int
    grant: Grant
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Proposal:
    """A role that somebody is to hold, once a second person says so."""

    id: int
    staff_id: int
    name: str
    grant: Grant
    until_on: date
    proposed_by: int
    proposer: str
    proposed_at: datetime
    is_decided: bool


def people(session: Session, words: Iterable[str], most: int) -> tuple[Person, ...]:
    """Accounts whose name, sign-in name or unit has every word, by name."""
    query = select(staff).where(*(_has(word) for word in words)).order_by(func.lower(staff.c.name), staff.c.id)
    return tuple(_person(row) for row in session.execute(query.limit(most)))


def person_by_id(session: Session, staff_id: int) -> Person | None:
    row = session.execute(select(staff).where(staff.c.id == staff_id)).first()
    return _person(row) if row else None


def has_login(session: Session, login: str) -> bool:
    return session.execute(select(staff.c.id).where(func.lower(staff.c.login) == login.lower())).first() is not None


def add_person(session: Session, login: str, name: str, unit: str) -> int:
    made = session.execute(insert(staff).values(login=login, name=name, unit=unit).returning(staff.c.id))
    return int(made.scalar_one())


def grants_held(session: Session, staff_ids: Iterable[int], on: date) -> tuple[HeldGrant, ...]:
    """The roles held on a day, the oldest first."""
    query = _grants(on).where(role_grant.c.staff_id.in_(list(staff_ids)))
    return tuple(_held(row) for row in session.execute(query.order_by(role_grant.c.id)))


def grant_held(session: Session, grant_id: int, on: date) -> HeldGrant | None:
    row = session.execute(_grants(on).where(role_grant.c.id == grant_id)).first()
    return _held(row) if row else None


def holders(session: Session, role: Role, on: date) -> frozenset[int]:
    """Who holds a role on a day, by account."""
    columns = role_grant.c
    query = select(columns.staff_id).where(columns.role == role.value, columns.from_on <= on, columns.until_on >= on)
    active = select(staff.c.id).where(staff.c.archived_at.is_(None))
    return frozenset(session.scalars(query.where(columns.staff_id.in_(active))))


def add_grant(session: Session, staff_id: int, grant: Grant, from_on: date, until_on: date) -> int:
    made = session.execute(
        insert(role_grant)
        .values(staff_id=staff_id, **_values(grant), from_on=from_on, until_on=until_on)
        .returning(role_grant.c.id)
    )
    return int(made.scalar_one())


def end_grant(session: Session, grant_id: int, until_on: date) -> None:
    session.execute(update(role_grant).where(role_grant.c.id == grant_id).values(until_on=until_on))


def add_proposal(session: Session, staff_id: int, grant: Grant, until_on: date, by: int, at: datetime) -> int:
    made = session.execute(
        insert(grant_proposal)
        .values(staff_id=staff_id, **_values(grant), until_on=until_on, proposed_by=by, proposed_at=at)
        .returning(grant_proposal.c.id)
    )
    return int(made.scalar_one())


def open_proposals(session: Session, *, staff_id: int | None = None) -> tuple[Proposal, ...]:
    """Proposals nobody has decided, the oldest first."""
    of_one = [] if staff_id is None else [grant_proposal.c.staff_id == staff_id]
    return _proposals(session, grant_proposal.c.decided_at.is_(None), *of_one)


def proposal_by_id(session: Session, proposal_id: int) -> Proposal | None:
    """A proposal, decided or not."""
    return next(iter(_proposals(session, grant_proposal.c.id == proposal_id)), None)


def decide(session: Session, proposal_id: int, by: int | None, at: datetime, *, is_approved: bool) -> bool:
    """Settle a proposal, `by` nobody when it is taken back; False when it was settled already."""
    undecided = update(grant_proposal).where(grant_proposal.c.id == proposal_id, grant_proposal.c.decided_at.is_(None))
    done = session.execute(undecided.values(decided_by=by, decided_at=at, is_approved=is_approved))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _proposals(session: Session, *conditions: ColumnElement[bool]) -> tuple[Proposal, ...]:
    proposer, columns = aliased(staff), grant_proposal.c
    query = (
        select(grant_proposal, staff.c.name, proposer.c.name.label("proposer"))
        .join(staff, staff.c.id == columns.staff_id)
        .join(proposer, proposer.c.id == columns.proposed_by)
        .where(columns.role.in_(_KNOWN), *conditions)
        .order_by(columns.id)
    )
    return tuple(
        Proposal(
            row.id,
            row.staff_id,
            row.name,
            _grant(row),
            row.until_on,
            row.proposed_by,
            row.proposer,
            row.proposed_at,
            row.decided_at is not None,
        )
        for row in session.execute(query)
    )


def _grants(on: date) -> Select[tuple[object, ...]]:
    columns = role_grant.c
    return select(role_grant).where(columns.role.in_(_KNOWN), columns.from_on <= on, columns.until_on >= on)


def _has(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in (staff.c.name, staff.c.login, staff.c.unit)))


def _person(row: object) -> Person:
    return Person(row.id, row.login, row.name, row.unit, row.archived_at is not None)  # type: ignore[attr-defined]


def _held(row: object) -> HeldGrant:
    return HeldGrant(row.id, row.staff_id, _grant(row), row.from_on, row.until_on)  # type: ignore[attr-defined]


def _grant(row: object) -> Grant:
    return Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope_value)  # type: ignore[attr-defined]


def _values(grant: Grant) -> dict[str, str]:
    return {"role": grant.role.value, "scope_kind": grant.scope_kind.value, "scope_value": grant.scope_value}

"""Accounts and roles: one person proposes, another approves, and nobody does either for themselves. Knows no request."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.journal import record
from kiosk.domain.permissions import Grant, Permission, Role, clashes
from kiosk.store.doors import powers
from kiosk.store.doors.admin import grants as door
from kiosk.store.transactions import transaction

LASTS = timedelta(days=365)
"""No role lasts longer than a year: it lapses unless it is given again."""

KEPT_FILLED = frozenset({Role.DATA_OWNER, Role.DPO})
"""Roles whose last holder stays: without a data owner one person could give any role on the command line."""


@dataclass(frozen=True)
class Listed:
    """An account in the list, with the roles held today."""

    person: door.Person
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Seen:
    """An account's page."""

    person: door.Person
    held: tuple[door.HeldGrant, ...]
    proposed: tuple[door.Proposal, ...]

    @property
    def is_powerful(self) -> bool:
        """Whether they hold a role that takes two people, or it waits for the second."""
        roles = [it.grant.role for it in self.held] + [it.grant.role for it in self.proposed]
        return any(role.is_powerful for role in roles)


@dataclass(frozen=True)
class Done:
    """It is so; `id` is what was made or changed."""

    id: int


@dataclass(frozen=True)
class LoginTaken:
    pass


@dataclass(frozen=True)
class ForOneself:
    """Nobody proposes, approves or prolongs a role of their own."""


@dataclass(frozen=True)
class SamePerson:
    """Whoever proposed it can't be the one who approves it."""


@dataclass(frozen=True)
class Held:
    """They have this role, as far as this, already; or it is proposed."""


@dataclass(frozen=True)
class Clashing:
    """Roles that nobody may hold beside this one."""

    others: frozenset[Role]


@dataclass(frozen=True)
class LastOne:
    """Nobody else holds this role, and somebody has to."""

    staff_id: int
    role: Role


@dataclass(frozen=True)
class Over:
    """Its last day is over: it would be held by nobody."""


@dataclass(frozen=True)
class Settled:
    """Somebody else has decided it meanwhile."""


def list_people(session: Session, now: datetime, zone: ZoneInfo, search: str, most: int) -> tuple[Listed, ...]:
    """Accounts that have every word of the search in name, sign-in name or unit."""
    people = door.people(session, search.split(), most)
    held = door.grants_held(session, [person.id for person in people], _today(now, zone))
    return tuple(Listed(it, tuple(own.grant.role for own in held if own.staff_id == it.id)) for it in people)


def see_person(session: Session, now: datetime, zone: ZoneInfo, staff_id: int) -> Seen:
    """One account.

    Raises:
        NotFound: there is none.
    """
    person = door.person_by_id(session, staff_id)
    if person is None:
        raise NotFound
    # In this order: a role that is approved between the two reads is met in one of them.
    proposed = door.open_proposals(session, staff_id=staff_id)
    return Seen(person, door.grants_held(session, [staff_id], _today(now, zone)), proposed)


def waiting(session: Session) -> tuple[door.Proposal, ...]:
    """What waits for a second person."""
    return door.open_proposals(session)


@transaction
def add_account(session: Session, now: datetime, staff: Staff, login: str, name: str, unit: str) -> Done | LoginTaken:
    """Make an account without any role: it sees nobody."""
    if door.has_login(session, login):
        return LoginTaken()
    try:
        staff_id = door.add_person(session, login, name, unit)
    except IntegrityError:  # made by somebody else since the line above
        session.rollback()
        return LoginTaken()
    record(session, now, staff, Permission.ACCOUNT_PROPOSE, "account added", "staff", staff_id, after={"unit": unit})
    return Done(staff_id)


@transaction
def propose(
    session: Session, now: datetime, zone: ZoneInfo, staff: Staff, staff_id: int, grant: Grant, until_on: date
) -> Done | ForOneself | Held | Clashing:
    """Propose a role for somebody; it reaches nobody until a second person approves.

    Raises:
        NotFound: there is no such account.
    """
    powers.take_roles_turn(session)
    seen = see_person(session, now, zone, staff_id)
    if staff_id == staff.id:
        return ForOneself()
    if grant in [it.grant for it in seen.held if it.until_on >= until_on] + [it.grant for it in seen.proposed]:
        return Held()
    beside = [*(it.grant.role for it in seen.held), *(it.grant.role for it in seen.proposed)]
    others = clashes(grant.role, beside)
    if others:
        return Clashing(others)
    until_on = min(until_on, _today(now, zone) + LASTS)
    proposal_id = door.add_proposal(session, staff_id, grant, until_on, staff.id, now)
    record(
        session,
        now,
        staff,
        Permission.ACCOUNT_PROPOSE,
        "role proposed",
        "staff",
        staff_id,
        after=_said(grant, until_on),
    )
    return Done(proposal_id)


@transaction
def approve(
    session: Session, now: datetime, zone: ZoneInfo, staff: Staff, proposal_id: int
) -> Done | ForOneself | SamePerson | Clashing | Over | Settled:
    """Let somebody hold the role from today on."""
    powers.take_roles_turn(session)
    proposal = _undecided(session, staff, proposal_id)
    if not isinstance(proposal, door.Proposal):
        return proposal
    today = _today(now, zone)
    if proposal.until_on < today:
        return Over()
    held = door.grants_held(session, [proposal.staff_id], today)
    others = clashes(proposal.grant.role, [it.grant.role for it in held])
    if others:
        return Clashing(others)
    if not door.decide(session, proposal_id, staff.id, now, is_approved=True):
        return Settled()
    door.add_grant(session, proposal.staff_id, proposal.grant, today, proposal.until_on)
    if proposal.grant.role.is_powerful:
        powers.tell(session, now, powers.Told.ROLE_APPROVED, proposal_id)
        if not any(it.grant.role.is_powerful for it in held):
            # Whoever opened the account while it had no power, by a link of an administrator's, must not have it now.
            powers.end_ways_in(session, proposal.staff_id, now)
    said = _said(proposal.grant, proposal.until_on)
    record(session, now, staff, Permission.GRANT_APPROVE, "role approved", "staff", proposal.staff_id, after=said)
    return Done(proposal.staff_id)


@transaction
def refuse(session: Session, now: datetime, staff: Staff, proposal_id: int) -> Done | ForOneself | SamePerson | Settled:
    """Say no to a proposal."""
    proposal = _undecided(session, staff, proposal_id)
    if not isinstance(proposal, door.Proposal):
        return proposal
    if not door.decide(session, proposal_id, staff.id, now, is_approved=False):
        return Settled()
    said = _said(proposal.grant, proposal.until_on)
    record(session, now, staff, Permission.GRANT_APPROVE, "role refused", "staff", proposal.staff_id, after=said)
    return Done(proposal.staff_id)


@transaction
def withdraw(session: Session, now: datetime, staff: Staff, proposal_id: int) -> Done | Settled:
    """Take back what one proposed oneself; nobody has decided then, and the journal says who took it back.

    Raises:
        NotFound: they proposed no such thing.
    """
    proposal = door.proposal_by_id(session, proposal_id)
    if proposal is None or proposal.proposed_by != staff.id:
        raise NotFound
    if not door.decide(session, proposal_id, None, now, is_approved=False):
        return Settled()
    said = _said(proposal.grant, proposal.until_on)
    record(session, now, staff, Permission.ACCOUNT_PROPOSE, "role withdrawn", "staff", proposal.staff_id, after=said)
    return Done(proposal.staff_id)


@transaction
def end(session: Session, now: datetime, zone: ZoneInfo, staff: Staff, grant_id: int) -> Done | LastOne:
    """End a role at once. One person is enough, but for the last one who watches over the others.

    Raises:
        NotFound: nobody holds it today.
    """
    powers.take_roles_turn(session)
    today = _today(now, zone)
    held = door.grant_held(session, grant_id, today)
    if held is None:
        raise NotFound
    role = held.grant.role
    if role in KEPT_FILLED and door.holders(session, role, today) <= {held.staff_id}:
        return LastOne(held.staff_id, role)
    last = today - timedelta(days=1)
    door.end_grant(session, grant_id, last)
    permission = Permission.GRANT_APPROVE if staff.may(Permission.GRANT_APPROVE) else Permission.ACCOUNT_PROPOSE
    before, after = (_said(held.grant, day) for day in (held.until_on, last))
    record(session, now, staff, permission, "role ended", "staff", held.staff_id, before, after)
    return Done(held.staff_id)


def _undecided(session: Session, staff: Staff, proposal_id: int) -> door.Proposal | ForOneself | SamePerson | Settled:
    """A proposal that this person may decide, or why not.

    Raises:
        NotFound: there is none.
    """
    proposal = door.proposal_by_id(session, proposal_id)
    if proposal is None:
        raise NotFound
    if proposal.is_decided:
        return Settled()
    if staff.id == proposal.staff_id:
        return ForOneself()
    return SamePerson() if staff.id == proposal.proposed_by else proposal


def _today(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _said(grant: Grant, until_on: date) -> dict[str, str]:
    scope = f"{grant.scope_kind}:{grant.scope_value}" if grant.scope_value else str(grant.scope_kind)
    return {"role": str(grant.role), "scope": scope, "until": until_on.isoformat()}

"""Who teaches or leads a module: added, changed and ended by those who look after it, never for oneself. Knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services import roles
from kiosk.admin.services.journal import record
from kiosk.admin.services.lectures import reach_of
from kiosk.domain.permissions import Permission, Width
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts
from kiosk.store.doors.admin import links as door
from kiosk.store.doors.admin.links import Link, LinkValues
from kiosk.store.doors.admin.modules import Module, module_in
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Page:
    """A module with its people: those who teach it now or will, and those whose days are over."""

    module: Module
    current: tuple[Link, ...]
    past: tuple[Link, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Linked:
    """It is so now."""

    name: str


@dataclass(frozen=True)
class NoLecturer:
    """Nobody signs in with this name, or they are no lecturer: whoever asks is told the same."""


@dataclass(frozen=True)
class ForOneself:
    """Nobody says of themselves what they teach."""


@dataclass(frozen=True)
class Twice:
    """The person has this group on one of these days already."""


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the link in between: as it is now."""

    link: Link


def page_for(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Page:
    """A module's people.

    Raises:
        NotFound: the module is none of theirs.
    """
    module = _module(session, now, settings, staff, module_id)
    today = settings.institution.day_of(now)
    links = [link for link in door.links_of(session, module_id) if not link.values.is_taken_back]
    past = [link for link in links if not link.values.days.lasts(today)]
    current = tuple(link for link in links if link not in past)
    return Page(module, current, tuple(past), door.groups_of(session, module_id))


def link_for(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int, link_id: int
) -> tuple[Module, Link]:
    """A link of a module in use.

    Raises:
        NotFound: there is none, or the module is none of theirs or archived.
    """
    module = _in_use(session, now, settings, staff, module_id)
    link = door.link_of(session, module_id, link_id)
    if link is None or link.values.is_taken_back:
        raise NotFound
    return module, link


@transaction
def add(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    module_id: int,
    login: str,
    values: LinkValues,
) -> Linked | NoLecturer | ForOneself | Twice:
    """Let the owner of a sign-in name teach or lead a module."""
    door.take_turn(session, module_id)
    _in_use(session, now, settings, staff, module_id)
    account = accounts.find_account(session, login)
    if account is None:
        return NoLecturer()
    if account.id == staff.id:
        return ForOneself()
    if not _may_teach(session, now, settings, account.id):
        return NoLecturer()
    if _has_another(session, module_id, account.id, values):
        return Twice()
    link_id = door.add_link(session, module_id, account.id, values)
    _note(session, now, staff, "link.add", module_id, (link_id, account.id), {}, values.as_row())
    return Linked(account.name)


@transaction
def change(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    module_id: int,
    link_id: int,
    was: LinkValues,
    values: LinkValues,
) -> Linked | ForOneself | Twice | Clash:
    """Save over `was`, which is how the link was when its form was opened."""
    door.take_turn(session, module_id)
    _, link = link_for(session, now, settings, staff, module_id, link_id)
    if link.staff_id == staff.id:
        return ForOneself()
    if link.values != was:
        return Clash(link)
    if values == was:
        return Linked(link.name)
    if _has_another(session, module_id, link.staff_id, values, besides=link_id):
        return Twice()
    if not _put(session, now, staff, module_id, link, values, "link.change"):
        return _clash(session, module_id, link)
    return Linked(link.name)


@transaction
def end(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int, link_id: int
) -> Linked | ForOneself | Clash:
    """Make today the last day of a link; one that has not begun is taken back. Twice is the same as once."""
    _, link = link_for(session, now, settings, staff, module_id, link_id)
    if link.staff_id == staff.id:
        return ForOneself()
    today, values = settings.institution.day_of(now), link.values
    if values.until_on is not None and values.until_on <= today:
        return Linked(link.name)
    is_begun = values.from_on is None or values.from_on <= today
    ended = LinkValues(values.group_name, values.leads, values.from_on, today) if is_begun else values.taken_back(today)
    if not _put(session, now, staff, module_id, link, ended, "link.end"):
        return _clash(session, module_id, link)
    return Linked(link.name)


@transaction
def restore(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    module_id: int,
    link_id: int,
    left: LinkValues,
    before: LinkValues,
) -> bool:
    """Make a link as it was before an act, as long as it is as the act left it; whether it is so now.

    Raises:
        NotFound: the module is none of theirs, or archived.
    """
    door.take_turn(session, module_id)
    _in_use(session, now, settings, staff, module_id)
    link = door.link_of(session, module_id, link_id)
    if link is None or link.staff_id == staff.id or link.values != left:
        return False
    if not before.is_taken_back and (
        _has_another(session, module_id, link.staff_id, before, besides=link_id)
        or not _may_teach(session, now, settings, link.staff_id)
    ):
        return False
    return _put(session, now, staff, module_id, link, before, "link.end" if before.is_taken_back else "link.change")


def _put(
    session: Session, now: datetime, staff: Staff, module_id: int, link: Link, values: LinkValues, act: str
) -> bool:
    """Write a link's new values and the journal's row; False when somebody else was quicker."""
    if not door.change_link(session, link.id, link.values, values):
        return False
    whose = (link.id, link.staff_id)
    _note(session, now, staff, act, module_id, whose, link.values.as_row(), values.as_row())
    return True


def _clash(session: Session, module_id: int, link: Link) -> Clash:
    session.rollback()
    return Clash(door.link_of(session, module_id, link.id) or link)


def _note(
    session: Session,
    now: datetime,
    staff: Staff,
    act: str,
    module_id: int,
    whose: tuple[int, int],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """A row in the module's history: the link and the colleague by number, the days as text."""
    named = dict(zip(("link", "staff"), whose, strict=True))
    old, new = ({name: _plain(value) for name, value in values.items()} for values in (before, after))
    record(session, now, staff, Permission.LINK_CHANGE, act, "module", module_id, {**named, **old}, {**named, **new})


def _has_another(session: Session, module_id: int, staff_id: int, values: LinkValues, *, besides: int = 0) -> bool:
    others = (it for it in door.links_of(session, module_id) if it.staff_id == staff_id and it.id != besides)
    return any(values.overlaps(it.values) for it in others)


def _module(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Module:
    found = module_in(session, reach_of(staff, Permission.LINK_CHANGE, now, settings), module_id)
    if found is None:
        raise NotFound
    return found


def _in_use(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Module:
    module = _module(session, now, settings, staff, module_id)
    if module.archived_at is not None:
        raise NotFound
    return module


def _may_teach(session: Session, now: datetime, settings: AdminSettings, staff_id: int) -> bool:
    today, teaching = settings.institution.day_of(now), (Width.OWN, Width.MODULES)
    return roles.give(session, staff_id, today, Permission.LECTURE_SHOW, *teaching)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value

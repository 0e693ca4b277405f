"""Whose tutor somebody is: said by student numbers, answered in numbers alone, and never for oneself. Knows no request."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services import roles
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.history import History, newest_of
from kiosk.admin.services.journal import record
from kiosk.domain.access_log import Act
from kiosk.domain.days import Days
from kiosk.domain.permissions import Permission, Width
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts, journal
from kiosk.store.doors.admin import tutors as door
from kiosk.store.doors.admin.journal import HistoryRow
from kiosk.store.doors.admin.tutors import Link, Within
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Tutor:
    """A colleague who holds the role of a personal tutor."""

    id: int
    name: str


@dataclass(frozen=True)
class NoTutor:
    """Nobody signs in with this name, or they are no tutor: whoever asks is told the same."""


@dataclass(frozen=True)
class ForOneself:
    """Nobody says of themselves whose tutor they are."""


@dataclass(frozen=True)
class Page:
    """A tutor, how many tutees of theirs are in reach now and later, and what was done. Never who."""

    tutor: Tutor
    now: int
    later: int
    history: History


@dataclass(frozen=True)
class Done:
    """What an act did, in numbers alone: changed, as they were already, and numbers that are nobody in reach."""

    changed: int
    already: int = 0
    strangers: int = 0


def find(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, login: str
) -> Tutor | NoTutor | ForOneself:
    """The tutor who signs in with this name."""
    account = accounts.find_account(session, login)
    if account is not None and account.id == staff.id:
        return ForOneself()
    if account is None or not _is_tutor(session, account.id, settings.institution.day_of(now)):
        return NoTutor()
    return Tutor(account.id, account.name)


def page_for(session: Session, now: datetime, settings: AdminSettings, staff: Staff, tutor_id: int) -> Page:
    """A tutor's page.

    Raises:
        NotFound: there is no such tutor, or it is whoever asks.
    """
    tutor, within = _tutor(session, now, settings, staff, tutor_id)
    links = door.links_of(session, within, tutor_id)
    today = within.today
    held = {it.student_id for it in links if it.days.holds(today)}
    coming = {it.student_id for it in links if it.days.lasts(today)} - held
    return Page(tutor, len(held), len(coming), _history(session, within, tutor_id, links))


@transaction
def add(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    tutor_id: int,
    numbers: tuple[str, ...],
    days: Days,
) -> Done:
    """Make somebody the tutor of the students with these numbers, on these days; without a first day from today on.

    Raises:
        NotFound: as for `page_for`.
    """
    door.take_turn(session, tutor_id)
    _, within = _tutor(session, now, settings, staff, tutor_id)
    wanted = Days(days.from_on or within.today, days.until_on)
    found = door.students_numbered(session, within, numbers, here=True)
    held: dict[int, list[Link]] = defaultdict(list)
    for link in door.links_of(session, within, tutor_id):
        held[link.student_id].append(link)
    from_now = Days(max(wanted.from_on or within.today, within.today), wanted.until_on)
    lacking = [it for it in sorted(found) if not any(link.days.covers(from_now) for link in held[it])]
    longer = [next((it for it in reversed(held[who]) if it.days.meets(wanted)), None) for who in lacking]
    before, after = _change(session, ((it, it.days.joined(wanted)) for it in longer if it))
    new = [who for who, link in zip(lacking, longer, strict=True) if link is None]
    changed = {it.student_id for it in longer if it and it.id in after}.union(new)
    for link_id in door.add_links(session, tutor_id, new, wanted):
        before[link_id], after[link_id] = Days.none(wanted.from_on or within.today), wanted
    _note(session, now, staff, tutor_id, changed, found - changed)
    _record(session, now, staff, "tutee.add", tutor_id, before, after, within)
    return Done(len(changed), len(found - changed), len(numbers) - len(found))


@transaction
def end(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, tutor_id: int, numbers: tuple[str, ...]
) -> Done:
    """Put the students with these numbers out of a tutor's reach, at once.

    Raises:
        NotFound: as for `page_for`.
    """
    _, within = _tutor(session, now, settings, staff, tutor_id)
    found = door.students_numbered(session, within, numbers, here=False)
    links = [it for it in door.links_of(session, within, tutor_id) if it.days.lasts(within.today)]
    ending = [it for it in links if it.student_id in found]
    before, after = _change(session, ((it, it.days.ended(within.today)) for it in ending))
    students = {it.student_id for it in ending if it.id in after}
    _note(session, now, staff, tutor_id, students, found - students)
    _record(session, now, staff, "tutee.end", tutor_id, before, after, within, len(students))
    return Done(len(students), len(found - students), len(numbers) - len(found))


@transaction
def undo(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, tutor_id: int, entry_id: int
) -> Done | None:
    """Take an act back where nothing has changed since; None when it no longer fits. It is an act of its own.

    Raises:
        NotFound: as for `page_for`.
    """
    door.take_turn(session, tutor_id)
    _, within = _tutor(session, now, settings, staff, tutor_id)
    links = door.links_of(session, within, tutor_id)
    history = _history(session, within, tutor_id, links)
    row = next((row for row in history.rows if row.id == entry_id and entry_id in history.undoable), None)
    if row is None:
        return None
    was, left = _days_of(row.before), _days_of(row.after)
    fitting = [it for it in links if _may_return(it, was, left, within.today)]
    before, after = _change(session, ((it, was[it.id]) for it in fitting))
    done = {it.student_id for it in fitting if it.id in after}
    _note(session, now, staff, tutor_id, done, {it.student_id for it in links if it.id in left} - done)
    _record(session, now, staff, "tutee.undo", tutor_id, before, after, within, len(done))
    return Done(len(done), len(left) - len(after))


def _history(session: Session, within: Within, tutor_id: int, links: Collection[Link]) -> History:
    """The acts of one's own departments: how many were changed, by whom and when."""
    every = journal.history_of(session, "tutor", tutor_id)
    rows = tuple(row for row in every if within.departments.issuperset(row.after["departments"]))
    newest = newest_of(rows, lambda row: tuple(row.after["departments"]))
    return History(rows, frozenset(row.id for row in newest if _fits(row, links, within.today)), {})


def _fits(row: HistoryRow, links: Collection[Link], today: date) -> bool:
    was, left = _days_of(row.before), _days_of(row.after)
    return any(_may_return(it, was, left, today) for it in links)


def _may_return(link: Link, was: Mapping[int, Days], left: Mapping[int, Days], today: date) -> bool:
    """Whether a link is as an act left it; and whoever would be in reach of the tutor again has not left meanwhile."""
    return link.days == left.get(link.id) and (link.is_here or not was[link.id].lasts(today))


def _change(session: Session, wishes: Iterable[tuple[Link, Days]]) -> tuple[dict[int, Days], dict[int, Days]]:
    """Write new days; how they were and are now, by link."""
    alike: dict[tuple[Days, Days], list[int]] = defaultdict(list)
    for link, days in wishes:
        alike[link.days, days].append(link.id)
    before: dict[int, Days] = {}
    after: dict[int, Days] = {}
    for (was, days), ids in alike.items():
        done = door.change_days(session, ids, was, days)
        before |= dict.fromkeys(done, was)
        after |= dict.fromkeys(done, days)
    return before, after


def _note(
    session: Session, now: datetime, staff: Staff, tutor_id: int, changed: Collection[int], others: Collection[int]
) -> None:
    """Rows of the access log, with the change or not at all: that a number is in reach is an answer, too."""
    told = [(Act.CHANGE, "changed", changed)] if changed else []
    if others or not changed:
        told.append((Act.SEARCH, "unchanged" if others else "nobody found", others))
    for act, outcome, students in told:
        note(session, now, staff, Look(Permission.LINK_CHANGE, act, "tutor", tutor_id, "tutor link", students, outcome))


def _record(
    session: Session,
    now: datetime,
    staff: Staff,
    act: str,
    tutor_id: int,
    before: Mapping[int, Days],
    after: Mapping[int, Days],
    within: Within,
    students: int | None = None,
) -> None:
    """A row of the tutor's history: links by their ids, days as text."""
    if after:
        count = len(after) if students is None else students
        about = {"students": count, "departments": sorted(within.departments), "days": _said(after)}
        record(session, now, staff, Permission.LINK_CHANGE, act, "tutor", tutor_id, {"days": _said(before)}, about)


def _said(days: Mapping[int, Days]) -> list[list[Any]]:
    """First day, last day and the links that have both: a thousand links added at once are one line."""
    alike: dict[Days, list[int]] = defaultdict(list)
    for link_id, it in days.items():
        alike[it].append(link_id)
    return [[*(day and day.isoformat() for day in (it.from_on, it.until_on)), sorted(ids)] for it, ids in alike.items()]


def _days_of(said: Mapping[str, Any]) -> dict[int, Days]:
    found: dict[int, Days] = {}
    for first, last, ids in said["days"]:
        days = Days(*(date.fromisoformat(day) if day else None for day in (first, last)))
        found |= dict.fromkeys(ids, days)
    return found


def _tutor(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, tutor_id: int
) -> tuple[Tutor, Within]:
    today, account = settings.institution.day_of(now), accounts.account_of(session, tutor_id)
    if account is None or account.id == staff.id or not _is_tutor(session, account.id, today):
        raise NotFound
    within = Within(staff.id, staff.scope(Permission.LINK_CHANGE).departments, today)
    return Tutor(account.id, account.name), within


def _is_tutor(session: Session, staff_id: int, today: date) -> bool:
    return roles.give(session, staff_id, today, Permission.RECORD_READ, Width.TUTEES)

"""One student's record, and finding a student. The loaders authorize: who is out of reach is not found. Knows no request."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.lectures import reach_of
from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.permissions import Permission, Width, scope_of
from kiosk.domain.purposes import chosen, purposes_of
from kiosk.domain.records import Entry, Sum, count_at, sums_of
from kiosk.domain.statuses import Status, told_to_teachers
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import records as door
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.disputing import disputed_of
from kiosk.store.doors.expected import own_modules
from kiosk.store.transactions import transaction

MOST_FOUND = 20
FEWEST_LETTERS = 2
RECORDS = (Permission.RECORD_READ, Permission.MODULE_RECORD_READ)
"""What opens a record, the wider one first."""

_EFFECT_ALONE = frozenset({Width.OWN, Width.MODULES, Width.ONE})
"""Ways to a record on which nobody learns which kind of arrangement excused a student: teaching, and broken glass."""


@dataclass(frozen=True)
class Record:
    """A student's lectures as far as somebody may see them, the newest first, and what they add up to by module.

    It says what the student's own record says, but for arrivals that are kept apart, which are no part of a record to staff.
    """

    student: door.Student
    rows: tuple[Entry, ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Through:
    """How somebody came to a record, for the log: a search, a case, a broken glass."""

    permission: Permission
    purpose: Purpose
    thing: str = "record"
    thing_id: int = 0


@dataclass(frozen=True)
class Found:
    """Who was found, and what for; `has_more` says that there are others."""

    students: tuple[door.Student, ...]
    purpose: Purpose
    has_more: bool


def student_for(
    session: Session, staff: Staff, permission: Permission, student_id: int, *, now: datetime, settings: AdminSettings
) -> door.Student:
    """A student, for somebody whose permission reaches them.

    Raises:
        NotFound: there is none, or they are out of reach, or their record is locked; the answer is the same.
    """
    found = door.student_within(session, reach_of(staff, permission, now, settings), student_id)
    if found is None:
        raise NotFound
    return found


def purposes_for(staff: Staff, *permissions: Permission) -> tuple[Purpose, ...]:
    """What somebody may give as the reason for a look, by the roles that let them look."""
    roles = (grant.role for grant in staff.grants if any(scope_of(it, [grant]) for it in permissions))
    return purposes_of(roles)


@transaction
def open_own_record(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, student_id: int, purpose: str | None
) -> Record:
    """The record of a student who is in reach by a role.

    Raises:
        NotFound: they are not.
        UnknownPurpose: the purpose is not on the list.
    """
    why = chosen(purpose, purposes_for(staff, *RECORDS))
    for permission in RECORDS:
        if door.student_within(session, reach_of(staff, permission, now, settings), student_id) is not None:
            return open_record(session, now, settings, staff, student_id, Through(permission, why))
    raise NotFound


def open_record(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, student_id: int, through: Through
) -> Record:
    """The record itself, once its row is in the log; the caller commits.

    Raises:
        NotFound: the student is out of reach.
    """
    student = student_for(session, staff, through.permission, student_id, now=now, settings=settings)
    act = Act.BREAK_GLASS if through.permission is Permission.BREAK_GLASS_USE else Act.VIEW_STUDENT
    look = Look(
        through.permission, act, through.thing, through.thing_id, "record", [student_id], purpose=through.purpose
    )
    note(session, now, staff, look)
    reach = door.reach_to(session, reach_of(staff, through.permission, now, settings), student_id)
    rows = _told(_entries(session, now, settings, reach, student_id), reach)
    reached = door.modules_of(session, reach)
    sums = sums_of(rows, own_modules(session, student_id))
    return Record(student, rows, tuple(it for it in sums if reached is None or it.module_id in reached))


@transaction
def find_students(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, typed: str, purpose: str | None
) -> Found:
    """By full number, or by the first letters of a part of the name, within reach; whoever is shown is in the log.

    Raises:
        UnknownPurpose: the purpose is not on the list.
    """
    why = chosen(purpose, purposes_for(staff, Permission.STUDENT_SEARCH))
    reach = reach_of(staff, Permission.STUDENT_SEARCH, now, settings)
    numbered = door.student_numbered(session, reach, typed)
    named = [numbered] if numbered else _named(door.students_within(session, reach), typed)
    shown = tuple(named[:MOST_FOUND])
    subjects, outcome = [it.id for it in shown], "shown" if shown else "nobody found"
    look = Look(Permission.STUDENT_SEARCH, Act.SEARCH, "search", 0, "names", subjects, outcome, why)
    note(session, now, staff, look)
    return Found(shown, why, len(named) > MOST_FOUND)


def has_enough(typed: str) -> bool:
    """Whether what was typed is enough to look for: all of a number or two letters."""
    return len(typed.replace(" ", "")) >= FEWEST_LETTERS


def _named(students: tuple[door.Student, ...], typed: str) -> list[door.Student]:
    wanted = _plain(typed)
    if not has_enough(typed) or not any(letter.isalpha() for letter in wanted):
        return []
    found = [it for it in students if any(_begins(name, wanted) for name in _parts(it.known_as))]
    return sorted(found, key=lambda it: (it.known_as.casefold(), it.id))


def _parts(name: str) -> list[str]:
    """A name from each of its words on, so that the first letters of any of them will do."""
    words = _plain(name).split()
    return [" ".join(words[number:]) for number in range(len(words))]


def _begins(name: str, wanted: str) -> bool:
    return name.startswith(wanted)


def _plain(text: str) -> str:
    """Without capitals and accents, so that Zoe finds Zoë."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(it for it in apart if not unicodedata.combining(it)).split())


def _told(rows: tuple[Entry, ...], reach: Reach) -> tuple[Entry, ...]:
    """The entries as somebody is told them who came by these ways. What counts stays the same."""
    if any(way.width not in _EFFECT_ALONE for way in reach.scope.ways):
        return rows
    return tuple(replace(it, status=told_to_teachers(it.status)) for it in rows)


def _entries(
    session: Session, now: datetime, settings: AdminSettings, reach: Reach, student_id: int
) -> tuple[Entry, ...]:
    lectures = door.lectures_of(session, reach, student_id, settings.windows)
    ids = [it.id for it in lectures]
    statuses = door.statuses_of(session, student_id, ids, now)
    observed = door.observed_of(session, student_id, ids, reach.staff_id)
    disputed = disputed_of(session, student_id)
    return tuple(
        Entry(
            lecture=it,
            status=statuses.get(it.id, Status.NOT_RECORDED),
            count=count_at(it, now, is_observed=it.id in observed),
            is_over=it.is_over(now),
            is_disputed=it.id in disputed,
        )
        for it in reversed(lectures)
    )

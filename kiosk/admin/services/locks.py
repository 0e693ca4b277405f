"""Locks on records: one officer sets, another lifts, those named see the record. No reason is kept. Knows no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.lectures import reach_of
from kiosk.domain.access_log import Act
from kiosk.domain.permissions import Permission, Width
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import locks as door
from kiosk.store.doors.admin.accounts import find_account
from kiosk.store.doors.admin.records import student_numbered, ways_to
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Locked:
    """The record is locked."""


@dataclass(frozen=True)
class NoSuchStudent:
    """No student with this number is in reach."""


@dataclass(frozen=True)
class NoSuchStaff:
    """These sign-in names belong to nobody."""

    logins: tuple[str, ...]


def locks_for(session: Session, staff: Staff) -> tuple[door.Lock, ...]:
    """The locks that hold in somebody's departments."""
    departments = staff.scope(Permission.LOCK_SET).departments | staff.scope(Permission.LOCK_LIFT).departments
    return door.locks_in(session, departments)


@transaction
def set_lock(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str, logins: Sequence[str]
) -> Locked | NoSuchStudent | NoSuchStaff:
    """Lock the record of the student with this number to the staff with these sign-in names."""
    accounts = {login: find_account(session, login) for login in logins}
    if unknown := tuple(login for login, account in accounts.items() if account is None):
        return NoSuchStaff(unknown)
    reach = reach_of(staff, Permission.LOCK_SET, now, settings)
    student = student_numbered(session, reach, number)
    lock_id = 0
    if student is not None:
        ways = ways_to(session, reach, student.id)
        department = min(way.department for way in ways if way.width is Width.DEPARTMENT)
        named = [account.id for account in accounts.values() if account]
        lock_id = door.add_lock(session, student.id, department, staff.id, now, named)
    subjects, outcome = ([student.id], "locked") if student else ([], "nobody found")
    note(session, now, staff, Look(Permission.LOCK_SET, Act.CHANGE, "lock", lock_id, "lock", subjects, outcome))
    return Locked() if student else NoSuchStudent()


@transaction
def lift_lock(session: Session, now: datetime, staff: Staff, lock_id: int) -> None:
    """End a lock that a colleague set.

    Raises:
        NotFound: there is none in somebody's departments, or they set it themselves.
    """
    departments = staff.scope(Permission.LOCK_LIFT).departments
    found = next((it for it in door.locks_in(session, departments) if it.id == lock_id), None)
    if found is None or not door.lift_lock(session, lock_id, staff.id, now):
        raise NotFound
    look = Look(Permission.LOCK_LIFT, Act.CHANGE, "lock", lock_id, "lock", [found.student_id], "lifted")
    note(session, now, staff, look)

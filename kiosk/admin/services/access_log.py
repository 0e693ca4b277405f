"""Writes a row of the access log for whatever shows or changes a student's data, before it does. Knows no request."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.domain.access_log import Act, Entry, Purpose
from kiosk.domain.permissions import Permission, Scope
from kiosk.store.doors import access_log as door
from kiosk.store.transactions import DatabaseAway, is_busy
from kiosk.web.errors import where

log = logging.getLogger("kiosk")

NOTED_ON = "kiosk_noted_on"
"""Where a database session remembers the day, in UTC, on which it added to the log."""

USUALLY = {
    Permission.REGISTER_READ: Purpose.TEACHING,
    Permission.REGISTER_SET: Purpose.CORRECTION,
    Permission.MODULE_RECORD_READ: Purpose.TEACHING,
    Permission.RECORD_READ: Purpose.SUPPORT,
    Permission.STUDENT_SEARCH: Purpose.SUPPORT,
    Permission.DESK_RECORD: Purpose.CORRECTION,
    Permission.WALK_IN_SETTLE: Purpose.CORRECTION,
    Permission.ABSENCE_GRANT: Purpose.SUPPORT,
    Permission.DISPUTE_DECIDE: Purpose.CORRECTION,
    Permission.REQUEST_ANSWER: Purpose.RIGHTS,
    Permission.REQUEST_ASSIST: Purpose.SUPPORT,
    Permission.BREAK_GLASS_USE: Purpose.SAFETY,
    Permission.LOCK_SET: Purpose.SAFETY,
    Permission.LOCK_LIFT: Purpose.SAFETY,
    Permission.CASE_MANAGE: Purpose.RIGHTS,
    Permission.LOG_READ_ALL: Purpose.AUDIT,
    Permission.IMPORT_RUN: Purpose.CORRECTION,
    Permission.LINK_CHANGE: Purpose.TUTORING,
}


@dataclass(frozen=True)
class Look:
    """What is about to be shown or changed, of whom, and through what."""

    permission: Permission
    act: Act
    thing: str
    thing_id: int
    data: str
    subjects: Iterable[int] = ()
    outcome: str = "shown"
    purpose: Purpose | None = None


def note(session: Session, now: datetime, staff: Staff, look: Look) -> int:
    """Write the row, in the transaction of what it is about; when it cannot be written nothing is shown either.

    Raises:
        DatabaseAway: it cannot be written, whatever the reason: to whoever asks, the log is away.
    """
    session.info[NOTED_ON] = now.astimezone(UTC).date()
    try:
        return door.append(session, entry_of(now, staff, look))
    except DBAPIError as problem:
        if is_busy(problem):
            raise  # the whole act is tried again
        log.error("access log: %s", where(problem))
        raise DatabaseAway from problem


def entry_of(now: datetime, staff: Staff, look: Look) -> Entry:
    """The row itself, for a job that writes it where the change is made."""
    return Entry(
        at=now,
        staff_id=staff.id,
        role=role_of(staff, look.permission),
        scope=said(staff.scope(look.permission)),
        act=look.act,
        purpose=look.purpose or USUALLY[look.permission],
        thing=look.thing,
        thing_id=look.thing_id,
        data=look.data,
        outcome=look.outcome,
        request=staff.request,
        subjects=frozenset(look.subjects),
    )


def role_of(staff: Staff, permission: Permission) -> str:
    """The role that gives a permission; for one that nobody gave them, whatever they are."""
    try:
        return staff.role_for(permission)
    except PermissionError:
        return next((grant.role for grant in staff.grants), "none")


def said(scope: Scope) -> str:
    """A scope in the log's words, such as "own department:Computing"."""
    words = (f"{way.width}:{way.department}" if way.department else str(way.width) for way in scope.ways)
    return " ".join(sorted(words))[:120]

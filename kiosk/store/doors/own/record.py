"""The door to the record of the one student who is signed in: their sessions, what is recorded, and its history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, or_, select, union
from sqlalchemy.orm import Session

from kiosk.domain.claims import read_claimed
from kiosk.domain.corrections import Reason
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.statuses import Status
from kiosk.store.doors.board import lectures_where
from kiosk.store.doors.expected import PRESENT, expected_at, present_at
from kiosk.store.tables.board import lecture
from kiosk.store.tables.register import attendance, attendance_change, walk_in
from kiosk.store.tables.wishes import claim, dispute


@dataclass(frozen=True)
class Recorded:
    """What the register says of the student at one lecture, and how it came there."""

    status: Status
    method: str
    other_group: bool
    arrived_at: datetime


@dataclass(frozen=True)
class WalkIn:
    """An arrival kept apart, since the student was on no list of the lecture."""

    method: str
    arrived_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Change:
    """One change of a status: when, by which role, and for which reason of the list. By whom is nobody's business here."""

    lecture_id: int
    set_at: datetime
    status_before: Status | None
    status: Status
    set_by_role: str
    reason: Reason | None


@dataclass(frozen=True)
class OwnWord:
    """That the student said they were there: when, and when the code that they noted was on the screen."""

    said_at: datetime
    shown_at: datetime | None


def lectures_so_far(
    session: Session,
    student_id: int,
    now: datetime,
    zone: tzinfo,
    policy: WindowPolicy,
    *,
    ahead: bool,
    lecture_id: int | None = None,
) -> tuple[Lecture, ...]:
    """The lectures that have begun at which the student is or was expected, or of which something is kept of them.

    ahead: also those to come of which something is kept: what was agreed ahead of time stands in registers already.
    """
    kept = _kept(student_id) if ahead else _came(student_id)
    begun = or_(lecture.c.starts_at <= now, lecture.c.id.in_(kept))
    conditions: list[ColumnElement[bool]] = [lecture.c.id.in_(_own(session, student_id, zone)), begun]
    if lecture_id is not None:
        conditions.append(lecture.c.id == lecture_id)
    return lectures_where(session, policy, conditions)


def observed(session: Session, student_id: int, zone: tzinfo) -> frozenset[int]:
    """At which of the student's lectures anybody at all was recorded as present.

    A session at which nobody was says nothing of anybody (R78), so others' rows have to be looked at. The database answers
    yes or no: whose row it was, and how many there are, never leaves it.
    """
    somebody = exists(
        select(attendance.c.lecture_id).where(attendance.c.lecture_id == lecture.c.id, attendance.c.status.in_(PRESENT))
    )
    return frozenset(
        session.scalars(select(lecture.c.id).where(lecture.c.id.in_(_own(session, student_id, zone)), somebody))
    )


def recorded_of(session: Session, student_id: int, now: datetime) -> Mapping[int, Recorded]:
    """What the register says of the student, by lecture."""
    it = attendance.c
    is_claimed = (claim.c.lecture_id == it.lecture_id) & (claim.c.student_id == it.student_id)
    query = select(it.lecture_id, it.status, it.method, it.other_group, it.arrived_at, claim.c.made_at)
    found = session.execute(query.join(claim, is_claimed, isouter=True).where(it.student_id == student_id))
    return {row.lecture_id: _recorded(row, now) for row in found}


def _recorded(row: Any, now: datetime) -> Recorded:
    status = read_claimed(Status(row.status), row.made_at, now)
    return Recorded(status, row.method, row.other_group, row.arrived_at)


def own_word(session: Session, student_id: int, lecture_id: int) -> OwnWord | None:
    """What the student said of one lecture, whatever became of it."""
    own = (claim.c.student_id == student_id, claim.c.lecture_id == lecture_id)
    row = session.execute(select(claim.c.made_at, claim.c.shown_at).where(*own)).first()
    return OwnWord(row.made_at, row.shown_at) if row else None


def walk_ins_of(session: Session, student_id: int) -> Mapping[int, WalkIn]:
    """The student's arrivals that were kept apart, by lecture."""
    it = walk_in.c
    query = select(it.lecture_id, it.method, it.arrived_at, it.settled_at).where(it.student_id == student_id)
    return {row.lecture_id: WalkIn(row.method, row.arrived_at, row.settled_at) for row in session.execute(query)}


def changes_of(session: Session, student_id: int, lecture_id: int | None = None) -> tuple[Change, ...]:
    """The history of the student's statuses, or of one, the oldest first."""
    it = attendance_change.c
    columns = (it.lecture_id, it.set_at, it.status_before, it.status, it.set_by_role, it.reason_code)
    query = select(*columns).where(it.student_id == student_id)
    if lecture_id is not None:
        query = query.where(it.lecture_id == lecture_id)
    return tuple(_change(*row) for row in session.execute(query.order_by(it.set_at, it.id)))


def _change(
    lecture_id: int, set_at: datetime, before: str | None, status: str, set_by_role: str, reason: str | None
) -> Change:
    was = Status(before) if before else None
    return Change(lecture_id, set_at, was, Status(status), set_by_role, Reason(reason) if reason else None)


def _own(session: Session, student_id: int, zone: tzinfo) -> CompoundSelect[tuple[int]]:
    return union(*expected_at(session, student_id, zone), *_of_tables(student_id))


def _kept(student_id: int) -> CompoundSelect[tuple[int]]:
    return union(*_of_tables(student_id))


def _came(student_id: int) -> CompoundSelect[tuple[int]]:
    """Where they are already, a few minutes before it begins."""
    return union(present_at(student_id), select(walk_in.c.lecture_id).where(walk_in.c.student_id == student_id))


def _of_tables(student_id: int) -> Iterator[Select[tuple[int]]]:
    for table in (attendance, walk_in, claim, dispute):
        yield select(table.c.lecture_id).where(table.c.student_id == student_id)

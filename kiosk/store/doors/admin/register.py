"""The door to one lecture's register: names and history. Hands out no student number.

`viewer` is the id of whoever looks: a student whose record is locked is, for others than those named, in
no list and in no number, so that nothing can be worked out by taking one from the other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.claims import Code, Proof, read_claimed
from kiosk.domain.corrections import FOR_EVERYBODY, Kind, Reason
from kiosk.domain.statuses import Status
from kiosk.store.doors.admin.claims import IS_CLAIMED
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.disputing import disputed_at
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import lecture_module
from kiosk.store.tables.register import attendance, attendance_act, attendance_change, enrolment, student, walk_in
from kiosk.store.tables.staff import staff
from kiosk.store.tables.wishes import claim


@dataclass(frozen=True)
class RegisterRow:
    """All that a register says of a student. The id is opaque and goes into forms, never into addresses.

    version: of the row that is kept; 0 while there is none.
    act_id: the act by staff that made it what it is, and can be undone; 0 when there is none.
    apart: what tells it from the same name of somebody else, once somebody has looked for that.
    proof: what there is beside the student's word, while it waits for a decision of whoever has the register.
    """

    student_id: int
    known_as: str = field(repr=False)
    status: Status
    version: int = 0
    act_id: int = 0
    apart: str = ""
    is_disputed: bool = False
    proof: Proof | None = None


@dataclass(frozen=True)
class WalkIn:
    """Somebody who came and is not on the list."""

    student_id: int
    known_as: str = field(repr=False)
    apart: str = ""


@dataclass(frozen=True)
class Act:
    """One act on a register, in its history. The name is that of a colleague, and empty once their account is gone.

    students: how many it changed of those whom the viewer sees; with none of them it has no reason either.
    """

    id: int
    kind: Kind
    at: datetime
    role: str
    by: str
    students: int
    reason: Reason | None


@dataclass(frozen=True)
class Change:
    """One row of the history of one student's status; `by` is empty when it was the student."""

    at: datetime
    before: Status | None
    status: Status
    role: str
    by: str
    reason: Reason | None
    kind: Kind | None


def rows_of(session: Session, lecture_id: int, on: date, viewer: int, now: datetime) -> tuple[RegisterRow, ...]:
    """Everybody who is expected or came, by the name they are known as."""
    query = _rows(lecture_id).where(is_listed(lecture_id, on), is_open_to(viewer))
    found = [_row(row, now) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda row: (row.known_as.casefold(), row.student_id)))


def row_of(
    session: Session, lecture_id: int, student_id: int, on: date, viewer: int, now: datetime
) -> RegisterRow | None:
    """One student, if this lecture's register lists them."""
    query = _rows(lecture_id).where(student.c.id == student_id, is_listed(lecture_id, on), is_open_to(viewer))
    row = session.execute(query).first()
    return None if row is None else _row(row, now)


def called(session: Session, lecture_id: int, on: date, viewer: int, names: Collection[str]) -> list[tuple[int, str]]:
    """Those listed who have one of these names, by id and name in the order of `rows_of`; small letters are large ones."""
    name, found = student.c.known_as, list[tuple[int, str]]()
    listed = select(student.c.id, name).where(is_listed(lecture_id, on), is_open_to(viewer))
    for some in in_parts(names):
        query = listed.where(func.lower(name).in_([func.lower(it) for it in some]))
        found += [(row.id, row.known_as) for row in session.execute(query)]
    return sorted(found, key=lambda it: (it[1].casefold(), it[0]))


def walk_ins_of(session: Session, lecture_id: int, viewer: int) -> tuple[WalkIn, ...]:
    """Those who came without being enrolled and are not settled, by name."""
    query = (
        select(student.c.id, student.c.known_as)
        .join(walk_in, walk_in.c.student_id == student.c.id)
        .where(walk_in.c.lecture_id == lecture_id, walk_in.c.settled_at.is_(None), is_open_to(viewer))
    )
    found = [WalkIn(row.id, row.known_as) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda it: (it.known_as.casefold(), it.student_id)))


def groups_of(session: Session, lecture_id: int, students: Collection[int]) -> Mapping[int, str]:
    """The group in which each of some students is enrolled in a lecture's module."""
    query = (
        select(enrolment.c.student_id, func.min(enrolment.c.group_name))
        .join(lecture_module, lecture_module.c.module_id == enrolment.c.module_id)
        .where(lecture_module.c.lecture_id == lecture_id, enrolment.c.student_id.in_(sorted(students)))
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(enrolment.c.student_id))}


def acts_of(session: Session, lecture_id: int, viewer: int) -> tuple[Act, ...]:
    """What staff did to a register, the newest first."""
    query = _acts(viewer).where(attendance_act.c.lecture_id == lecture_id).order_by(attendance_act.c.id.desc())
    return tuple(_act(row) for row in session.execute(query))


def act_of(session: Session, lecture_id: int, act_id: int, viewer: int) -> Act | None:
    """One act on this register."""
    query = _acts(viewer).where(attendance_act.c.lecture_id == lecture_id, attendance_act.c.id == act_id)
    row = session.execute(query).first()
    return None if row is None else _act(row)


def is_by(session: Session, act_id: int, staff_id: int) -> bool:
    """Whether somebody did this themselves."""
    return session.scalar(select(attendance_act.c.staff_id).where(attendance_act.c.id == act_id)) == staff_id


def subjects_of(session: Session, lecture_id: int, viewer: int) -> Mapping[int, tuple[int, str]]:
    """The student of each act about one alone: id and name, by the act's id."""
    alone = (
        select(func.min(attendance_change.c.student_id).label("student_id"), attendance_change.c.act_id)
        .join(attendance_act, attendance_act.c.id == attendance_change.c.act_id)
        # Whoever pastes one number must not read whose it is.
        .where(attendance_change.c.lecture_id == lecture_id, attendance_act.c.kind != Kind.NUMBERS.value)
        .where(is_open_to(viewer, attendance_change.c.student_id))
        .group_by(attendance_change.c.act_id)
        .having(func.count(attendance_change.c.id) == 1)
        .subquery()
    )
    query = select(alone.c.act_id, student.c.id, student.c.known_as).join(alone, alone.c.student_id == student.c.id)
    return {row.act_id: (row.id, row.known_as) for row in session.execute(query)}


def changes_of(session: Session, lecture_id: int, student_id: int) -> tuple[Change, ...]:
    """The history of one student's status at one lecture, the newest first."""
    change = attendance_change.c
    query = (
        select(change.set_at, change.status_before, change.status, change.set_by_role, change.reason_code)
        .add_columns(staff.c.name, attendance_act.c.kind)
        .select_from(attendance_change)
        .join(staff, staff.c.id == change.set_by_staff_id, isouter=True)
        .join(attendance_act, attendance_act.c.id == change.act_id, isouter=True)
        .where(change.lecture_id == lecture_id, change.student_id == student_id)
        .order_by(change.id.desc())
    )
    return tuple(
        Change(
            row.set_at,
            Status(row.status_before) if row.status_before else None,
            Status(row.status),
            row.set_by_role,
            row.name or "",
            Reason(row.reason_code) if row.reason_code else None,
            Kind(row.kind) if row.kind else None,
        )
        for row in session.execute(query)
    )


def is_listed(lecture_id: int, on: date) -> ColumnElement[bool]:
    """Enrolled in one of the lecture's modules and groups on that day, or there."""
    expected = (
        select(enrolment.c.student_id)
        .join(lecture_module, lecture_module.c.module_id == enrolment.c.module_id)
        .where(
            lecture_module.c.lecture_id == lecture_id,
            or_(lecture_module.c.group_name == "", lecture_module.c.group_name == enrolment.c.group_name),
            or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= on),
            or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= on),
        )
    )
    came = select(attendance.c.student_id).where(
        attendance.c.lecture_id == lecture_id, attendance.c.status != Status.NOT_RECORDED.value
    )
    stays = or_(student.c.left_on.is_(None), student.c.left_on >= on)
    return or_(and_(student.c.id.in_(expected), stays), student.c.id.in_(came))


def _rows(lecture_id: int) -> Select[Any]:
    """A student with their status here, what they say, and the act by staff behind it while nothing has come after."""
    of_lecture = and_(attendance.c.student_id == student.c.id, attendance.c.lecture_id == lecture_id)
    behind = and_(
        attendance_change.c.lecture_id == lecture_id,
        attendance_change.c.student_id == student.c.id,
        attendance_change.c.version == attendance.c.version,
    )
    is_act = and_(attendance_act.c.id == attendance_change.c.act_id, attendance_act.c.kind != Kind.UNDO.value)
    return (
        select(student.c.id, student.c.known_as, attendance.c.status, attendance.c.version)
        .add_columns(attendance_act.c.id.label("act_id"), disputed_at(lecture_id, student.c.id).label("is_disputed"))
        .add_columns(claim.c.made_at, claim.c.code, claim.c.shown_at)
        .select_from(student)
        .join(attendance, of_lecture, isouter=True)
        .join(claim, IS_CLAIMED, isouter=True)
        .join(attendance_change, behind, isouter=True)
        .join(attendance_act, is_act, isouter=True)
    )


def _row(row: Any, now: datetime) -> RegisterRow:
    status = read_claimed(Status(row.status or Status.NOT_RECORDED), row.made_at, now)
    disputed = bool(row.is_disputed)
    is_waiting = status is Status.UNABLE_TO_CHECK_IN and row.made_at is not None and not disputed
    proof = Proof(Code(row.code), row.shown_at) if is_waiting else None
    return RegisterRow(
        row.id, row.known_as, status, row.version or 0, row.act_id or 0, is_disputed=disputed, proof=proof
    )


def _acts(viewer: int) -> Select[tuple[int, str, datetime, str, str | None, int, str | None]]:
    """Acts as far as somebody sees what they changed. One that was for everybody stands there whomever it changed."""
    act, change = attendance_act.c, attendance_change.c
    students = func.count(change.id)
    return (
        select(act.id, act.kind, act.at, act.role, staff.c.name)
        .add_columns(students.label("students"), func.min(change.reason_code).label("why"))
        .select_from(attendance_act)
        .join(attendance_change, and_(change.act_id == act.id, is_open_to(viewer, change.student_id)), isouter=True)
        .join(staff, staff.c.id == act.staff_id, isouter=True)
        .group_by(act.id, act.kind, act.at, act.role, staff.c.name)
        .having(or_(students > 0, act.kind.in_([kind.value for kind in FOR_EVERYBODY])))
    )


def _act(row: Any) -> Act:
    act_id, kind, at, role, by, students, why = row
    return Act(act_id, Kind(kind), at, role, by or "", students, Reason(why) if why else None)

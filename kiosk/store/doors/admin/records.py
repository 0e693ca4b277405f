"""The door to one student's record, and to finding a student: who may is part of the query. Hands out no student number."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, false, func, or_, select, true, union
from sqlalchemy.orm import Session

from kiosk.domain.claims import read_claimed
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.permissions import Scope, Way, Width
from kiosk.domain.statuses import Status
from kiosk.store.doors.admin.claims import IS_CLAIMED
from kiosk.store.doors.admin.lectures import Reach, lectures_within
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.board import lectures_where
from kiosk.store.doors.expected import PRESENT, expected_at, present_at
from kiosk.store.identity import name_student
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import lecture, module
from kiosk.store.tables.records import break_glass, student_case, tutee
from kiosk.store.tables.register import attendance, enrolment, student
from kiosk.store.tables.staff import teaching
from kiosk.store.tables.wishes import claim

GRACE = timedelta(days=14)
"""How long teaching, or an enrolment, that has ended still opens a record."""

_WHOLE = {Width.TUTEES, Width.CASE, Width.ONE}
"""Ways that reach every session of a student; the others reach those of their own modules."""


@dataclass(frozen=True)
class Student:
    """All that a page says of a student. The id is opaque and goes into forms, never into addresses."""

    id: int
    known_as: str = field(repr=False)


def students_within(session: Session, reach: Reach, *conditions: ColumnElement[bool]) -> tuple[Student, ...]:
    """The students a permission reaches, by id; one whose record is locked is not there, but for those named."""
    query = select(student.c.id, student.c.known_as).where(_within(reach), is_open_to(reach.staff_id), *conditions)
    return tuple(Student(row.id, row.known_as) for row in session.execute(query.order_by(student.c.id)))


def student_within(session: Session, reach: Reach, student_id: int) -> Student | None:
    """One student, if the permission reaches them."""
    return next(iter(students_within(session, reach, student.c.id == student_id)), None)


def student_numbered(session: Session, reach: Reach, number: str) -> Student | None:
    """The student with exactly this number, if the permission reaches them."""
    if reach.scope.everywhere:
        name_student(session, number)
    return next(iter(students_within(session, reach, student.c.number == number)), None)


def anybody_numbered(session: Session, number: str) -> int | None:
    """The id of the student with exactly this number, whoever asks: for break-glass alone, which is no scope."""
    name_student(session, number)
    return session.execute(select(student.c.id).where(student.c.number == number)).scalar_one_or_none()


def is_open(session: Session, student_id: int, staff_id: int) -> bool:
    """Whether no lock keeps a student's record from somebody."""
    query = select(student.c.id).where(student.c.id == student_id, is_open_to(staff_id))
    return session.execute(query).first() is not None


def ways_to(session: Session, reach: Reach, student_id: int) -> frozenset[Way]:
    """By which ways of the scope a permission reaches a student."""
    one_way = ((way, replace(reach, scope=Scope(frozenset({way})))) for way in reach.scope.ways)
    return frozenset(way for way, narrow in one_way if student_within(session, narrow, student_id) is not None)


def reach_to(session: Session, reach: Reach, student_id: int) -> Reach:
    """A reach narrowed to the ways by which it reaches one student."""
    return replace(reach, scope=Scope(ways_to(session, reach, student_id)))


def lectures_of(session: Session, reach: Reach, student_id: int, policy: WindowPolicy) -> tuple[Lecture, ...]:
    """The lectures so far that a student is or was expected at, as far as ways to them reach, by their start."""
    expected = union(*expected_at(session, student_id, reach.zone))
    has_begun = or_(lecture.c.starts_at <= reach.now, lecture.c.id.in_(present_at(student_id)))
    if _is_whole(reach):
        return lectures_where(session, policy, (has_begun, lecture.c.id.in_(expected)))
    return lectures_within(session, replace(reach, grace=GRACE), policy, has_begun, lecture.c.id.in_(expected))


def modules_of(session: Session, reach: Reach) -> frozenset[int] | None:
    """The modules whose lectures ways to a student reach, but for those that others share with them; None for any."""
    if _is_whole(reach):
        return None
    today = reach.now.astimezone(reach.zone).date()
    linked = select(teaching.c.module_id).where(teaching.c.staff_id == reach.staff_id, *_on(teaching.c, today, GRACE))
    found = set(session.scalars(select(module.c.id).where(module.c.department.in_(sorted(reach.scope.departments)))))
    if reach.scope.has(Width.OWN):
        found |= set(session.scalars(linked))
    if reach.scope.has(Width.MODULES):
        found |= set(session.scalars(linked.where(teaching.c.leads)))
    return frozenset(found)


def observed_of(session: Session, student_id: int, lecture_ids: Collection[int], viewer: int) -> frozenset[int]:
    """At which lectures of a student anybody was recorded as present of whom the viewer may know (R78).

    PostgreSQL shows a tutor the rows of tutees alone, so its function is asked, which answers with lectures and no row.
    """
    if session.get_bind().dialect.name == "postgresql":
        return frozenset(session.scalars(select(func.kiosk_observed(student_id)))) & set(lecture_ids)
    came = select(attendance.c.lecture_id).where(attendance.c.status.in_(PRESENT))
    seen = came.where(is_open_to(viewer, attendance.c.student_id)).distinct()
    return frozenset(
        lecture_id
        for part in in_parts(lecture_ids)
        for lecture_id in session.scalars(seen.where(attendance.c.lecture_id.in_(part)))
    )


def statuses_of(session: Session, student_id: int, lecture_ids: Iterable[int], now: datetime) -> Mapping[int, Status]:
    """A student's statuses, by lecture; one that is not there is not recorded."""
    wanted = set(lecture_ids)
    query = select(attendance.c.lecture_id, attendance.c.status, claim.c.made_at).join(claim, IS_CLAIMED, isouter=True)
    return {
        row.lecture_id: read_claimed(Status(row.status), row.made_at, now)
        for row in session.execute(query.where(attendance.c.student_id == student_id))
        if row.lecture_id in wanted
    }


def _is_whole(reach: Reach) -> bool:
    return any(way.width in _WHOLE for way in reach.scope.ways)


def _within(reach: Reach) -> ColumnElement[bool]:
    return or_(false(), *(_by_way(reach, way) for way in reach.scope.ways))


def _by_way(reach: Reach, way: Way) -> ColumnElement[bool]:
    today = reach.now.astimezone(reach.zone).date()
    match way.width:
        case Width.ALL:
            return true()
        case Width.OWN:
            return _taught_by(reach, today)
        case Width.MODULES:
            return _taught_by(reach, today, teaching.c.leads)
        case Width.DEPARTMENT:
            return _in_department(way.department, today)
        case Width.TUTEES:
            return student.c.id.in_(
                select(tutee.c.student_id).where(tutee.c.staff_id == reach.staff_id, *_on(tutee.c, today))
            )
        case Width.CASE:
            return _in_case(reach)
        case Width.ONE:
            return _behind_glass(reach)
    return false()


def _taught_by(reach: Reach, today: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    group = or_(teaching.c.group_name == "", teaching.c.group_name == enrolment.c.group_name)
    days = (*_on(teaching.c, today, GRACE), *_on(enrolment.c, today, GRACE))
    taught = select(enrolment.c.student_id).join(teaching, teaching.c.module_id == enrolment.c.module_id)
    return student.c.id.in_(taught.where(teaching.c.staff_id == reach.staff_id, group, *days, *conditions))


def _in_department(department: str, today: date) -> ColumnElement[bool]:
    enrolled = select(enrolment.c.student_id).join(module, module.c.id == enrolment.c.module_id)
    return student.c.id.in_(enrolled.where(module.c.department == department, *_on(enrolment.c, today, GRACE)))


def _in_case(reach: Reach) -> ColumnElement[bool]:
    own = select(student_case.c.student_id).where(student_case.c.opened_by == reach.staff_id)
    return student.c.id.in_(own.where(student_case.c.closed_at.is_(None)))


def _behind_glass(reach: Reach) -> ColumnElement[bool]:
    own = select(break_glass.c.student_id).where(break_glass.c.staff_id == reach.staff_id)
    return student.c.id.in_(own.where(break_glass.c.opened_at <= reach.now, break_glass.c.until > reach.now))


def _on(columns: object, today: date, grace: timedelta = timedelta(0)) -> Sequence[ColumnElement[bool]]:
    """That a link holds today, or ended so short a time ago."""
    from_on, until_on = columns.from_on, columns.until_on  # type: ignore[attr-defined]
    return (or_(from_on.is_(None), from_on <= today), or_(until_on.is_(None), until_on >= today - grace))

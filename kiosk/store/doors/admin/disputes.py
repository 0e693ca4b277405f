"""The door to disputes: what waits, who set what is disputed, what was decided. The caller's reach is part of each query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.claims import Code, Proof
from kiosk.domain.corrections import Kind
from kiosk.domain.disputes import Outcome, Says
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.statuses import Status
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.board import lectures_where
from kiosk.store.doors.disputing import IS_OPEN
from kiosk.store.statements import hits_one
from kiosk.store.tables.board import lecture, module
from kiosk.store.tables.register import attendance, attendance_act, attendance_change, enrolment, student
from kiosk.store.tables.wishes import claim, dispute


@dataclass(frozen=True)
class Disputed:
    """One dispute with the entry it is about, as the register has it now; version 0 while the register has no row.

    claimed_at, proof: when the student said that they were there before anybody decided that, and what they noted.
    """

    id: int
    lecture_id: int
    student_id: int
    known_as: str = field(repr=False)
    opened_at: datetime
    says: Says
    closed_at: datetime | None
    outcome: Outcome | None
    decided_by_staff_id: int | None
    status: Status
    version: int
    claimed_at: datetime | None
    proof: Proof | None


@dataclass(frozen=True)
class Setter:
    """Who made an entry what it is. No id of a member of staff: the student did, or an import."""

    at: datetime
    role: str
    staff_id: int | None


@dataclass(frozen=True)
class Verdict:
    """How a dispute ends, and by whom."""

    outcome: Outcome
    reason_code: str
    at: datetime
    role: str
    staff_id: int


def disputes_within(session: Session, reach: Reach, *conditions: ColumnElement[bool]) -> tuple[Disputed, ...]:
    """The disputes of students who are or were enrolled in somebody's departments, the oldest first."""
    columns = [
        dispute.c[name] for name in ("id", "lecture_id", "student_id", "opened_at", "says", "closed_at", "outcome")
    ]
    claimed = and_(claim.c.lecture_id == dispute.c.lecture_id, claim.c.student_id == dispute.c.student_id)
    of_entry = and_(attendance.c.lecture_id == dispute.c.lecture_id, attendance.c.student_id == dispute.c.student_id)
    query = (
        select(*columns, dispute.c.decided_by_staff_id, student.c.known_as, attendance.c.status, attendance.c.version)
        .add_columns(claim.c.made_at, claim.c.code, claim.c.shown_at)
        .join(student, student.c.id == dispute.c.student_id)
        .join(claim, claimed, isouter=True)
        .join(attendance, of_entry, isouter=True)
        .where(_of_departments(reach), is_open_to(reach.staff_id), *conditions)
    )
    return tuple(
        Disputed(
            row.id,
            row.lecture_id,
            row.student_id,
            row.known_as,
            row.opened_at,
            Says(row.says),
            row.closed_at,
            Outcome(row.outcome) if row.outcome else None,
            row.decided_by_staff_id,
            Status(row.status or Status.NOT_RECORDED),
            row.version or 0,
            row.made_at,
            Proof(Code(row.code), row.shown_at) if row.made_at else None,
        )
        for row in session.execute(query.order_by(dispute.c.opened_at, dispute.c.id))
    )


def waits() -> ColumnElement[bool]:
    """That nobody has decided it."""
    return IS_OPEN


def decided_by(staff_id: int, since: datetime) -> ColumnElement[bool]:
    """That somebody decided it, lately."""
    return and_(dispute.c.decided_by_staff_id == staff_id, dispute.c.closed_at >= since)


def dispute_within(session: Session, reach: Reach, dispute_id: int) -> Disputed | None:
    """One dispute, if the permission reaches its student."""
    return next(iter(disputes_within(session, reach, dispute.c.id == dispute_id)), None)


def lectures_by_id(session: Session, policy: WindowPolicy, lecture_ids: set[int]) -> Mapping[int, Lecture]:
    """The lectures that disputes are about."""
    return {it.id: it for it in lectures_where(session, policy, [lecture.c.id.in_(sorted(lecture_ids))])}


def setter_of(session: Session, lecture_id: int, student_id: int) -> Setter | None:
    """Who made an entry what it is; what was taken back made it nothing, and whoever took it back set nothing either."""
    change, act = attendance_change.c, attendance_act.c
    query = (
        select(change.set_at, change.set_by_role, change.set_by_staff_id, change.act_id, act.kind, act.undoes_id)
        .select_from(attendance_change)
        .join(attendance_act, act.id == change.act_id, isouter=True)
        .where(change.lecture_id == lecture_id, change.student_id == student_id)
    )
    taken_back: set[int] = set()
    for row in session.execute(query.order_by(change.id.desc())):
        if row.kind == Kind.UNDO.value:
            taken_back.add(row.undoes_id)
        elif row.act_id is None or row.act_id not in taken_back:
            return Setter(row.set_at, row.set_by_role, row.set_by_staff_id)
    return None


def close(session: Session, dispute_id: int, verdict: Verdict) -> bool:
    """Decide a dispute; False when somebody has just done so, or the student took it back."""
    values: dict[str, object] = {"is_open": None, "closed_at": verdict.at, "outcome": verdict.outcome.value}
    values |= {
        "reason_code": verdict.reason_code,
        "decided_by_role": verdict.role,
        "decided_by_staff_id": verdict.staff_id,
    }
    return hits_one(session, update(dispute).where(dispute.c.id == dispute_id, IS_OPEN).values(values))


def reopen(session: Session, it: Disputed) -> bool:
    """Make a decided dispute wait again; False when the student disputes that entry anew."""
    same_entry = (dispute.c.lecture_id == it.lecture_id, dispute.c.student_id == it.student_id)
    if session.scalar(select(dispute.c.id).where(*same_entry, IS_OPEN)) is not None:
        return False
    names = ("closed_at", "outcome", "reason_code", "decided_by_role", "decided_by_staff_id")
    values: dict[str, object] = {**dict.fromkeys(names), "is_open": True}
    same = (dispute.c.id == it.id, dispute.c.closed_at == it.closed_at)
    return hits_one(session, update(dispute).where(*same).values(values))


def act_behind(session: Session, it: Disputed) -> int | None:
    """The act by which a dispute was decided, if the entry was changed."""
    change = attendance_change.c
    query = select(change.act_id).where(
        change.lecture_id == it.lecture_id,
        change.student_id == it.student_id,
        change.set_at == it.closed_at,
        change.set_by_staff_id == it.decided_by_staff_id,
    )
    return session.scalar(query.order_by(change.id.desc()).limit(1))


def _of_departments(reach: Reach) -> ColumnElement[bool]:
    # Whoever has left a module since then disputes all the same, for as long as the record is kept.
    enrolled = select(enrolment.c.student_id).join(module, module.c.id == enrolment.c.module_id)
    return student.c.id.in_(enrolled.where(module.c.department.in_(sorted(reach.scope.departments))))

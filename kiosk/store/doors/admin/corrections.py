"""The door through which staff change a register: one act, its changes, its way back. Hands out numbers to no page."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, true, update
from sqlalchemy.orm import Session

from kiosk.domain.corrections import Kind, Reason
from kiosk.domain.statuses import SPEAKS_FOR_THEM, Status
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.admin.register import is_listed
from kiosk.store.doors.disputing import left_to_others
from kiosk.store.statements import insert_into, write_first
from kiosk.store.tables.register import attendance, attendance_act, attendance_change, student, walk_in


@dataclass(frozen=True)
class Doing:
    """Who does something to which register, when, and what sort of thing it is."""

    lecture_id: int
    kind: Kind
    at: datetime
    role: str
    staff_id: int
    undoes_id: int | None = None


@dataclass(frozen=True)
class Held:
    """What the register has of a student; version 0 while it has no row."""

    status: Status
    version: int


@dataclass(frozen=True)
class Setting:
    """A student's next status. A row that is new keeps how and when they came; others keep what they had."""

    student_id: int
    before: Held
    status: Status
    method: str = "hand"
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class Came:
    """A walk-in that nobody has settled."""

    student_id: int
    method: str
    arrived_at: datetime
    before: Held


@dataclass(frozen=True)
class Undoable:
    """A change that an act made, and the version the row had after it."""

    student_id: int
    before: Status
    version: int = field(default=0)


_AT_ONCE = 400
NOTHING = Held(Status.NOT_RECORDED, 0)


def held_of(session: Session, lecture_id: int, students: Collection[int] | None = None) -> Mapping[int, Held]:
    """What the register has, of some students or of all; nobody changes it until this transaction ends."""
    write_first(session, attendance.c.version)
    columns = (attendance.c.student_id, attendance.c.status, attendance.c.version)
    query = select(*columns).where(attendance.c.lecture_id == lecture_id)
    if students is not None:
        query = query.where(attendance.c.student_id.in_(sorted(students)))
    found = session.execute(query.order_by(attendance.c.student_id).with_for_update())
    return {row.student_id: Held(Status(row.status), row.version) for row in found}


def listed_ids(session: Session, lecture_id: int, on: date, viewer: int | None) -> tuple[int, ...]:
    """Who is listed, as far as somebody sees; with no viewer everybody, for acts that say nothing of anybody."""
    query = select(student.c.id).where(is_listed(lecture_id, on), _seen_by(viewer, student.c.id))
    return tuple(session.execute(query).scalars())


def listed_numbers(session: Session, lecture_id: int, on: date) -> Mapping[str, int]:
    """The ids of all listed students by their numbers, which no page may show."""
    query = select(student.c.number, student.c.id).where(is_listed(lecture_id, on))
    return {row.number: row.id for row in session.execute(query)}


def came_of(session: Session, lecture_id: int, viewer: int | None, student_id: int | None = None) -> tuple[Came, ...]:
    """The walk-ins nobody has settled, as far as somebody sees: one student's or all."""
    query = select(walk_in.c.student_id, walk_in.c.method, walk_in.c.arrived_at).where(
        walk_in.c.lecture_id == lecture_id, walk_in.c.settled_at.is_(None), _seen_by(viewer, walk_in.c.student_id)
    )
    if student_id is not None:
        query = query.where(walk_in.c.student_id == student_id)
    rows = session.execute(query.with_for_update(of=walk_in)).all()
    held = held_of(session, lecture_id, [row.student_id for row in rows])
    return tuple(Came(row.student_id, row.method, row.arrived_at, held.get(row.student_id, NOTHING)) for row in rows)


def has_spoken(session: Session, lecture_id: int, student_id: int) -> bool:
    """Whether a student ever checked in to a lecture, or was excused, or said that they could not check in."""
    change, speaks = attendance_change.c, sorted(it.value for it in SPEAKS_FOR_THEM)
    by_them = or_(change.set_by_role == "student", change.status.in_(speaks), change.status_before.in_(speaks))
    query = select(change.id).where(change.lecture_id == lecture_id, change.student_id == student_id, by_them)
    return session.execute(query.limit(1)).first() is not None


def add_act(session: Session, doing: Doing) -> int:
    """A new act; its id."""
    values = {name: getattr(doing, name) for name in Doing.__dataclass_fields__}
    return int(session.execute(insert(attendance_act).values(**values).returning(attendance_act.c.id)).scalar_one())


def write(
    session: Session,
    doing: Doing,
    act_id: int,
    settings: Sequence[Setting],
    reason: Reason,
    *,
    decides: bool = False,
) -> set[int]:
    """Set statuses and write their history; the students for whom nobody was quicker.

    decides: whether this is what decides a dispute; nothing else changes an entry that is or was disputed.
    """
    others = frozenset() if decides else left_to_others(session, doing.lecture_id)
    settings = [it for it in settings if it.student_id not in others]
    new = [it for it in settings if it.before.version == 0]
    there = [it for it in settings if it.before.version]
    done = _insert(session, doing, new) | _update(session, doing, there)
    add_changes(session, doing, act_id, [it for it in settings if it.student_id in done], reason)
    return done


def add_changes(session: Session, doing: Doing, act_id: int, settings: Iterable[Setting], reason: Reason) -> None:
    """New rows of the history; none is ever changed."""
    shared = {"lecture_id": doing.lecture_id, "set_at": doing.at, "set_by_role": doing.role}
    shared |= {"set_by_staff_id": doing.staff_id, "act_id": act_id, "reason_code": reason.value}
    rows = [
        {
            **shared,
            "student_id": it.student_id,
            "status": it.status.value,
            "status_before": it.before.status.value,
            # Where the status stays as it was, as of somebody turned away, no row is touched that could be taken back.
            "version": None if it.status is it.before.status else it.before.version + 1,
        }
        for it in settings
    ]
    for part in _in_parts(rows):
        session.execute(insert(attendance_change).inline(), part)


def touched_by(session: Session, act_id: int, viewer: int | None) -> set[int]:
    """Whom an act concerned, as far as somebody sees."""
    found: set[int] = set()
    for table in (attendance_change, walk_in):
        query = select(table.c.student_id).where(table.c.act_id == act_id, _seen_by(viewer, table.c.student_id))
        found |= set(session.execute(query).scalars())
    return found


def undoable(session: Session, act_id: int, students: Collection[int]) -> tuple[Undoable, ...]:
    """What an act changed for some students. An undo is not undone: it is set anew."""
    change = attendance_change.c
    query = (
        select(change.student_id, change.status_before, change.version)
        .join(attendance_act, attendance_act.c.id == change.act_id)
        .where(change.act_id == act_id, change.version.is_not(None))
        .where(attendance_act.c.kind != Kind.UNDO.value)
    )
    rows = session.execute(query.order_by(change.student_id))
    found = (Undoable(row.student_id, Status(row.status_before), row.version) for row in rows)
    return tuple(it for it in found if it.student_id in students)


def settle(session: Session, lecture_id: int, act_id: int, students: Collection[int], at: datetime) -> None:
    """Note that an act has dealt with these walk-ins."""
    query = update(walk_in).where(walk_in.c.lecture_id == lecture_id, walk_in.c.student_id == bindparam("whose"))
    if students:
        session.execute(query.values(settled_at=at, act_id=act_id), [{"whose": it} for it in sorted(students)])


def settled_by(session: Session, act_id: int) -> set[int]:
    """Whose walk-ins an act has dealt with."""
    return set(session.execute(select(walk_in.c.student_id).where(walk_in.c.act_id == act_id)).scalars())


def unsettle(session: Session, lecture_id: int, students: Collection[int]) -> None:
    """Make settled walk-ins open again."""
    query = update(walk_in).where(walk_in.c.lecture_id == lecture_id, walk_in.c.student_id == bindparam("whose"))
    if students:
        session.execute(query.values(settled_at=None, act_id=None), [{"whose": it} for it in sorted(students)])


def _seen_by(viewer: int | None, student_id: ColumnElement[int]) -> ColumnElement[bool]:
    return true() if viewer is None else is_open_to(viewer, student_id)


def _insert(session: Session, doing: Doing, settings: Sequence[Setting]) -> set[int]:
    """Rows for students who had none; whoever got one meanwhile is left alone."""
    rows: list[dict[str, Any]] = [
        {
            "lecture_id": doing.lecture_id,
            "student_id": it.student_id,
            "status": it.status.value,
            "method": it.method,
            "other_group": False,
            "arrived_at": it.arrived_at or doing.at,
        }
        for it in settings
    ]
    query = insert_into(session, attendance).on_conflict_do_nothing().returning(attendance.c.student_id)
    return {student_id for part in _in_parts(rows) for student_id in session.scalars(query, part)}


def _update(session: Session, doing: Doing, settings: Sequence[Setting]) -> set[int]:
    """Rows that are still as `held_of` read them."""
    query = update(attendance).where(
        attendance.c.lecture_id == doing.lecture_id,
        attendance.c.student_id == bindparam("whose"),
        attendance.c.version == bindparam("was"),
    )
    query = query.values(status=bindparam("becomes"), version=attendance.c.version + 1)
    rows = [{"whose": it.student_id, "was": it.before.version, "becomes": it.status.value} for it in settings]
    done = sum(session.execute(query, part).rowcount for part in _in_parts(rows))  # type: ignore[attr-defined]
    if done != len(rows):
        raise LookupError("a row was changed while it was locked")
    return {it.student_id for it in settings}


def _in_parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """A few hundred rows at a time; in between, everybody whom the same server serves has their turn."""
    for start in range(0, len(rows), _AT_ONCE):
        if start:
            time.sleep(0)
        yield rows[start : start + _AT_ONCE]

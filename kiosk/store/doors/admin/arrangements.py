"""The door to what is arranged with students: what waits, what holds, its history. The caller's reach is part of each query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.arrangements import Arrangement, State, When, weekdays_text
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.admin.records import students_within
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.register import enrolment, student
from kiosk.store.tables.wishes import arrangement, arrangement_change


@dataclass(frozen=True)
class Arranged:
    """One arrangement. The ids are opaque, and `version` is that of the row as it was read.

    minutes: how much longer, of an extension; 0 of others.
    """

    id: int
    student_id: int
    kind: Arrangement
    minutes: int
    when: When
    state: State
    version: int
    known_as: str = field(default="", repr=False)


@dataclass(frozen=True)
class Change:
    """What became of an arrangement, and by which role."""

    at: datetime
    state: State
    by_role: str
    by_staff_id: int | None


@dataclass(frozen=True)
class By:
    """Who does something, and when."""

    at: datetime
    role: str
    staff_id: int


def arranged_within(session: Session, reach: Reach, *conditions: ColumnElement[bool]) -> tuple[Arranged, ...]:
    """Arrangements with the students somebody reaches, by name."""
    rows = session.execute(select(arrangement).where(*conditions).order_by(arrangement.c.id)).all()
    names = {
        it.id: it.known_as
        for it in students_within(session, reach, student.c.id.in_(select(arrangement.c.student_id).where(*conditions)))
    }
    found = [_arranged(row, names[row.student_id]) for row in rows if row.student_id in names]
    return tuple(sorted(found, key=lambda it: (it.known_as.casefold(), it.when.from_on, it.id)))


def waits() -> ColumnElement[bool]:
    """That nobody has answered it."""
    return arrangement.c.state == State.ASKED.value


def holds_from(today: date) -> ColumnElement[bool]:
    """That it is agreed and not over."""
    return (arrangement.c.state == State.AGREED.value) & (arrangement.c.until_on >= today)


def arrangement_within(session: Session, reach: Reach, arrangement_id: int) -> Arranged | None:
    """One arrangement, if the permission reaches its student."""
    return next(iter(arranged_within(session, reach, arrangement.c.id == arrangement_id)), None)


def same_as(session: Session, student_id: int, kind: Arrangement, when: When) -> Arranged | None:
    """One that is agreed with a student already, and is for the same."""
    values = {**_values(when), "student_id": student_id, "kind": kind.value, "state": State.AGREED.value}
    row = session.execute(
        select(arrangement).where(*(arrangement.c[name] == it for name, it in values.items()))
    ).first()
    return None if row is None else _arranged(row)


def add(session: Session, student_id: int, kind: Arrangement, minutes: int, when: When, by: By) -> int:
    """A new arrangement that is agreed; its id."""
    values = {"student_id": student_id, "kind": kind.value, "minutes": minutes or None, "state": State.AGREED.value}
    query = insert(arrangement).values(**values, **_values(when)).returning(arrangement.c.id)
    arrangement_id = int(session.execute(query).scalar_one())
    _add_change(session, arrangement_id, State.AGREED, by)
    return arrangement_id


def become(session: Session, it: Arranged, state: State, by: By) -> bool:
    """Give an arrangement another state; False when somebody has just done so."""
    same = (arrangement.c.id == it.id, arrangement.c.version == it.version)
    query = update(arrangement).where(*same).values(state=state.value, version=it.version + 1)
    if not session.execute(query).rowcount:  # type: ignore[attr-defined]
        return False
    _add_change(session, it.id, state, by)
    return True


def changes_of(session: Session, arrangement_ids: Collection[int]) -> Mapping[int, tuple[Change, ...]]:
    """The history of some arrangements, the oldest first."""
    columns = arrangement_change.c
    query = select(arrangement_change).where(columns.arrangement_id.in_(arrangement_ids)).order_by(columns.id)
    found: dict[int, list[Change]] = {}
    for row in session.execute(query):
        change = Change(row.at, State(row.state), row.by_role, row.by_staff_id)
        found.setdefault(row.arrangement_id, []).append(change)
    return {number: tuple(some) for number, some in found.items()}


def newest_of(session: Session, staff_id: int, since: datetime) -> tuple[int, ...]:
    """The arrangements of which somebody made the newest change, and lately; the newest first."""
    columns = arrangement_change.c
    query = select(columns.arrangement_id).where(columns.by_staff_id == staff_id, columns.at >= since)
    return tuple(dict.fromkeys(session.scalars(query.order_by(columns.id.desc()))))


def lectures_of(session: Session, it: Arranged, zone: ZoneInfo) -> frozenset[int]:
    """The lectures of a student's modules that an arrangement covers; whose groups they are is settled elsewhere."""
    first = datetime.combine(it.when.from_on, time.min, zone)
    after = datetime.combine(it.when.until_on + timedelta(days=1), time.min, zone)
    query = (
        select(lecture.c.id, lecture.c.starts_at, lecture.c.ends_at)
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .join(enrolment, enrolment.c.module_id == lecture_module.c.module_id)
        .where(enrolment.c.student_id == it.student_id, lecture.c.starts_at >= first, lecture.c.starts_at < after)
    )
    rows = session.execute(query.distinct())
    return frozenset(
        row.id for row in rows if it.when.covers(row.starts_at.astimezone(zone), row.ends_at.astimezone(zone))
    )


def _add_change(session: Session, arrangement_id: int, state: State, by: By) -> None:
    values = {"at": by.at, "state": state.value, "by_role": by.role, "by_staff_id": by.staff_id}
    session.execute(insert(arrangement_change).inline().values(arrangement_id=arrangement_id, **values))


def _values(when: When) -> dict[str, object]:
    times = {
        name: f"{at:%H:%M}" if at else None
        for name, at in (("from_time", when.from_time), ("until_time", when.until_time))
    }
    return {"from_on": when.from_on, "until_on": when.until_on, "weekdays": weekdays_text(when.weekdays), **times}


def _arranged(row: Row[tuple[object, ...]], known_as: str = "") -> Arranged:
    times = (time.fromisoformat(it) if it else None for it in (row.from_time, row.until_time))
    when = When(row.from_on, row.until_on, frozenset(map(int, row.weekdays)), *times)
    kind, state = Arrangement(row.kind), State(row.state)
    return Arranged(row.id, row.student_id, kind, row.minutes or 0, when, state, row.version, known_as)

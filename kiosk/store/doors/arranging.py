"""What is arranged with students, as both wings keep it: rows, states, history. Whose they are is the caller's to settle."""

from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.arrangements import Arrangement, State, When, weekdays_text
from kiosk.store import turns
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
class By:
    """Who does something, and when; no id of a member of staff stands for the student."""

    at: datetime
    role: str
    staff_id: int | None = None


def arranged_where(session: Session, *conditions: ColumnElement[bool]) -> tuple[Arranged, ...]:
    """Arrangements, the oldest first."""
    rows = session.execute(select(arrangement).where(*conditions).order_by(arrangement.c.id))
    return tuple(_arranged(row) for row in rows)


def of_student(session: Session, student_id: int) -> tuple[Arranged, ...]:
    """All that was ever arranged with one student, or asked for by them; the newest first."""
    return arranged_where(session, arrangement.c.student_id == student_id)[::-1]


def same_as(session: Session, student_id: int, kind: Arrangement, when: When, state: State) -> Arranged | None:
    """One in this state with a student already, that is for the same."""
    values = {**_values(when), "student_id": student_id, "kind": kind.value, "state": state.value}
    return next(iter(arranged_where(session, *(arrangement.c[name] == it for name, it in values.items()))), None)


def take_turn(session: Session, student_id: int) -> None:
    """Nobody else arranges anything new for a student until the transaction is over."""
    turns.take_turn(session, arrangement.c.state, student_id)


def add(session: Session, student_id: int, kind: Arrangement, minutes: int, when: When, state: State, by: By) -> int:
    """A new arrangement; its id."""
    values = {"student_id": student_id, "kind": kind.value, "minutes": minutes or None, "state": state.value}
    query = insert(arrangement).values(**values, **_values(when)).returning(arrangement.c.id)
    arrangement_id = int(session.execute(query).scalar_one())
    _add_change(session, arrangement_id, state, by)
    return arrangement_id


def become(session: Session, it: Arranged, state: State, by: By) -> bool:
    """Give an arrangement another state; False when somebody has just done so."""
    same = (arrangement.c.id == it.id, arrangement.c.version == it.version)
    query = update(arrangement).where(*same).values(state=state.value, version=it.version + 1)
    if not session.execute(query).rowcount:  # type: ignore[attr-defined]
        return False
    _add_change(session, it.id, state, by)
    return True


def _add_change(session: Session, arrangement_id: int, state: State, by: By) -> None:
    values = {"at": by.at, "state": state.value, "by_role": by.role, "by_staff_id": by.staff_id}
    session.execute(insert(arrangement_change).inline().values(arrangement_id=arrangement_id, **values))


def _values(when: When) -> dict[str, object]:
    hours = (("from_time", when.from_time), ("until_time", when.until_time))
    times = {name: f"{at:%H:%M}" if at else None for name, at in hours}
    return {"from_on": when.from_on, "until_on": when.until_on, "weekdays": weekdays_text(when.weekdays), **times}


def _arranged(row: Row[tuple[object, ...]]) -> Arranged:
    times = (time.fromisoformat(it) if it else None for it in (row.from_time, row.until_time))
    when = When(row.from_on, row.until_on, frozenset(map(int, row.weekdays)), *times)
    return Arranged(
        row.id, row.student_id, Arrangement(row.kind), row.minutes or 0, when, State(row.state), row.version
    )

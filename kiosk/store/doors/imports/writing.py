"""The import's door, writing: a batch and what it stages, and the rows that a batch brings. Decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.statuses import Status
from kiosk.store.doors.imports.reading import APPLICABLE, Key, Staged, WalkIn
from kiosk.store.tables.board import lecture, lecture_module, lecture_room, module, room
from kiosk.store.tables.imports import import_batch, import_change
from kiosk.store.tables.records import tutee
from kiosk.store.tables.register import attendance, attendance_change, enrolment, student, walk_in
from kiosk.store.tables.staff import journal, role_grant, staff, teaching

# Batches -----------------------------------------------------------------------------------------


def add_batch(session: Session, now: datetime, staff_id: int | None) -> int:
    result = session.execute(
        insert(import_batch).values(staff_id=staff_id, asked_at=now, state="reading", summary={}, problems=[])
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def note_batch(session: Session, batch_id: int, was: Collection[str], **values: Any) -> bool:
    """Change a batch that still is in one of these states; False when somebody else was quicker."""
    still = (import_batch.c.id == batch_id, import_batch.c.state.in_(was))
    done = session.execute(update(import_batch).where(*still).values(**values))
    return done.rowcount == 1  # type: ignore[attr-defined]


def claim_batch(session: Session, batch_id: int, now: datetime) -> bool:
    """Take a batch for applying; False when somebody else has applied or dropped it, or it is not ready."""
    return note_batch(session, batch_id, APPLICABLE, state="applied", ended_at=now)


def mark_applying(session: Session, batch_id: int) -> bool:
    """Say that a ready batch is being applied; False when somebody else was first."""
    return note_batch(session, batch_id, ("ready",), state="applying")


def stage(session: Session, batch_id: int, first_place: int, changes: Sequence[Staged]) -> None:
    session.execute(
        insert(import_change),
        [
            {
                "batch_id": batch_id,
                "place": place,
                "kind": change.kind,
                "line": change.line,
                "act": change.act,
                "row": {"key": change.key, "was": change.was, "set": change.set},
            }
            for place, change in enumerate(changes, first_place)
        ],
    )


def drop_staged(session: Session, batch_id: int, below: int) -> int:
    """Forget what was staged, up to a place; how many rows went."""
    columns = import_change.c
    done = session.execute(delete(import_change).where(columns.batch_id == batch_id, columns.place < below))
    return int(done.rowcount)  # type: ignore[attr-defined]


# Rows --------------------------------------------------------------------------------------------

_TABLES = {
    table.name: table
    for table in (
        module, room, student, staff, role_grant, lecture, lecture_module, lecture_room, enrolment, teaching, tutee,
        walk_in, journal,
    )
}  # fmt: skip


def insert_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(_TABLES[table]).inline(), list(rows))


def update_rows(session: Session, table: str, changes: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> int:
    """Set each change's values where its row still is as its first mapping says; how many rows were."""
    by_shape: dict[tuple[Key, Key], list[dict[str, Any]]] = defaultdict(list)
    for where, values in changes:
        parameters = {f"where_{name}": value for name, value in where.items()}
        parameters |= {f"set_{name}": value for name, value in values.items()}
        by_shape[tuple(where), tuple(values)].append(parameters)
    columns, done = _TABLES[table].c, 0
    for (where_names, set_names), rows in by_shape.items():
        statement = update(_TABLES[table]).where(
            *(columns[name].is_not_distinct_from(bindparam(f"where_{name}")) for name in where_names)
        )
        result = session.execute(statement.values({name: bindparam(f"set_{name}") for name in set_names}), rows)
        done += int(result.rowcount)  # type: ignore[attr-defined]
    return done


def delete_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Delete the rows which have exactly these values."""
    if rows:
        columns = _TABLES[table].c
        session.execute(delete(_TABLES[table]).where(*(columns[name] == bindparam(f"b_{name}") for name in rows[0])), [
            {f"b_{name}": value for name, value in row.items()} for row in rows
        ])  # fmt: skip


def take_in(session: Session, came: WalkIn, status: Status, now: datetime) -> None:
    """Put a walk-in into the register, unless a row of theirs is there already."""
    key = {"lecture_id": came.lecture_id, "student_id": came.student_id}
    there = select(attendance.c.lecture_id).filter_by(**key)
    if session.execute(there).first() is not None:
        return
    row = {"status": status, "method": came.method, "other_group": False, "arrived_at": came.arrived_at, "version": 1}
    session.execute(insert(attendance).inline().values(**key, **row))
    session.execute(insert(attendance_change).inline().values(**key, status=status, set_at=now, set_by_role="import"))

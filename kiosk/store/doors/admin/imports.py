"""The admin wing's door to import batches: their progress, counts and problems. Sees no line of any file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from kiosk.store.tables.imports import import_batch
from kiosk.store.tables.staff import staff

LISTED_BATCHES = 100


@dataclass(frozen=True)
class ImportBatch:
    """`by` is the colleague who asked for it, empty for the command line."""

    id: int
    by: str
    asked_at: datetime
    state: str
    lines_done: int
    lines_total: int
    summary: Mapping[str, Any]
    problems: tuple[str, ...]
    ended_at: datetime | None


_COLUMNS = [
    import_batch.c[name] for name in "id asked_at state lines_done lines_total summary problems ended_at".split()
]
_QUERY = select(*_COLUMNS, staff.c.name).join_from(
    import_batch, staff, staff.c.id == import_batch.c.staff_id, isouter=True
)


def batches(session: Session, asked_by: int | None) -> tuple[ImportBatch, ...]:
    """What one person asked for, or everybody's when that is None; the newest first."""
    query = _QUERY.where(_of(asked_by)).order_by(import_batch.c.id.desc()).limit(LISTED_BATCHES)
    return tuple(_batch(row) for row in session.execute(query))


def batch(session: Session, batch_id: int, asked_by: int | None) -> ImportBatch | None:
    """One batch, when this person asked for it, or anybody's when `asked_by` is None."""
    row = session.execute(_QUERY.where(import_batch.c.id == batch_id, _of(asked_by))).first()
    return row and _batch(row)


def login_of(session: Session, staff_id: int) -> str:
    """The sign-in name of whoever asks: nobody may import what they teach themselves."""
    return session.execute(select(staff.c.login).where(staff.c.id == staff_id)).scalar_one()


def _of(asked_by: int | None) -> ColumnElement[bool]:
    return true() if asked_by is None else import_batch.c.staff_id == asked_by


def _batch(row: Any) -> ImportBatch:
    return ImportBatch(
        id=row.id,
        by=row.name or "",
        asked_at=row.asked_at,
        state=row.state,
        lines_done=row.lines_done,
        lines_total=row.lines_total,
        summary=row.summary or {},
        problems=tuple(str(problem) for problem in row.problems or ()),
        ended_at=row.ended_at,
    )

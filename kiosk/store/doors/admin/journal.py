"""The journal's door: one row for each act of a member of staff, before anything is shown or called done; and reading it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kiosk.store.tables.staff import journal, staff

HISTORY_ROWS = 100


@dataclass(frozen=True)
class HistoryRow:
    """An act from the journal; `by` is the colleague's name, empty for the import."""

    id: int
    at: datetime
    by: str
    act: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record(
    session: Session,
    *,
    now: datetime,
    staff_id: int,
    role: str,
    act: str,
    thing: str,
    thing_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one row; it is there when the act's transaction is, and not otherwise. No names among the values."""
    row = {"at": now, "staff_id": staff_id, "role": str(role), "act": act, "thing": thing, "thing_id": thing_id}
    session.execute(insert(journal).values(**row, before=dict(before or {}), after=dict(after or {})))


def history_of(session: Session, thing: str, thing_id: int) -> tuple[HistoryRow, ...]:
    """What was done to a thing, the newest first; whoever asks has been shown the thing itself."""
    columns = [journal.c[name] for name in ("id", "at", "act", "before", "after")]
    query = (
        select(*columns, staff.c.name)
        .join_from(journal, staff, staff.c.id == journal.c.staff_id, isouter=True)
        .where(journal.c.thing == thing, journal.c.thing_id == thing_id)
        .order_by(journal.c.id.desc())
        .limit(HISTORY_ROWS)
    )
    return tuple(
        HistoryRow(row.id, row.at, row.name or "", row.act, row.before, row.after) for row in session.execute(query)
    )


def names_of(session: Session, staff_ids: Iterable[int]) -> dict[int, str]:
    """Colleagues' names, for a history that holds none."""
    query = select(staff.c.id, staff.c.name).where(staff.c.id.in_(sorted(set(staff_ids))))
    return {row.id: row.name for row in session.execute(query)}

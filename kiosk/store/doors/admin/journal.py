"""The journal's door: one row for each act of a member of staff, before anything is shown or called done. Holds no names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kiosk.store.tables.staff import journal


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

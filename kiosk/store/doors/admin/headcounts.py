"""The door to head-counts: how many were in the room, by whom, when. Knows no student."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kiosk.store.statements import in_parts
from kiosk.store.tables.staff import headcount, staff


@dataclass(frozen=True)
class Headcount:
    people: int
    counted_at: datetime
    by: str


def headcount_of(session: Session, lecture_id: int) -> Headcount | None:
    """The newest count, unless it was taken back."""
    query = (
        select(headcount.c.people, headcount.c.counted_at, staff.c.name)
        .join(staff, staff.c.id == headcount.c.staff_id, isouter=True)
        .where(headcount.c.lecture_id == lecture_id)
        .order_by(headcount.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None or row.people is None else Headcount(row.people, row.counted_at, row.name or "")


def headcounts_of(session: Session, lecture_ids: Collection[int]) -> dict[int, int]:
    """How many were counted last, by lecture; without lectures at which nobody counted, or whose count was taken back."""
    found = {}
    for part in in_parts(lecture_ids):
        newest = (
            select(func.max(headcount.c.id)).where(headcount.c.lecture_id.in_(part)).group_by(headcount.c.lecture_id)
        )
        query = select(headcount.c.lecture_id, headcount.c.people).where(headcount.c.id.in_(newest))
        found.update({row.lecture_id: row.people for row in session.execute(query) if row.people is not None})
    return found


def add_headcount(
    session: Session, lecture_id: int, people: int | None, at: datetime, *, role: str, staff_id: int
) -> None:
    """A new count; the ones before it stay."""
    values = {"lecture_id": lecture_id, "people": people, "counted_at": at, "role": role, "staff_id": staff_id}
    session.execute(insert(headcount).values(**values))

"""The door to entries of the access log that are held back from their student: each once, never longer, never taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.domain.log_delays import Reason
from kiosk.store.statements import insert_into
from kiosk.store.tables.log import access_entry, access_subject
from kiosk.store.tables.wishes import log_delay


@dataclass(frozen=True)
class Delay:
    """Until when an entry is held back, and why."""

    reason: Reason
    until: datetime


def is_about_somebody(session: Session, entry_id: int) -> bool:
    """Whether there is an entry of this number, and a student who reads it."""
    about = exists(select(access_subject.c.entry_id).where(access_subject.c.entry_id == access_entry.c.id))
    return session.execute(select(access_entry.c.id).where(access_entry.c.id == entry_id, about)).first() is not None


def delays_of(session: Session, entry_ids: Iterable[int]) -> Mapping[int, Delay]:
    """Which of these entries were held back, by number."""
    it = log_delay.c
    query = select(it.entry_id, it.reason, it.until).where(it.entry_id.in_(sorted(set(entry_ids))))
    return {row.entry_id: Delay(Reason(row.reason), row.until) for row in session.execute(query)}


def hold_back(session: Session, entry_id: int, delay: Delay, staff_id: int, now: datetime) -> bool:
    """Hold an entry back; False when it was before."""
    values = {
        "entry_id": entry_id,
        "reason": delay.reason.value,
        "until": delay.until,
        "set_by": staff_id,
        "set_at": now,
    }
    unless_there = insert_into(session, log_delay).on_conflict_do_nothing().inline().values(values)
    result = session.execute(unless_there.execution_options(preserve_rowcount=True))
    return int(result.rowcount) == 1  # type: ignore[attr-defined]

"""The chain of the access log, to be read in the order it was written, and its heads. Knows no name and changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, String, column, func, literal, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from kiosk.domain.access_log import Act, Entry, Head, Linked, Purpose
from kiosk.store.database import UtcDateTime
from kiosk.store.tables.log import access_entry, access_subject

_READ_AT_ONCE = 2000
_FIELDS = [name for name in Entry.__dataclass_fields__ if name not in ("subjects", "at")]


def entries(session: Session, *, after_id: int = 0) -> Iterator[Linked]:
    """Entries in the order they were written, those after an id; some at a time, so that a million fit."""
    # The instant is read as it is kept: one that somebody has made unreadable is to be found, not to end the reading.
    at = type_coerce(access_entry.c.at, NullType).label("at")
    columns = [access_entry.c[name] for name in ("id", *_FIELDS, "previous_hash", "hash")]
    while True:
        query = select(at, *columns).where(access_entry.c.id > after_id).order_by(access_entry.c.id)
        rows = session.execute(query.limit(_READ_AT_ONCE)).all()
        if not rows:
            return
        after_id = rows[-1].id
        subjects = _subjects_of(session, rows[0].id, after_id)
        yield from (Linked(row.id, _entry(row, subjects[row.id]), row.previous_hash, row.hash) for row in rows)


def newest_head(session: Session, *, before: datetime | None = None) -> Head | None:
    """The newest entry as a head; with `before`, the newest that was written before an instant."""
    row = session.execute(_newest(session, before)).first()
    return Head(row.id, row.hash, row.at.date()) if row else None


def _newest(session: Session, before: datetime | None) -> Select[Any]:
    if session.get_bind().dialect.name == "postgresql":
        # The admin wing is shown no row of others; this tells it nothing of them.
        columns = column("id", Integer), column("hash", String), column("at", UtcDateTime)
        return select(func.kiosk_log_head(literal(before, UtcDateTime)).table_valued(*columns))
    query = select(access_entry.c.id, access_entry.c.hash, access_entry.c.at).order_by(access_entry.c.id.desc())
    return query.limit(1) if before is None else query.where(access_entry.c.at < before).limit(1)


def _entry(row: Row[Any], subjects: Sequence[int]) -> Entry | None:
    """What a row says, or None when no entry of ours could have been written like that."""
    try:
        at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at)
        values = {name: getattr(row, name) for name in _FIELDS}
        values |= {"act": Act(row.act), "purpose": Purpose(row.purpose), "subjects": frozenset(subjects)}
        return Entry(at=at.replace(tzinfo=UTC) if at.tzinfo is None else at, **values)
    except (TypeError, ValueError):
        return None


def _subjects_of(session: Session, first_id: int, last_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(access_subject.c.entry_id, access_subject.c.student_id)
    for row in session.execute(query.where(access_subject.c.entry_id.between(first_id, last_id))):
        found[row.entry_id].append(row.student_id)
    return found

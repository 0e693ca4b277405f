"""The access log's door: entries are added to the end of the chain, and read. Hands out ids, no names."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, false, func, insert, select
from sqlalchemy.orm import Session

from kiosk.domain.access_log import FIRST, Act, Entry, Linked, Purpose, link
from kiosk.store.tables.log import access_entry, access_subject

_CHAIN_LOCK = 20_260_001
"""The number of PostgreSQL's advisory lock under which an entry is added."""

_READ_AT_ONCE = 500
_FIELDS = [name for name in Entry.__dataclass_fields__ if name != "subjects"]


def append(session: Session, entry: Entry) -> int:
    """Add an entry after the last one; its id. It is there when the transaction is, and not otherwise."""
    _take_turn(session)
    newest = select(access_entry.c.hash).order_by(access_entry.c.id.desc()).limit(1)
    previous_hash = session.execute(newest).scalar_one_or_none() or FIRST
    values = {name: getattr(entry, name) for name in _FIELDS}
    row = {**values, "previous_hash": previous_hash, "hash": link(previous_hash, entry)}
    entry_id = int(session.execute(insert(access_entry).values(**row).returning(access_entry.c.id)).scalar_one())
    if entry.subjects:
        subjects = [{"entry_id": entry_id, "student_id": student_id} for student_id in sorted(entry.subjects)]
        session.execute(insert(access_subject), subjects)
    return entry_id


def entries(session: Session, *conditions: ColumnElement[bool], after_id: int = 0) -> Iterator[Linked]:
    """Entries in the order they were written, those after an id; read a few hundred at a time."""
    while True:
        query = select(access_entry).where(access_entry.c.id > after_id, *conditions)
        rows = session.execute(query.order_by(access_entry.c.id).limit(_READ_AT_ONCE)).all()
        subjects = _subjects_of(session, [row.id for row in rows])
        for row in rows:
            values = {name: getattr(row, name) for name in _FIELDS}
            values |= {"act": Act(row.act), "purpose": Purpose(row.purpose), "subjects": frozenset(subjects[row.id])}
            yield Linked(row.id, Entry(**values), row.previous_hash, row.hash)
        if len(rows) < _READ_AT_ONCE:
            return
        after_id = rows[-1].id


def _take_turn(session: Session) -> None:
    """One at a time, until the transaction ends: else two entries would follow the same one and the second be refused."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        return
    # An insert of nothing makes this connection SQLite's writer before the last entry is read.
    nothing = select(access_subject.c.entry_id, access_subject.c.student_id).where(false())
    session.execute(insert(access_subject).from_select(["entry_id", "student_id"], nothing))


def _subjects_of(session: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(access_subject.c.entry_id, access_subject.c.student_id)
    for row in session.execute(query.where(access_subject.c.entry_id.in_(ids))):
        found[row.entry_id].append(row.student_id)
    return found

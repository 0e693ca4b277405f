"""The access log's door for those who add to it: each entry goes to the end of the chain."""

from sqlalchemy import false, func, insert, select
from sqlalchemy.orm import Session

from kiosk.domain.access_log import FIRST, Entry, link
from kiosk.store.tables.log import access_entry, access_subject

_CHAIN_LOCK = 20_260_001
"""The number of PostgreSQL's advisory lock under which an entry is added."""

_FIELDS = [name for name in Entry.__dataclass_fields__ if name != "subjects"]


def append(session: Session, entry: Entry) -> int:
    """Add an entry after the last one; its id. It is there when the transaction is, and not otherwise."""
    _take_turn(session)
    entry_id, previous_hash = _place(session)
    values = {"id": entry_id, **{name: getattr(entry, name) for name in _FIELDS}}
    row = {**values, "previous_hash": previous_hash, "hash": link(previous_hash, entry)}
    session.execute(insert(access_entry).values(**row))
    if entry.subjects:
        subjects = [{"entry_id": entry_id, "student_id": student_id} for student_id in sorted(entry.subjects)]
        session.execute(insert(access_subject), subjects)
    return entry_id


def _place(session: Session) -> tuple[int, str]:
    """The id of the entry to come, and the hash it follows. PostgreSQL shows neither others' entries nor each of one's own."""
    if session.get_bind().dialect.name == "postgresql":
        head = func.kiosk_log_head(None).table_valued("hash")
        query = select(func.nextval(f"{access_entry.name}_id_seq"), select(head.c.hash).scalar_subquery())
        entry_id, previous_hash = session.execute(query).one()
        return int(entry_id), previous_hash or FIRST
    newest = select(access_entry.c.id, access_entry.c.hash).order_by(access_entry.c.id.desc()).limit(1)
    last = session.execute(newest).first()
    return (last.id + 1, last.hash) if last else (1, FIRST)


def _take_turn(session: Session) -> None:
    """One at a time, until the transaction ends: else two entries would follow the same one and the second be refused."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        return
    # An insert of nothing makes this connection SQLite's writer before the last entry is read.
    nothing = select(access_subject.c.entry_id, access_subject.c.student_id).where(false())
    session.execute(insert(access_subject).from_select(["entry_id", "student_id"], nothing))

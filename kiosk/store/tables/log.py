"""The access log's tables: who looked at which student's data. No party may change or delete a row; no name stands in one."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from kiosk.domain.access_log import UNSEEN
from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, When, rights

_ALL = "(SELECT kiosk_everywhere('log'))"
# Of whom something was refused may not exist, for whoever asked.
_OF_WHAT_IS_READ = "EXISTS (SELECT FROM access_entry e WHERE e.id = entry_id AND e.outcome <> 'refused')"

access_entry = Table(
    "access_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("staff_id", Integer, nullable=False, index=True, comment="no foreign key: the log outlives the account"),
    Column("role", String(30), nullable=False),
    Column("scope", String(120), nullable=False, comment="how far the role reached then"),
    Column("act", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("thing", String(30), nullable=False, comment="through what: a lecture, a search"),
    Column("thing_id", Integer, nullable=False),
    Column("data", String(40), nullable=False, comment="the class of data, never a value"),
    Column("outcome", String(20), nullable=False),
    Column("request", String(32), nullable=False),
    Column("previous_hash", String(64), nullable=False, unique=True, comment="unique, so that the chain cannot fork"),
    Column("hash", String(64), nullable=False, unique=True),
    info=rights(
        # One's own acts do not tell of those whom one may not see.
        rows=When(read=f"(staff_id = {{me}} AND data <> '{UNSEEN}') OR {_ALL}", insert="staff_id = {me}"),
        # A student is told of who looked by role, never by name.
        checkin=Right(read="id at role scope act purpose thing thing_id data outcome"),
        admin=Right(read="id at staff_id role act purpose thing thing_id data outcome hash", insert=True),
        import_=Right(read="id hash", insert=True),
        audit=Right(read="*"),
    ),
)

access_subject = Table(
    "access_subject",
    metadata,
    Column("entry_id", ForeignKey("access_entry.id"), primary_key=True),
    Column("student_id", Integer, primary_key=True, index=True, comment="opaque; no foreign key"),
    info=rights(
        rows=When(
            read=f"{_ALL} OR {_OF_WHAT_IS_READ}",
            insert="entry_id = (SELECT kiosk_last_written())",
        ),
        checkin=Right(read="entry_id student_id"),
        admin=Right(read="*", insert=True),
        import_=Right(read="entry_id student_id", insert=True),
        audit=Right(read="*"),
    ),
)

"""Import tables: a batch of files and the changes it would make, staged until somebody applies them."""

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Integer, String, Table

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, rights

import_batch = Table(
    "import_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, comment="empty: the command line"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("lines_done", Integer, nullable=False, default=0),
    Column("lines_total", Integer, nullable=False, default=0),
    Column(
        "summary",
        JSON,
        nullable=False,
        default=dict,
        comment="per file: counts of added, changed, unchanged; no values",
    ),
    Column("problems", JSON, nullable=False, default=list, comment="line, column and what to do; no values"),
    Column("ended_at", UtcDateTime),
    CheckConstraint(
        "state in ('reading', 'ready', 'refused', 'applying', 'applied', 'dropped', 'broken')", name="state"
    ),
    info=rights(
        admin=Right(read="*"),
        import_=Right(
            read="id staff_id asked_at state lines_done lines_total summary problems",
            insert=True,
            update="state lines_done lines_total summary problems ended_at",
        ),
        purge=Right(read="id asked_at", delete=True),
    ),
)

import_change = Table(
    "import_change",
    metadata,
    Column("batch_id", ForeignKey("import_batch.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column(
        "kind",
        String(12),
        nullable=False,
        comment="which file: students, staff, modules, lectures, enrolments, teaching",
    ),
    Column("line", Integer, nullable=False),
    Column("act", String(8), nullable=False, comment="add or change"),
    Column("row", JSON, nullable=False),
    info=rights(
        import_=Right(read="*", insert=True, delete=True),
        purge=Right(read="batch_id", delete=True),
    ),
)

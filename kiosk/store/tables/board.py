"""Board tables: rooms, modules, lectures and when their codes were shown. Nobody's personal data."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, rights

room = Table(
    "room",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(120), nullable=False, default=""),
    Column("archived_at", UtcDateTime),
    info=rights(
        display=Right(read="id code name"),
        checkin=Right(read="id code name"),
        admin=Right(read="*", insert=True, update="code name archived_at"),
        import_=Right(read="id code name", insert=True),
    ),
)

module = Table(
    "module",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("department", String(80), nullable=False, default=""),
    Column("participation", String(20), nullable=False),
    Column("opens_minutes_before", Integer),
    Column("closes_minutes_after", Integer),
    Column("late_minutes_after", Integer),
    Column("version", Integer, nullable=False, default=1),
    Column("archived_at", UtcDateTime),
    CheckConstraint(
        "participation in ('policy', 'professional_body', 'voluntary')",
        name="participation",
    ),
    info=rights(
        display=Right(read="id code title opens_minutes_before closes_minutes_after late_minutes_after"),
        checkin=Right(read="id code title participation opens_minutes_before closes_minutes_after late_minutes_after"),
        admin=Right(
            read="*",
            insert=True,
            update="code title department participation opens_minutes_before closes_minutes_after late_minutes_after "
            "version archived_at",
        ),
        import_=Right(
            read="*",
            insert=True,
            update="title department participation opens_minutes_before closes_minutes_after late_minutes_after version",
        ),
    ),
)

_LECTURE_SHOWN = "id ref kind starts_at ends_at mode kid salt opened_at closed_at cancelled_at voided_at"

lecture = Table(
    "lecture",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(80), unique=True, comment="the timetable's own name for it; empty for one made by hand"),
    Column("kind", String(40), nullable=False, default="Lecture"),
    Column("starts_at", UtcDateTime, nullable=False, index=True),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
    Column("mode", String(20), nullable=False, default="in_person"),
    Column("kid", String(40), nullable=False, comment="which master secret its codes are made with"),
    Column("salt", LargeBinary(16), nullable=False),
    Column("opened_at", UtcDateTime, comment="opened by hand"),
    Column("closed_at", UtcDateTime, comment="closed by hand"),
    Column("cancelled_at", UtcDateTime),
    Column("voided_at", UtcDateTime),
    Column("void_reason", String(20)),
    Column("version", Integer, nullable=False, default=1),
    CheckConstraint("mode in ('in_person', 'remote', 'both')", name="mode"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    info=rights(
        display=Right(read=_LECTURE_SHOWN),
        checkin=Right(read=_LECTURE_SHOWN),
        admin=Right(
            read="*",
            insert=True,
            update="kind starts_at ends_at mode kid salt opened_at closed_at cancelled_at voided_at void_reason "
            "version",
        ),
        import_=Right(
            read=f"{_LECTURE_SHOWN} version",
            insert=True,
            update="kind starts_at ends_at mode kid salt cancelled_at version",
        ),
    ),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False, index=True),
    Column("held_at", UtcDateTime, nullable=False, comment="the codes of this instant stayed on the screens"),
    Column("released_at", UtcDateTime, comment="empty: until the limit of a hold"),
    info=rights(
        display=Right(read="lecture_id held_at released_at"),
        checkin=Right(read="lecture_id held_at released_at"),
        admin=Right(read="*", insert=True, update="released_at"),
        import_=Right(read="lecture_id held_at released_at"),
    ),
)

lecture_module = Table(
    "lecture_module",
    metadata,
    Column("lecture_id", ForeignKey("lecture.id"), primary_key=True),
    Column("module_id", ForeignKey("module.id"), primary_key=True, index=True),
    Column("group_name", String(40), primary_key=True, default="", comment="empty: the whole module"),
    info=rights(
        display=Right(read="*"),
        checkin=Right(read="*"),
        admin=Right(read="*", insert=True),
        import_=Right(read="*", insert=True, delete=True),
    ),
)

lecture_room = Table(
    "lecture_room",
    metadata,
    Column("lecture_id", ForeignKey("lecture.id"), primary_key=True),
    Column("room_id", ForeignKey("room.id"), primary_key=True, index=True),
    info=rights(
        display=Right(read="*"),
        checkin=Right(read="*"),
        admin=Right(read="*", insert=True, delete=True),
        import_=Right(read="*", insert=True, delete=True),
    ),
)

showing = Table(
    "showing",
    metadata,
    Column("lecture_id", ForeignKey("lecture.id"), primary_key=True),
    Column("first_shown_at", UtcDateTime, nullable=False, comment="a lecture without a row was never shown"),
    info=rights(
        display=Right(read="lecture_id", insert=True),
        admin=Right(read="*"),
        import_=Right(read="lecture_id"),
    ),
)

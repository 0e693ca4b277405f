"""Staff tables: accounts, roles with scopes, teaching, the journal. Only the admin wing and the import have rights here."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, rights

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("unit", String(80), nullable=False, default=""),
    Column("archived_at", UtcDateTime),
    info=rights(
        admin=Right(read="*", insert=True),
        import_=Right(read="id login name unit", insert=True, update="name unit"),
    ),
)

staff_credential = Table(
    "staff_credential",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    info=rights(
        admin=Right(read="staff_id password_hash", insert=True, update="password_hash changed_at"),
        import_=Right(read="staff_id"),
    ),
)

staff_link = Table(
    "staff_link",
    metadata,
    Column("secret_hash", String(64), primary_key=True, comment="of a one-time address"),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column(
        "kind", String(10), nullable=False, default="start", comment="start: password and device; device: that alone"
    ),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    CheckConstraint("kind in ('start', 'device')", name="kind"),
    info=rights(
        admin=Right(read="*", insert=True, update="used_at"),
        import_=Right(read="staff_id used_at", insert=True, update="used_at"),
        purge=Right(read="secret_hash expires_at", delete=True),
    ),
)

staff_attempt = Table(
    "staff_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key_hash", String(64), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    info=rights(
        admin=Right(read="*", insert=True, delete=True),
        purge=Right(read="id at", delete=True),
    ),
)

staff_device = Table(
    "staff_device",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("name", String(40), nullable=False, comment="what its owner calls it; nothing the browser said of itself"),
    Column("secret_hash", String(64), nullable=False, unique=True, comment="of what its cookie carries"),
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    info=rights(
        admin=Right(read="*", insert=True, update="seen_at expires_at revoked_at"),
        import_=Right(read="staff_id revoked_at", update="revoked_at"),
        purge=Right(read="id expires_at revoked_at", delete=True),
    ),
)

staff_sign_in = Table(
    "staff_sign_in",
    metadata,
    Column("id_hash", String(64), primary_key=True, comment="of the identifier in the cookie"),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("signed_in_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("device_id", ForeignKey("staff_device.id"), index=True),
    Column("second_at", UtcDateTime, comment="when a second factor was given, on that device"),
    Column("names_until", UtcDateTime, comment="until then students' data is answered; null: the curtain is closed"),
    info=rights(
        admin=Right(read="*", insert=True, update="seen_at ended_at names_until"),
        import_=Right(read="staff_id ended_at", update="ended_at"),
        purge=Right(read="id_hash seen_at", delete=True),
    ),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("role", String(30), nullable=False),
    Column("scope_kind", String(20), nullable=False, comment="own, department or all; a grant without one sees nobody"),
    Column("scope_value", String(80), nullable=False, default=""),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    CheckConstraint("scope_kind in ('own', 'department', 'all')", name="scope_kind"),
    info=rights(
        admin=Right(read="*", insert=True, update="until_on"),
        import_=Right(read="*", insert=True, update="until_on"),
    ),
)

grant_proposal = Table(
    "grant_proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("role", String(30), nullable=False),
    Column("scope_kind", String(20), nullable=False),
    Column("scope_value", String(80), nullable=False, default=""),
    Column("until_on", Date, nullable=False),
    Column("proposed_by", ForeignKey("staff.id"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", ForeignKey("staff.id")),
    Column("decided_at", UtcDateTime),
    Column("is_approved", Boolean),
    CheckConstraint("proposed_by <> staff_id", name="not_for_oneself"),
    CheckConstraint("decided_by <> proposed_by and decided_by <> staff_id", name="by_a_second_person"),
    info=rights(
        admin=Right(read="*", insert=True, update="decided_by decided_at is_approved"),
    ),
)

teaching = Table(
    "teaching",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("module_id", ForeignKey("module.id"), nullable=False, index=True),
    Column("group_name", String(40), nullable=False, default="", comment="empty: every group"),
    Column("leads", Boolean, nullable=False, default=False, comment="leads the module, and does not only teach in it"),
    Column("from_on", Date),
    Column("until_on", Date),
    info=rights(
        admin=Right(read="*", insert=True, update="group_name leads from_on until_on"),
        import_=Right(read="*", insert=True, update="leads from_on until_on"),
    ),
)

cover = Table(
    "cover",
    metadata,
    Column("lecture_id", ForeignKey("lecture.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, index=True),
    Column("named_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    info=rights(
        admin=Right(read="*", insert=True, update="named_at withdrawn_at"),
    ),
)

headcount = Table(
    "headcount",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False, index=True),
    Column("people", Integer, comment="how many were in the room; empty: taken back. Never compared with a person"),
    Column("counted_at", UtcDateTime, nullable=False),
    Column("role", String(30), nullable=False),
    Column("staff_id", Integer, nullable=False, comment="no foreign key: the history outlives the account"),
    CheckConstraint("people between 0 and 9999", name="people"),
    info=rights(
        admin=Right(read="id lecture_id people counted_at staff_id", insert=True),
    ),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", Integer, comment="no foreign key: the journal outlives the account"),
    Column("role", String(30), nullable=False),
    Column("act", String(40), nullable=False),
    Column("thing", String(30), nullable=False),
    Column("thing_id", Integer, nullable=False),
    Column("before", JSON, nullable=False, default=dict),
    Column("after", JSON, nullable=False, default=dict),
    info=rights(
        admin=Right(read="id at staff_id act thing thing_id before after", insert=True),
        import_=Right(insert=True),
    ),
)

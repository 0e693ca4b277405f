"""Register tables: students, enrolments, attendance. Personal data: the display wing has no right on any of them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint

from kiosk.domain.statuses import Status
from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, Rows, rights

_STATUSES = ", ".join(f"'{status}'" for status in Status)

student = Table(
    "student",
    metadata,
    Column("id", Integer, primary_key=True, comment="opaque"),
    Column("number", String(40), nullable=False, unique=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("known_as", String(200), nullable=False),
    Column("left_on", Date),
    info=rights(
        rows=Rows(student="id"),
        checkin=Right(read="id login known_as left_on"),
        admin=Right(read="id number known_as left_on"),
        import_=Right(read="*", insert=True, update="login known_as left_on"),
    ),
)

student_credential = Table(
    "student_credential",
    metadata,
    Column("student_id", ForeignKey("student.id"), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("epoch", Integer, nullable=False, default=1, comment="signing out everywhere raises it"),
    Column("changed_at", UtcDateTime, nullable=False),
    info=rights(
        checkin=Right(read="*", insert=True, update="password_hash epoch changed_at"),
        import_=Right(read="student_id"),
    ),
)

student_link = Table(
    "student_link",
    metadata,
    Column("secret_hash", String(64), primary_key=True, comment="of a one-time address for a first password"),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    info=rights(
        checkin=Right(read="*", update="used_at"),
        import_=Right(read="student_id expires_at used_at", insert=True),
        purge=Right(read="secret_hash expires_at", delete=True),
    ),
)

student_attempt = Table(
    "student_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key_hash", String(64), nullable=False, index=True, comment="keyed hash of account, student or browser"),
    Column("at", UtcDateTime, nullable=False),
    info=rights(
        checkin=Right(read="*", insert=True, delete=True),
        purge=Right(read="id at", delete=True),
    ),
)

enrolment = Table(
    "enrolment",
    metadata,
    Column("student_id", ForeignKey("student.id"), primary_key=True),
    Column("module_id", ForeignKey("module.id"), primary_key=True, index=True),
    Column("group_name", String(40), nullable=False, default=""),
    Column("from_on", Date),
    Column("until_on", Date, comment="the last day; left the module"),
    info=rights(
        rows=Rows(student="student_id", module="module_id", group="group_name"),
        checkin=Right(read="*"),
        admin=Right(read="*"),
        import_=Right(read="*", insert=True, update="group_name from_on until_on"),
    ),
)

attendance = Table(
    "attendance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("status", String(24), nullable=False),
    Column("method", String(10), nullable=False, comment="qr, digits or hand"),
    Column(
        "other_group",
        Boolean,
        nullable=False,
        default=False,
        comment="attended another group's lecture of an own module",
    ),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("lecture_id", "student_id"),
    CheckConstraint(f"status in ({_STATUSES})", name="status"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id"),
        checkin=Right(read="*", insert=True, update="status method other_group arrived_at version"),
        admin=Right(read="*", insert=True, update="status version"),
        import_=Right(read="lecture_id student_id", insert=True),
    ),
)

attendance_change = Table(
    "attendance_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("status", String(24), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by_role", String(30), nullable=False, comment="student, or the role of the member of staff"),
    Column("set_by_staff_id", Integer, comment="no foreign key: this wing's rows outlive a staff account"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id"),
        checkin=Right(read="lecture_id student_id status set_at set_by_role", insert=True),
        admin=Right(read="*", insert=True),
        import_=Right(insert=True),
    ),
)

walk_in = Table(
    "walk_in",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False),
    Column("student_id", ForeignKey("student.id"), nullable=False),
    Column("method", String(10), nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("lecture_id", "student_id"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id"),
        checkin=Right(read="*", insert=True),
        admin=Right(read="*", update="settled_at"),
        import_=Right(read="*", update="settled_at"),
    ),
)

spent_receipt = Table(
    "spent_receipt",
    metadata,
    Column("nonce_hash", String(64), primary_key=True),
    Column("spent_at", UtcDateTime, nullable=False),
    info=rights(
        checkin=Right(read="*", insert=True),
        purge=Right(read="nonce_hash spent_at", delete=True),
    ),
)

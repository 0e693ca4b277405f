"""Register tables: students, enrolments, attendance. Personal data: the display wing has no right on any of them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from kiosk.domain.corrections import Kind, Reason
from kiosk.domain.statuses import Status
from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, Rows, When, rights

_STATUSES = ", ".join(f"'{status}'" for status in Status)
_REASONS = ", ".join(f"'{reason}'" for reason in Reason)
_KINDS = ", ".join(f"'{kind}'" for kind in Kind)

_AT_DESK = "student_id IN (SELECT kiosk_at_desk()) AND student_id NOT IN (SELECT kiosk_closed())"
"""Who stands at the support desk of whoever asks, unless their record is locked."""

student = Table(
    "student",
    metadata,
    Column("id", Integer, primary_key=True, comment="opaque"),
    Column("number", String(40), nullable=False, unique=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("known_as", String(200), nullable=False),
    Column("left_on", Date),
    info=rights(
        rows=Rows(student="id", number="number", asking=True),
        checkin=Right(read="id number login known_as left_on"),
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
        rows=When(read="false", insert=_AT_DESK),
        checkin=Right(read="*", update="used_at"),
        # The support desk leaves a link for whoever stands there; what links there are it cannot read.
        admin=Right(insert=True),
        import_=Right(insert=True),
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
    Column("method", String(10), nullable=False, comment="qr, digits, hand, or word: their own"),
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
        rows=Rows(student="student_id", lecture="lecture_id", disputed=True),
        checkin=Right(
            read="lecture_id student_id status method other_group arrived_at version",
            insert=True,
            update="status method other_group arrived_at version",
        ),
        admin=Right(
            read="id lecture_id student_id status method arrived_at version", insert=True, update="status version"
        ),
        import_=Right(read="id lecture_id student_id status version", insert=True, update="status version"),
    ),
)

attendance_act = Table(
    "attendance_act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("role", String(30), nullable=False, comment="by which role"),
    Column("staff_id", Integer, nullable=False, comment="no foreign key: the history outlives the account"),
    Column("undoes_id", ForeignKey("attendance_act.id"), comment="the act it takes back"),
    CheckConstraint(f"kind in ({_KINDS})", name="kind"),
    info=rights(
        rows=Rows(lecture="lecture_id", disputed=True),
        admin=Right(read="*", insert=True),
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
    Column("status_before", String(24), comment="empty: it was not changed by staff"),
    Column("reason_code", String(20), comment="from a closed list; empty: it was not changed by staff"),
    Column("act_id", Integer, index=True, comment="what staff did at once; no foreign key: students write here too"),
    Column("version", Integer, comment="the row's version after it: as long as it stands, the change can be undone"),
    Index(None, "lecture_id", "student_id"),
    CheckConstraint(f"reason_code in ({_REASONS})", name="reason_code"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id", disputed=True),
        checkin=Right(read="id lecture_id student_id status status_before set_at set_by_role reason_code", insert=True),
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
    Column("act_id", Integer, index=True, comment="by which act; empty: settled by an enrolment, or not at all"),
    UniqueConstraint("lecture_id", "student_id"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id"),
        checkin=Right(read="lecture_id student_id method arrived_at settled_at", insert=True),
        admin=Right(read="*", update="settled_at act_id"),
        import_=Right(read="id lecture_id student_id method arrived_at settled_at", update="settled_at"),
    ),
)

spent_receipt = Table(
    "spent_receipt",
    metadata,
    Column("nonce_hash", String(64), primary_key=True),
    Column("spent_at", UtcDateTime, nullable=False),
    info=rights(
        checkin=Right(insert=True),
        purge=Right(read="nonce_hash spent_at", delete=True),
    ),
)

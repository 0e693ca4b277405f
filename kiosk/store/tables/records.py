"""Tables that open one student's record to somebody, or close it: tutees, cases, break-glass, locks. No reason in words."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, Rows, When, rights

_CASES = "'rights', 'complaint', 'objection', 'safety'"
_NOTICES = "'break_glass', 'incident', 'role_approved', 'role_given', 'link_made'"
_REASONS = "'safety', 'student_asked', 'colleague_away', 'correction'"

_TOLD = "(SELECT kiosk_everywhere('log'))"
"""The data-protection officer, who is told of what happens here."""

_NAMED = (
    "student_id IN (SELECT id FROM student WHERE number = current_setting('kiosk.number', true))"
    " AND student_id NOT IN (SELECT kiosk_closed())"
)
"""The student whose full number was said in this transaction, unless their record is locked."""

_BRIEFLY = (
    "opened_at BETWEEN {now} - interval '1 minute' AND {now} + interval '1 minute'"
    " AND until <= opened_at + interval '15 minutes'"
)
"""From now on, by the clocks of two servers, and for a quarter of an hour."""

_LOCKING, _LIFTING = (f"department IN (SELECT kiosk_departments('{it}'))" for it in ("lock", "lift"))
"""Whoever sets locks in a department, or lifts them. Who is locked out, and who is named, asks `kiosk_closed` instead."""

tutee = Table(
    "tutee",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True, comment="the personal tutor"),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("from_on", Date),
    Column("until_on", Date, comment="the last day"),
    info=rights(
        rows=Rows(student="student_id", tutor="staff_id"),
        checkin=Right(read="student_id from_on until_on"),
        admin=Right(read="*", insert=True, update="from_on until_on"),
        import_=Right(read="*", insert=True, update="from_on until_on"),
    ),
)

student_case = Table(
    "student_case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("opened_by", ForeignKey("staff.id"), nullable=False, index=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime, comment="from then on it opens no record"),
    CheckConstraint(f"kind in ({_CASES})", name="kind"),
    info=rights(
        rows=When(read="opened_by = {me}", insert=f"opened_by = {{me}} AND {_NAMED}", update="opened_by = {me}"),
        checkin=Right(read="student_id kind opened_at closed_at"),
        admin=Right(read="*", insert=True, update="closed_at"),
    ),
)

break_glass = Table(
    "break_glass",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("student_id", ForeignKey("student.id"), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False, comment="written once: nothing makes it longer"),
    CheckConstraint(f"reason in ({_REASONS})", name="reason"),
    info=rights(
        rows=When(read=f"staff_id = {{me}} OR {_TOLD}", insert=f"staff_id = {{me}} AND {_NAMED} AND {_BRIEFLY}"),
        admin=Right(read="*", insert=True),
    ),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False, comment="what the data-protection officer is told of"),
    Column("thing_id", Integer, nullable=False, comment="which one of that kind"),
    Column("seen_at", UtcDateTime),
    Column("seen_by", ForeignKey("staff.id")),
    CheckConstraint(f"kind in ({_NOTICES})", name="kind"),
    info=rights(
        rows=When(read=_TOLD, insert="{me} IS NOT NULL", update=_TOLD),
        admin=Right(read="*", insert=True, update="seen_at seen_by"),
        import_=Right(insert=True),
    ),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("reported_by", ForeignKey("staff.id"), nullable=False, index=True),
    Column(
        "page", String(40), nullable=False, comment="which pages they were on; who was on them is in the access log"
    ),
    Column("lecture_id", ForeignKey("lecture.id"), comment="the session whose page it was"),
    Column("withdrawn_at", UtcDateTime, comment="said to be a mistake by whoever reported it"),
    info=rights(
        rows=When(read=f"reported_by = {{me}} OR {_TOLD}", insert="reported_by = {me}", update="reported_by = {me}"),
        admin=Right(read="*", insert=True, update="withdrawn_at"),
    ),
)

record_lock = Table(
    "record_lock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("department", String(80), nullable=False, comment="whose officers set it and may lift it"),
    Column("set_by", ForeignKey("staff.id"), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("lifted_by", ForeignKey("staff.id")),
    Column("lifted_at", UtcDateTime),
    CheckConstraint("lifted_by is null or lifted_by <> set_by", name="two_people"),
    info=rights(
        rows=When(
            read=f"{_LOCKING} OR {_LIFTING}",
            insert=f"set_by = {{me}} AND {_LOCKING}",
            update=f"set_by <> {{me}} AND {_LIFTING}",
        ),
        admin=Right(read="*", insert=True, update="lifted_by lifted_at"),
    ),
)

record_lock_staff = Table(
    "record_lock_staff",
    metadata,
    Column("lock_id", ForeignKey("record_lock.id"), primary_key=True),
    Column(
        "staff_id", ForeignKey("staff.id"), primary_key=True, comment="somebody who may see the record all the same"
    ),
    info=rights(
        rows=When(
            read="lock_id IN (SELECT id FROM record_lock)",
            insert="lock_id IN (SELECT id FROM record_lock WHERE set_by = {me})",
        ),
        admin=Right(read="*", insert=True),
    ),
)

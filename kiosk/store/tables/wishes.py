"""Tables of what students wish, say and ask for, and of what was agreed with them. No reason in words anywhere."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from kiosk.domain.arrangements import Arrangement, State
from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, Rows, When, rights

_KINDS, _STATES = (", ".join(f"'{it}'" for it in some) for some in (Arrangement, State))

_EXCUSING, _DECIDING = (
    f"student_id IN (SELECT kiosk_people('{may}')) AND student_id NOT IN (SELECT kiosk_closed())"
    for may in ("excuse", "decide")
)
"""Whoever agrees arrangements, or decides disputes, of their departments."""

_SEEING = (
    "(lecture_id IN (SELECT kiosk_lectures('read')) OR student_id IN (SELECT kiosk_people('read'))"
    f" OR {_DECIDING}) AND student_id NOT IN (SELECT kiosk_locked())"
)
"""Whoever reads an entry reads whether it is disputed; what is set for everybody leaves those alone too whom nobody sees."""
_ANSWERING = "(SELECT kiosk_everywhere('answer'))"
_HELPED = "student_id IN (SELECT kiosk_helped())"
"""Who stands before whoever asks, and said their number."""

student_setting = Table(
    "student_setting",
    metadata,
    Column("student_id", ForeignKey("student.id"), primary_key=True),
    Column(
        "more_time",
        Boolean,
        nullable=False,
        default=False,
        comment="ten times as long for a code; nobody on the staff sees it",
    ),
    Column("language", String(8), nullable=False, default="", comment="empty: what the browser asks for"),
    info=rights(checkin=Right(read="*", insert=True, update="more_time language")),
)

claim = Table(
    "claim",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False, index=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("code", String(10), nullable=False, default="", comment="digits or scan; empty: their word alone"),
    Column("shown_at", UtcDateTime, comment="when that code was on the screen, as the server works it out"),
    UniqueConstraint("lecture_id", "student_id"),
    CheckConstraint("code in ('', 'digits', 'scan')", name="code"),
    info=rights(
        rows=Rows(student="student_id", lecture="lecture_id"),
        checkin=Right(read="*", insert=True),
        admin=Right(read="*"),
    ),
)

dispute = Table(
    "dispute",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), nullable=False, index=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("says", String(20), nullable=False, comment="what the student says it should be, from a closed list"),
    Column("is_open", Boolean, default=True, comment="empty once it is closed"),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(12), comment="changed, kept, or withdrawn by the student"),
    Column("reason_code", String(20), comment="why it was decided so, from a closed list"),
    Column("decided_by_role", String(30)),
    Column("decided_by_staff_id", Integer, comment="no foreign key: it outlives the account"),
    CheckConstraint("says in ('was_there', 'was_in_time', 'was_online', 'not_me')", name="says"),
    CheckConstraint("outcome in ('changed', 'kept', 'withdrawn')", name="outcome"),
    # Empties do not clash with each other: one open dispute of an entry, and as many closed ones as there were.
    UniqueConstraint("lecture_id", "student_id", "is_open"),
    CheckConstraint("(is_open IS NULL) = (closed_at IS NOT NULL)", name="open_or_closed"),
    info=rights(
        rows=When(read=_SEEING, update=_DECIDING),
        checkin=Right(
            read="id lecture_id student_id opened_at says is_open closed_at outcome reason_code decided_by_role",
            insert=True,
            update="is_open closed_at outcome",
        ),
        admin=Right(read="*", update="is_open closed_at outcome reason_code decided_by_role decided_by_staff_id"),
    ),
)

arrangement = Table(
    "arrangement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("minutes", Integer, comment="of an extension: how much longer"),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False, comment="the last day"),
    Column("weekdays", String(7), nullable=False, default="", comment="ISO numbers in a row; empty: every day"),
    Column("from_time", String(5), comment="HH:MM by the institution's clock; empty: the whole day"),
    Column("until_time", String(5)),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    CheckConstraint(f"kind in ({_KINDS})", name="kind"),
    CheckConstraint(f"state in ({_STATES})", name="state"),
    CheckConstraint("until_on >= from_on", name="until_after_from"),
    CheckConstraint("(kind = 'extension') = (minutes is not null)", name="minutes"),
    info=rights(
        rows=When(read=_EXCUSING, insert=_EXCUSING, update=_EXCUSING),
        checkin=Right(read="*", insert=True, update="state version"),
        admin=Right(read="*", insert=True, update="state version"),
        # Whoever imports a timetable brings the registers into line with it.
        import_=Right(read="*"),
    ),
)

arrangement_change = Table(
    "arrangement_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("arrangement_id", ForeignKey("arrangement.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False, comment="what it became"),
    Column("by_role", String(30), nullable=False, comment="student, or the role of the member of staff"),
    Column("by_staff_id", Integer, comment="no foreign key: it outlives the account"),
    info=rights(
        rows=When(
            read="arrangement_id IN (SELECT id FROM arrangement)",
            insert="arrangement_id IN (SELECT id FROM arrangement)",
        ),
        checkin=Right(read="arrangement_id at state by_role", insert=True),
        admin=Right(read="*", insert=True),
        import_=Right(read="id arrangement_id state by_role by_staff_id"),
    ),
)

student_request = Table(
    "student_request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("student.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("about", String(20), nullable=False, default="", comment="which of the things held, from a closed list"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("helped_by_role", String(30), comment="of the staff who helped to make it; empty: the student alone"),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(20), comment="from a closed list; or withdrawn by the student"),
    Column("closed_by_staff_id", Integer, comment="no foreign key: it outlives the account"),
    CheckConstraint("kind in ('objection', 'correction')", name="kind"),
    info=rights(
        rows=When(
            read=f"{_ANSWERING} OR {_HELPED}",
            insert=f"{_HELPED} AND helped_by_role IS NOT NULL AND closed_at IS NULL",
            update=_ANSWERING,
        ),
        checkin=Right(
            read="id student_id kind about made_at due_on helped_by_role closed_at outcome",
            insert=True,
            update="closed_at outcome due_on",
        ),
        admin=Right(read="*", insert=True, update="closed_at outcome closed_by_staff_id"),
    ),
)

log_delay = Table(
    "log_delay",
    metadata,
    Column("entry_id", ForeignKey("access_entry.id"), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("until", UtcDateTime, nullable=False, comment="from then on the student sees the entry again"),
    Column("set_by", ForeignKey("staff.id"), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    CheckConstraint("reason in ('investigation', 'safety')", name="reason"),
    info=rights(
        rows=When(read="(SELECT kiosk_everywhere('log'))", insert="set_by = {me} AND (SELECT kiosk_everywhere('log'))"),
        checkin=Right(read="entry_id until"),
        admin=Right(read="*", insert=True),
    ),
)

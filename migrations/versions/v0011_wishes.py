"""what students wish, say and ask for, and what is agreed with them"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True, comment="of an extension: how much longer"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("weekdays", sa.String(length=7), nullable=False, comment="ISO numbers in a row; empty: every day"),
        sa.Column(
            "from_time",
            sa.String(length=5),
            nullable=True,
            comment="HH:MM by the institution's clock; empty: the whole day",
        ),
        sa.Column("until_time", sa.String(length=5), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'extension') = (minutes is not null)", name=op.f("ck_arrangement_minutes")),
        sa.CheckConstraint("kind in ('authorised', 'exempt', 'extension')", name=op.f("ck_arrangement_kind")),
        sa.CheckConstraint("state in ('asked', 'agreed', 'declined', 'withdrawn')", name=op.f("ck_arrangement_state")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_arrangement_until_after_from")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_arrangement_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
    )
    op.create_index(op.f("ix_arrangement_student_id"), "arrangement", ["student_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False, comment="digits or scan; empty: their word alone"),
        sa.Column(
            "shown_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="when that code was on the screen, as the server works it out",
        ),
        sa.CheckConstraint("code in ('', 'digits', 'scan')", name=op.f("ck_claim_code")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_claim_lecture_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_claim_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("lecture_id", "student_id", name=op.f("uq_claim_lecture_id_student_id")),
    )
    op.create_index(op.f("ix_claim_lecture_id"), "claim", ["lecture_id"], unique=False)
    op.create_index(op.f("ix_claim_student_id"), "claim", ["student_id"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "says",
            sa.String(length=20),
            nullable=False,
            comment="what the student says it should be, from a closed list",
        ),
        sa.Column("is_open", sa.Boolean(), nullable=True, comment="empty once it is closed"),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True, comment="changed, kept, or withdrawn by the student"),
        sa.Column(
            "reason_code", sa.String(length=20), nullable=True, comment="why it was decided so, from a closed list"
        ),
        sa.Column("decided_by_role", sa.String(length=30), nullable=True),
        sa.Column(
            "decided_by_staff_id", sa.Integer(), nullable=True, comment="no foreign key: it outlives the account"
        ),
        sa.CheckConstraint(
            "(is_open IS NULL) = (closed_at IS NOT NULL)", name=op.f("ck_dispute_open_or_closed")
        ),
        sa.CheckConstraint("outcome in ('changed', 'kept', 'withdrawn')", name=op.f("ck_dispute_outcome")),
        sa.CheckConstraint(
            "says in ('was_there', 'was_in_time', 'was_online', 'not_me')", name=op.f("ck_dispute_says")
        ),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_dispute_lecture_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_dispute_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint(
            "lecture_id", "student_id", "is_open", name=op.f("uq_dispute_lecture_id_student_id_is_open")
        ),
    )
    op.create_index(op.f("ix_dispute_lecture_id"), "dispute", ["lecture_id"], unique=False)
    op.create_index(op.f("ix_dispute_student_id"), "dispute", ["student_id"], unique=False)
    op.create_table(
        "log_delay",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column(
            "until", UtcDateTime(timezone=True), nullable=False, comment="from then on the student sees the entry again"
        ),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason in ('investigation', 'safety')", name=op.f("ck_log_delay_reason")),
        sa.ForeignKeyConstraint(["entry_id"], ["access_entry.id"], name=op.f("fk_log_delay_entry_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_log_delay_set_by")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_delay")),
    )
    op.create_table(
        "student_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column(
            "about", sa.String(length=20), nullable=False, comment="which of the things held, from a closed list"
        ),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "helped_by_role",
            sa.String(length=30),
            nullable=True,
            comment="of the staff who helped to make it; empty: the student alone",
        ),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome", sa.String(length=20), nullable=True, comment="from a closed list; or withdrawn by the student"
        ),
        sa.Column("closed_by_staff_id", sa.Integer(), nullable=True, comment="no foreign key: it outlives the account"),
        sa.CheckConstraint("kind in ('objection', 'correction')", name=op.f("ck_student_request_kind")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_student_request_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_request")),
    )
    op.create_index(op.f("ix_student_request_student_id"), "student_request", ["student_id"], unique=False)
    op.create_table(
        "student_setting",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column(
            "more_time",
            sa.Boolean(),
            nullable=False,
            comment="ten times as long for a code; nobody on the staff sees it",
        ),
        sa.Column("language", sa.String(length=8), nullable=False, comment="empty: what the browser asks for"),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_student_setting_student_id")),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_student_setting")),
    )
    op.create_table(
        "arrangement_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arrangement_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="what it became"),
        sa.Column(
            "by_role", sa.String(length=30), nullable=False, comment="student, or the role of the member of staff"
        ),
        sa.Column("by_staff_id", sa.Integer(), nullable=True, comment="no foreign key: it outlives the account"),
        sa.ForeignKeyConstraint(
            ["arrangement_id"], ["arrangement.id"], name=op.f("fk_arrangement_change_arrangement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement_change")),
    )
    op.create_index(
        op.f("ix_arrangement_change_arrangement_id"), "arrangement_change", ["arrangement_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("attendance", "method", comment="qr, digits, hand, or word: their own")

"""tutees, cases, break-glass, notices and locks: who may see one student's record, and who may not"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_access_entry_at"), "access_entry", ["at"])
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False, comment="written once: nothing makes it longer"),
        sa.CheckConstraint("reason in ('safety', 'student_asked', 'colleague_away', 'correction')", name=op.f("ck_break_glass_reason")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_break_glass_staff_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_break_glass_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_staff_id"), "break_glass", ["staff_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="what the data-protection officer is told of"),
        sa.Column("thing_id", sa.Integer(), nullable=False, comment="which one of that kind"),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('break_glass')", name=op.f("ck_notice_kind")),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name=op.f("fk_notice_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_table(
        "record_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False, comment="whose officers set it and may lift it"),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lifted_by is null or lifted_by <> set_by", name=op.f("ck_record_lock_two_people")),
        sa.ForeignKeyConstraint(["lifted_by"], ["staff.id"], name=op.f("fk_record_lock_lifted_by")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_record_lock_set_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_record_lock_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_lock")),
    )
    op.create_index(op.f("ix_record_lock_student_id"), "record_lock", ["student_id"])
    op.create_table(
        "student_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True, comment="from then on it opens no record"),
        sa.CheckConstraint("kind in ('rights', 'complaint', 'objection', 'safety')", name=op.f("ck_student_case_kind")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_student_case_opened_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_student_case_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_case")),
    )
    op.create_index(op.f("ix_student_case_opened_by"), "student_case", ["opened_by"])
    op.create_index(op.f("ix_student_case_student_id"), "student_case", ["student_id"])
    op.create_table(
        "tutee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False, comment="the personal tutor"),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the last day"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tutee_staff_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_tutee_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutee")),
    )
    op.create_index(op.f("ix_tutee_staff_id"), "tutee", ["staff_id"])
    op.create_index(op.f("ix_tutee_student_id"), "tutee", ["student_id"])
    op.create_table(
        "record_lock_staff",
        sa.Column("lock_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False, comment="somebody who may see the record all the same"),
        sa.ForeignKeyConstraint(["lock_id"], ["record_lock.id"], name=op.f("fk_record_lock_staff_lock_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_record_lock_staff_staff_id")),
        sa.PrimaryKeyConstraint("lock_id", "staff_id", name=op.f("pk_record_lock_staff")),
    )


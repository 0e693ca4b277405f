"""corrections with a reason and an undo, head-counts, walk-ins that staff settle"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "'one', 'all', 'numbers', 'pending', 'accepted', 'declined', 'desk', 'undo'"
REASONS = (
    "'was_there', 'code_unreadable', 'no_device', 'paper_list', 'outage', 'other_group', 'mistake', "
    "'not_this_session', 'other'"
)
ACT = "what staff did at once; no foreign key: students write here too"


def upgrade() -> None:
    _add_acts()
    _add_headcounts()
    with op.batch_alter_table("attendance_change") as batch:
        batch.add_column(
            sa.Column("status_before", sa.String(24), comment="empty: it was not changed by staff")
        )
        batch.add_column(
            sa.Column(
                "reason_code", sa.String(20), comment="from a closed list; empty: it was not changed by staff"
            )
        )
        batch.add_column(sa.Column("act_id", sa.Integer(), comment=ACT))
        batch.add_column(
            sa.Column(
                "version",
                sa.Integer(),
                comment="the row's version after it: as long as it stands, the change can be undone",
            )
        )
        batch.create_check_constraint(op.f("ck_attendance_change_reason_code"), f"reason_code in ({REASONS})")
    op.create_index(op.f("ix_attendance_change_act_id"), "attendance_change", ["act_id"])
    op.create_index(
        op.f("ix_attendance_change_lecture_id_student_id"), "attendance_change", ["lecture_id", "student_id"]
    )
    with op.batch_alter_table("walk_in") as batch:
        batch.add_column(
            sa.Column("act_id", sa.Integer(), comment="by which act; empty: settled by an enrolment, or not at all")
        )
    op.create_index(op.f("ix_walk_in_act_id"), "walk_in", ["act_id"])


def _add_acts() -> None:
    op.create_table(
        "attendance_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("role", sa.String(30), nullable=False, comment="by which role"),
        sa.Column(
            "staff_id", sa.Integer(), nullable=False, comment="no foreign key: the history outlives the account"
        ),
        sa.Column("undoes_id", sa.Integer(), comment="the act it takes back"),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("ck_attendance_act_kind")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_attendance_act_lecture_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["attendance_act.id"], name=op.f("fk_attendance_act_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_act")),
    )
    op.create_index(op.f("ix_attendance_act_lecture_id"), "attendance_act", ["lecture_id"])


def _add_headcounts() -> None:
    op.create_table(
        "headcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column(
            "people",
            sa.Integer(),
            comment="how many were in the room; empty: taken back. Never compared with a person",
        ),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column(
            "staff_id", sa.Integer(), nullable=False, comment="no foreign key: the history outlives the account"
        ),
        sa.CheckConstraint("people between 0 and 9999", name=op.f("ck_headcount_people")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_headcount_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
    )
    op.create_index(op.f("ix_headcount_lecture_id"), "headcount", ["lecture_id"])

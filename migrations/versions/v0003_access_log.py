"""the access log, and who leads a module"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "staff_id", sa.Integer(), nullable=False, comment="no foreign key: the log outlives the account"
        ),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False, comment="how far the role reached then"),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("thing", sa.String(length=30), nullable=False, comment="through what: a lecture, a search"),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.String(length=40), nullable=False, comment="the class of data, never a value"),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column(
            "previous_hash",
            sa.String(length=64),
            nullable=False,
            comment="unique, so that the chain cannot fork",
        ),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_entry_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_access_entry_previous_hash")),
    )
    op.create_index(op.f("ix_access_entry_staff_id"), "access_entry", ["staff_id"])
    op.create_table(
        "access_subject",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False, comment="opaque; no foreign key"),
        sa.ForeignKeyConstraint(["entry_id"], ["access_entry.id"], name=op.f("fk_access_subject_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "student_id", name=op.f("pk_access_subject")),
    )
    op.create_index(op.f("ix_access_subject_student_id"), "access_subject", ["student_id"])
    with op.batch_alter_table("teaching") as batch:
        batch.add_column(
            sa.Column(
                "leads",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="leads the module, and does not only teach in it",
            )
        )
        batch.alter_column("leads", server_default=None)

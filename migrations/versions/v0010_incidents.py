"""something was shown, and who was given power: what the data-protection officer is told"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reported_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=False),
        sa.Column(
            "page",
            sa.String(length=40),
            nullable=False,
            comment="which pages they were on; who was on them is in the access log",
        ),
        sa.Column("lecture_id", sa.Integer(), nullable=True, comment="the session whose page it was"),
        sa.Column(
            "withdrawn_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="said to be a mistake by whoever reported it",
        ),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_incident_lecture_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["staff.id"], name=op.f("fk_incident_reported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_reported_by"), "incident", ["reported_by"])
    if op.get_bind().dialect.name == "postgresql":  # SQLite's table is made anew, and without its old check
        op.drop_constraint(op.f("ck_notice_kind"), "notice")
    with op.batch_alter_table("notice") as notice:
        notice.create_check_constraint(
            op.f("ck_notice_kind"),
            "kind in ('break_glass', 'incident', 'role_approved', 'role_given', 'link_made')",
        )

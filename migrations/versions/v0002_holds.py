"""every hold of a lecture's codes is kept, not the last one alone"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hold = op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column(
            "held_at",
            UtcDateTime(timezone=True),
            nullable=False,
            comment="the codes of this instant stayed on the screens",
        ),
        sa.Column(
            "released_at", UtcDateTime(timezone=True), nullable=True, comment="empty: until the limit of a hold"
        ),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_hold_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_lecture_id"), "hold", ["lecture_id"])
    lecture = sa.table("lecture", *(sa.column(name) for name in ("id", "held_at", "released_at")))
    held = sa.select(lecture.c.id, lecture.c.held_at, lecture.c.released_at).where(lecture.c.held_at.is_not(None))
    op.execute(hold.insert().from_select(["lecture_id", "held_at", "released_at"], held))
    with op.batch_alter_table("lecture") as batch:
        batch.drop_column("held_at")
        batch.drop_column("released_at")

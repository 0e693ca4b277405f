"""enrolled devices, second factors, and links for either"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LINK_KINDS = "kind in ('start', 'device')"


def upgrade() -> None:
    _devices()
    _factors()
    with op.batch_alter_table("staff_link") as batch:
        kind = "start: password and device; device: that alone"
        batch.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="start", comment=kind))
        batch.create_check_constraint(op.f("ck_staff_link_kind"), LINK_KINDS)
        batch.alter_column("kind", server_default=None)
        batch.alter_column("secret_hash", existing_type=sa.String(length=64), comment="of a one-time address")
    with op.batch_alter_table("staff_sign_in") as batch:
        batch.add_column(sa.Column("device_id", sa.Integer(), nullable=True))
        given = "when a second factor was given, on that device"
        batch.add_column(sa.Column("second_at", UtcDateTime(timezone=True), nullable=True, comment=given))
        until = "until then students' data is answered; null: the curtain is closed"
        batch.add_column(sa.Column("names_until", UtcDateTime(timezone=True), nullable=True, comment=until))
        batch.create_foreign_key(op.f("fk_staff_sign_in_device_id"), "staff_device", ["device_id"], ["id"])
        batch.create_index(op.f("ix_staff_sign_in_device_id"), ["device_id"])


def _devices() -> None:
    op.create_table(
        "staff_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "name",
            sa.String(length=40),
            nullable=False,
            comment="what its owner calls it; nothing the browser said of itself",
        ),
        sa.Column("secret_hash", sa.String(length=64), nullable=False, comment="of what its cookie carries"),
        sa.Column("enrolled_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_device_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_device")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_staff_device_secret_hash")),
    )
    op.create_index(op.f("ix_staff_device_staff_id"), "staff_device", ["staff_id"])


def _factors() -> None:
    op.create_table(
        "staff_app",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "sealed_secret",
            sa.String(length=200),
            nullable=False,
            comment="of an authenticator app; the key is no part of this",
        ),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "last_step",
            sa.Integer(),
            nullable=True,
            comment="the newest half minute whose code was taken: none before it counts again",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_app_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_app")),
    )
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False, comment="as the authenticator counts: 32 bits"),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_passkey_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )
    op.create_index(op.f("ix_staff_passkey_staff_id"), "staff_passkey", ["staff_id"])
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "code_hash",
            sa.String(length=64),
            nullable=False,
            comment="keyed: the table alone cannot be searched for it",
        ),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_code")),
        sa.UniqueConstraint("staff_id", "code_hash", name=op.f("uq_staff_recovery_code_staff_id_code_hash")),
    )
    op.create_table(
        "spent_challenge",
        sa.Column(
            "challenge_hash",
            sa.String(length=64),
            nullable=False,
            comment="of a passkey's challenge that was answered",
        ),
        sa.Column("spent_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_spent_challenge")),
    )

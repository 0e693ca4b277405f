"""the house as first built"""

import sqlalchemy as sa
from alembic import op

from kiosk.store.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "staff_id", sa.Integer(), nullable=True, comment="empty: the command line"
        ),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lines_done", sa.Integer(), nullable=False),
        sa.Column("lines_total", sa.Integer(), nullable=False),
        sa.Column(
            "summary",
            sa.JSON(),
            nullable=False,
            comment="per file: counts of added, changed, unchanged; no values",
        ),
        sa.Column(
            "problems",
            sa.JSON(),
            nullable=False,
            comment="line, column and what to do; no values",
        ),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('reading', 'ready', 'refused', 'applying', 'applied', 'dropped', 'broken')",
            name=op.f("ck_import_batch_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "staff_id",
            sa.Integer(),
            nullable=True,
            comment="no foreign key: the journal outlives the account",
        ),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=30), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_table(
        "lectern_network",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cidr", sa.String(length=50), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lectern_network")),
        sa.UniqueConstraint("cidr", name=op.f("uq_lectern_network_cidr")),
    )
    op.create_table(
        "lecture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "ref",
            sa.String(length=80),
            nullable=True,
            comment="the timetable's own name for it; empty for one made by hand",
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column(
            "kid",
            sa.String(length=40),
            nullable=False,
            comment="which master secret its codes are made with",
        ),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "opened_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="opened by hand",
        ),
        sa.Column(
            "closed_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="closed by hand",
        ),
        sa.Column("held_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("voided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mode in ('in_person', 'remote', 'both')", name=op.f("ck_lecture_mode")
        ),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_lecture_ends_after_start")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture")),
        sa.UniqueConstraint("ref", name=op.f("uq_lecture_ref")),
    )
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lecture_ends_at"), ["ends_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_lecture_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("participation", sa.String(length=20), nullable=False),
        sa.Column("opens_minutes_before", sa.Integer(), nullable=True),
        sa.Column("closes_minutes_after", sa.Integer(), nullable=True),
        sa.Column("late_minutes_after", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "participation in ('policy', 'professional_body', 'voluntary')",
            name=op.f("ck_module_participation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("code", name=op.f("uq_module_code")),
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "spoken_code",
            sa.String(length=8),
            nullable=False,
            comment="eight consonants",
        ),
        sa.Column(
            "secret_hash",
            sa.String(length=64),
            nullable=False,
            comment="of the secret in the screen's cookie",
        ),
        sa.Column("match_number", sa.Integer(), nullable=False),
        sa.Column(
            "address",
            sa.String(length=45),
            nullable=False,
            comment="of the screen, for the person who approves",
        ),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("polled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("poll_seconds", sa.Integer(), nullable=False),
        sa.Column("refused_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_pairing_secret_hash")),
        sa.UniqueConstraint("spoken_code", name=op.f("uq_pairing_spoken_code")),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("archived_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("code", name=op.f("uq_room_code")),
    )
    op.create_table(
        "spent_receipt",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("spent_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash", name=op.f("pk_spent_receipt")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("archived_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "staff_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_attempt")),
    )
    with op.batch_alter_table("staff_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_attempt_key_hash"), ["key_hash"], unique=False
        )

    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False, comment="opaque"),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("known_as", sa.String(length=200), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
        sa.UniqueConstraint("login", name=op.f("uq_student_login")),
        sa.UniqueConstraint("number", name=op.f("uq_student_number")),
    )
    op.create_table(
        "student_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "key_hash",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of account, student or browser",
        ),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_attempt")),
    )
    with op.batch_alter_table("student_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_student_attempt_key_hash"), ["key_hash"], unique=False
        )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column(
            "method", sa.String(length=10), nullable=False, comment="qr, digits or hand"
        ),
        sa.Column(
            "other_group",
            sa.Boolean(),
            nullable=False,
            comment="attended another group's lecture of an own module",
        ),
        sa.Column("arrived_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('present', 'present_late', 'present_remote', 'authorised', 'exempt', 'unable_to_check_in', 'present_self_declared', 'not_recorded', 'absent', 'void')",
            name=op.f("ck_attendance_status"),
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_attendance_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_attendance_student_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "lecture_id", "student_id", name=op.f("uq_attendance_lecture_id_student_id")
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "attendance_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("set_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "set_by_role",
            sa.String(length=30),
            nullable=False,
            comment="student, or the role of the member of staff",
        ),
        sa.Column(
            "set_by_staff_id",
            sa.Integer(),
            nullable=True,
            comment="no foreign key: this wing's rows outlive a staff account",
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_attendance_change_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_attendance_change_student_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_change")),
    )
    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_change_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "cover",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("named_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_cover_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_cover_staff_id")
        ),
        sa.PrimaryKeyConstraint("lecture_id", "staff_id", name=op.f("pk_cover")),
    )
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cover_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column(
            "until_on",
            sa.Date(),
            nullable=True,
            comment="the last day; left the module",
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_enrolment_module_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_enrolment_student_id")
        ),
        sa.PrimaryKeyConstraint("student_id", "module_id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolment_module_id"), ["module_id"], unique=False
        )

    op.create_table(
        "import_change",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=12),
            nullable=False,
            comment="which file: students, staff, modules, lectures, enrolments, teaching",
        ),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False, comment="add or change"),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_change_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "place", name=op.f("pk_import_change")),
    )
    op.create_table(
        "lecture_module",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column(
            "group_name",
            sa.String(length=40),
            nullable=False,
            comment="empty: the whole module",
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_lecture_module_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_lecture_module_module_id")
        ),
        sa.PrimaryKeyConstraint(
            "lecture_id", "module_id", "group_name", name=op.f("pk_lecture_module")
        ),
    )
    with op.batch_alter_table("lecture_module", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lecture_module_module_id"), ["module_id"], unique=False
        )

    op.create_table(
        "lecture_room",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_lecture_room_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_lecture_room_room_id")
        ),
        sa.PrimaryKeyConstraint("lecture_id", "room_id", name=op.f("pk_lecture_room")),
    )
    with op.batch_alter_table("lecture_room", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lecture_room_room_id"), ["room_id"], unique=False
        )

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column(
            "scope_kind",
            sa.String(length=20),
            nullable=False,
            comment="own, department or all; a grant without one sees nobody",
        ),
        sa.Column("scope_value", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "scope_kind in ('own', 'department', 'all')",
            name=op.f("ck_role_grant_scope_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_role_grant_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_grant_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "room_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_room_key_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_room_key_secret_hash")),
    )
    op.create_table(
        "screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "secret_hash",
            sa.String(length=64),
            nullable=False,
            comment="the pairing's, once approved",
        ),
        sa.Column(
            "room_id", sa.Integer(), nullable=True, comment="a room's permanent screen"
        ),
        sa.Column(
            "lecture_id",
            sa.Integer(),
            nullable=True,
            comment="a one-off screen for one lecture",
        ),
        sa.Column("approved_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "expires_at",
            UtcDateTime(timezone=True),
            nullable=False,
            comment="a room's screen: slides with its sightings",
        ),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(room_id is null) <> (lecture_id is null)",
            name=op.f("ck_screen_one_place"),
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_screen_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_screen_room_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_screen_secret_hash")),
    )
    op.create_table(
        "screen_stop",
        sa.Column("screen_ref", sa.String(length=40), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_screen_stop_lecture_id")
        ),
        sa.PrimaryKeyConstraint(
            "screen_ref", "lecture_id", name=op.f("pk_screen_stop")
        ),
    )
    op.create_table(
        "showing",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column(
            "first_shown_at",
            UtcDateTime(timezone=True),
            nullable=False,
            comment="a lecture without a row was never shown",
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_showing_lecture_id")
        ),
        sa.PrimaryKeyConstraint("lecture_id", name=op.f("pk_showing")),
    )
    op.create_table(
        "staff_credential",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_credential_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_credential")),
    )
    op.create_table(
        "staff_link",
        sa.Column(
            "secret_hash",
            sa.String(length=64),
            nullable=False,
            comment="of a one-time address for a first password",
        ),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_link_staff_id")
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_staff_link")),
    )
    with op.batch_alter_table("staff_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_link_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "staff_sign_in",
        sa.Column(
            "id_hash",
            sa.String(length=64),
            nullable=False,
            comment="of the identifier in the cookie",
        ),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("signed_in_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sign_in_staff_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_staff_sign_in")),
    )
    with op.batch_alter_table("staff_sign_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_sign_in_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "student_credential",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column(
            "epoch",
            sa.Integer(),
            nullable=False,
            comment="signing out everywhere raises it",
        ),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_student_credential_student_id"),
        ),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_student_credential")),
    )
    op.create_table(
        "student_link",
        sa.Column(
            "secret_hash",
            sa.String(length=64),
            nullable=False,
            comment="of a one-time address for a first password",
        ),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_student_link_student_id")
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_student_link")),
    )
    with op.batch_alter_table("student_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_student_link_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "teaching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column(
            "group_name",
            sa.String(length=40),
            nullable=False,
            comment="empty: every group",
        ),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_teaching_module_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_teaching_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching")),
    )
    with op.batch_alter_table("teaching", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_teaching_module_id"), ["module_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_teaching_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("arrived_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_walk_in_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_walk_in_student_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_in")),
        sa.UniqueConstraint(
            "lecture_id", "student_id", name=op.f("uq_walk_in_lecture_id_student_id")
        ),
    )
    op.create_table(
        "sighting",
        sa.Column(
            "screen_ref",
            sa.String(length=40),
            nullable=False,
            comment="s12: screen 12; k3-9f0c: a lectern with room key 3",
        ),
        sa.Column("screen_id", sa.Integer(), nullable=True),
        sa.Column("room_key_id", sa.Integer(), nullable=True),
        sa.Column(
            "lecture_id", sa.Integer(), nullable=True, comment="what it showed then"
        ),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["lecture.id"], name=op.f("fk_sighting_lecture_id")
        ),
        sa.ForeignKeyConstraint(
            ["room_key_id"], ["room_key.id"], name=op.f("fk_sighting_room_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["screen.id"], name=op.f("fk_sighting_screen_id")
        ),
        sa.PrimaryKeyConstraint("screen_ref", name=op.f("pk_sighting")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sighting_lecture_id"), ["lecture_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sighting_room_key_id"), ["room_key_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sighting_screen_id"), ["screen_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sighting_screen_id"))
        batch_op.drop_index(batch_op.f("ix_sighting_room_key_id"))
        batch_op.drop_index(batch_op.f("ix_sighting_lecture_id"))

    op.drop_table("sighting")
    op.drop_table("walk_in")
    with op.batch_alter_table("teaching", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teaching_staff_id"))
        batch_op.drop_index(batch_op.f("ix_teaching_module_id"))

    op.drop_table("teaching")
    with op.batch_alter_table("student_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_student_link_student_id"))

    op.drop_table("student_link")
    op.drop_table("student_credential")
    with op.batch_alter_table("staff_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sign_in_staff_id"))

    op.drop_table("staff_sign_in")
    with op.batch_alter_table("staff_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_link_staff_id"))

    op.drop_table("staff_link")
    op.drop_table("staff_credential")
    op.drop_table("showing")
    op.drop_table("screen_stop")
    op.drop_table("screen")
    op.drop_table("room_key")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_staff_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("lecture_room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lecture_room_room_id"))

    op.drop_table("lecture_room")
    with op.batch_alter_table("lecture_module", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lecture_module_module_id"))

    op.drop_table("lecture_module")
    op.drop_table("import_change")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_module_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cover_staff_id"))

    op.drop_table("cover")
    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_change_student_id"))

    op.drop_table("attendance_change")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_student_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("student_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_student_attempt_key_hash"))

    op.drop_table("student_attempt")
    op.drop_table("student")
    with op.batch_alter_table("staff_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_attempt_key_hash"))

    op.drop_table("staff_attempt")
    op.drop_table("staff")
    op.drop_table("spent_receipt")
    op.drop_table("room")
    op.drop_table("pairing")
    op.drop_table("module")
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lecture_starts_at"))
        batch_op.drop_index(batch_op.f("ix_lecture_ends_at"))

    op.drop_table("lecture")
    op.drop_table("lectern_network")
    op.drop_table("journal")
    op.drop_table("import_batch")

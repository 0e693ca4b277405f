"""Second factors of staff. The admin wing's alone; no secret stands here in the clear."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, rights

staff_app = Table(
    "staff_app",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("sealed_secret", String(200), nullable=False, comment="of an authenticator app; the key is no part of this"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("last_step", Integer, comment="the newest half minute whose code was taken: none before it counts again"),
    info=rights(
        admin=Right(read="*", insert=True, update="sealed_secret added_at last_step", delete=True),
    ),
)

staff_passkey = Table(
    "staff_passkey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("name", String(40), nullable=False),
    Column("credential_id", String(1400), nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False, comment="as the authenticator counts: 32 bits"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    info=rights(
        admin=Right(read="*", insert=True, update="sign_count used_at", delete=True),
    ),
)

staff_recovery_code = Table(
    "staff_recovery_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("code_hash", String(64), nullable=False, comment="keyed: the table alone cannot be searched for it"),
    Column("used_at", UtcDateTime),
    UniqueConstraint("staff_id", "code_hash"),
    info=rights(
        admin=Right(read="*", insert=True, update="used_at", delete=True),
    ),
)

spent_challenge = Table(
    "spent_challenge",
    metadata,
    Column("challenge_hash", String(64), primary_key=True, comment="of a passkey's challenge that was answered"),
    Column("spent_at", UtcDateTime, nullable=False),
    info=rights(
        admin=Right(insert=True),
        purge=Right(read="challenge_hash spent_at", delete=True),
    ),
)

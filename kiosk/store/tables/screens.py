"""Screen tables: pairings, screens, room keys, lectern networks. Nobody's personal data: the journal knows who approved one."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from kiosk.store.database import UtcDateTime, metadata
from kiosk.store.rights import Right, rights

pairing = Table(
    "pairing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("spoken_code", String(8), nullable=False, unique=True, comment="eight consonants"),
    Column("secret_hash", String(64), nullable=False, unique=True, comment="of the secret in the screen's cookie"),
    Column("match_number", Integer, nullable=False),
    Column("address", String(45), nullable=False, comment="of the screen, for the person who approves"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("polled_at", UtcDateTime),
    Column("poll_seconds", Integer, nullable=False, default=2),
    Column("refused_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    info=rights(
        display=Right(read="*", insert=True, update="polled_at poll_seconds"),
        admin=Right(
            read="id spoken_code secret_hash match_number address asked_at expires_at refused_at answered_at",
            update="refused_at answered_at",
        ),
        purge=Right(read="id expires_at", delete=True),
    ),
)

room_key = Table(
    "room_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room_id", ForeignKey("room.id"), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("label", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    info=rights(
        display=Right(read="id room_id secret_hash revoked_at"),
        admin=Right(read="id room_id label made_at revoked_at", insert=True, update="revoked_at"),
    ),
)

lectern_network = Table(
    "lectern_network",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cidr", String(50), nullable=False, unique=True),
    Column("label", String(80), nullable=False, default=""),
    info=rights(
        display=Right(read="cidr"),
        admin=Right(read="*", insert=True, delete=True),
    ),
)

screen = Table(
    "screen",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True, comment="the pairing's, once approved"),
    Column("room_id", ForeignKey("room.id"), comment="a room's permanent screen"),
    Column("lecture_id", ForeignKey("lecture.id"), comment="a one-off screen for one lecture"),
    Column("approved_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, comment="a room's screen: slides with its sightings"),
    Column("revoked_at", UtcDateTime),
    CheckConstraint("(room_id is null) <> (lecture_id is null)", name="one_place"),
    info=rights(
        display=Right(read="*"),
        admin=Right(read="id room_id lecture_id approved_at expires_at revoked_at", insert=True, update="revoked_at"),
    ),
)

sighting = Table(
    "sighting",
    metadata,
    Column("screen_ref", String(40), primary_key=True, comment="s12: screen 12; k3-9f0c: a lectern with room key 3"),
    Column("screen_id", ForeignKey("screen.id"), index=True),
    Column("room_key_id", ForeignKey("room_key.id"), index=True),
    Column("lecture_id", ForeignKey("lecture.id"), index=True, comment="what it showed then"),
    Column("seen_at", UtcDateTime, nullable=False),
    info=rights(
        display=Right(read="screen_ref screen_id seen_at", insert=True, update="lecture_id seen_at"),
        admin=Right(read="*"),
        purge=Right(read="screen_ref seen_at", delete=True),
    ),
)

screen_stop = Table(
    "screen_stop",
    metadata,
    Column("screen_ref", String(40), primary_key=True),
    Column("lecture_id", ForeignKey("lecture.id"), primary_key=True),
    Column("stopped_at", UtcDateTime, nullable=False),
    info=rights(
        display=Right(read="screen_ref lecture_id"),
        admin=Right(read="screen_ref lecture_id", insert=True, delete=True),
    ),
)

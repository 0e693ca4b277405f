"""The door to enrolled devices and second factors. Of secrets it hands out sealed ones and public keys alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.store.statements import hits_one, unless_there
from kiosk.store.tables.factors import spent_challenge, staff_app, staff_passkey, staff_recovery_code
from kiosk.store.tables.staff import staff, staff_device


@dataclass(frozen=True)
class Device:
    id: int
    name: str
    enrolled_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class App:
    """Somebody's authenticator app; `last_step` is the newest half minute whose code was taken."""

    sealed_secret: str = field(repr=False)
    added_at: datetime
    last_step: int | None


@dataclass(frozen=True)
class Passkey:
    id: int
    staff_id: int
    staff_name: str
    name: str
    credential_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    added_at: datetime
    used_at: datetime | None


# Devices -----------------------------------------------------------------------------------------

_DEVICE = (
    staff_device.c.id,
    staff_device.c.name,
    staff_device.c.enrolled_at,
    staff_device.c.seen_at,
    staff_device.c.expires_at,
)


def add_device(session: Session, staff_id: int, name: str, secret_hash: str, at: datetime, expires_at: datetime) -> int:
    row = {"staff_id": staff_id, "name": name, "secret_hash": secret_hash}
    times = {"enrolled_at": at, "seen_at": at, "expires_at": expires_at}
    made = insert(staff_device).values(**row, **times).returning(staff_device.c.id)
    return int(session.execute(made).scalar_one())


def find_device(session: Session, staff_id: int, secret_hashes: Collection[str], now: datetime) -> Device | None:
    """Somebody's enrolled device among what a browser's cookie carries."""
    if not secret_hashes:
        return None
    query = select(*_DEVICE).where(staff_device.c.secret_hash.in_(secret_hashes), *_live(staff_id, now))
    row = session.execute(query.order_by(staff_device.c.id.desc())).first()
    return Device(*row) if row else None


def devices_of(session: Session, staff_id: int, now: datetime) -> list[Device]:
    query = select(*_DEVICE).where(*_live(staff_id, now)).order_by(staff_device.c.enrolled_at, staff_device.c.id)
    return [Device(*row) for row in session.execute(query)]


def mark_device(session: Session, device_id: int, at: datetime, expires_at: datetime) -> None:
    changed = update(staff_device).where(staff_device.c.id == device_id)
    session.execute(changed.values(seen_at=at, expires_at=expires_at))


def revoke_device(session: Session, staff_id: int, device_id: int, at: datetime) -> bool:
    """Revoke one of somebody's devices; False when it is none of theirs, or revoked already."""
    mine = (staff_device.c.staff_id == staff_id, staff_device.c.id == device_id, staff_device.c.revoked_at.is_(None))
    return hits_one(session, update(staff_device).where(*mine).values(revoked_at=at))


def _live(staff_id: int, now: datetime) -> tuple[Any, ...]:
    columns = staff_device.c
    return columns.staff_id == staff_id, columns.revoked_at.is_(None), columns.expires_at > now


# Authenticator apps ------------------------------------------------------------------------------


def app_of(session: Session, staff_id: int) -> App | None:
    columns = staff_app.c
    row = session.execute(
        select(columns.sealed_secret, columns.added_at, columns.last_step).where(columns.staff_id == staff_id)
    ).first()
    return App(*row) if row else None


def set_app(session: Session, staff_id: int, sealed_secret: str, at: datetime, step: int) -> None:
    """Keep a new app in place of the old one; the code that proved it is used."""
    values = {"sealed_secret": sealed_secret, "added_at": at, "last_step": step}
    if not hits_one(session, update(staff_app).where(staff_app.c.staff_id == staff_id).values(**values)):
        session.execute(insert(staff_app).values(staff_id=staff_id, **values))


def take_step(session: Session, staff_id: int, step: int) -> bool:
    """Use up a half minute's code; False when it, or a later one, was used before."""
    newer = (staff_app.c.last_step.is_(None)) | (staff_app.c.last_step < step)
    return hits_one(session, update(staff_app).where(staff_app.c.staff_id == staff_id, newer).values(last_step=step))


# Passkeys ----------------------------------------------------------------------------------------


def passkeys_of(session: Session, staff_id: int) -> list[Passkey]:
    return _passkeys(session, staff_passkey.c.staff_id == staff_id)


def find_passkey(session: Session, credential_id: str) -> Passkey | None:
    """A passkey of an account that is not archived."""
    found = _passkeys(session, staff_passkey.c.credential_id == credential_id)
    return found[0] if found else None


def add_passkey(session: Session, staff_id: int, name: str, credential: tuple[str, bytes, int], at: datetime) -> bool:
    """Keep a passkey: its id, public key and count; False when somebody has it already."""
    credential_id, public_key, sign_count = credential
    row = {"credential_id": credential_id, "public_key": public_key, "sign_count": sign_count}
    made = unless_there(session, staff_passkey).values(staff_id=staff_id, name=name, added_at=at, **row)
    return hits_one(session, made)


def count_use(session: Session, passkey_id: int, sign_count: int, at: datetime) -> None:
    changed = update(staff_passkey).where(staff_passkey.c.id == passkey_id)
    session.execute(changed.values(sign_count=sign_count, used_at=at))


def drop_passkey(session: Session, staff_id: int, passkey_id: int) -> bool:
    mine = (staff_passkey.c.staff_id == staff_id, staff_passkey.c.id == passkey_id)
    return hits_one(session, delete(staff_passkey).where(*mine))


def spend_challenge(session: Session, challenge_hash: str, at: datetime) -> bool:
    """Spend a passkey's challenge; False when it was answered before."""
    return hits_one(session, unless_there(session, spent_challenge).values(challenge_hash=challenge_hash, spent_at=at))


def _passkeys(session: Session, condition: Any) -> list[Passkey]:
    columns = staff_passkey.c
    query = (
        select(
            columns.id,
            columns.staff_id,
            staff.c.name.label("staff_name"),
            columns.name,
            columns.credential_id,
            columns.public_key,
            columns.sign_count,
            columns.added_at,
            columns.used_at,
        )
        .join(staff, staff.c.id == columns.staff_id)
        .where(condition, staff.c.archived_at.is_(None))
        .order_by(columns.added_at, columns.id)
    )
    return [Passkey(*row) for row in session.execute(query)]


# Recovery codes ----------------------------------------------------------------------------------


def replace_codes(session: Session, staff_id: int, code_hashes: Sequence[str]) -> None:
    """Keep a new set; the old one is gone, used or not."""
    session.execute(delete(staff_recovery_code).where(staff_recovery_code.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "code_hash": code_hash} for code_hash in code_hashes]
    session.execute(insert(staff_recovery_code), rows)


def use_code(session: Session, staff_id: int, code_hash: str, at: datetime) -> bool:
    """Use up a recovery code; False when there is no such code, or it was used."""
    columns = staff_recovery_code.c
    mine = (columns.staff_id == staff_id, columns.code_hash == code_hash, columns.used_at.is_(None))
    return hits_one(session, update(staff_recovery_code).where(*mine).values(used_at=at))


def count_codes(session: Session, staff_id: int) -> int:
    columns = staff_recovery_code.c
    query = select(func.count(columns.id)).where(columns.staff_id == staff_id, columns.used_at.is_(None))
    return int(session.execute(query).scalar_one())


# Everything --------------------------------------------------------------------------------------


def forget_factors(session: Session, staff_id: int) -> None:
    """Take away every second factor of somebody who begins anew."""
    for table in (staff_app, staff_passkey, staff_recovery_code):
        session.execute(delete(table).where(table.c.staff_id == staff_id))

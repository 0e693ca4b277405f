"""The demonstration's door, on the owner's engine: fills an empty database, and one that it filled. No wing goes through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.store.statements import reserve_ids
from kiosk.store.tables.board import lecture, lecture_module, lecture_room, module, room
from kiosk.store.tables.factors import staff_app, staff_recovery_code
from kiosk.store.tables.records import tutee
from kiosk.store.tables.register import enrolment, student, student_credential
from kiosk.store.tables.staff import role_grant, staff, staff_credential, staff_device, staff_link, teaching

MARK = "DEMO-"
"""Begins the number of each invented student, and by that a demonstration's database is known."""
REF_MARK = "demo-"


class Owner(StrEnum):
    NOBODY = "nobody"
    DEMO = "demo"
    JOINED = "joined"
    OTHERS = "others"


@dataclass(frozen=True)
class DemoLecture:
    """A lecture to add, by the codes of its modules and rooms; its id and salt are chosen first."""

    id: int
    ref: str
    starts_at: datetime
    ends_at: datetime
    kid: str
    salt: bytes
    modules: Sequence[str]
    rooms: Sequence[str]


def whose(session: Session) -> Owner:
    """Whose people and timetable the database holds; joined, when others were imported into a demonstration."""
    is_own = student.c.number.startswith(MARK, autoescape=True)
    has_others = _any(session, student, ~is_own)
    if _any(session, student, is_own):
        return Owner.JOINED if has_others else Owner.DEMO
    if has_others:
        return Owner.OTHERS
    return Owner.OTHERS if any(_any(session, table) for table in (module, staff, lecture)) else Owner.NOBODY


def _any(session: Session, table: Table, *conditions: Any) -> bool:
    column = next(iter(table.primary_key))
    return session.scalar(select(column).where(*conditions).limit(1)) is not None


def add_missing(session: Session, name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert the rows of room, module, student or staff that are not there yet; every one's id by its key."""
    table = {"room": room, "module": module, "student": student, "staff": staff}[name]
    there = ids(session, name, key)
    new = [row for row in rows if row[key] not in there]
    if new:
        session.execute(insert(table).inline(), new)
    return ids(session, name, key)


def ids(session: Session, name: str, key: str) -> dict[str, int]:
    table = {"room": room, "module": module, "student": student, "staff": staff}[name]
    return {row[0]: row[1] for row in session.execute(select(table.c[key], table.c.id))}


def count_students(session: Session) -> int:
    return session.scalar(select(func.count(student.c.id))) or 0


def enrol(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Enrol students in modules, where they are not."""
    there = {(row[0], row[1]) for row in session.execute(select(enrolment.c.student_id, enrolment.c.module_id))}
    rows = [{"student_id": who, "module_id": what, "group_name": ""} for who, what in pairs if (who, what) not in there]
    if rows:
        session.execute(insert(enrolment).inline(), rows)


def set_passwords(session: Session, name: str, people: Sequence[int], password_hash: str, now: datetime) -> None:
    """Give every one of these students or staff this password."""
    table, column = {
        "student": (student_credential, student_credential.c.student_id),
        "staff": (staff_credential, staff_credential.c.staff_id),
    }[name]
    there = set(session.scalars(select(column)))
    values = {"password_hash": password_hash, "changed_at": now}
    rows = [{column.name: person, **values} for person in people if person not in there]
    if rows:
        session.execute(insert(table).inline(), rows)


def replace_passwords(session: Session, password_hash: str, now: datetime) -> None:
    """Give everybody this password, when the old one is no longer known."""
    for table in (student_credential, staff_credential):
        session.execute(update(table).values(password_hash=password_hash, changed_at=now))


def appoint(
    session: Session, staff_id: int, role: tuple[str, str, str], from_on: date, until_on: date, teaches: Sequence[int]
) -> None:
    """Give somebody a role, or more time in it, and the modules they teach."""
    name, kind, value = role
    mine = (role_grant.c.staff_id == staff_id, role_grant.c.role == name)
    if _any(session, role_grant, *mine):
        session.execute(update(role_grant).where(*mine).values(until_on=until_on))
    else:
        grant = {"role": name, "scope_kind": kind, "scope_value": value, "from_on": from_on, "until_on": until_on}
        session.execute(insert(role_grant).inline().values(staff_id=staff_id, **grant))
    there = set(session.scalars(select(teaching.c.module_id).where(teaching.c.staff_id == staff_id)))
    leads = name == "module_lead"
    rows = [
        {"staff_id": staff_id, "module_id": it, "group_name": "", "leads": leads} for it in teaches if it not in there
    ]
    if rows:
        session.execute(insert(teaching).inline(), rows)


def give_tutees(session: Session, staff_id: int, students: Sequence[int]) -> None:
    """Make somebody the tutor of students, where they are not."""
    there = set(session.scalars(select(tutee.c.student_id).where(tutee.c.staff_id == staff_id)))
    rows = [{"staff_id": staff_id, "student_id": it} for it in students if it not in there]
    if rows:
        session.execute(insert(tutee).inline(), rows)


def link_is_good(session: Session, secret_hash: str, now: datetime) -> bool | None:
    """Whether a one-time link can still be used; None when there is no such link."""
    columns = staff_link.c
    row = session.execute(select(columns.used_at, columns.expires_at).where(columns.secret_hash == secret_hash)).first()
    return None if row is None else row.used_at is None and row.expires_at > now


def add_device_link(session: Session, staff_id: int, secret_hash: str, expires_at: datetime) -> None:
    row = {"staff_id": staff_id, "secret_hash": secret_hash, "kind": "device", "expires_at": expires_at}
    session.execute(insert(staff_link).inline().values(**row))


def device_is_good(session: Session, secret_hash: str, now: datetime) -> bool | None:
    """Whether a device is enrolled; None when there is no such device."""
    columns = staff_device.c
    query = select(columns.revoked_at, columns.expires_at).where(columns.secret_hash == secret_hash)
    row = session.execute(query).first()
    return None if row is None else row.revoked_at is None and row.expires_at > now


def add_device(
    session: Session, staff_id: int, name: str, secret_hash: str, now: datetime, expires_at: datetime
) -> None:
    row = {"staff_id": staff_id, "name": name, "secret_hash": secret_hash}
    times = {"enrolled_at": now, "seen_at": now, "expires_at": expires_at}
    session.execute(insert(staff_device).inline().values(**row, **times))


def sealed_app(session: Session, staff_id: int) -> str | None:
    return session.scalar(select(staff_app.c.sealed_secret).where(staff_app.c.staff_id == staff_id))


def add_app(session: Session, staff_id: int, sealed_secret: str, now: datetime) -> None:
    session.execute(insert(staff_app).inline().values(staff_id=staff_id, sealed_secret=sealed_secret, added_at=now))


def recovery_codes(session: Session, staff_id: int) -> dict[str, bool]:
    """Whether each of somebody's recovery codes, by its hash, can still be used."""
    columns = staff_recovery_code.c
    query = select(columns.code_hash, columns.used_at).where(columns.staff_id == staff_id)
    return {row.code_hash: row.used_at is None for row in session.execute(query)}


def replace_recovery_codes(session: Session, staff_id: int, code_hashes: Sequence[str]) -> None:
    session.execute(delete(staff_recovery_code).where(staff_recovery_code.c.staff_id == staff_id))
    session.execute(
        insert(staff_recovery_code).inline(), [{"staff_id": staff_id, "code_hash": it} for it in code_hashes]
    )


def lecture_refs(session: Session, since: datetime) -> set[str]:
    """The demonstration's own lectures from an instant on."""
    is_own = lecture.c.ref.startswith(REF_MARK, autoescape=True)
    return set(session.scalars(select(lecture.c.ref).where(is_own, lecture.c.starts_at >= since)))


def last_start(session: Session) -> datetime | None:
    """When the last of the demonstration's own lectures begins."""
    is_own = lecture.c.ref.startswith(REF_MARK, autoescape=True)
    return session.scalar(select(lecture.c.starts_at).where(is_own).order_by(lecture.c.starts_at.desc()).limit(1))


def reserve_lecture_ids(session: Session, count: int) -> list[int]:
    """Ids first, since a lecture's codes are made from its id and its salt must suit them."""
    return reserve_ids(session, lecture, count)


def add_lectures(session: Session, lectures: Sequence[DemoLecture]) -> None:
    modules, rooms = ids(session, "module", "code"), ids(session, "room", "code")
    columns = ("id", "ref", "starts_at", "ends_at", "kid", "salt")
    if not lectures:
        return
    session.execute(insert(lecture).inline(), [{name: getattr(it, name) for name in columns} for it in lectures])
    session.execute(
        insert(lecture_module).inline(),
        [{"lecture_id": it.id, "module_id": modules[code], "group_name": ""} for it in lectures for code in it.modules],
    )
    session.execute(
        insert(lecture_room).inline(),
        [{"lecture_id": it.id, "room_id": rooms[code]} for it in lectures for code in it.rooms],
    )


def students(session: Session) -> list[dict[str, Any]]:
    """Every invented student and the codes of their modules."""
    query = select(student.c.id, student.c.number, student.c.login, student.c.known_as).order_by(student.c.id)
    found = {row.id: {**row._mapping, "modules": []} for row in session.execute(query)}
    taken = select(enrolment.c.student_id, module.c.code).join(module, module.c.id == enrolment.c.module_id)
    for student_id, code in session.execute(taken.order_by(module.c.code)):
        found[student_id]["modules"].append(code)
    return list(found.values())


def modules(session: Session) -> list[dict[str, Any]]:
    """Every module, by its code."""
    query = select(module.c.id, module.c.code, module.c.title, module.c.department).order_by(module.c.code)
    return [dict(row._mapping) for row in session.execute(query)]


def lectures(session: Session) -> list[dict[str, Any]]:
    """Every lecture of the demonstration, with the codes of its modules and rooms."""
    is_own = lecture.c.ref.startswith(REF_MARK, autoescape=True)
    query = select(lecture.c.id, lecture.c.starts_at, lecture.c.ends_at).where(is_own)
    found = {
        row.id: {**row._mapping, "modules": [], "rooms": []}
        for row in session.execute(query.order_by(lecture.c.starts_at))
    }
    link = lecture_module.c
    for lecture_id, code in session.execute(
        select(link.lecture_id, module.c.code)
        .join(module, module.c.id == link.module_id)
        .order_by(module.c.code.desc())
    ):
        if lecture_id in found:
            found[lecture_id]["modules"].append(code)
    for lecture_id, code in session.execute(
        select(lecture_room.c.lecture_id, room.c.code)
        .join(room, room.c.id == lecture_room.c.room_id)
        .order_by(room.c.code)
    ):
        if lecture_id in found:
            found[lecture_id]["rooms"].append(code)
    return list(found.values())


def rooms(session: Session) -> list[dict[str, Any]]:
    return [
        dict(row._mapping) for row in session.execute(select(room.c.id, room.c.code, room.c.name).order_by(room.c.id))
    ]


def staff_logins(session: Session) -> dict[str, tuple[int, str]]:
    return {row.login: (row.id, row.name) for row in session.execute(select(staff.c.login, staff.c.id, staff.c.name))}

"""The door for first passwords and first staff accounts, on the import's engine. Sees no password and no hash of one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kiosk.domain.permissions import Role, clashes
from kiosk.store.tables import board as _board  # noqa: F401 - what the register refers to, for the authorizer
from kiosk.store.tables.register import student, student_credential, student_link
from kiosk.store.tables.staff import journal, role_grant, staff, staff_credential

COMMAND_LINE = "command line"
"""The journal's role for what is done on the server: no member of staff is signed in there."""


def students_without_password(session: Session, today: date) -> list[tuple[int, str, str]]:
    """Id, number and login of each student who has no password and has not left."""
    query = (
        select(student.c.id, student.c.number, student.c.login)
        .join(student_credential, student_credential.c.student_id == student.c.id, isouter=True)
        .where(student_credential.c.student_id.is_(None), (student.c.left_on.is_(None)) | (student.c.left_on >= today))
        .order_by(student.c.number)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def add_student_links(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(student_link).inline(), list(rows))


def find_staff(session: Session, login: str) -> int | None:
    return session.scalar(select(staff.c.id).where(func.lower(staff.c.login) == login.lower()))


def has_password(session: Session, staff_id: int) -> bool:
    return (
        session.scalar(select(staff_credential.c.staff_id).where(staff_credential.c.staff_id == staff_id)) is not None
    )


def add_staff(session: Session, login: str, name: str, unit: str) -> int:
    session.execute(insert(staff).values(login=login, name=name, unit=unit))
    return int(session.execute(select(staff.c.id).where(staff.c.login == login)).scalar_one())


def add_grant(session: Session, now: datetime, staff_id: int, grant: Mapping[str, Any]) -> None:
    """Give a role, and keep who has it since when in the journal."""
    session.execute(insert(role_grant).inline().values(staff_id=staff_id, **grant))
    kept = {name: str(value) for name, value in grant.items()}
    entry = {"role": COMMAND_LINE, "act": "role:grant", "thing": "staff", "thing_id": staff_id, "after": kept}
    session.execute(insert(journal).inline().values(at=now, before={}, **entry))


def has_grant(session: Session, staff_id: int, role: str, kind: str, value: str, today: date) -> bool:
    columns = role_grant.c
    query = select(columns.id).where(
        columns.staff_id == staff_id,
        columns.role == role,
        columns.scope_kind == kind,
        columns.scope_value == value,
        columns.until_on >= today,
    )
    return session.scalar(query) is not None


def roles_held(session: Session, today: date) -> dict[int, set[Role]]:
    """The roles of everybody who holds one today."""
    columns, found = role_grant.c, defaultdict[int, set[Role]](set)
    query = select(columns.staff_id, columns.role).where(columns.from_on <= today, columns.until_on >= today)
    for staff_id, role in session.execute(query.where(columns.role.in_([role.value for role in Role]))):
        found[staff_id].add(Role(role))
    return found


def forbidden_pairs_held(session: Session, today: date) -> dict[str, frozenset[Role]]:
    """Sign-in names of those who hold roles that nobody may hold together, with those roles."""
    clashing = {
        staff_id: frozenset(role for role in roles if clashes(role, roles))
        for staff_id, roles in roles_held(session, today).items()
    }
    whose = {staff_id: roles for staff_id, roles in clashing.items() if roles}
    rows = session.execute(
        select(staff.c.id, staff.c.login).where(staff.c.id.in_(sorted(whose))).order_by(staff.c.login)
    )
    return {row.login: whose[row.id] for row in rows}

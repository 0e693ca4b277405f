"""The door to cases about one student, break-glass openings, and what the data-protection officer is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, insert, literal, null, select, update
from sqlalchemy.orm import Session, aliased

from kiosk.store.tables.records import break_glass, incident, notice, student_case
from kiosk.store.tables.staff import grant_proposal, role_grant, staff


@dataclass(frozen=True)
class Case:
    id: int
    student_id: int
    kind: str
    opened_at: datetime


@dataclass(frozen=True)
class Opening:
    """A record that is open behind glass, until it closes by itself."""

    id: int
    student_id: int
    reason: str
    until: datetime


@dataclass(frozen=True)
class Notice:
    """What happened, when, and whose act or account it is about: a broken glass, something shown, power given.

    `detail` is the reason, the page, or the role. `by` is who approved a role; nobody for what is done on the server.
    Whose data it was is in the log, for a case.
    """

    id: int
    kind: str
    at: datetime
    detail: str
    staff_id: int
    unit: str
    by: int | None


def add_case(session: Session, student_id: int, kind: str, staff_id: int, at: datetime) -> int:
    values = {"student_id": student_id, "kind": kind, "opened_by": staff_id, "opened_at": at}
    return int(session.execute(insert(student_case).values(**values).returning(student_case.c.id)).scalar_one())


def open_cases(session: Session, staff_id: int) -> tuple[Case, ...]:
    """The cases somebody opened and nobody closed, the oldest first."""
    columns = [student_case.c[name] for name in ("id", "student_id", "kind", "opened_at")]
    query = select(*columns).where(student_case.c.opened_by == staff_id, student_case.c.closed_at.is_(None))
    return tuple(Case(*row) for row in session.execute(query.order_by(student_case.c.id)))


def close_case(session: Session, case_id: int, at: datetime) -> None:
    query = update(student_case).where(student_case.c.id == case_id, student_case.c.closed_at.is_(None))
    session.execute(query.values(closed_at=at))


def break_the_glass(
    session: Session, staff_id: int, student_id: int, reason: str, at: datetime, until: datetime
) -> int:
    """Open a record to somebody, and tell the data-protection officer in the same transaction."""
    values = {"staff_id": staff_id, "student_id": student_id, "reason": reason, "opened_at": at, "until": until}
    opening_id = int(session.execute(insert(break_glass).values(**values).returning(break_glass.c.id)).scalar_one())
    # Whoever does this may tell of it and read nothing there: not even the new row's id comes back.
    session.execute(insert(notice).inline().values(at=at, kind="break_glass", thing_id=opening_id))
    return opening_id


def openings(session: Session, staff_id: int, now: datetime) -> tuple[Opening, ...]:
    """What is open to somebody behind glass now."""
    columns = [break_glass.c[name] for name in ("id", "student_id", "reason", "until")]
    query = select(*columns).where(
        break_glass.c.staff_id == staff_id, break_glass.c.opened_at <= now, break_glass.c.until > now
    )
    return tuple(Opening(*row) for row in session.execute(query.order_by(break_glass.c.id)))


def unseen_notices(session: Session) -> tuple[Notice, ...]:
    """What nobody has read, the oldest first; an incident that was a mistake is none."""
    glass = _told("break_glass", break_glass, break_glass.c.reason, break_glass.c.staff_id)
    shown = _told("incident", incident, incident.c.page, incident.c.reported_by).where(
        incident.c.withdrawn_at.is_(None)
    )
    proposal, given = grant_proposal.c, role_grant.c
    approved = _told("role_approved", grant_proposal, proposal.role, proposal.staff_id, proposal.decided_by)
    on_the_server = _told("role_given", role_grant, given.role, given.staff_id)
    link = _told("link_made", staff, literal(""), staff.c.id)
    rows = [row for query in (glass, shown, approved, on_the_server, link) for row in session.execute(query)]
    return tuple(sorted((Notice(*row) for row in rows), key=lambda it: it.id))


def _told(
    kind: str, table: Table, detail: ColumnElement[str], staff_id: Column[int], by: ColumnElement[Any] | None = None
) -> Select[Any]:
    who = aliased(staff)
    return (
        select(notice.c.id, notice.c.kind, notice.c.at, detail, staff_id, who.c.unit, null() if by is None else by)
        .join(table, table.c.id == notice.c.thing_id)
        .join(who, who.c.id == staff_id)
        .where(notice.c.kind == kind, notice.c.seen_at.is_(None))
    )


def mark_seen(session: Session, notice_id: int, staff_id: int, at: datetime) -> bool:
    """Note that somebody has read a notice; False when there is none, or somebody has."""
    query = update(notice).where(notice.c.id == notice_id, notice.c.seen_at.is_(None))
    return bool(session.execute(query.values(seen_at=at, seen_by=staff_id)).rowcount)  # type: ignore[attr-defined]

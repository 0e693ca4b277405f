"""The check-in wing's door for a rush: students who tap at the same moment, each with a sign-in of their own. Rights: its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from kiosk.store.doors.checkin import Arrived, Enrolment
from kiosk.store.statements import unless_there
from kiosk.store.tables.register import (
    attendance,
    attendance_change,
    enrolment,
    spent_receipt,
    student,
    student_credential,
)

_ENROLLED = (
    select(
        student.c.id,
        func.coalesce(student_credential.c.epoch, 0).label("epoch"),
        enrolment.c.module_id,
        enrolment.c.group_name,
        enrolment.c.from_on,
        enrolment.c.until_on,
    )
    .select_from(student)
    .join(student_credential, student_credential.c.student_id == student.c.id, isouter=True)
    .join(enrolment, enrolment.c.student_id == student.c.id)
    .where(
        student.c.id.in_(bindparam("students", expanding=True)),
        enrolment.c.module_id.in_(bindparam("modules", expanding=True)),
        or_(student.c.left_on.is_(None), student.c.left_on >= bindparam("today")),
    )
)

_RECORDED = select(attendance.c.lecture_id, attendance.c.student_id).where(
    attendance.c.lecture_id.in_(bindparam("lectures", expanding=True)),
    attendance.c.student_id.in_(bindparam("students", expanding=True)),
)


@dataclass(frozen=True)
class Enrolled:
    """A student who has not left: the epoch of their sign-ins, and their enrolments among the modules asked about."""

    epoch: int
    enrolments: Sequence[Enrolment]


def enrolled_among(
    session: Session, students: Collection[int], modules: Collection[int], today: date
) -> Mapping[int, Enrolled]:
    """Those of the students who have an enrolment in one of the modules."""
    found: dict[int, tuple[int, list[Enrolment]]] = {}
    about = {"students": list(students), "modules": list(modules), "today": today}
    for row in session.execute(_ENROLLED, about):
        own = Enrolment(row.module_id, row.group_name, row.from_on, row.until_on)
        found.setdefault(row.id, (row.epoch, []))[1].append(own)
    return {student_id: Enrolled(*about) for student_id, about in found.items()}


def recorded_among(
    session: Session, lectures: Collection[int], students: Collection[int]
) -> Collection[tuple[int, int]]:
    """Pairs of lecture and student of which the register says something already."""
    about = {"lectures": list(lectures), "students": list(students)}
    return {(row.lecture_id, row.student_id) for row in session.execute(_RECORDED, about)}


def record_all(session: Session, arrived: Mapping[str, Arrived], now: datetime) -> bool:
    """Spend these receipts (by the hashes of their nonces) and write the arrivals with their history; False when one was
    spent or recorded by somebody quicker: then nothing of it may be committed."""
    spent = [{"nonce_hash": nonce, "spent_at": now} for nonce in sorted(arrived)]
    rows = [{**it.key, **it.says} for it in sorted(arrived.values(), key=lambda it: (it.lecture_id, it.student_id))]
    if not (_hits_all(session, spent_receipt, spent) and _hits_all(session, attendance, rows)):
        return False
    session.execute(insert(attendance_change).inline(), [it.change for it in arrived.values()])
    return True


def _hits_all(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> bool:
    """Insert all that nothing stands in the way of, in one order everywhere, so that two processes never wait for each other."""
    statement = unless_there(session, table).execution_options(preserve_rowcount=True)
    result = session.execute(statement, rows)
    return int(result.rowcount) == len(rows)  # type: ignore[attr-defined]

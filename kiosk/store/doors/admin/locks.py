"""The door to locks on records: a locked student is there for those named and for nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.store.tables.records import record_lock, record_lock_staff
from kiosk.store.tables.register import student


@dataclass(frozen=True)
class Lock:
    """A lock that holds. Of the student it says nothing."""

    id: int
    student_id: int
    set_by: int
    set_at: datetime
    named: int


def is_open_to(staff_id: int) -> ColumnElement[bool]:
    """That no lock keeps a student from somebody; for queries on students."""
    named = exists(
        select(record_lock_staff.c.staff_id).where(
            record_lock_staff.c.lock_id == record_lock.c.id, record_lock_staff.c.staff_id == staff_id
        )
    )
    return ~exists(
        select(record_lock.c.id).where(
            record_lock.c.student_id == student.c.id, record_lock.c.lifted_at.is_(None), ~named
        )
    )


def locks_in(session: Session, departments: Iterable[str]) -> tuple[Lock, ...]:
    """The locks that hold in some departments, the oldest first."""
    columns = [record_lock.c[name] for name in ("id", "student_id", "set_by", "set_at")]
    query = (
        select(*columns, func.count(record_lock_staff.c.staff_id).label("named"))
        .join(record_lock_staff, record_lock_staff.c.lock_id == record_lock.c.id, isouter=True)
        .where(record_lock.c.department.in_(sorted(departments)), record_lock.c.lifted_at.is_(None))
        .group_by(*columns)
        .order_by(record_lock.c.id)
    )
    return tuple(Lock(row.id, row.student_id, row.set_by, row.set_at, row.named) for row in session.execute(query))


def add_lock(
    session: Session, student_id: int, department: str, set_by: int, at: datetime, named: Iterable[int]
) -> int:
    values = {"student_id": student_id, "department": department, "set_by": set_by, "set_at": at}
    lock_id = int(session.execute(insert(record_lock).values(**values).returning(record_lock.c.id)).scalar_one())
    session.execute(
        insert(record_lock_staff), [{"lock_id": lock_id, "staff_id": staff_id} for staff_id in sorted(set(named))]
    )
    return lock_id


def lift_lock(session: Session, lock_id: int, lifted_by: int, at: datetime) -> bool:
    """End a lock; False when somebody just did, or it is their own."""
    query = update(record_lock).where(
        record_lock.c.id == lock_id, record_lock.c.lifted_at.is_(None), record_lock.c.set_by != lifted_by
    )
    return bool(session.execute(query.values(lifted_by=lifted_by, lifted_at=at)).rowcount)  # type: ignore[attr-defined]

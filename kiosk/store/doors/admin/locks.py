"""The door to locks on records: a locked student is there for those named and for nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, exists, func, insert, literal, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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


class _Open(FunctionElement[bool]):
    """That no lock keeps a student from somebody.

    PostgreSQL shows the locks to those alone who look after them: to read them in the query would be to open, for everybody
    else, what they close. So its function is asked, which answers for the identity of the transaction.
    """

    type = Boolean()
    inherit_cache = True


@compiles(_Open)
def _by_the_tables(element: _Open, compiler: SQLCompiler, **how: Any) -> str:
    student_id, staff_id = element.clauses
    named = exists(
        select(record_lock_staff.c.staff_id).where(
            record_lock_staff.c.lock_id == record_lock.c.id, record_lock_staff.c.staff_id == staff_id
        )
    )
    locked = exists(
        select(record_lock.c.id).where(
            record_lock.c.student_id == student_id, record_lock.c.lifted_at.is_(None), ~named
        )
    )
    return compiler.process(~locked, **how)


@compiles(_Open, "postgresql")
def _by_the_function(element: _Open, compiler: SQLCompiler, **how: Any) -> str:
    student_id, _ = element.clauses
    return f"({compiler.process(student_id, **how)} NOT IN (SELECT kiosk_closed()))"


def is_open_to(staff_id: int, student_id: ColumnElement[int] = student.c.id) -> ColumnElement[bool]:
    """That no lock keeps a student from somebody; for queries on students, or on another table's column with their ids."""
    return _Open(student_id, literal(staff_id))


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

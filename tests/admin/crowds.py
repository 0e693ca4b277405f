"""Many students at once, for tests about numbers: who is enrolled, and who came when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from kiosk.store.tables import board, records, register
from tests.stage import Stage


def enrol(stage: Stage, people: int, *modules: str, group: str = "", left_on: Any = None, **dates: Any) -> list[int]:
    """New students, enrolled in modules; their ids."""
    with stage.database.owner.begin() as connection:
        first = (connection.execute(select(func.max(register.student.c.id))).scalar_one() or 0) + 1
        ids = list(range(first, first + people))
        names = [{"id": it, "number": f"n{it}", "login": f"l{it}", "known_as": f"Crowd {it}"} for it in ids]
        connection.execute(insert(register.student), [{**it, "left_on": left_on} for it in names])
        links = [
            {"student_id": it, "module_id": stage.ids[code], "group_name": group} for it in ids for code in modules
        ]
        if links:
            connection.execute(insert(register.enrolment), [{**it, **dates} for it in links])
    return ids


def come(
    stage: Stage,
    students: Sequence[int],
    lecture: str = "algorithms",
    *,
    minute: float = 0,
    status: str = "present",
    **values: Any,
) -> None:
    """They are in a lecture's register, so many minutes after its start."""
    starts_at: datetime = stage.rows(board.lecture, board.lecture.c.id == stage.ids[lecture])[0].starts_at
    row = {"lecture_id": stage.ids[lecture], "status": status, "method": "qr", "other_group": False}
    row |= {"arrived_at": starts_at + timedelta(minutes=minute), **values}
    with stage.database.owner.begin() as connection:
        connection.execute(insert(register.attendance), [{**row, "student_id": it} for it in students])


def lock(stage: Stage, student_id: int, *, named: Sequence[str] = (), lifted: bool = False) -> None:
    """A lock on somebody's record, which those named may see all the same."""
    values = {"student_id": student_id, "department": "Computing", "set_by": stage.ids["ona"], "set_at": stage.clock()}
    lock_id = stage.add("", records.record_lock, **values, lifted_at=stage.clock() if lifted else None)
    for name in named:
        stage.add("", records.record_lock_staff, lock_id=lock_id, staff_id=stage.ids[name])

"""The wall of rows on PostgreSQL, for what is added: no row that somebody writes shows them a student they may not see."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.store.identity import name_student
from kiosk.store.tables import records, register, staff
from tests.stage import Stage
from tests.walls.test_rows import asking, reached

REFUSED = "row-level security"


def add_to_register(stage: Stage, session: Session, student: str, lecture: str = "algorithms") -> None:
    """As a view would that forgot to ask whether this is their session."""
    key = {"lecture_id": stage.ids[lecture], "student_id": stage.ids[student]}
    row = {"status": "present", "method": "hand", "arrived_at": stage.clock(), "other_group": False, "version": 1}
    session.execute(insert(register.attendance).inline().values(**key, **row))


def add_to_history(stage: Stage, session: Session, student: str) -> None:
    key = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids[student]}
    row = {"status": "present", "set_at": stage.clock(), "set_by_role": "lecturer"}
    session.execute(insert(register.attendance_change).inline().values(**key, **row))


@pytest.mark.parametrize("add", [add_to_register, add_to_history])
def test_nobody_adds_to_their_own_register_whom_it_does_not_concern(postgres_stage: Stage, add: Any) -> None:
    with asking(postgres_stage, "day") as session, pytest.raises(DBAPIError, match=REFUSED):
        add(postgres_stage, session, "cy")

    assert reached(postgres_stage, "day") == {"ada", "ben"}


@pytest.mark.parametrize("add", [add_to_register, add_to_history])
def test_whom_it_concerns_they_do(postgres_stage: Stage, add: Any) -> None:
    postgres_stage.keep_walk_in("cy")
    with asking(postgres_stage, "day") as session:
        for student in ("ada", "cy"):
            add(postgres_stage, session, student)


@pytest.mark.parametrize("change", [{"until_on": -1}, {"from_on": 1}, {"group_name": "B"}])
def test_a_register_does_not_concern_those_of_other_days_or_groups(
    postgres_stage: Stage, change: dict[str, Any]
) -> None:
    day = postgres_stage.start.date()
    values = {name: day + timedelta(days=it) if isinstance(it, int) else it for name, it in change.items()}
    postgres_stage.add_student("zed", "31000077", "Zed Other")
    key = {"student_id": postgres_stage.ids["zed"], "module_id": postgres_stage.ids["COMP1201"]}
    postgres_stage.add("", register.enrolment, **key, **{"group_name": "A", **values})
    postgres_stage.add_lecture("group A", modules=("COMP1201",), group="A")

    with asking(postgres_stage, "day") as session, pytest.raises(DBAPIError, match=REFUSED):
        add_to_register(postgres_stage, session, "zed", "group A")


def break_glass(stage: Stage, number: str = "31000003", **changes: Any) -> None:
    at = stage.clock()
    row = {"staff_id": stage.ids["day"], "student_id": stage.ids["cy"], "reason": "safety", "opened_at": at}
    with asking(stage, "day") as session:
        if number:
            name_student(session, number)
        values = {**row, "until": at + timedelta(minutes=15), **changes}
        session.execute(insert(records.break_glass).inline().values(**values))
        session.commit()


def test_glass_is_broken_for_whoever_was_named_from_now_on_and_for_a_quarter_of_an_hour(postgres_stage: Stage) -> None:
    break_glass(postgres_stage)

    assert reached(postgres_stage, "day") == {"ada", "ben", "cy"}


@pytest.mark.parametrize(
    ("number", "opens", "lasts"),
    [("31000003", 0, 16), ("31000003", 2, 15), ("31000003", -2, 15), ("31000001", 0, 15), ("", 0, 15)],
    ids=["for longer", "later", "earlier", "for somebody else", "for nobody named"],
)
def test_and_not_otherwise(postgres_stage: Stage, number: str, opens: int, lasts: int) -> None:
    opened_at = postgres_stage.clock() + timedelta(minutes=opens)

    with pytest.raises(DBAPIError, match=REFUSED):
        break_glass(postgres_stage, number, opened_at=opened_at, until=opened_at + timedelta(minutes=lasts))


def test_nor_for_somebody_whose_record_is_locked(postgres_stage: Stage) -> None:
    lock = {"student_id": postgres_stage.ids["cy"], "department": "History", "set_by": postgres_stage.ids["ona"]}
    postgres_stage.add("", records.record_lock, **lock, set_at=postgres_stage.clock())

    with pytest.raises(DBAPIError, match=REFUSED):
        break_glass(postgres_stage)


def test_a_case_is_opened_for_whoever_was_named(postgres_stage: Stage) -> None:
    case = {"kind": "rights", "opened_by": postgres_stage.ids["dot"], "opened_at": postgres_stage.clock()}
    with asking(postgres_stage, "dot") as session:
        name_student(session, "31000001")
        with pytest.raises(DBAPIError, match=REFUSED):
            session.execute(insert(records.student_case).inline().values(student_id=postgres_stage.ids["cy"], **case))


def test_of_two_roles_that_nobody_may_hold_together_neither_reaches_anybody(postgres_stage: Stage) -> None:
    days = {"from_on": postgres_stage.start.date(), "until_on": postgres_stage.start.date()}
    role = {"role": "dpo", "scope_kind": "all", "scope_value": ""}
    grant = postgres_stage.add("", staff.role_grant, staff_id=postgres_stage.ids["day"], **role, **days)
    together = reached(postgres_stage, "day")
    postgres_stage.change(staff.role_grant, grant, until_on=postgres_stage.start.date() - timedelta(days=1))

    assert (together, reached(postgres_stage, "day")) == (set(), {"ada", "ben"})

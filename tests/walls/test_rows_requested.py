"""The wall of rows on PostgreSQL around requests: who reads and answers one, and that it shows a name and no record."""

import pytest
from sqlalchemy import select, update

from kiosk.store.tables import register, staff, wishes
from tests.stage import Stage
from tests.walls.test_rows import asking, names, reached

CAST = ("day", "tia", "ona", "mo", "sid", "olu", "dot", "")
ASKED = wishes.student_request.c


@pytest.fixture
def requested(postgres_stage: Stage) -> Stage:
    """Ada waits for an answer and Ben has his; both were at Algorithms."""
    stage = postgres_stage
    for who, closed in (("ada", {}), ("ben", {"closed_at": stage.clock(), "outcome": "upheld"})):
        stage.put_in_register(who)
        due = {"made_at": stage.clock(), "due_on": stage.start.date()}
        stage.add("", wishes.student_request, student_id=stage.ids[who], kind="objection", **due, **closed)
    return stage


@pytest.mark.parametrize("who", CAST)
def test_requests_are_read_and_answered_by_the_officer_everywhere_and_by_nobody_else(
    requested: Stage, who: str
) -> None:
    with asking(requested, who) as session:
        read = names(requested, session.scalars(select(ASKED.student_id)))
        changed = session.scalars(
            update(wishes.student_request).values(outcome="not_upheld").returning(ASKED.student_id)
        )
        assert (read, names(requested, changed)) == (({"ada", "ben"},) * 2 if who == "dot" else (set(), set()))


@pytest.mark.parametrize("column", [register.attendance.c.student_id, register.enrolment.c.student_id])
def test_whoever_answers_reads_the_name_of_whoever_waits_and_no_record(requested: Stage, column: object) -> None:
    assert (reached(requested, "dot"), reached(requested, "dot", column)) == ({"ada"}, set())


def test_an_officer_whose_role_has_ended_reads_nobody(requested: Stage) -> None:
    with requested.database.owner.begin() as connection:
        connection.execute(update(staff.role_grant).values(until_on=requested.start.date().replace(day=1)))
    assert reached(requested, "dot") == set()


@pytest.mark.parametrize("who", ["sid", "olu", "mo", ""])
def test_nobody_else_is_told_who_waits(requested: Stage, who: str) -> None:
    assert reached(requested, who) == set()

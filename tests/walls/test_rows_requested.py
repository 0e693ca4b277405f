"""The wall of rows on PostgreSQL around requests: who reads and answers one, and that it shows a name and no record."""

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from kiosk.store.identity import name_students
from kiosk.store.tables import register, staff, wishes
from tests.admin.crowds import lock
from tests.stage import START, Stage
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


def helps(stage: Stage, who: str, student: str, said: str, **values: object) -> bool:
    """Whether somebody may add a request of a student's, after a full number was said."""
    due = {"made_at": stage.clock(), "due_on": stage.start.date(), "helped_by_role": "engagement_officer"}
    row = {"student_id": stage.ids[student], "kind": "objection", "about": "", **due, **values}
    with asking(stage, who) as session:
        name_students(session, [said])
        try:
            session.execute(insert(wishes.student_request).inline().values(**row))
        except DBAPIError as problem:
            return "row-level security" not in str(problem)
    return True


@pytest.mark.parametrize("who", [*CAST, "eve"])
def test_a_request_is_made_with_the_help_of_an_officer_of_the_students_department_alone(
    requested: Stage, who: str
) -> None:
    assert helps(requested, who, "ada", "31000001") is (who == "ona")


@pytest.mark.parametrize(
    ("student", "said"), [("ada", "31000002"), ("ada", ""), ("ada", "3100000"), ("ada", "%"), ("cy", "31000003")]
)
def test_nobody_is_helped_whose_number_was_not_said_or_who_is_out_of_reach(
    requested: Stage, student: str, said: str
) -> None:
    assert helps(requested, "ona", student, said) is False


@pytest.mark.parametrize("values", [{"helped_by_role": None}, {"closed_at": START, "outcome": "upheld"}])
def test_what_is_made_with_help_says_so_and_waits(requested: Stage, values: dict[str, object]) -> None:
    assert helps(requested, "ona", "ada", "31000001", **values) is False


def test_nobody_is_helped_whose_record_is_locked(requested: Stage) -> None:
    lock(requested, requested.ids["ada"])
    assert helps(requested, "ona", "ada", "31000001") is False


def test_whoever_helps_reads_the_requests_of_whoever_said_their_number_and_answers_none(requested: Stage) -> None:
    with asking(requested, "ona") as session:
        name_students(session, ["31000001"])
        read = names(requested, session.scalars(select(ASKED.student_id)))
        changed = session.scalars(update(wishes.student_request).values(outcome="upheld").returning(ASKED.student_id))
        assert (read, changed.all()) == ({"ada"}, [])

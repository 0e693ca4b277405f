"""The wall of rows on PostgreSQL around a yes or no: at which lectures of a student in reach anybody at all was there."""

import pytest
from sqlalchemy import func, select

from kiosk.store.tables import register
from tests.admin.crowds import lock
from tests.stage import Stage
from tests.walls.test_rows import asking

CAST = ("day", "eve", "tia", "ona", "mo", "ro", "sid", "dot", "")


@pytest.fixture
def attended(postgres_stage: Stage) -> Stage:
    """Ada takes both modules and came to nothing; Ben was at Algorithms, and Cy at the Silk Roads."""
    stage = postgres_stage
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    stage.put_in_register("ben")
    stage.put_in_register("cy", lecture="silk")
    return stage


def told(stage: Stage, who: str, student: str = "ada") -> set[str]:
    """The lectures that the database says somebody was at."""
    names = {stage.ids[name]: name for name in ("algorithms", "silk")}
    with asking(stage, who) as session:
        return {names[it] for it in session.scalars(select(func.kiosk_observed(stage.ids[student])))}


TOLD = {"day": {"algorithms"}, "eve": {"silk"}, "tia": {"algorithms", "silk"}, "ona": {"algorithms", "silk"}}


@pytest.mark.parametrize("who", CAST)
def test_it_is_told_of_students_in_reach_or_of_lectures_in_reach(attended: Stage, who: str) -> None:
    assert told(attended, who) == TOLD.get(who, set())


@pytest.mark.parametrize(("who", "student"), [("tia", "ben"), ("tia", "cy"), ("day", "cy"), ("eve", "ben")])
def test_of_a_student_out_of_reach_nothing_is_told(attended: Stage, who: str, student: str) -> None:
    assert told(attended, who, student) == set()


def test_of_lectures_that_are_not_the_students_nothing_is_told(attended: Stage) -> None:
    assert told(attended, "ona", "ben") == {"algorithms"}


@pytest.mark.parametrize("who", ["tia", "day"])
@pytest.mark.parametrize("student", ["ada", "ben"])
def test_a_locked_student_neither_asks_nor_was_there(attended: Stage, who: str, student: str) -> None:
    lock(attended, attended.ids[student])
    assert "algorithms" not in told(attended, who)


def test_somebody_who_was_only_called_absent_was_not_there(attended: Stage) -> None:
    attended.add_lecture("later")
    attended.put_in_register("ben", "absent", lecture="later")
    assert told(attended, "tia") == {"algorithms", "silk"}

"""Counting who was expected and who came, in the database: the same on both engines, and the same as the register."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture
from kiosk.store.doors import board as board_door
from kiosk.store.doors.admin import aggregates as door
from kiosk.store.doors.admin import register as register_door
from kiosk.store.tables import board
from tests.admin.crowds import come, enrol
from tests.stage import START, Stage

TODAY = START.date()
DAY = timedelta(days=1)


def lectures(session: Session, stage: Stage) -> tuple[Lecture, ...]:
    return board_door.lectures_where(session, stage.settings("admin").windows, [board.lecture.c.id > 0])


def test_the_counts_are_those_of_the_register(any_stage: Stage) -> None:
    """However somebody comes to be on a list: the two ways of counting agree, lecture by lecture."""
    stage = any_stage
    stage.add_lecture("group a", group="A", starts_at=START - 9 * DAY)
    stage.add_lecture("early", starts_at=START - 20 * DAY)
    stage.add_lecture("joint", modules=("COMP1201", "HIST2002"), starts_at=START - 5 * DAY)
    in_a, in_b = enrol(stage, 7, "COMP1201", group="A"), enrol(stage, 5, "COMP1201", group="B")
    in_both = enrol(stage, 4, "COMP1201", "HIST2002")
    late = enrol(stage, 3, "COMP1201", from_on=TODAY - 10 * DAY)
    gone = enrol(stage, 2, "COMP1201", until_on=TODAY - 6 * DAY)
    left = enrol(stage, 2, "COMP1201", left_on=TODAY - 5 * DAY)
    strangers = enrol(stage, 1)
    come(stage, [*in_a[:3], *in_b[:2], *gone[:1], *left[:1], *strangers])
    come(stage, in_b[:2], "group a", other_group=True)
    come(stage, [*in_both[:2], *late], "joint", status="present_late")
    come(stage, in_a, "early", status="not_recorded")

    with Session(stage.database.engine("admin")) as session:
        found = lectures(session, stage)
        days = {it.id: it.starts_at.date() for it in found}
        counts = door.counts_of(session, found, days)
        wanted = {it.id: register_door.counts_of(session, it.id, days[it.id]) for it in found}

    assert len(counts) == 5
    assert {key: (it.expected, it.there) for key, it in counts.items()} == {
        key: (it.listed, it.present) for key, it in wanted.items()
    }


def test_a_crowd_that_is_enrolled_from_one_day_on_is_expected_from_that_day_on(any_stage: Stage) -> None:
    for days_ago in (2, 1, 0):
        any_stage.add_lecture(f"{days_ago} ago", starts_at=START - days_ago * DAY, group="new")
    enrol(any_stage, door.CROWD, "COMP1201", group="new", from_on=TODAY - DAY, until_on=TODAY - DAY)
    with Session(any_stage.database.engine("admin")) as session:
        found = [it for it in lectures(session, any_stage) if it.modules[0].group == "new"]
        counts = door.counts_of(session, found, {it.id: it.starts_at.date() for it in found})
    assert [counts[it.id].expected for it in found] == [0, door.CROWD, 0]


@pytest.mark.parametrize("status", ["authorised", "exempt", "void"])
def test_whoever_need_not_come_is_not_expected(any_stage: Stage, status: str) -> None:
    come(any_stage, [any_stage.ids["ada"]], status=status)
    with Session(any_stage.database.engine("admin")) as session:
        found = [it for it in lectures(session, any_stage) if it.id == any_stage.ids["algorithms"]]
        counts = door.counts_of(session, found, {found[0].id: TODAY})
    assert counts[found[0].id] == door.Count(expected=1, there=0)


def test_arrivals_are_counted_between_edges_by_their_time(any_stage: Stage) -> None:
    students = enrol(any_stage, 9, "COMP1201")
    come(any_stage, students[:4], minute=-3)
    come(any_stage, students[4:6], minute=0)
    come(any_stage, students[6:7], minute=4.5, status="present_late")
    come(any_stage, students[7:8], minute=1, method="hand")
    come(any_stage, students[8:], minute=1, status="unable_to_check_in")
    edges = [START + timedelta(minutes=it) for it in (0, 3)]
    with Session(any_stage.database.engine("admin")) as session:
        assert door.arrivals_of(session, any_stage.ids["algorithms"], edges) == [4, 2, 1]

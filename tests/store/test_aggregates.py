"""Counting who was expected and who came, in the database: the same on both engines, and the same as the register."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture
from kiosk.store import counts as counting
from kiosk.store.doors import board as board_door
from kiosk.store.doors.admin import aggregates as door
from kiosk.store.doors.admin import register_counts as register_door
from kiosk.store.identity import Identity, identify
from kiosk.store.tables import board, wishes
from tests.admin.crowds import come, enrol, lock
from tests.stage import START, Stage

TODAY = START.date()
DAY = timedelta(days=1)


def asking(stage: Stage, who: str) -> Session:
    """A session of the staff's wing for somebody. Nobody who may only see numbers reads a row."""
    session = Session(stage.database.engine("admin"))
    identify(session, Identity(stage.ids[who], stage.clock(), ZoneInfo("Europe/London")))
    return session


def counted(stage: Stage, who: str = "dot", group: str | None = None) -> dict[int, door.Count]:
    """What is counted at all lectures, or at those of one group, for somebody."""
    with asking(stage, who) as session:
        found = [it for it in lectures(session, stage) if group in (None, it.modules[0].group)]
        return door.counts_of(session, found, {it.id: it.starts_at.date() for it in found})


def lectures(session: Session, stage: Stage) -> tuple[Lecture, ...]:
    return board_door.lectures_where(session, stage.settings("admin").windows, [board.lecture.c.id > 0])


def in_registers(stage: Stage, *viewers: str) -> dict[int, door.Count]:
    """The same as the exact registers have it, each for the first of the viewers who reaches anybody in it."""
    found = {}
    for viewer in reversed(viewers):
        with asking(stage, viewer) as session:
            for it in lectures(session, stage):
                seen = register_door.counts_of(session, it.id, it.starts_at.date(), stage.ids[viewer], stage.clock())
                if seen.expected:
                    found[it.id] = door.Count(seen.expected, seen.present)
    return found


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
    left = enrol(stage, 2, "COMP1201", left_on=TODAY - 6 * DAY)
    enrol(stage, 2, "COMP1201", "HIST2002", left_on=TODAY - 5 * DAY)
    strangers = enrol(stage, 1)
    come(stage, [*in_a[:3], *in_b[:2], *gone[:1], *left[:1], *strangers])
    come(stage, in_b[:2], "group a", other_group=True)
    come(stage, [*in_both[:2], *late], "joint", status="present_late")
    come(stage, in_a, "early", status="not_recorded")

    counts = counted(stage)

    assert len(counts) == 5
    assert counts == in_registers(stage, "day", "eve")


@pytest.mark.parametrize("who", ["dot", "day", "mo", "ona"])
def test_everybody_who_may_see_numbers_is_told_the_same(any_stage: Stage, who: str) -> None:
    """Of the student who left, and of those who came long ago, each of them reads other rows or none."""
    stage = any_stage
    students = enrol(stage, 30, "COMP1201")
    enrol(stage, 4, "COMP1201", left_on=TODAY - DAY)
    come(stage, students[:12])
    stage.clock.go_on(days=40)
    assert counted(stage, who)[stage.ids["algorithms"]] == door.Count(expected=32, there=12)


@pytest.mark.parametrize("who", ["day", "mo"])
def test_nobody_is_told_of_lectures_that_are_not_theirs(postgres_stage: Stage, who: str) -> None:
    """Whatever a page forgets to ask: the functions answer for what one's own numbers reach."""
    silk = postgres_stage.ids["silk"]
    postgres_stage.put_in_register("cy", lecture="silk")
    with asking(postgres_stage, who) as session:
        assert counting.turnouts(session, [silk], TODAY) == {}
        assert counting.arrivals(session, silk, []) == [0]


def test_without_an_identity_nothing_is_counted(postgres_stage: Stage) -> None:
    with Session(postgres_stage.database.engine("admin")) as session:
        assert counting.turnouts(session, [postgres_stage.ids["algorithms"]], TODAY) == {}


# Locks -----------------------------------------------------------------------------------------------


def test_a_locked_student_is_in_the_numbers_of_nobody_named_or_not(any_stage: Stage) -> None:
    """Numbers are shown around: one who is named and one who isn't must not hold two that differ."""
    stage = any_stage
    students = enrol(stage, 30, "COMP1201")
    come(stage, students[:20], minute=-3)
    lock(stage, students[0], named=("day",))
    seen = {who: counted(stage, who)[stage.ids["algorithms"]] for who in ("dot", "day", "mo", "ona")}
    assert seen == dict.fromkeys(seen, door.Count(expected=31, there=19))


def test_the_numbers_are_those_of_the_register_of_whoever_is_not_named(any_stage: Stage) -> None:
    """So nothing is learnt by putting one beside the other, be the student expected, excused, or a stranger who came."""
    stage = any_stage
    students, strangers = enrol(stage, 30, "COMP1201"), enrol(stage, 2)
    come(stage, [*students[:20], *strangers])
    come(stage, students[20:22], status="authorised")
    for student in (students[0], students[29], strangers[0], students[20]):
        lock(stage, student)
    seen = counted(stage, "day")[stage.ids["algorithms"]]
    register = in_registers(stage, "day")[stage.ids["algorithms"]]
    assert (seen.there, seen.expected) == (register.there, register.expected - 1)  # the other who is excused


def test_a_locked_student_is_in_no_stretch_of_arrivals(any_stage: Stage) -> None:
    students = enrol(any_stage, 4, "COMP1201")
    come(any_stage, students, minute=-3)
    lock(any_stage, students[0], named=("day",))
    with asking(any_stage, "day") as session:
        assert counting.arrivals(session, any_stage.ids["algorithms"], [START]) == [3, 0]


def test_a_lock_that_was_lifted_keeps_nobody_out(any_stage: Stage) -> None:
    student = any_stage.ids["ada"]
    come(any_stage, [student])
    lock(any_stage, student, lifted=True)
    assert counted(any_stage)[any_stage.ids["algorithms"]].there == 1


# Days, statuses, minutes -----------------------------------------------------------------------------


def test_whoever_is_enrolled_from_one_day_on_is_expected_from_that_day_on(any_stage: Stage) -> None:
    for days_ago in (2, 1, 0):
        any_stage.add_lecture(f"{days_ago} ago", starts_at=START - days_ago * DAY, group="new")
    enrol(any_stage, 3, "COMP1201", group="new", from_on=TODAY - DAY, until_on=TODAY - DAY)
    counts = counted(any_stage, group="new")
    assert [counts[any_stage.ids[f"{ago} ago"]].expected for ago in (2, 1, 0)] == [0, 3, 0]


def test_whoever_leaves_the_university_is_expected_until_the_last_day(any_stage: Stage) -> None:
    for days_ago in (2, 1, 0):
        any_stage.add_lecture(f"{days_ago} ago", starts_at=START - days_ago * DAY, group="new")
    enrol(any_stage, 3, "COMP1201", group="new", left_on=TODAY - DAY)
    counts = counted(any_stage, group="new")
    assert [counts[any_stage.ids[f"{ago} ago"]].expected for ago in (2, 1, 0)] == [3, 3, 0]


@pytest.mark.parametrize("status", ["authorised", "exempt", "void"])
def test_whoever_need_not_come_is_not_expected(any_stage: Stage, status: str) -> None:
    come(any_stage, [any_stage.ids["ada"]], status=status)
    assert counted(any_stage)[any_stage.ids["algorithms"]] == door.Count(expected=1, there=0)


def test_somebody_who_walked_in_counts_once_staff_have_settled_it(any_stage: Stage) -> None:
    any_stage.keep_walk_in("cy")
    before = counted(any_stage)[any_stage.ids["algorithms"]]
    come(any_stage, [any_stage.ids["cy"]])
    assert (before, counted(any_stage)[any_stage.ids["algorithms"]]) == (door.Count(2, 0), door.Count(3, 1))


def test_arrivals_are_counted_between_edges_by_their_time(any_stage: Stage) -> None:
    students = enrol(any_stage, 9, "COMP1201")
    come(any_stage, students[:4], minute=-3)
    come(any_stage, students[4:6], minute=0)
    come(any_stage, students[6:7], minute=4.5, status="present_late")
    come(any_stage, students[7:8], minute=1, method="hand")
    come(any_stage, students[8:], minute=1, status="unable_to_check_in")
    edges = [START + timedelta(minutes=it) for it in (0, 3)]
    with asking(any_stage, "day") as session:
        assert counting.arrivals(session, any_stage.ids["algorithms"], edges) == [4, 2, 1]


def test_arrivals_of_one_stretch_need_no_edge(any_stage: Stage) -> None:
    come(any_stage, enrol(any_stage, 2, "COMP1201"))
    with asking(any_stage, "day") as session:
        assert counting.arrivals(session, any_stage.ids["algorithms"], []) == [2]


def test_whoever_disputes_an_entry_is_neither_expected_nor_there(any_stage: Stage) -> None:
    stage = any_stage
    students = enrol(stage, 12, "COMP1201")
    come(stage, students[:8])
    before = counted(stage)[stage.ids["algorithms"]]
    for student_id in (students[0], students[11]):
        about = {"lecture_id": stage.ids["algorithms"], "student_id": student_id, "says": "not_me"}
        stage.add("", wishes.dispute, **about, opened_at=stage.clock())

    after = counted(stage)

    assert (before, after[stage.ids["algorithms"]]) == (door.Count(14, 8), door.Count(12, 7))
    assert after == in_registers(stage, "day", "eve")
    with asking(stage, "dot") as session:
        assert sum(counting.arrivals(session, stage.ids["algorithms"], [])) == 7

"""Registers that say what was arranged ahead: settled whenever something changes, the same on both engines."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.store import excuses
from kiosk.store.identity import Identity, identify
from kiosk.store.tables import board, register, wishes
from tests.stage import START, Stage

LONDON = ZoneInfo("Europe/London")
TODAY = START.date()
DAY = timedelta(days=1)
BY = excuses.By("lecturer", 7)


def arrange(stage: Stage, student: str = "ada", kind: str = "authorised", **values: Any) -> int:
    """Something agreed with a student, for today unless it says otherwise."""
    about = {"from_on": TODAY, "until_on": TODAY, "state": "agreed", **values}
    arrangement_id = stage.add("", wishes.arrangement, student_id=stage.ids[student], kind=kind, **about)
    by = {"state": "agreed", "by_role": "engagement_officer", "by_staff_id": stage.ids["ona"]}
    stage.add("", wishes.arrangement_change, arrangement_id=arrangement_id, at=stage.clock(), **by)
    return arrangement_id


def settle(stage: Stage, *lectures: str, who: str = "day") -> None:
    """As a lecturer's session does it, who may read none of what was arranged."""
    with Session(stage.database.engine("admin")) as session:
        identify(session, Identity(stage.ids[who], stage.clock(), LONDON))
        excuses.settle(session, [stage.ids[it] for it in lectures or ("algorithms",)], stage.clock(), LONDON, BY)
        session.commit()


def register_of(stage: Stage, lecture: str = "algorithms") -> dict[str, str]:
    names = {number: name for name, number in stage.ids.items() if name in ("ada", "ben", "cy")}
    rows = stage.rows(register.attendance, register.attendance.c.lecture_id == stage.ids[lecture])
    return {names[row.student_id]: row.status for row in rows}


def history(stage: Stage) -> list[tuple[str | None, str, str, int | None]]:
    rows = stage.rows(register.attendance_change)
    return [(row.status_before, row.status, row.set_by_role, row.set_by_staff_id) for row in rows]


@pytest.mark.parametrize("kind", ["authorised", "exempt"])
def test_whoever_is_covered_is_so_in_the_register(any_stage: Stage, kind: str) -> None:
    arrange(any_stage, kind=kind)
    settle(any_stage)
    assert register_of(any_stage) == {"ada": kind}
    assert history(any_stage) == [("not_recorded", kind, "engagement_officer", any_stage.ids["ona"])]


def test_settling_again_changes_nothing(any_stage: Stage) -> None:
    arrange(any_stage)
    settle(any_stage)
    settle(any_stage)
    assert len(history(any_stage)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"from_on": TODAY - 9 * DAY, "until_on": TODAY - DAY},
        {"from_on": TODAY + DAY, "until_on": TODAY + 9 * DAY},
        {"weekdays": "1345"},
        {"from_time": "11:00", "until_time": "12:00"},
        {"from_time": "09:00", "until_time": "10:00"},
        {"state": "asked"},
        {"state": "withdrawn"},
        {"kind": "extension", "minutes": 20},
    ],
)
def test_what_does_not_cover_the_lecture_changes_nothing(any_stage: Stage, values: dict[str, Any]) -> None:
    arrange(any_stage, **values)
    settle(any_stage)
    assert register_of(any_stage) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"from_on": TODAY - 9 * DAY, "until_on": TODAY},
        {"weekdays": "2"},
        {"weekdays": "25", "from_time": "10:59", "until_time": "12:00"},
        {"from_time": "09:00", "until_time": "10:01"},
    ],
)
def test_a_day_of_the_week_and_a_time_of_the_day_are_enough(any_stage: Stage, values: dict[str, Any]) -> None:
    arrange(any_stage, **values)
    settle(any_stage)
    assert register_of(any_stage) == {"ada": "authorised"}


def test_only_who_is_enrolled_in_it_is_excused_from_it(any_stage: Stage) -> None:
    arrange(any_stage, "cy")
    settle(any_stage)
    assert register_of(any_stage) == {}


@pytest.mark.parametrize(
    ("status", "becomes"), [("not_recorded", "authorised"), ("absent", "authorised"), ("present", "present")]
)
def test_whoever_was_there_stays_there(any_stage: Stage, status: str, becomes: str) -> None:
    any_stage.put_in_register("ada", status)
    arrange(any_stage)
    settle(any_stage)
    assert register_of(any_stage) == {"ada": becomes}


def test_what_is_taken_back_is_not_recorded_again(any_stage: Stage) -> None:
    arrangement_id = arrange(any_stage)
    settle(any_stage)
    any_stage.change(wishes.arrangement, arrangement_id, state="withdrawn")
    settle(any_stage)
    assert register_of(any_stage) == {"ada": "not_recorded"}
    assert history(any_stage)[1] == ("authorised", "not_recorded", "lecturer", 7)


def test_a_lecture_that_moves_to_another_day_is_another_day(any_stage: Stage) -> None:
    arrange(any_stage)
    settle(any_stage)
    with any_stage.database.owner.begin() as connection:
        moved = {"starts_at": START + DAY, "ends_at": START + DAY + timedelta(hours=1)}
        connection.execute(
            update(board.lecture).where(board.lecture.c.id == any_stage.ids["algorithms"]).values(**moved)
        )
    settle(any_stage)
    assert register_of(any_stage) == {"ada": "not_recorded"}


def test_of_two_the_newer_one_counts(any_stage: Stage) -> None:
    arrange(any_stage)
    settle(any_stage)
    arrange(any_stage, kind="exempt")
    settle(any_stage)
    assert register_of(any_stage) == {"ada": "exempt"}


@pytest.mark.parametrize(("day", "covered"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True)])
def test_a_day_is_a_day_of_the_institutions_calendar(any_stage: Stage, day: date, covered: bool) -> None:
    """23:30 in UTC is the next day in Britain in summer, and a session belongs to the day on which it begins."""
    any_stage.add_lecture("night", starts_at=datetime(2026, 6, 30, 23, 30, tzinfo=ZoneInfo("UTC")))
    arrange(any_stage, from_on=day, until_on=day, from_time="00:45", until_time="02:00")
    settle(any_stage, "night")
    assert (register_of(any_stage, "night") == {"ada": "authorised"}) is covered


def test_a_lecture_past_midnight_goes_on_until_the_end_of_its_day(any_stage: Stage) -> None:
    any_stage.add_lecture("late", starts_at=START.replace(hour=23, minute=30))
    arrange(any_stage, from_time="23:45", until_time="23:59")
    settle(any_stage, "late")
    assert register_of(any_stage, "late") == {"ada": "authorised"}


def test_several_lectures_are_settled_at_once(any_stage: Stage) -> None:
    any_stage.add_lecture("tomorrow", starts_at=START + DAY)
    any_stage.add_lecture("next week", starts_at=START + 7 * DAY)
    arrange(any_stage, until_on=TODAY + 3 * DAY)
    settle(any_stage, "algorithms", "tomorrow", "next week")
    assert [register_of(any_stage, it) for it in ("algorithms", "tomorrow", "next week")] == [
        {"ada": "authorised"}, {"ada": "authorised"}, {},
    ]  # fmt: skip

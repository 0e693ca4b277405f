"""Attendance in numbers: of a module by weeks, of a session by minutes; and where there are too few people for any."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.store.tables import board
from tests.admin.conftest import Desk
from tests.admin.crowds import come, enrol
from tests.admin.states.state import State
from tests.admin.test_aggregates import arrivals_of, count_heads, empty, end, held, look, numbers_of


def weeks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage = desk.stage
    yield "no session yet", look(desk, numbers_of(stage))
    yield "modules, none called that", look(desk, "/numbers?search=zzz")
    yield "modules, by a word", look(desk, "/numbers?search=Algo")
    stage.change(board.module, stage.ids["COMP1201"], archived_at=stage.clock())
    yield "modules, one archived", look(desk, "/numbers")
    end(stage)
    yield "too few people", look(desk, numbers_of(stage))
    stage.change(board.lecture, stage.ids["algorithms"], cancelled_at=stage.clock())
    yield "all cancelled", look(desk, numbers_of(stage))
    empty(stage)
    ages_ago = {"starts_at": stage.start - timedelta(days=300), "ends_at": stage.start - timedelta(days=299)}
    stage.change(board.lecture, stage.ids["algorithms"], **ages_ago)
    held(stage, "empty", 60, 0)
    yield "nobody came", look(desk, numbers_of(stage))
    stage.change(board.lecture, stage.ids["empty"], **ages_ago)
    held(stage, "shown", 60, 30)
    yield "one week", look(desk, numbers_of(stage))
    for name, expected, there in (("nobody", 60, 0), ("few", 60, 9), ("small", 19, 12), ("everybody", 60, 60)):
        held(stage, name, expected, there)
        yield f"with {name}", look(desk, numbers_of(stage))
    held(stage, "off", 60, 0, cancelled_at=stage.clock())
    held(stage, "before", 60, 40, days_ago=7)
    held(stage, "long ago", 60, 5, days_ago=14)
    yield "three weeks", look(desk, numbers_of(stage))
    for lecture, people in (("shown", 50), ("before", 20), ("everybody", 60)):
        count_heads(stage, people, lecture=lecture)
    yield "heads were counted", look(desk, numbers_of(stage))
    monkeypatch.setattr("kiosk.admin.views.aggregates.SHOWN_ROWS", 0)
    yield "more modules than are shown", look(desk, "/numbers")
    stage.add_staff("kim", "Kim Empty", "module_admin", "department", "Physics")
    yield "no modules at all", desk.sign_in("kim").get("/numbers")


CROWDS = {
    "nobody": (60, ()),
    "in two stretches": (80, ((30, -5), (20, 5))),
    "nearly all": (80, ((50, -5), (25, 5))),
    "a few whose time is not known": (80, ((30, -5), (30, 5), (5, None))),
    "many whose time is not known": (80, ((30, -5), (20, 5), (15, None))),
    "all whose time is not known": (80, ((30, None),)),
    "a few missing, many whose time is not known": (80, ((40, -5), (21, 5), (15, None))),
    "everybody": (60, ((30, -5), (30, 5))),
    "too few": (15, ((12, 0),)),
    "late": (80, ((24, -4), (24, 1), (12, 13))),
}


def minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage = desk.stage
    yield "not yet", look(desk, arrivals_of(stage))
    empty(stage)
    for group, (expected, waves) in CROWDS.items():
        stage.add_lecture(group, group=group, rooms=())
        students = enrol(stage, expected, "COMP1201", group=group)
        for people, minute in waves:
            now, students = students[:people], students[people:]
            come(stage, now, group, **({"minute": minute} if minute is not None else {"method": "hand"}))
    end(stage)
    for group in CROWDS:
        yield group, look(desk, arrivals_of(stage, group))
    for lecture, people in (("late", 65), ("nearly all", 60), ("in two stretches", 30)):
        count_heads(stage, people, lecture=lecture)
        yield f"{lecture}: heads were counted", look(desk, arrivals_of(stage, lecture))
    for column in ("cancelled_at", "voided_at"):
        stage.change(board.lecture, stage.ids["algorithms"], **{"cancelled_at": None, column: stage.clock()})
        yield column, look(desk, arrivals_of(stage))

"""Sessions: whose they are, adding and moving them, times on the Sundays when clocks change."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kiosk.admin.forms.lectures import instant_at
from kiosk.admin.services import lectures as service
from kiosk.store.doors import board as board_door
from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser, repeating_salts, repeats

LONDON = ZoneInfo("Europe/London")


def fields(desk: Desk, **changes: object) -> dict[str, object]:
    plain = {
        "module": f"{desk.stage.ids['COMP1201']}:",
        "kind": "Seminar",
        "day": "2026-11-25",
        "starts": "14:00",
        "ends": "15:00",
        "room": "4/4053",
        "mode": "in_person",
    }
    return {**plain, **changes}


def newest(desk: Desk) -> Any:
    return desk.stage.rows(board.lecture)[-1]


def add_teacher(desk: Desk, from_on: date | None, until_on: date | None) -> None:
    """Gus, who teaches COMP1201 from one day until another."""
    ids = {"staff_id": desk.stage.add_staff("gus", "Gus Group", "lecturer"), "module_id": desk.stage.ids["COMP1201"]}
    desk.stage.add("", staff.teaching, **ids, from_on=from_on, until_on=until_on)


@pytest.mark.parametrize("rest", ["", "/edit", "/cover", "/register"])
def test_a_lecturer_of_another_module_finds_nothing(desk: Desk, day: Browser, eve: Browser, rest: str) -> None:
    assert day.get(desk.lecture(rest=rest)).status_code == 200
    assert eve.get(desk.lecture(rest=rest)).status_code == 404
    assert eve.get(f"/lectures/99{rest}").status_code == 404


def test_a_module_administrator_sees_the_department_s_sessions_and_no_others(desk: Desk) -> None:
    mo = desk.sign_in("mo")

    assert mo.get(desk.lecture()).status_code == 200
    assert mo.get(desk.lecture("silk")).status_code == 404
    assert "HIST2002" not in mo.get("/lectures").text


def test_a_module_administrator_reads_no_register_and_no_count(desk: Desk) -> None:
    mo = desk.sign_in("mo")

    assert mo.get(desk.lecture(rest="/register")).status_code == 404
    assert "checked in" not in mo.get(desk.lecture()).text


def test_a_joint_session_belongs_to_the_lecturers_of_each_module(desk: Desk, day: Browser, eve: Browser) -> None:
    desk.stage.add_lecture("joint", modules=("COMP1201", "HIST2002"))

    assert [browser.get(desk.lecture("joint")).status_code for browser in (day, eve)] == [200, 200]


def test_teaching_one_group_reaches_that_group_s_sessions_alone(desk: Desk) -> None:
    desk.stage.add_staff("gus", "Gus Group", "lecturer")
    desk.stage.add(
        "", staff.teaching, staff_id=desk.stage.ids["gus"], module_id=desk.stage.ids["COMP1201"], group_name="A"
    )
    desk.stage.add_lecture("group a", group="A")
    desk.stage.add_lecture("group b", group="B")
    gus = desk.sign_in("gus")

    found = [gus.get(desk.lecture(name)).status_code for name in ("group a", "group b", "algorithms")]

    assert found == [200, 404, 404]


@pytest.mark.parametrize(
    ("from_on", "until_on", "status"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), 200),
        (date(2026, 11, 25), None, 404),
        (None, date(2026, 11, 23), 404),
    ],
)
def test_a_teaching_link_reaches_the_sessions_of_its_days(
    any_desk: Desk, from_on: date | None, until_on: date | None, status: int
) -> None:
    add_teacher(any_desk, from_on, until_on)

    assert any_desk.sign_in("gus").get(any_desk.lecture()).status_code == status


def test_the_day_of_a_teaching_link_is_the_institution_s_day(desk: Desk) -> None:
    # 00:30 on 1 July in London is still 30 June in UTC.
    desk.stage.add_lecture("late", starts_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    add_teacher(desk, date(2026, 7, 1), date(2026, 7, 1))

    assert desk.sign_in("gus").get(desk.lecture("late")).status_code == 200


def test_teaching_without_the_role_of_a_lecturer_reaches_nothing(desk: Desk) -> None:
    desk.stage.add_staff("nor", "Nor Role")
    desk.stage.add("", staff.teaching, staff_id=desk.stage.ids["nor"], module_id=desk.stage.ids["COMP1201"])

    assert desk.sign_in("nor").get(desk.lecture()).status_code == 404


@pytest.mark.parametrize("path", ["/lectures/0", "/lectures/-1", "/lectures/x", "/lectures/99999999999999999999"])
def test_numbers_that_no_session_has_find_nothing(day: Browser, path: str) -> None:
    assert day.get(path).status_code == 404


def test_a_week_of_sessions_is_in_the_institution_s_days(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("next", starts_at=START + timedelta(days=7), kind="Lab")

    this_week, next_week = day.get("/lectures").text, day.get("/lectures?from=2026-12-01").text

    assert ("Lab" in this_week, "Lab" in next_week) == (False, True)
    assert "Week of Monday 30 November" in next_week


@pytest.mark.parametrize("start", ["", "x", "0001-01-01", "9999-12-31", "2026-11-24\x00"])
def test_a_strange_week_is_this_week(day: Browser, start: str) -> None:
    assert "Week of Monday 23 November" in day.get("/lectures", query_string={"from": start}).text


def test_a_session_is_added_with_a_key_of_its_own(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    answer = day.send("/lectures/new", **fields(any_desk))

    made = newest(any_desk)
    assert answer.headers["Location"] == f"/lectures/{made.id}?done=add"
    assert (made.starts_at, made.kind, made.kid, len(made.salt)) == (
        datetime(2026, 11, 25, 14, tzinfo=UTC),
        "Seminar",
        "k1",
        16,
    )
    assert [row.act for row in any_desk.stage.rows(staff.journal)] == ["lecture added"]


def test_a_module_of_somebody_else_is_no_choice(desk: Desk, day: Browser) -> None:
    answer = day.send("/lectures/new", **fields(desk, module=f"{desk.stage.ids['HIST2002']}:"))

    assert (answer.status_code, "Choose a module from the list" in answer.text) == (422, True)
    assert len(desk.stage.rows(board.lecture)) == 2


def test_nobody_joins_what_they_teach_with_what_they_administer(desk: Desk) -> None:
    """The register of such a session would be their own, with students they don't teach."""
    stage = desk.stage
    stage.add_staff("dual", "Dr Dual", "lecturer")
    stage.add(
        "",
        staff.role_grant,
        staff_id=stage.ids["dual"],
        role="module_admin",
        scope_kind="department",
        scope_value="Computing",
        from_on=START.date(),
        until_on=START.date(),
    )
    stage.add("", staff.teaching, staff_id=stage.ids["dual"], module_id=stage.ids["HIST2002"])
    own, other = (f"{stage.ids[code]}:" for code in ("HIST2002", "COMP1201"))
    dual = desk.sign_in("dual")

    joined = dual.send("/lectures/new", **fields(desk, module=[own, other]))

    assert (joined.status_code, "Ask a colleague" in joined.text) == (422, True)
    assert [dual.send("/lectures/new", **fields(desk, module=[it])).status_code for it in (own, other)] == [303, 303]


def test_the_groups_somebody_is_enrolled_in_may_be_chosen(desk: Desk, day: Browser) -> None:
    desk.stage.add_student("di", "31000004", "Di Ng", "COMP1201", group="A")

    day.send("/lectures/new", **fields(desk, module=f"{desk.stage.ids['COMP1201']}:A"))

    assert desk.stage.rows(board.lecture_module)[-1].group_name == "A"


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"day": "yesterday"}, "Choose a day"),
        ({"day": "2026-11-23"}, "This time is over"),
        ({"day": "2226-11-23"}, "within the next two years"),
        ({"starts": "ten"}, "hours and minutes"),
        ({"ends": ""}, "hours and minutes"),
        ({"ends": "14:00"}, "same as the start"),
        ({"ends": "13:00"}, "before the start"),
        ({"room": "4/9999"}, "There is no room"),
        ({"room": ""}, "Choose a room"),
        ({"room": "\x00"}, "Choose a room"),
        ({"mode": "telepathy"}, "how people take part"),
        ({"kind": ""}, "what kind of session"),
        ({"kind": "x" * 50_000}, "what kind of session"),
        ({"module": ""}, "Choose a module"),
        ({"module": "1:A\x00"}, "Choose a module"),
    ],
)
def test_what_does_not_do_is_said_beside_its_field(
    desk: Desk, day: Browser, changes: dict[str, object], advice: str
) -> None:
    answer = day.send("/lectures/new", **fields(desk, **changes))

    assert (answer.status_code, advice in words(answer)) == (422, True)
    assert len(desk.stage.rows(board.lecture)) == 2


def test_a_session_may_go_on_past_midnight(desk: Desk, day: Browser) -> None:
    day.send("/lectures/new", **fields(desk, starts="22:30", ends="00:30"))

    assert newest(desk).ends_at - newest(desk).starts_at == timedelta(hours=2)


def test_an_online_session_needs_no_room(desk: Desk, day: Browser) -> None:
    assert day.send("/lectures/new", **fields(desk, room="", mode="remote")).status_code == 303


def test_a_move_keeps_the_modules_and_notes_both_times(desk: Desk, day: Browser) -> None:
    page = desk.lecture(rest="/edit")

    answer = day.send(page, **fields(desk, version=1, room="58/1065", starts="16:00", ends="17:00"))

    moved = desk.stage.rows(board.lecture, board.lecture.c.id == desk.stage.ids["algorithms"])[0]
    entry = desk.stage.rows(staff.journal)[-1]
    assert answer.headers["Location"] == desk.lecture(rest="?done=move")
    assert moved.starts_at == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert (entry.before["starts_at"], entry.after["starts_at"]) == (
        "2026-11-24T10:00:00+00:00",
        "2026-11-25T16:00:00+00:00",
    )
    assert "58/1065" in day.get(desk.lecture()).text


def test_of_two_tabs_the_later_one_is_told(desk: Desk, day: Browser) -> None:
    page = desk.lecture(rest="/edit")
    day.send(page, **fields(desk, version=1))

    answer = day.send(page, **fields(desk, version=1, starts="16:00", ends="17:00"))

    assert (answer.status_code, "Dr Day changed this session at 10:02 while you were typing" in words(answer)) == (
        409,
        True,
    )
    assert newest(desk).starts_at != datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_a_session_that_is_over_stays_where_it_was(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("past", starts_at=START - timedelta(days=2))

    assert day.send(desk.lecture("past", "/edit"), **fields(desk, version=1)).status_code == 409


REACH = (START - timedelta(hours=2), START + timedelta(minutes=80))
"""The first and the last instant at which a lecture from ten to eleven could be open."""


@pytest.fixture
def bad(desk: Desk) -> Iterator[bytes]:
    """Salts with which the lecture's digits come twice, though not in the timetable's own window; it has the first."""
    lecture_id = desk.stage.ids["algorithms"]
    usual = (START - timedelta(minutes=15), START + timedelta(minutes=20))
    salts = (salt for salt in repeating_salts(lecture_id, *REACH) if not repeats(lecture_id, salt, *usual))
    first = next(salts)
    desk.stage.change(board.lecture, lecture_id, salt=first)
    return itertools.chain([first], salts)


def settle(desk: Desk, *salts: bytes) -> bytes:
    """The lecture's salt once its codes are settled, when these are drawn."""
    lecture_id, rules, drawn = desk.stage.ids["algorithms"], desk.stage.settings("admin"), iter(salts)
    with Session(desk.stage.database.engine("admin")) as session:
        service.settle_codes(session, rules, lecture_id, lambda size: next(drawn))
        session.commit()
        lecture = board_door.lecture_by_id(session, lecture_id, rules.windows)
    assert lecture is not None
    return lecture.salt


def test_a_salt_is_drawn_until_no_digits_come_twice_however_long_somebody_opens_it(
    desk: Desk, bad: Iterator[bytes]
) -> None:
    lecture_id, first, second = desk.stage.ids["algorithms"], next(bad), next(bad)
    good = next(salt for salt in (bytes([n]) * 16 for n in range(50)) if not repeats(lecture_id, salt, *REACH))

    assert settle(desk, second, first, good) == good


def test_a_salt_that_holds_stays(desk: Desk) -> None:
    lecture_id = desk.stage.ids["algorithms"]
    was = next(salt for salt in (bytes([n]) * 16 for n in range(50)) if not repeats(lecture_id, salt, *REACH))
    desk.stage.change(board.lecture, lecture_id, salt=was)

    assert settle(desk) == was


def test_codes_that_a_screen_has_shown_stay(desk: Desk, bad: Iterator[bytes]) -> None:
    desk.stage.add("", board.showing, lecture_id=desk.stage.ids["algorithms"], first_shown_at=START)

    assert settle(desk) == next(bad)


def test_a_time_in_the_hour_that_is_left_out_is_no_time() -> None:
    instant, problem = instant_at(date(2027, 3, 28), time(1, 30), LONDON)

    assert instant is None
    assert "There is no 01:30" in problem


def test_a_time_in_the_hour_that_comes_twice_is_two_times() -> None:
    instant, problem = instant_at(date(2026, 10, 25), time(1, 30), LONDON)

    assert instant is None
    assert "comes twice" in problem


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.times())
def test_every_other_time_is_one_instant_that_reads_the_same(day: date, clock: time) -> None:
    instant, problem = instant_at(day, clock, LONDON)

    assert (instant is None) == bool(problem)
    if instant is not None:
        assert instant.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, clock)


def test_a_session_in_the_missing_hour_is_refused_on_the_page(desk: Desk, day: Browser) -> None:
    answer = day.send("/lectures/new", **fields(desk, day="2027-03-28", starts="01:30", ends="03:00"))

    assert (answer.status_code, "clocks go forward" in answer.text) == (422, True)


def test_the_count_of_check_ins_is_a_number(desk: Desk, day: Browser) -> None:
    desk.stage.put_in_register("ada")

    assert '<strong class="number">1</strong> of 2 checked in' in words(day.get(desk.lecture()))

"""What is arranged with students: an officer of the department agrees, declines, takes back; a lecturer sees the effect alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.admin.services import arrangements as service
from kiosk.store.tables import log, register, wishes
from tests.admin.conftest import Desk, words
from tests.admin.test_claims import decide as decline_claim
from tests.admin.test_corrections import mark
from tests.admin.test_many_at_once import do, undo_last
from tests.admin.test_register import open_names
from tests.stage import START, Browser, tokenless

ADA, BEN, CY = "31000001", "31000002", "31000003"
TODAY = START.date()
LECTURE = {"day": f"{TODAY + timedelta(days=1):%Y-%m-%d}", "starts": "10:00", "ends": "11:00", "kind": "Lecture"}
LECTURE |= {"room": "4/4053", "mode": "in_person"}


@pytest.fixture
def ona(any_desk: Desk) -> Browser:
    return any_desk.sign_in("ona")


def arrange(browser: Browser, number: str = ADA, kind: str = "authorised", **values: Any) -> TestResponse:
    form = {"number": number, "kind": kind, "from_on": f"{TODAY}", **values}
    return browser.send("/arrangements/new", "/arrangements", **form)


def ask(desk: Desk, student: str = "ada", **values: Any) -> int:
    """What a student asks for."""
    about = {"kind": "authorised", "from_on": TODAY, "until_on": TODAY, "state": "asked", **values}
    number = desk.stage.add("", wishes.arrangement, student_id=desk.stage.ids[student], **about)
    desk.stage.add("", wishes.arrangement_change, arrangement_id=number, at=START, state="asked", by_role="student")
    return number


def answer(browser: Browser, number: int, step: str, version: int = 1) -> TestResponse:
    return browser.send(f"/arrangements/{number}", "/arrangements", step=step, version=version)


def undo(browser: Browser, number: int) -> str:
    browser.send(f"/arrangements/{number}/undo", "/arrangements")
    return words(browser.get("/arrangements"))


def statuses(desk: Desk) -> dict[str, str]:
    names = {desk.stage.ids[name]: name for name in ("ada", "ben", "cy")}
    return {names[row.student_id]: row.status for row in desk.stage.rows(register.attendance)}


def states(desk: Desk) -> list[str]:
    return [row.state for row in desk.stage.rows(wishes.arrangement)]


def logged(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row.act, row.thing, row.outcome) for row in desk.stage.rows(log.access_entry) if "arrange" in row.thing]


# Agreeing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["authorised", "exempt"])
def test_what_an_officer_arranges_is_in_the_register(any_desk: Desk, ona: Browser, kind: str) -> None:
    assert arrange(ona, kind=kind).status_code == 303

    assert statuses(any_desk) == {"ada": kind}
    assert "Agreed. It covers 1 session of the timetable as it is" in words(ona.get("/arrangements"))
    assert logged(any_desk) == [("change", "arrangement", "agreed")]


def test_a_lecturer_sees_the_effect_and_nothing_else(any_desk: Desk, ona: Browser) -> None:
    arrange(ona, until_on=f"{TODAY + timedelta(days=7)}", weekday=["2", "4"])
    text = words(open_names(any_desk, any_desk.sign_in("day")))

    assert "Authorised" in text
    assert "Thursday" not in text and str((TODAY + timedelta(days=7)).day) + " December" not in text  # noqa: PT018


def test_what_a_student_asked_for_waits_until_somebody_agrees(any_desk: Desk, ona: Browser) -> None:
    number = ask(any_desk)
    before = statuses(any_desk)
    said = words(answer(ona, number, "agree"))

    assert (before, statuses(any_desk)) == ({}, {"ada": "authorised"})
    assert "Agreed. It covers 1 session" in said


def test_the_answer_is_declined_and_nothing_changes(any_desk: Desk, ona: Browser) -> None:
    answer(ona, ask(any_desk), "decline")
    assert (states(any_desk), statuses(any_desk)) == (["declined"], {})


def test_what_was_agreed_is_taken_back(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    said = words(answer(ona, 1, "withdraw"))

    assert statuses(any_desk) == {"ada": "not_recorded"}
    assert "It no longer covers 1 session." in said


@pytest.mark.parametrize(("step", "was"), [("agree", "asked"), ("decline", "asked")])
def test_an_answer_is_undone(any_desk: Desk, ona: Browser, step: str, was: str) -> None:
    number = ask(any_desk)
    answer(ona, number, step)
    said = undo(ona, number)

    assert states(any_desk) == [was]
    assert set(statuses(any_desk).values()) <= {"not_recorded"}
    assert "It waits again." in said


def test_what_was_arranged_and_what_was_taken_back_are_undone(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    undo(ona, 1)
    after_one = states(any_desk)
    arrange(ona)
    answer(ona, 2, "withdraw")
    undo(ona, 2)

    assert (after_one, states(any_desk)) == (["withdrawn"], ["withdrawn", "agreed"])
    assert statuses(any_desk) == {"ada": "authorised"}


def test_an_undo_and_a_colleagues_act_are_not_undone(any_desk: Desk, ona: Browser) -> None:
    any_desk.stage.add_staff("oda", "Oda Officer", "engagement_officer", "department", "Computing")
    arrange(ona)
    answer(any_desk.sign_in("oda"), 1, "withdraw")
    said = undo(ona, 1)

    assert states(any_desk) == ["withdrawn"]
    assert "Somebody else has just answered that." in said


def test_of_two_answers_the_first_one_stands(any_desk: Desk, ona: Browser) -> None:
    number = ask(any_desk)
    answer(ona, number, "decline")
    said = words(answer(ona, number, "agree"))

    assert states(any_desk) == ["declined"]
    assert "Somebody else has just answered that." in said


def test_the_same_twice_is_said(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    again = arrange(ona)

    assert (again.status_code, states(any_desk)) == (422, ["agreed"])
    assert "This is agreed with them already." in words(again)


def test_more_minutes_are_no_status(any_desk: Desk, ona: Browser) -> None:
    arrange(ona, kind="extension", minutes="20")

    assert statuses(any_desk) == {}
    assert [row.minutes for row in any_desk.stage.rows(wishes.arrangement)] == [20]


# Names ----------------------------------------------------------------------------------------------


def test_the_page_shows_numbers_until_somebody_asks_for_names(any_desk: Desk, ona: Browser) -> None:
    ask(any_desk)
    arrange(ona, BEN)
    closed = words(ona.get("/arrangements"))
    shown = words(ona.send("/arrangements/names", "/arrangements"))

    assert "1</strong> waits for an answer. <strong>1</strong> holds" in closed
    assert [name in closed for name in ("Ada", "Ben")] == [False, False]
    assert [name in shown for name in ("Ada Lovelace", "Ben Okri")] == [True, True]
    assert logged(any_desk)[-1] == ("view roster", "arrangements", "shown")


def test_it_says_who_asked_and_who_agreed_by_role(any_desk: Desk, ona: Browser) -> None:
    shown = words(answer(ona, ask(any_desk), "agree"))
    assert "Asked for by the student" in shown
    assert "Agreed by Engagement officer" in shown


def test_many_are_shown_so_many_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SHOWN_AT_ONCE", 1)
    ona = desk.sign_in("ona")
    for number in (ADA, BEN):
        arrange(ona, number)
    first, second = (words(ona.send("/arrangements/names", "/arrangements", start=start)) for start in (0, 1))

    assert ["Ada Lovelace" in it for it in (first, second)] == [True, False]
    assert ['name="start" value="1"><button class="quiet">Later names' in first, "Earlier names" in first] == [
        True,
        False,
    ]
    assert ['name="start" value="0"><button class="quiet">Earlier names' in second, "Later names" in second] == [
        True,
        False,
    ]


def test_with_nothing_arranged_it_says_so(any_desk: Desk, ona: Browser) -> None:
    assert "Nothing waits for an answer" in words(ona.get("/arrangements"))


# Others ---------------------------------------------------------------------------------------------


def test_a_student_of_another_department_is_nobody(any_desk: Desk, ona: Browser) -> None:
    other = arrange(ona, CY)
    nobody = arrange(ona, "39999999")

    same, as_nobody = (tokenless(it.text).replace(number, "") for it, number in ((other, CY), (nobody, "39999999")))
    assert (other.status_code, same) == (422, as_nobody)
    assert states(any_desk) == []


@pytest.mark.parametrize("login", ["day", "eve", "tia", "mo", "dot", "sid", "olu"])
def test_nobody_else_arranges_anything(any_desk: Desk, login: str) -> None:
    browser, number = any_desk.sign_in(login), ask(any_desk)
    answers = {
        browser.send(path, "/", step="agree", version=1, number=ADA).status_code
        for path in (
            "/arrangements/new",
            "/arrangements/names",
            f"/arrangements/{number}",
            f"/arrangements/{number}/undo",
        )
    }
    assert (answers, states(any_desk)) == ({404}, ["asked"])


def test_an_officer_of_another_department_finds_no_such_arrangement(any_desk: Desk) -> None:
    any_desk.stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "History")
    found = answer(any_desk.sign_in("oz"), ask(any_desk), "agree")
    assert (found.status_code, states(any_desk)) == (404, ["asked"])


# What is typed --------------------------------------------------------------------------------------


@pytest.fixture
def here(desk: Desk) -> Browser:
    """Nothing reaches a database, so one engine will do."""
    return desk.sign_in("ona")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"number": ""}, "Type all of the student number."),
        ({"kind": "holiday"}, "Choose one of the list."),
        ({"from_on": ""}, "Choose a day, such as"),
        ({"from_on": "31/12/2026"}, "Choose a day, such as"),
        ({"until_on": "2026-11-23"}, "The last day is before the first."),
        ({"until_on": "2027-12-01"}, "longer than a year"),
        ({"from_time": "10:00"}, "Choose both times"),
        ({"from_time": "25:00", "until_time": "26:00"}, "Choose a time, such as"),
        ({"from_time": "12:00", "until_time": "12:00"}, "not after the first"),
        ({"kind": "extension"}, "how many minutes longer"),
        ({"kind": "extension", "minutes": "0"}, "how many minutes longer"),
        ({"kind": "extension", "minutes": "999"}, "how many minutes longer"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(desk: Desk, here: Browser, values: dict[str, str], said: str) -> None:
    refused = arrange(here, **values)

    assert (refused.status_code, said in words(refused), states(desk)) == (422, True, [])


@pytest.mark.parametrize("weekday", [["8"], ["0", "x"], ["²"], ["12"]])
def test_a_day_of_no_week_is_no_day(desk: Desk, here: Browser, weekday: list[str]) -> None:
    arrange(here, weekday=weekday)
    assert [row.weekdays for row in desk.stage.rows(wishes.arrangement)] == [""]


def test_a_page_that_was_refused_keeps_what_was_typed(desk: Desk, here: Browser) -> None:
    text = words(arrange(here, until_on="2026-11-23", weekday=["2"], from_time="09:00", until_time="10:30"))
    assert 'value="2026-11-23"' in text
    assert 'name="weekday" value="2" checked' in text
    assert 'value="10:30"' in text


# Whatever changes afterwards ------------------------------------------------------------------------


def test_a_session_that_a_lecturer_adds_is_covered_too(any_desk: Desk, ona: Browser) -> None:
    arrange(ona, until_on=f"{TODAY + timedelta(days=3)}")
    day = any_desk.sign_in("day")
    added = day.send("/lectures/new", "/lectures/new", module=f"{any_desk.stage.ids['COMP1201']}:", **LECTURE)

    assert added.status_code == 303
    assert [row.status for row in any_desk.stage.rows(register.attendance)] == ["authorised", "authorised"]


def test_whoever_comes_all_the_same_is_marked_present_and_no_mark_loses_what_was_arranged(
    any_desk: Desk, ona: Browser
) -> None:
    arrange(ona)
    day = any_desk.sign_in("day")
    mark(any_desk, day, status="present", reason="was_there")
    came = statuses(any_desk)
    row = any_desk.stage.rows(register.attendance)[0]
    mark(any_desk, day, version=row.version, status="not_recorded", reason="mistake")

    assert (came, statuses(any_desk)) == ({"ada": "present"}, {"ada": "authorised"})


def test_what_was_arranged_holds_again_once_somebodys_word_is_declined(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    stage, (row,) = any_desk.stage, any_desk.stage.rows(register.attendance)
    key = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids["ada"]}
    stage.add("", wishes.claim, **key, made_at=stage.clock(), code="digits", shown_at=stage.clock())
    stage.change(register.attendance, row.id, status="unable_to_check_in", method="word", version=row.version + 1)
    decline_claim(any_desk, any_desk.sign_in("day"), "decline")

    assert statuses(any_desk) == {"ada": "authorised"}


def test_a_mark_from_before_it_was_arranged_is_undone_to_what_was_arranged(any_desk: Desk, ona: Browser) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day, status="present", reason="was_there")
    arrange(ona)
    undo_last(any_desk, day)

    assert statuses(any_desk) == {"ada": "authorised"}


def test_a_session_that_is_moved_out_of_it_is_not_covered_any_more(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    path = any_desk.lecture(rest="/edit")
    moved = any_desk.sign_in("day").send(path, **LECTURE, version=1)

    assert (moved.status_code, statuses(any_desk)) == (303, {"ada": "not_recorded"})


def test_marking_all_present_leaves_out_whoever_need_not_come(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    do(any_desk, any_desk.sign_in("day"), "all")
    assert statuses(any_desk) == {"ada": "authorised", "ben": "present"}


def test_a_paper_list_says_who_came(any_desk: Desk, ona: Browser) -> None:
    arrange(ona)
    do(any_desk, any_desk.sign_in("day"), "numbers", numbers=ADA)
    assert statuses(any_desk) == {"ada": "present"}


def test_the_day_after_the_last_is_not_shown_any_more(any_desk: Desk, ona: Browser) -> None:
    arrange(ona, from_on="2026-11-02", until_on=f"{date(2026, 11, 23)}")
    assert "<strong>0</strong> hold now or later" in words(ona.get("/arrangements")) or "Nothing waits" in words(
        ona.get("/arrangements")
    )

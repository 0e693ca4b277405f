"""Saying ahead that one can't come: asked for without a reason, answered elsewhere, and each student sees their own."""

from datetime import date, time, timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.checkin.absences import MOST_WAITING
from kiosk.checkin.forms_absences import read_day, read_time
from kiosk.store.tables import register, wishes
from tests.checkin.conftest import Phone
from tests.stage import START, words

TODAY = START.date()
FRIDAY = "27/11/2026"


@pytest.fixture
def ada(any_phone: Phone) -> Phone:
    any_phone.sign_in()
    return any_phone


def ask(phone: Phone, **fields: object) -> TestResponse:
    return phone.browser.send("/absences", **{"from_on": FRIDAY, **fields})


def press(phone: Phone, what: str, number: int = 1) -> TestResponse:
    return phone.browser.send(f"/absences/{number}/{what}", "/absences")


def asked(phone: Phone) -> list[tuple[date, date, str, str | None, str | None]]:
    rows = phone.stage.rows(wishes.arrangement)
    return [(row.from_on, row.until_on, row.weekdays, row.from_time, row.until_time) for row in rows]


def states(phone: Phone) -> list[str]:
    return [row.state for row in phone.stage.rows(wishes.arrangement)]


def test_what_is_asked_for_waits_and_changes_nothing(ada: Phone) -> None:
    answer = ask(ada)

    assert answer.headers["Location"] == "/absences/asked"
    assert asked(ada) == [(date(2026, 11, 27), date(2026, 11, 27), "", None, None)]
    assert (states(ada), ada.stage.rows(register.attendance)) == (["asked"], [])
    assert [row.by_role for row in ada.stage.rows(wishes.arrangement_change)] == ["student"]


def test_a_prayer_time_each_friday_is_said_once_for_the_term(ada: Phone) -> None:
    ask(ada, until_on="18/12/2026", weekday=["5"], from_time="12:30", until_time="13.30")

    assert asked(ada) == [(date(2026, 11, 27), date(2026, 12, 18), "5", "12:30", "13:30")]
    text = ada.read("/absences")
    assert "Friday, 27 November 2026 to 18 December 2026, 12:30–13:30" in text
    assert "Waits for an answer" in text


def test_it_is_passed_on_and_the_page_says_so(ada: Phone) -> None:
    assert "It is passed on." in ada.read(ask(ada).headers["Location"])


@pytest.mark.parametrize("page", ["/account", "/record"])
def test_the_way_there_is_on_the_account_and_on_the_record(ada: Phone, page: str) -> None:
    assert '<a href="/absences">' in ada.browser.get(page).text


def test_the_same_twice_is_one(ada: Phone) -> None:
    ask(ada)
    assert ask(ada).status_code == 303
    assert len(asked(ada)) == 1


def test_what_nobody_answered_is_taken_back_and_asked_for_again(ada: Phone) -> None:
    ask(ada)
    taken = ada.read(press(ada, "withdraw").headers["Location"])
    between = states(ada)
    press(ada, "ask-again")

    assert "It is taken back." in taken
    assert (between, states(ada)) == (["withdrawn"], ["asked"])


@pytest.mark.parametrize("state", ["agreed", "declined"])
def test_what_was_answered_meanwhile_is_not_taken_back(ada: Phone, state: str) -> None:
    ask(ada)
    ada.stage.change(wishes.arrangement, 1, state=state, version=2)
    answer = press(ada, "withdraw")

    assert (answer.status_code, states(ada)) == (409, [state])
    assert "It was answered meanwhile." in words(answer)


@pytest.mark.parametrize(
    ("state", "said"), [("agreed", "Agreed"), ("declined", "Not agreed"), ("withdrawn", "Taken back")]
)
def test_the_answer_is_on_the_page(ada: Phone, state: str, said: str) -> None:
    ask(ada)
    ada.stage.change(wishes.arrangement, 1, state=state)
    assert said in ada.read("/absences")


def test_what_an_office_arranged_is_there_too_and_more_minutes_with_it(ada: Phone) -> None:
    days = {"student_id": ada.stage.ids["ada"], "from_on": TODAY, "until_on": TODAY + timedelta(days=90)}
    ada.stage.add("", wishes.arrangement, **days, kind="extension", minutes=20, state="agreed")
    assert "More minutes to check in: 20" in ada.read("/absences")


# Others ---------------------------------------------------------------------------------------------


def test_nobody_else_sees_it_or_takes_it_back(ada: Phone, other: Phone) -> None:
    ask(ada)
    other.sign_in("ben")

    assert "Nothing yet." in other.read("/absences")
    assert [press(other, what).status_code for what in ("withdraw", "ask-again")] == [404, 404]
    assert states(ada) == ["asked"]


@pytest.fixture
def other(any_phone: Phone) -> Phone:
    return Phone(any_phone.stage, any_phone.browser.application)


def test_somebody_who_is_not_signed_in_is_turned_away(any_phone: Phone) -> None:
    assert any_phone.browser.get("/absences").status_code == 404


# What is typed --------------------------------------------------------------------------------------


@pytest.fixture
def here(phone: Phone) -> Phone:
    """Nothing reaches a database, so one engine will do."""
    phone.sign_in()
    return phone


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"from_on": ""}, "Say which day"),
        ({"from_on": "31/02/2027"}, "This is no day."),
        ({"from_on": "next week"}, "This is no day."),
        ({"from_on": "23/11/2026"}, "This day is over."),
        ({"until_on": "26/11/2026"}, "The last day is before the first."),
        ({"until_on": "28/11/2027"}, "longer than a year"),
        ({"until_on": "x" * 5000}, "This is no day."),
        ({"from_time": "12:00"}, "Give both times"),
        ({"from_time": "noon", "until_time": "13:00"}, "This is no time."),
        ({"from_time": "25:00", "until_time": "26:00"}, "This is no time."),
        ({"from_time": "13:00", "until_time": "13:00"}, "not after the first"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(here: Phone, fields: dict[str, str], said: str) -> None:
    answer = ask(here, **fields)

    assert (answer.status_code, said in words(answer), states(here)) == (422, True, [])


def test_what_was_typed_stays_in_the_form(here: Phone) -> None:
    text = ask(here, until_on="26/11/2026", weekday=["4"], from_time="9:00", until_time="10:00").text
    assert all(it in text for it in ('value="27/11/2026"', 'value="26/11/2026"', 'value="4" checked', 'value="9:00"'))


@pytest.mark.parametrize("typed", ["24/11/2026", "24.11.2026", "24-11-2026", "24 11 2026", "2026-11-24"])
def test_a_day_is_read_however_it_is_typed(typed: str) -> None:
    assert read_day(typed) == TODAY


@pytest.mark.parametrize(("typed", "read"), [("9:05", time(9, 5)), ("09.05", time(9, 5)), ("1330", time(13, 30))])
def test_a_time_is_read_however_it_is_typed(typed: str, read: time) -> None:
    assert read_time(typed) == read


def test_nobody_can_be_flooded(ada: Phone) -> None:
    for day in range(MOST_WAITING):
        ask(ada, from_on=f"{TODAY + timedelta(days=day):%d/%m/%Y}")
    answer = ask(ada, from_on="20/01/2027")

    assert (answer.status_code, len(asked(ada))) == (429, MOST_WAITING)
    assert "Many of yours wait" in words(answer)


def test_there_is_no_place_for_a_reason(ada: Phone) -> None:
    page = ada.browser.get("/absences").text
    columns = set(wishes.arrangement.columns.keys()) | set(wishes.arrangement_change.columns.keys())

    assert not {"reason", "reason_code", "note", "text", "file", "category"} & columns
    assert ("<textarea" in page, 'type="file"' in page) == (False, False)


def test_an_address_that_was_kept_says_of_nothing_that_it_was_done(ada: Phone) -> None:
    before = [ada.read(f"/absences/{it}") for it in ("asked", "withdrawn")]
    ask(ada)

    assert 'role="status"' not in "".join(before)
    assert "It is passed on." in ada.read("/absences/asked")
    assert "It is taken back." not in ada.read("/absences/withdrawn")

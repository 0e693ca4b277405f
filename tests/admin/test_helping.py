"""Helping a student to make a request: by full number, within reach, for a purpose, written down; another office answers it."""

from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.admin.forms.requests import ASKS
from kiosk.domain.requests import About, Kind
from kiosk.store.tables import log, wishes
from tests.admin.conftest import Desk
from tests.admin.crowds import lock
from tests.admin.test_requests import answer
from tests.checkin.conftest import Phone
from tests.stage import Browser, words


@pytest.fixture
def ona(any_desk: Desk) -> Browser:
    return any_desk.sign_in("ona")


def help_with(browser: Browser, number: str = "31000001", asks: str = "objection", **fields: Any) -> TestResponse:
    return browser.send("/requests/new", number=number, asks=asks, **{"purpose": "support", **fields})


def made(desk: Desk) -> list[tuple[int, str, str, date, str | None]]:
    rows = desk.stage.rows(wishes.student_request)
    return [(row.student_id, row.kind, row.about, row.due_on, row.helped_by_role) for row in rows]


def logged(desk: Desk) -> list[tuple[str, str, str, list[int]]]:
    subjects = desk.stage.rows(log.access_subject)
    return [
        (it.act, it.purpose, it.outcome, [row.student_id for row in subjects if row.entry_id == it.id])
        for it in desk.stage.rows(log.access_entry)
    ]


@pytest.mark.parametrize("asks", ASKS)
def test_what_a_student_asks_is_passed_on_as_their_own(any_desk: Desk, ona: Browser, asks: str) -> None:
    sent = help_with(ona, asks=asks)

    kind, about = (asks, "") if asks == "objection" else ("correction", asks)
    ada = any_desk.stage.ids["ada"]
    assert sent.status_code == 303
    assert made(any_desk) == [(ada, kind, about, date(2026, 12, 24), "engagement_officer")]
    assert logged(any_desk) == [("change", "support", "made", [ada])]


def test_everything_a_student_can_ask_alone_can_be_asked_with_help() -> None:
    assert set(ASKS) == {Kind.OBJECTION.value, *(it.value for it in About)}


def test_the_student_reads_whose_help_it_was_and_takes_it_back(any_desk: Desk, ona: Browser) -> None:
    help_with(ona)
    phone = Phone(any_desk.stage, any_desk.stage.app("checkin"))
    phone.sign_in()

    assert "Made with the help of: Engagement officer" in phone.read("/requests")
    looks = phone.read("/record/looks")
    assert "Helped you to object, or to have something put right" in looks
    assert "What for: supporting a student." in looks
    assert phone.browser.send("/requests/1/withdraw", "/requests").status_code == 303
    assert any_desk.stage.rows(wishes.student_request)[0].outcome == "withdrawn"


def test_the_data_protection_officer_answers_as_before(any_desk: Desk, ona: Browser) -> None:
    help_with(ona)
    dot = any_desk.sign_in("dot")

    assert "Made with the help of: Engagement officer." in words(dot.send("/requests/names", "/requests"))
    assert answer(dot, 1).status_code == 200
    assert any_desk.stage.rows(wishes.student_request)[0].outcome == "upheld"


def test_whoever_helped_answers_nothing(any_desk: Desk, ona: Browser) -> None:
    help_with(ona)

    assert [ona.get("/requests").status_code, answer_as(ona)] == [404, 404]
    assert any_desk.stage.rows(wishes.student_request)[0].outcome is None


def answer_as(browser: Browser) -> int:
    return browser.send("/requests/1", "/requests/new", outcome="upheld").status_code


def test_no_name_is_shown_and_no_record_opened(any_desk: Desk, ona: Browser) -> None:
    sent = help_with(ona)

    assert "Ada" not in ona.get(sent.headers["Location"]).text


@pytest.mark.parametrize("who", ["student", "officer"])
def test_the_same_that_waits_already_is_one_and_nobody_is_told(any_desk: Desk, ona: Browser, who: str) -> None:
    if who == "student":
        phone = Phone(any_desk.stage, any_desk.stage.app("checkin"))
        phone.sign_in()
        phone.browser.send("/requests", kind="objection")
    else:
        help_with(ona)
    first = ona.get("/requests/new").text
    again = help_with(ona)
    said = words(ona.get(again.headers["Location"]))

    assert (again.status_code, len(made(any_desk)), "data-protection officer has it" in said) == (303, 1, True)
    assert logged(any_desk)[-1][2] == "unchanged"
    assert "waits" not in said + first


@pytest.mark.parametrize("number", ["31000003", "39999999", "3100000", "%"])
def test_a_number_out_of_reach_reads_like_one_that_nobody_has(any_desk: Desk, ona: Browser, number: str) -> None:
    refused = help_with(ona, number)

    assert (refused.status_code, made(any_desk)) == (422, [])
    assert "No student was found" in words(refused)
    cy = [any_desk.stage.ids["cy"]] if number == "31000003" else []
    assert logged(any_desk) == [("deny", "support", "refused", cy)]


def test_somebody_whose_record_is_locked_reads_like_nobody(any_desk: Desk, ona: Browser) -> None:
    lock(any_desk.stage, any_desk.stage.ids["ada"])

    assert (help_with(ona).status_code, made(any_desk)) == (422, [])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": ""}, "Type all of the student number."),
        ({"asks": ""}, "Choose what the student asks."),
        ({"asks": "x"}, "Choose"),
    ],
)
def test_what_is_missing_is_asked_for(any_desk: Desk, ona: Browser, fields: dict[str, str], says: str) -> None:
    refused = help_with(ona, **fields)

    assert (refused.status_code, says in words(refused), made(any_desk), logged(any_desk)) == (422, True, [], [])


@pytest.mark.parametrize("purpose", ["", "teaching", "marketing"])
def test_a_purpose_that_is_not_on_the_list_helps_nobody(any_desk: Desk, ona: Browser, purpose: str) -> None:
    assert (help_with(ona, purpose=purpose).status_code, made(any_desk)) == (400, [])


@pytest.mark.parametrize("login", ["day", "eve", "tia", "mo", "dot", "sid", "olu"])
def test_nobody_else_helps(any_desk: Desk, login: str) -> None:
    browser = any_desk.sign_in(login)
    sent = browser.send("/requests/new", "/", number="31000001", asks="objection", purpose="support")

    assert (browser.get("/requests/new").status_code, sent.status_code, made(any_desk)) == (404, 404, [])


def test_a_record_that_is_to_be_restricted_is_led_to(ona: Browser) -> None:
    assert 'href="/locks"' in ona.get("/requests/new").text.split("<main")[1]

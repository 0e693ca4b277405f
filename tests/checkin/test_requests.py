"""Objecting, and having something put right: asked with one press, taken back, answered elsewhere, and each student's own."""

from datetime import date

import pytest
from werkzeug.test import TestResponse

from kiosk.checkin.request_words import ABOUT, ANSWERS, KINDS
from kiosk.domain.requests import WITHDRAWN, About, Answer, Kind
from kiosk.store.tables import wishes
from tests.checkin.conftest import Phone, words


@pytest.fixture
def ada(any_phone: Phone) -> Phone:
    any_phone.sign_in()
    return any_phone


def send(phone: Phone, **fields: str) -> TestResponse:
    return phone.browser.send("/requests", **(fields or {"kind": "objection"}))


def press(phone: Phone, what: str) -> TestResponse:
    return phone.browser.send(f"/requests/1/{what}", "/requests")


def asked(phone: Phone) -> list[tuple[str, str, date, str | None]]:
    return [(row.kind, row.about, row.due_on, row.outcome) for row in phone.stage.rows(wishes.student_request)]


def answer(phone: Phone, outcome: str = "not_upheld") -> None:
    phone.stage.change(wishes.student_request, 1, closed_at=phone.stage.clock(), outcome=outcome)


def test_an_objection_waits_for_one_calendar_month_at_most(ada: Phone) -> None:
    sent = ada.read(send(ada).headers["Location"])

    assert asked(ada) == [("objection", "", date(2026, 12, 24), None)]
    assert "It is passed on to the data-protection officer." in sent
    assert "Waits for an answer, by 24 December 2026 at the latest" in sent


def test_on_the_last_day_of_january_it_is_due_at_the_end_of_february(any_phone: Phone) -> None:
    any_phone.stage.clock.go_on(days=68)
    any_phone.sign_in()
    send(any_phone)

    assert any_phone.stage.clock().date() == date(2027, 1, 31)
    assert [row[2] for row in asked(any_phone)] == [date(2027, 2, 28)]


@pytest.mark.parametrize("about", About)
def test_a_correction_says_what_is_wrong_and_nothing_more(ada: Phone, about: About) -> None:
    send(ada, kind="correction", about=about.value)

    assert asked(ada) == [("correction", about.value, date(2026, 12, 24), None)]
    assert f"A correction: {ABOUT[about]}" in ada.read("/requests")


def test_the_same_twice_is_one_and_something_else_is_another(ada: Phone) -> None:
    for about in ("name", "name", "tutor"):
        send(ada, kind="correction", about=about)
    assert [row[1] for row in asked(ada)] == ["name", "tutor"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "correction"},
        {"kind": "correction", "about": "marks"},
        {"kind": "objection", "about": "name"},
        {"kind": "complaint"},
        {"kind": ""},
    ],
)
def test_only_what_is_on_the_page_is_taken(ada: Phone, fields: dict[str, str]) -> None:
    assert (send(ada, **fields).status_code, asked(ada)) == (404, [])


def test_what_nobody_answered_is_taken_back_and_asked_again(ada: Phone) -> None:
    send(ada)
    taken = ada.read(press(ada, "withdraw").headers["Location"])
    between = asked(ada)[0][3]
    press(ada, "ask-again")

    assert "It is taken back." in taken
    assert (between, asked(ada)[0][3]) == ("withdrawn", None)


def test_what_is_asked_again_has_its_whole_month_from_then(ada: Phone) -> None:
    send(ada)
    press(ada, "withdraw")
    ada.stage.clock.go_on(days=20)
    press(ada, "ask-again")

    assert asked(ada) == [("objection", "", date(2027, 1, 14), None)]


def test_the_same_is_not_asked_again_while_it_waits(ada: Phone) -> None:
    send(ada)
    press(ada, "withdraw")
    send(ada)
    page = press(ada, "ask-again")

    assert (page.status_code, [row[3] for row in asked(ada)]) == (409, ["withdrawn", None])
    assert "You asked the same anew, and that waits for an answer already" in words(page)


@pytest.mark.parametrize("what", ["withdraw", "ask-again"])
def test_what_was_answered_stays_answered(ada: Phone, what: str) -> None:
    send(ada)
    answer(ada)
    page = press(ada, what)

    assert (page.status_code, asked(ada)[0][3]) == (409, "not_upheld")
    assert "It was answered meanwhile." in words(page)


@pytest.mark.parametrize("outcome", Answer)
def test_the_answer_is_on_the_page_and_in_what_is_held(ada: Phone, outcome: Answer) -> None:
    send(ada)
    answer(ada, outcome)

    assert [ANSWERS[outcome] in ada.read(path) for path in ("/requests", "/record/export")] == [True, True]


def test_whose_help_somebody_had_is_said_by_role(ada: Phone) -> None:
    send(ada)
    before = ada.read("/requests")
    ada.stage.change(wishes.student_request, 1, helped_by_role="engagement_officer")

    said = [
        "Made with the help of: Engagement officer" in it
        for it in (before, *map(ada.read, ("/requests", "/record/export")))
    ]
    assert said == [False, True, True]


def test_what_is_overdue_says_so(ada: Phone) -> None:
    send(ada)
    ada.stage.clock.go_on(days=31)
    assert "Waits for an answer, which was due by 24 December 2026" in ada.read("/requests")


def test_everything_that_can_be_asked_and_answered_has_words() -> None:
    assert (set(KINDS), set(ABOUT), set(ANSWERS)) == (set(Kind), set(About), {*Answer, WITHDRAWN})


def test_there_is_no_place_for_a_text(ada: Phone) -> None:
    page = ada.browser.get("/requests").text
    assert ("<textarea" in page, 'type="text"' in page, 'type="file"' in page) == (False, False, False)


def test_nobody_else_sees_it_or_takes_it_back(ada: Phone) -> None:
    send(ada)
    ben = Phone(ada.stage, ada.browser.application)
    ben.sign_in("ben")

    assert "Nothing yet." in ben.read("/requests")
    assert [press(ben, what).status_code for what in ("withdraw", "ask-again")] == [404, 404]
    assert asked(ada)[0][3] is None


def test_somebody_who_is_not_signed_in_is_turned_away(any_phone: Phone) -> None:
    assert any_phone.browser.get("/requests").status_code == 404


def test_an_address_that_was_kept_says_of_nothing_that_it_was_done(phone: Phone) -> None:
    phone.sign_in()
    before = [phone.read(f"/requests/{it}") for it in ("sent", "withdrawn")]
    phone.browser.send("/requests", kind="objection")

    assert 'role="status"' not in "".join(before)
    assert "It is passed on" in phone.read("/requests/sent")
    assert "It is taken back." not in phone.read("/requests/withdrawn")

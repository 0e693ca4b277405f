"""The server's half of the curtain: what opens it, how long it stays open, what closes it, and that nothing typed is lost."""

import re
from datetime import datetime

import pytest
from sqlalchemy import update

from kiosk.admin.permissions import Staff
from kiosk.admin.services import curtain
from kiosk.store.tables import log, register, staff
from tests.admin.conftest import Desk
from tests.stage import Browser

LOCKED = 423


def opened(desk: Desk) -> Browser:
    """Dr Day, who has opened the names of the register."""
    browser = desk.sign_in()
    browser.send(desk.lecture(rest="/register/names"), desk.lecture(rest="/register"))
    return browser


def mark(browser: Browser, desk: Desk, **more: str) -> int:
    """Mark Ada present as the page's script does; how it was answered."""
    fields = {"csrf_token": browser.csrf("/"), "student": f"{desk.stage.ids['ada']}:0", **more}
    return browser.post(desk.lecture(rest="/register/present"), data=fields).status_code


def close(browser: Browser) -> None:
    browser.post("/curtain/close", data={"csrf_token": browser.csrf("/"), "part": "1"})


def test_a_mark_needs_the_step_before_it(desk: Desk) -> None:
    assert mark(desk.sign_in(), desk) == LOCKED
    assert desk.stage.rows(register.attendance) == []
    assert desk.stage.rows(log.access_entry) == []


def test_after_the_step_marks_need_none(desk: Desk) -> None:
    assert mark(opened(desk), desk) == 200


def test_names_need_it_too(desk: Desk) -> None:
    browser = desk.sign_in()

    answer = browser.post(desk.lecture(rest="/register/names"), data={"csrf_token": browser.csrf("/")})

    assert (answer.status_code, "Ada" in answer.text) == (LOCKED, False)


def test_closing_it_refuses_what_follows(desk: Desk) -> None:
    browser = opened(desk)

    close(browser)

    assert mark(browser, desk) == LOCKED


@pytest.mark.parametrize(
    ("closed", "leads_to"),
    [
        ("/records", "/records"),
        ("/lectures/1/register", "/lectures/1/register"),
        ("/sign-out", "/"),
        ("//kiosk.example/records", "/"),
        ("//records", "/"),
        ("///records", "/"),
        ("//sign-in", "/"),
        ("/\\records", "/"),
        ("records", "/"),
        ("https://kiosk.example/records", "/"),
        ("\\\\kiosk.example", "/"),
        ("/nowhere", "/"),
        ("", "/"),
    ],
)
def test_without_script_closing_it_leads_to_a_page_of_this_wing_alone(desk: Desk, closed: str, leads_to: str) -> None:
    answer = opened(desk).send("/curtain/close", "/", closed=closed)

    assert (answer.status_code, answer.headers["Location"]) == (303, leads_to)


def test_closing_it_in_one_browser_leaves_anothers_open(desk: Desk) -> None:
    one, other = opened(desk), opened(desk)

    close(one)

    assert (mark(one, desk), mark(other, desk)) == (LOCKED, 200)


def test_saying_that_something_was_shown_closes_it(desk: Desk) -> None:
    browser = opened(desk)

    browser.send("/incidents", "/")

    assert mark(browser, desk) == LOCKED


def test_two_minutes_without_a_request_close_it(desk: Desk) -> None:
    browser = opened(desk)

    desk.stage.clock.go_on(minutes=2)

    assert mark(browser, desk) == LOCKED


@pytest.mark.parametrize(("seconds", "answer"), [(5, 200), (6, LOCKED)])
def test_a_clock_that_goes_back_closes_it(any_desk: Desk, seconds: int, answer: int) -> None:
    browser = opened(any_desk)

    any_desk.stage.clock.go_on(seconds=-seconds)

    assert mark(browser, any_desk) == answer


def test_after_the_clock_went_back_the_step_opens_it_for_two_minutes_and_no_longer(any_desk: Desk) -> None:
    browser = opened(any_desk)
    any_desk.stage.clock.go_on(seconds=-50)

    answer = mark(browser, any_desk, curtain="open")
    any_desk.stage.clock.go_on(minutes=2)

    assert (answer, mark(browser, any_desk)) == (200, LOCKED)


def test_each_request_keeps_it_open_for_two_minutes_more(desk: Desk) -> None:
    browser = opened(desk)

    desk.stage.clock.go_on(seconds=110)
    first = mark(browser, desk)
    desk.stage.clock.go_on(seconds=110)

    assert (first, mark(browser, desk)) == (200, 200)


def test_a_page_with_somebody_there_keeps_it_open(desk: Desk) -> None:
    browser = opened(desk)

    desk.stage.clock.go_on(seconds=110)
    kept = browser.post("/curtain/keep", data={"csrf_token": browser.csrf("/")})
    desk.stage.clock.go_on(seconds=110)

    assert (kept.status_code, mark(browser, desk)) == (204, 200)


def test_a_closed_one_is_not_opened_by_keeping(desk: Desk) -> None:
    browser = opened(desk)
    close(browser)

    kept = browser.post("/curtain/keep", data={"csrf_token": browser.csrf("/")})

    assert (kept.status_code, mark(browser, desk)) == (LOCKED, LOCKED)


def close_under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc arrives on another connection after a request has read that the curtain is open, and before it writes."""
    read = curtain.is_open

    def read_and_closed(now: datetime, staff_: Staff) -> bool:
        answer = read(now, staff_)
        with desk.stage.database.owner.begin() as connection:
            connection.execute(update(staff.staff_sign_in).values(names_until=None))
        return answer

    monkeypatch.setattr(curtain, "is_open", read_and_closed)


def names_until(desk: Desk) -> list[datetime]:
    return [row.names_until for row in desk.stage.rows(staff.staff_sign_in) if not row.ended_at]


def test_a_request_under_way_does_not_open_what_was_closed_meanwhile(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = opened(any_desk)
    any_desk.stage.clock.go_on(seconds=40)
    close_under_way(any_desk, monkeypatch)

    assert (mark(browser, any_desk), names_until(any_desk)) == (LOCKED, [None])


def test_saying_that_somebody_is_there_does_not_either(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = opened(any_desk)
    any_desk.stage.clock.go_on(seconds=40)
    close_under_way(any_desk, monkeypatch)

    kept = browser.post("/curtain/keep", data={"csrf_token": browser.csrf("/")})

    assert (kept.status_code, names_until(any_desk)) == (LOCKED, [None])


def test_reading_a_page_opens_nothing(desk: Desk) -> None:
    browser = desk.sign_in()

    browser.get(desk.lecture(rest="/register") + "?curtain=open")

    assert mark(browser, desk) == LOCKED


def test_a_form_from_elsewhere_opens_nothing(desk: Desk) -> None:
    browser = desk.sign_in()

    browser.post(desk.lecture(rest="/register/names"), data={"curtain": "open"})

    assert mark(browser, desk) == LOCKED


def refused_search(browser: Browser, typed: str) -> tuple[str, dict[str, str]]:
    """The page that a search gets behind a closed curtain, and what its form holds."""
    fields = {"csrf_token": browser.csrf("/"), "search": typed, "purpose": "engagement"}
    text = browser.post("/records/search", data=fields).text
    form = re.search(r'<form method="post" action="/records/search">(.*?)</form>', text, re.DOTALL)
    assert form
    assert "<button autofocus>" in form[1]
    return text, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1]))


def test_what_was_typed_comes_back_with_one_key(desk: Desk) -> None:
    browser = desk.sign_in("ona")
    _, kept = refused_search(browser, "lovel")

    answer = browser.post("/records/search", data=kept)

    assert (answer.status_code, "Ada Lovelace" in answer.text) == (200, True)


def test_what_was_typed_is_on_no_page_meanwhile(desk: Desk) -> None:
    browser = desk.sign_in("ona")
    refused, _ = refused_search(browser, "31000001")

    shown = browser.send("/records/search", "/records", search="31000001", purpose="engagement")

    assert ("31000001" in refused, "31000001" in shown.text, "Ada Lovelace" in shown.text) == (False, False, True)


@pytest.mark.parametrize(("login", "path"), [("oz", "/records/search"), ("ona", "/records/show")])
def test_it_comes_back_for_the_same_person_at_the_same_address_alone(desk: Desk, login: str, path: str) -> None:
    desk.stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "Computing")
    _, kept = refused_search(desk.sign_in("ona"), "lovel")
    browser = desk.sign_in(login)

    answer = browser.post(path, data={**kept, "csrf_token": browser.csrf("/")})

    assert (answer.status_code, "Ada Lovelace" in answer.text) == (400, False)


def test_signing_in_anew_begins_closed(desk: Desk) -> None:
    opened(desk)

    assert mark(desk.sign_in(), desk) == LOCKED


def test_without_a_script_closing_leads_to_the_start_page(desk: Desk) -> None:
    browser = opened(desk)

    answer = browser.post("/curtain/close", data={"csrf_token": browser.csrf("/")})

    assert (answer.status_code, answer.headers["Location"], mark(browser, desk)) == (303, "/", LOCKED)


def test_a_form_among_names_carries_no_step(desk: Desk) -> None:
    browser = desk.sign_in()

    answer = browser.send(desk.lecture(rest="/register/names"), desk.lecture(rest="/register"))

    among = answer.text.split('id="names"')[1]
    assert ('name="student"' in among, 'name="curtain"' in among) == (True, False)

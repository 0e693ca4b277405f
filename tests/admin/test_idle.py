"""Signing out by itself: said two minutes before, kept off by one key or one click, and never by a page that only asks."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage
from tests.stage import Browser


def seconds_left(browser: Browser) -> dict[str, object]:
    return without_csrf(browser.get("/idle"))


def without_csrf(answer: TestResponse) -> dict[str, object]:
    found: dict[str, object] = answer.get_json()
    assert found.pop("csrf_token")
    return found


def test_asking_how_long_is_left_does_not_make_it_longer(desk: Desk, day: Browser) -> None:
    for _ in range(14):
        desk.stage.clock.go_on(minutes=1)
        seconds_left(day)
    assert seconds_left(day) == {"seconds": 60, "can_stay": True}
    desk.stage.clock.go_on(minutes=1)

    assert day.get("/").headers["Location"] == "/sign-in"


def test_staying_makes_it_a_quarter_of_an_hour_again(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    any_desk.stage.clock.go_on(minutes=14)

    assert without_csrf(day.send("/stay", "/")) == {"seconds": 900, "can_stay": True}
    any_desk.stage.clock.go_on(minutes=14)
    assert day.get("/").status_code == 200


def test_staying_is_a_form_with_a_csrf_value(day: Browser) -> None:
    assert day.post("/stay").status_code == 400
    assert day.get("/stay").status_code == 405


def test_it_can_be_done_ten_times_and_more_until_the_twelve_hours_are_over(desk: Desk, day: Browser) -> None:
    statuses = []
    for _ in range(51):
        desk.stage.clock.go_on(minutes=14)
        statuses.append(day.send("/stay", "/").status_code)
    desk.stage.clock.go_on(minutes=4)

    assert statuses == [200] * 51
    assert seconds_left(day) == {"seconds": 120, "can_stay": False}


def test_without_scripts_every_page_and_the_sign_in_say_it_beforehand(desk: Desk, day: Browser) -> None:
    assert "<noscript><p" in day.get("/").text
    assert "signed out after 15 minutes" in day.get("/").text
    assert "signed out after 15 minutes" in desk.stranger().get("/sign-in").text


@pytest.fixture
def page(desk: Desk, staff_origin: str, new_page: NewPage) -> Page:
    """Dr Day's browser on the form for a new session, half filled in, whose clock is the test's."""
    page = new_page()
    page.clock.install()
    enter(page, staff_origin, desk.stage)
    page.goto(f"{staff_origin}/lectures/new")
    page.locator("input[type=text], input:not([type])").first.focus()
    return page


def wait_minutes(page: Page, desk: Desk, minutes: int) -> None:
    desk.stage.clock.go_on(minutes=minutes)
    page.clock.run_for(timedelta(minutes=minutes).seconds * 1000)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def test_two_minutes_before_it_is_said_and_the_focus_stays_where_it_is(desk: Desk, page: Page) -> None:
    before = focused(page)
    wait_minutes(page, desk, 12)
    expect(page.locator("#idle")).to_be_hidden()
    desk.stage.clock.go_on(minutes=1)
    page.clock.run_for(31_000)

    expect(page.get_by_role("alert")).to_contain_text("signed out in two minutes")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_visible()
    assert focused(page) == before
    expect(page.locator("#idle-left")).to_have_text(re.compile(r"[12]:\d\d"))


def warn(page: Page, desk: Desk) -> None:
    desk.stage.clock.go_on(minutes=13, seconds=1)
    page.clock.run_for(13 * 60_000 + 31_000)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_visible()


@pytest.mark.parametrize("how", ["key", "click"])
def test_one_key_or_one_click_is_enough_to_stay(desk: Desk, page: Page, how: str) -> None:
    warn(page, desk)

    if how == "key":
        page.keyboard.press("Shift")
    else:
        page.get_by_role("button", name="Stay signed in").click()

    expect(page.locator("#idle")).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("You stay signed in")
    wait_minutes(page, desk, 10)
    assert page.url.endswith("/lectures/new")


def test_at_the_end_the_page_goes_to_the_sign_in(desk: Desk, page: Page) -> None:
    warn(page, desk)
    desk.stage.clock.go_on(minutes=2)
    page.clock.run_for(125_000)

    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_another_page_in_use_keeps_this_one_too(desk: Desk, page: Page) -> None:
    wait_minutes(page, desk, 8)
    page.context.new_page().goto(page.url)
    desk.stage.clock.go_on(minutes=6)
    page.clock.run_for(6 * 60_000)
    page.wait_for_timeout(100)

    expect(page.locator("#idle")).to_be_hidden()


def test_a_page_whose_csrf_value_has_become_old_stays_too(desk: Desk, page: Page) -> None:
    warn(page, desk)
    page.evaluate("document.querySelector('#idle input').value = 'old'")

    page.keyboard.press("Shift")

    expect(page.locator("#idle")).to_be_hidden()
    assert page.url.endswith("/lectures/new")


def test_whoever_types_for_long_is_here(desk: Desk, page: Page) -> None:
    for _ in range(10):
        wait_minutes(page, desk, 4)
        with page.expect_response("**/stay"):
            page.keyboard.press("a")

    expect(page.locator("#idle")).to_be_hidden()
    assert page.url.endswith("/lectures/new")

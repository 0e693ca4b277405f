"""Pages that come with names, in a real browser: what closes them, the keyboard, and no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage

NAME = "Ada Lovelace"


@pytest.fixture
def page(desk: Desk, staff_origin: str, new_page: NewPage) -> Iterator[Page]:
    """Tia Tutor's browser, with a student found; a fault in its script, or a refused one, fails the test."""
    problems: list[str] = []
    page = new_page()
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    find(page, desk, staff_origin)
    expect(page.locator("html")).to_have_class("names-open")
    yield page
    assert problems == []


def find(page: Page, desk: Desk, origin: str) -> None:
    enter(page, origin, desk.stage, "tia")
    page.get_by_role("link", name="Find a student").first.click()
    page.get_by_label("Student number, or the first letters of a name").fill("ad")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text(NAME)).to_be_visible()


def assert_closed(page: Page) -> None:
    """One key brings them back: the button has the focus."""
    expect(page.get_by_role("button", name="Show them again")).to_be_focused()
    assert "Lovelace" not in page.content()
    assert page.url.endswith("/records")


def assert_left(page: Page) -> None:
    expect(page.get_by_role("heading", name="Find a student")).to_be_visible()
    assert "Lovelace" not in page.content()
    assert page.url.endswith("/records")


def test_names_come_in_a_frame_with_a_clock(page: Page) -> None:
    expect(page.get_by_text("Names are showing.")).to_be_visible()
    expect(page.get_by_text("Names are on this page")).to_be_visible()
    assert NAME not in page.title() + page.url


def test_reload_closes_them_and_asks_nothing_once_more(page: Page) -> None:
    page.reload()

    assert_left(page)


def test_esc_closes_them(page: Page) -> None:
    page.keyboard.press("Escape")
    assert_closed(page)


def test_one_key_brings_them_back(page: Page) -> None:
    page.keyboard.press("Escape")
    assert_closed(page)

    page.keyboard.press("Enter")

    expect(page.get_by_text("Names are showing.")).to_be_visible()
    expect(page.get_by_text(NAME)).to_be_visible()


@pytest.mark.parametrize("event", ["blur", "beforeprint"])
def test_leaving_the_window_or_printing_closes_them(page: Page, event: str) -> None:
    page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
    assert_closed(page)


def test_a_minute_without_a_touch_closes_them(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    find(page, desk, staff_origin)

    page.clock.run_for(40_000)
    page.keyboard.press("Shift")
    page.clock.run_for(58_000)
    expect(page.get_by_text(NAME)).to_be_visible()
    page.clock.run_for(2_000)
    assert_closed(page)
    page.clock.run_for(121_000)

    assert_left(page)


def test_back_does_not_bring_them_back(page: Page, staff_origin: str) -> None:
    page.goto(f"{staff_origin}/my-acts")
    page.go_back()

    assert_left(page)


def test_a_record_opens_and_closes_by_keyboard(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Show record":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One student’s record")).to_be_visible()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()

    page.keyboard.press("Escape")

    assert_closed(page)


def test_without_scripts_the_page_is_the_answer_and_leaves_by_itself(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    find(page, desk, staff_origin)

    assert page.content().count('http-equiv="refresh" content="60;') == 1
    page.get_by_role("button", name="Close now").click()
    expect(page.get_by_text("The names are closed.")).to_be_visible()
    assert "Lovelace" not in page.content()


def test_a_name_is_never_markup(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    from kiosk.store.tables import register

    desk.stage.change(register.student, desk.stage.ids["ada"], known_as="Ad <img src=x onerror=document.title='gone'>")
    page = new_page()
    enter(page, staff_origin, desk.stage, "tia")
    page.goto(f"{staff_origin}/records")
    page.get_by_label("Student number, or the first letters of a name").fill("ad")
    page.get_by_role("button", name="Find").click()

    expect(page.get_by_text("<img src=x onerror=")).to_be_visible()
    assert page.title().startswith("Students found")


def test_without_script_a_record_opened_from_the_register_closes_to_it(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    enter(page, staff_origin, desk.stage, "day")
    page.goto(staff_origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name="Show 2 names").click()

    page.get_by_role("button", name=f"Details: {NAME}").click()
    page.get_by_role("button", name="Attendance so far").click()
    expect(page.get_by_role("heading", name="One student’s record")).to_be_visible()
    page.get_by_role("button", name="Close now").click()

    expect(page.get_by_text("The names are closed.")).to_be_visible()
    expect(page.get_by_role("button", name="Show 2 names")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/my-acts", "/access-log", "/cases", "/records", "/break-glass", "/locks"])
def test_no_page_scrolls_sideways(desk: Desk, staff_origin: str, new_page: NewPage, path: str, width: int) -> None:
    login = {"/records": "ona", "/break-glass": "ona", "/locks": "ona"}.get(path, "dot")
    page = new_page(viewport={"width": width, "height": 700})
    enter(page, staff_origin, desk.stage, login)
    page.goto(staff_origin + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width

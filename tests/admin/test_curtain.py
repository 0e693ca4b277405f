"""The curtain in a real browser: what opens it, and everything that closes it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kiosk.store.tables import log, register, staff
from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage

NAME = "Ada Lovelace"
CLOSED = re.compile("names are closed", re.IGNORECASE)
# `loadend` comes after whatever the page itself does with an answer.
NOTE_ANSWERS = """() => { window.answersTaken = 0; const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) {
    this.addEventListener("loadend", () => { window.answersTaken += 1; });
    send.call(this, body);
}; }"""


def let_focus_go(page: Page) -> None:
    """Playwright tells every page that it has the focus; a lectern's browser doesn't."""
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})


def go(page: Page, desk: Desk, origin: str) -> Page:
    enter(page, origin, desk.stage)
    page.goto(origin + desk.lecture(rest="/register"))
    return page


def reveal(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Show 2 names")).click()
    expect(page.get_by_text(NAME)).to_be_visible()


def assert_closed(page: Page) -> None:
    expect(page.get_by_text(NAME)).to_have_count(0)
    assert "Lovelace" not in page.content()
    expect(page.get_by_role("button", name=re.compile("Show 2 names"))).to_be_visible()
    expect(page.get_by_text("No personal data on this page")).to_be_visible()


@pytest.fixture
def page(desk: Desk, staff_origin: str, new_page: NewPage) -> Iterator[Page]:
    """Dr Day's browser, on the closed register; a fault in its script, or a refused one, fails the test."""
    problems: list[str] = []
    page = new_page()
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    yield go(page, desk, staff_origin)
    assert problems == []


def test_names_open_in_a_frame_with_a_clock(page: Page) -> None:
    assert_closed(page)

    reveal(page)

    expect(page.get_by_text("Names are showing.")).to_be_visible()
    expect(page.get_by_text("Names are on this page")).to_be_visible()
    assert page.url.endswith("/register")
    assert NAME not in page.title()


def test_esc_closes_them(page: Page) -> None:
    reveal(page)

    page.keyboard.press("Escape")

    assert_closed(page)
    expect(page.get_by_role("button", name=re.compile("Show 2 names"))).to_be_focused()


def test_leaving_the_window_closes_them(page: Page) -> None:
    reveal(page)
    let_focus_go(page)

    other = page.context.new_page()
    other.goto("about:blank")
    other.bring_to_front()

    assert_closed(page)
    expect(page.get_by_role("status")).to_have_text(CLOSED)


def test_a_window_that_loses_the_focus_closes_them(page: Page) -> None:
    reveal(page)

    page.evaluate("window.dispatchEvent(new Event('blur'))")

    assert_closed(page)


def test_a_minute_without_a_touch_closes_them(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    go(page, desk, staff_origin)
    reveal(page)

    page.clock.run_for(40_000)
    page.keyboard.press("Shift")
    page.clock.run_for(59_000)
    expect(page.get_by_text(NAME)).to_be_visible()
    page.clock.run_for(1_000)

    assert_closed(page)


def test_back_does_not_bring_them_back(page: Page, staff_origin: str) -> None:
    reveal(page)

    page.goto(f"{staff_origin}/pair")
    page.go_back()

    assert_closed(page)


def test_a_page_kept_for_back_reloads(page: Page) -> None:
    page.evaluate("document.getElementById('names').textContent = 'kept by the browser'")

    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    expect(page.get_by_text("kept by the browser")).to_have_count(0)


def test_names_are_not_printed(page: Page) -> None:
    reveal(page)

    page.emulate_media(media="print")

    expect(page.get_by_text(NAME)).to_be_hidden()
    expect(page.get_by_text("Names are not printed.")).to_be_visible()


def test_printing_closes_them(page: Page) -> None:
    reveal(page)

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert_closed(page)


def test_entering_full_screen_closes_them(page: Page) -> None:
    reveal(page)

    page.evaluate("document.documentElement.requestFullscreen().catch(() => { window.refused = true })")

    assert_closed(page)


def test_names_that_arrive_after_esc_stay_away(page: Page) -> None:
    held = []
    page.route("**/register/names", lambda route: held.append(route))
    page.evaluate(NOTE_ANSWERS)
    page.get_by_role("button", name=re.compile("Show 2 names")).click()
    page.wait_for_function("() => document.getElementById('status').textContent !== ''")
    page.keyboard.press("Escape")

    held[0].continue_()

    page.wait_for_function("() => window.answersTaken === 1")
    assert_closed(page)


def test_a_mark_stays_in_its_row_and_can_be_undone(page: Page, desk: Desk) -> None:
    reveal(page)
    row = page.locator("#names .row").filter(has_text=NAME)

    row.get_by_role("button", name="Mark present").click()
    expect(row.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator("#present")).to_have_text("1")
    marked = [found.status for found in desk.stage.rows(register.attendance)]
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Mark present")).to_be_focused()

    assert marked == ["present"]
    assert [found.status for found in desk.stage.rows(register.attendance)] == ["not_recorded"]
    assert page.url.endswith("/register")


def test_signed_out_meanwhile_leads_to_the_sign_in_page(page: Page, desk: Desk) -> None:
    desk.stage.clock.go_on(minutes=16)

    page.get_by_role("button", name=re.compile("Show 2 names")).click()

    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_it_can_be_done_by_keyboard_alone(page: Page) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Show 2 names"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_text(NAME)).to_be_visible()
    expect(page.get_by_label("Mark by name")).to_be_focused()


def test_a_name_is_never_markup(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    desk.stage.change(register.student, desk.stage.ids["ben"], known_as="<img src=x onerror=document.title='gone'>")
    page = go(new_page(), desk, staff_origin)

    reveal(page)

    expect(page.get_by_text("<img src=x onerror=")).to_be_visible()
    assert page.title().startswith("Register")


def test_without_scripts_the_names_are_the_answer_to_the_button(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    page = go(new_page(java_script_enabled=False), desk, staff_origin)

    reveal(page)
    page.get_by_role("listitem").filter(has_text=NAME).get_by_role("button", name="Mark present").click()

    expect(page.get_by_role("status")).to_have_text("Present.")
    assert page.content().count('http-equiv="refresh" content="60;') == 1
    assert [row.act for row in desk.stage.rows(log.access_entry)] == ["view roster", "change", "view roster"]
    page.get_by_role("button", name="Close now").click()
    expect(page.get_by_text("The names are closed.")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)


def test_closed_in_another_tab_a_mark_is_refused_and_one_key_opens_them_again(page: Page, desk: Desk) -> None:
    reveal(page)
    page.evaluate("""() => fetch('/curtain/close', {method: 'POST',
        body: new URLSearchParams(new FormData(document.getElementById('shut')))})""")

    page.get_by_role("row").filter(has_text=NAME).get_by_role("button", name="Mark present").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("closed meanwhile"))
    assert_closed(page)
    assert desk.stage.rows(register.attendance) == []
    page.keyboard.press("Enter")

    expect(page.get_by_text(NAME)).to_be_visible()


def test_esc_closes_them_on_the_server_too(page: Page, desk: Desk) -> None:
    reveal(page)

    with page.expect_response("**/curtain/close"):
        page.keyboard.press("Escape")

    assert [row.names_until for row in desk.stage.rows(staff.staff_sign_in) if not row.ended_at] == [None]


def test_a_touch_keeps_the_server_from_closing(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    go(page, desk, staff_origin)
    reveal(page)
    desk.stage.clock.go_on(seconds=40)
    page.clock.run_for(40_000)

    with page.expect_response("**/curtain/keep"):
        page.keyboard.press("Shift")

    (until,) = [row.names_until for row in desk.stage.rows(staff.staff_sign_in) if not row.ended_at]
    assert until == desk.stage.clock() + timedelta(minutes=2)

"""A push that does not arrive: the page knows by its own clock, takes the old code off, and opens another line by itself."""

from playwright.sync_api import Page

from tests.conftest import NewPage
from tests.display.test_in_a_browser import SHOWN, house, is_accepted, scan, secret
from tests.house import House

__all__ = ["house", "secret"]

TICK_MILLISECONDS = 250

DEAF = """
    var real = window.WebSocket, line = window.line = {made: 0, isDeaf: false};
    window.WebSocket = function (address, kinds) {
        var made = new real(address, kinds);
        line.made += 1;
        line.isDeaf = false;
        Object.defineProperty(made, "onmessage", {set: function (hear) {
            made.addEventListener("message", function (event) { if (!line.isDeaf) hear(event); });
        }});
        return made;
    };
"""


def open_deaf(house: House, secret: str, new_page: NewPage) -> Page:
    """A board whose line is open and brings nothing any more, and whose clock stands still until it is told to go on."""
    page = new_page(viewport={"width": 1280, "height": 720})
    page.clock.install()
    page.add_init_script(DEAF)
    page.context.add_cookies([{"name": "kiosk_screen", "value": secret, "url": house.origin}])
    page.goto(f"{house.origin}/display/")
    page.locator(SHOWN).first.wait_for()
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 0.2)
    page.evaluate("() => { line.isDeaf = true; }")
    return page


def wait_till_away(page: Page) -> None:
    """Let the page's time go on until it has missed a push: at most as long as a code is shown, and three seconds more."""
    for _ in range(13_500 // TICK_MILLISECONDS):
        if page.locator("main.live.is-away").is_visible():
            break
        page.clock.run_for(TICK_MILLISECONDS)


def test_a_code_whose_time_is_past_goes_though_its_line_says_nothing(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_deaf(house, secret, new_page)
    wait_till_away(page)
    assert page.locator("main.live.is-away").is_visible()
    assert page.locator(".live .symbol path").get_attribute("d") == ""
    assert page.locator(".live .digits").text_content() == ""
    assert scan(page) == ""


def test_where_nothing_comes_for_a_while_longer_another_line_is_opened(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_deaf(house, secret, new_page)
    wait_till_away(page)
    page.clock.run_for(2_500)
    assert page.evaluate("line.made") == 1
    page.clock.run_for(4_000)
    page.wait_for_function("() => line.made === 2")
    page.locator(SHOWN).first.wait_for()
    assert is_accepted(house, scan(page)[-10:])

"""The projection in Chromium: it fills its screens, is read as a picture, obeys its keys, and survives the server."""

import hashlib
import io
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from sqlalchemy import delete

from kiosk.domain.codes import CodePolicy, accepted_qr_step
from kiosk.store.tables import board, screens
from tests.conftest import PATIENCE_MILLISECONDS, NewPage
from tests.house import House

SHOWN = "main.live.state-showing .symbol path[d^='M']"
A_CODE_LATER = CodePolicy().qr_step_seconds * 1000 + PATIENCE_MILLISECONDS
SIZES = [(1024, 768), (1280, 720), (1280, 800), (1920, 1080), (3840, 2160), (768, 1024), (1080, 1920), (360, 300)]
MEASURE = """() => {
    var root = document.documentElement, box = document.querySelector(".live .symbol").getBoundingClientRect();
    var digits = document.querySelector(".live .digits").getBoundingClientRect();
    return {across: root.scrollWidth, down: root.scrollHeight, symbol: box.width, room: Math.min(
        box.top, innerHeight - box.bottom, innerWidth - digits.right, innerHeight - digits.bottom)};
}"""

LINES = """
    var real = window.WebSocket, line = window.line = {made: [], lost: 0, joined: 0, wentAway: 0};
    window.WebSocket = function (address, kinds) {
        var made = new real(address, kinds);
        line.made.push(made);
        made.addEventListener("close", function () { line.lost += 1; });
        made.addEventListener("message", function (event) { line.joined += event.data.indexOf("40") === 0; });
        return made;
    };
    line.watch = function () {
        new MutationObserver(function () { line.wentAway += document.querySelector("main.is-away") ? 1 : 0; })
            .observe(document.querySelector("main.live"), {attributes: true});
    };
"""


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    """One served house for this file; whatever a test does to the lecture is undone after it."""
    yield shared_house
    lecture = shared_house.stage.ids["algorithms"]
    shared_house.stage.change(board.lecture, lecture, closed_at=None, opened_at=shared_house.now())
    with shared_house.stage.database.owner.begin() as connection:
        connection.execute(delete(board.hold))


@pytest.fixture
def secret(house: House) -> str:
    """The secret of a room's screen, let in on a phone before the test begins."""
    drawn = secrets.token_urlsafe(32)
    house.stage.add(
        "screen",
        screens.screen,
        secret_hash=hashlib.sha256(drawn.encode()).hexdigest(),
        room_id=house.stage.ids["4/4053"],
        approved_at=house.now(),
        expires_at=house.now() + timedelta(hours=2),
    )
    return drawn


def open_board(
    house: House,
    secret: str,
    new_page: NewPage,
    *,
    wait_for: str = SHOWN,
    first: str = "",
    clock: bool = False,
    **options: object,
) -> Page:
    """The board in a browser; `first` is script that runs before the page's own, `clock` one that can be put forward."""
    page = new_page(**{"viewport": {"width": 1280, "height": 720}, **options})
    page.context.add_cookies([{"name": "kiosk_screen", "value": secret, "url": house.origin}])
    if clock:
        page.clock.install()
    if first:
        page.add_init_script(first)
    page.goto(f"{house.origin}/display/")
    page.locator(wait_for).first.wait_for()
    return page


def look(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()))


def scan(page: Page) -> str:
    return next((found.text for found in zxingcpp.read_barcodes(look(page).convert("L"))), "")


def is_accepted(house: House, code: str) -> bool:
    return accepted_qr_step(house.stage.key(), code, house.now(), CodePolicy()) is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_board_fills_every_screen_and_a_camera_reads_it(
    house: House, secret: str, new_page: NewPage, scheme: str
) -> None:
    page = open_board(house, secret, new_page, color_scheme=scheme)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert scan(page).startswith(f"{house.origin.upper().replace('HTTP', 'http')}/"), (width, height)
        sizes = page.evaluate(MEASURE)
        assert (sizes["across"], sizes["down"]) == (width, height)
        assert sizes["room"] >= 0, (width, height, sizes)
        assert sizes["symbol"] >= (0.43 if scheme == "light" else 0.4) * min(width, height * 16 / 9), (width, height)
        if (width, height) == (1920, 1080):
            assert sizes["symbol"] >= (0.77 if scheme == "light" else 0.71) * height


def test_in_a_small_window_there_are_symbol_and_digits_and_nothing_else(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_board(house, secret, new_page, viewport={"width": 360, "height": 300})
    seen = [
        it for it in ("heading", "title", "place", "at", "next", "digits", "symbol") if page.is_visible(f".live .{it}")
    ]
    assert seen == ["digits", "symbol"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 300), (360, 640)])
def test_a_held_code_is_said_to_be_held_in_a_small_window_too(
    house: House, secret: str, new_page: NewPage, width: int, height: int, scheme: str
) -> None:
    house.stage.hold(house.now())
    held, size = "main.live.state-held .note", {"width": width, "height": height}
    page = open_board(house, secret, new_page, wait_for=held, viewport=size, color_scheme=scheme)

    note, symbol = page.locator(held).bounding_box(), page.locator(".live .symbol").bounding_box()
    assert note
    assert symbol
    assert scan(page)
    assert note["x"] >= 0
    assert note["x"] + note["width"] <= width
    assert note["y"] + note["height"] <= height


def test_on_the_dark_page_the_symbol_has_a_white_card_with_a_quiet_zone_of_four(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_board(house, secret, new_page, color_scheme="dark", viewport={"width": 1920, "height": 1080})
    symbol, card = page.locator(".live .symbol").bounding_box(), page.locator(".live .card").bounding_box()
    assert symbol
    assert card
    assert symbol["x"] - card["x"] >= 4 * symbol["width"] / 25
    picture = look(page).convert("L")
    assert picture.getpixel((round(card["x"]) + 2, round(card["y"]) + 2)) == 255
    assert picture.getpixel((2, 2)) < 20


def test_the_page_names_nobody_and_offers_nothing(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    assert page.locator("a, button, input, nav, form").count() == 0
    words = page.locator(".live").inner_text()
    for line in ("COMP1201", "Algorithms", "4/4053", "next code", f"127.0.0.1:{house.port}"):
        assert line in words
    assert "Day" not in words
    assert page.locator(".live .symbol").get_attribute("aria-label") == "QR code to check in to COMP1201"


def test_keys_blank_this_page_and_fill_the_screen(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    other = open_board(house, secret, new_page)
    for key in ("b", ".", "B"):
        page.keyboard.press(key)
        assert look(page).convert("L").getextrema() == (0, 0)
        assert scan(page) == ""
        page.keyboard.press(key)
        assert scan(page)
    page.keyboard.press("b")
    assert scan(other)
    page.keyboard.press("Escape")
    assert scan(page)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === document.documentElement")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_the_cursor_goes_after_two_seconds_and_comes_back(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    cursor = "() => getComputedStyle(document.body).cursor"
    page.wait_for_function(f"() => ({cursor})() === 'none'")
    # Looked at while the mouse moves: two seconds later it is gone again.
    page.evaluate(f"() => document.addEventListener('mousemove', () => {{ window.moving = ({cursor})(); }})")
    page.mouse.move(200, 200)
    page.wait_for_function("() => window.moving")
    assert page.evaluate("window.moving") == "auto"


def test_when_the_server_goes_the_code_goes_and_both_come_back(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page, clock=True)
    house.stop()
    page.clock.fast_forward(14_000)  # past the end of any code that it may show, and three seconds more
    page.locator("main.live.is-away").wait_for()
    assert page.locator(".live .away").inner_text() == "Reconnecting"
    assert scan(page) == ""
    assert page.locator(".live .digits").text_content() == ""
    assert page.locator(".live .symbol path").get_attribute("d") == ""
    house.start()
    page.locator(SHOWN).wait_for()
    assert page.url == f"{house.origin}/display/"
    assert is_accepted(house, scan(page)[-10:])


def test_a_screen_that_was_stopped_while_its_line_was_down_says_so(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_board(house, secret, new_page)
    house.stop()
    house.stage.change(screens.screen, house.stage.ids["screen"], revoked_at=house.now())
    house.start()
    page.get_by_role("heading", name="This screen was stopped").wait_for()
    assert scan(page) == ""


def open_by_hand(house: House, secret: str, new_page: NewPage) -> Page:
    """A board whose clock stands still until it is told to go on."""
    page = new_page(viewport={"width": 1280, "height": 720})
    page.clock.install()
    page.add_init_script(LINES)
    page.context.add_cookies([{"name": "kiosk_screen", "value": secret, "url": house.origin}])
    page.goto(f"{house.origin}/display/")
    page.locator(SHOWN).first.wait_for()
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 0.2)
    return page


def test_the_code_goes_soon_after_the_line_does_long_before_a_frame_is_overdue(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_by_hand(house, secret, new_page)
    house.stop()
    try:
        page.wait_for_function("() => line.lost === 1")
        page.clock.run_for(1500)
        assert page.locator("main.live.is-away").is_visible()
        assert scan(page) == ""
    finally:
        house.start()


def test_a_blip_of_a_second_is_not_seen(house: House, secret: str, new_page: NewPage) -> None:
    page = open_by_hand(house, secret, new_page)
    page.evaluate("() => { line.watch(); line.made[0].close(); }")
    page.wait_for_function("() => line.lost === 1")
    page.clock.run_for(1000)
    page.wait_for_function("() => line.joined === 2")
    page.clock.run_for(2000)
    assert page.evaluate("() => line.wentAway") == 0
    assert scan(page)


# How soon these reach it: tests/walls/test_socket.py


def test_a_screen_stopped_on_the_phone_goes_dark(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    house.stage.change(screens.screen, house.stage.ids["screen"], revoked_at=house.now())
    page.locator(SHOWN).wait_for(state="detached")
    page.get_by_role("heading", name="This screen was stopped").wait_for()
    assert scan(page) == ""


def test_a_stopped_screen_that_is_let_in_again_comes_back_by_itself(
    house: House, secret: str, new_page: NewPage
) -> None:
    page = open_board(house, secret, new_page)
    house.stage.change(screens.screen, house.stage.ids["screen"], revoked_at=house.now())
    page.get_by_role("heading", name="This screen was stopped").wait_for()
    house.stage.change(screens.screen, house.stage.ids["screen"], revoked_at=None)
    page.locator(SHOWN).wait_for()
    assert is_accepted(house, scan(page)[-10:])


def test_hold_and_close_reach_the_screen(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    lecture = house.stage.ids["algorithms"]
    house.stage.hold(house.now())
    page.locator("main.state-held").wait_for(timeout=3_000)
    assert page.get_by_text("Held: this code stays until released").is_visible()
    assert scan(page)
    house.stage.change(board.lecture, lecture, closed_at=house.now())
    page.locator("main.live.state-closed").wait_for()
    assert page.get_by_text("Check-in is closed.").is_visible()
    assert scan(page) == ""


def test_a_lectern_whose_clock_is_wrong_shows_the_servers_code(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(
        house, secret, new_page, first="var real = Date.now; Date.now = function () { return real() - 3 * 86400000; };"
    )
    assert is_accepted(house, scan(page)[-10:])


def test_a_lectern_that_slept_does_not_show_its_old_code(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page)
    page.evaluate(
        """() => { window.wentAway = 0;
        new MutationObserver(function () { if (document.querySelector('main.is-away')) window.wentAway += 1; })
          .observe(document.querySelector('main.live'), {attributes: true});
        var real = Date.now; Date.now = function () { return real() + 3600000; }; }"""
    )
    page.wait_for_function("() => window.wentAway > 0")
    page.locator(SHOWN).wait_for()
    assert is_accepted(house, scan(page)[-10:])


def test_where_websockets_are_blocked_polling_does(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page, first="window.WebSocket = function () { throw new Error('blocked'); };")
    before = scan(page)
    page.wait_for_function(
        "before => document.querySelector('.live .symbol path').getAttribute('d') !== before",
        arg=page.locator(".live .symbol path").get_attribute("d"),
        timeout=A_CODE_LATER,
    )
    assert scan(page) != before
    assert is_accepted(house, scan(page)[-10:])


def test_without_script_the_page_shows_a_code_and_renews_itself(house: House, secret: str, new_page: NewPage) -> None:
    plain = "main.state-showing .symbol path[d^='M']"
    page = open_board(house, secret, new_page, wait_for=plain, java_script_enabled=False)
    first = scan(page)
    assert is_accepted(house, first[-10:])
    with page.expect_navigation(timeout=A_CODE_LATER):
        pass
    page.locator(plain).wait_for()
    assert scan(page) != first
    assert is_accepted(house, scan(page)[-10:])


def test_a_lectern_asks_by_itself_and_shows_what_the_phone_needs(house: House, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1024, "height": 768})
    page.goto(f"{house.origin}/display/")
    page.locator("main.pairing").wait_for()
    asked = house.stage.rows(screens.pairing)[-1]
    assert scan(page) == f"{house.origin}/admin/pair/{asked.spoken_code}"
    assert page.locator(".letters").inner_text().replace(" ", "") == asked.spoken_code
    assert page.locator(".match").inner_text() == str(asked.match_number)
    letters, digits = (
        page.evaluate(f"() => getComputedStyle(document.querySelector('{it}')).fontSize")
        for it in (".letters", ".letters span")
    )
    assert letters == digits
    assert float(letters.removesuffix("px")) >= 0.1 * 1024
    assert page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1024,
        768,
    ]


def test_without_script_the_time_left_is_shown_too(house: House, secret: str, new_page: NewPage) -> None:
    page = open_board(house, secret, new_page, wait_for="main.state-showing .next.plain", java_script_enabled=False)
    begun = "Number(document.querySelector('.next.plain animate').getAttribute('from'))"
    page.wait_for_function(f"() => document.querySelector('.next.plain rect').width.animVal.value < {begun}")

    bar, track = page.locator(".next.plain rect").bounding_box(), page.locator(".next.plain .track").bounding_box()
    assert bar
    assert track
    assert 0 < bar["width"] <= track["width"] + 1
    assert page.locator(".next.plain .word").is_visible()

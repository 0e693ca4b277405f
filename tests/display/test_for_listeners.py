"""What a screen reader is told: the digits as they change, as often as somebody wants, and never the symbol or the clock."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.for_everybody import named, tree
from tests.conftest import NewPage
from tests.display.projector import Projector, prepared, projector
from tests.display.screens import room_screen
from tests.stage import Browser, Stage

QR_SECONDS = 10


class Listener:
    """Somebody who hears a room's screen and does not see it."""

    def __init__(self, beamer: Projector, page: Page) -> None:
        self.stage, self.beamer, self.page = beamer.stage, beamer, page
        self.browser: Browser = room_screen(beamer.stage, beamer.app)
        beamer.open(self.browser, page)
        page.locator(".live.state-showing .symbol path[d^='M']").wait_for()

    def spelt(self) -> str:
        """The digits that are on the screen now, one by one."""
        return " ".join(self.stage.digits())

    def heard(self) -> list[str]:
        """What was said since this was asked last."""
        said: list[str] = self.page.evaluate("() => heard.splice(0)")
        return said

    def go_on(self) -> list[str]:
        """The next code; what is said at it."""
        self.beamer.go_on(self.browser, self.page, QR_SECONDS)
        return self.heard()

    def choose(self, words: str) -> None:
        self.page.get_by_label("How often the digits are read out").select_option(label=words)


@pytest.fixture
def listener(stage: Stage, new_page: NewPage) -> Iterator[Listener]:
    with projector(stage) as beamer:
        yield Listener(beamer, prepared(new_page()))


def test_the_digits_are_told_at_each_change_of_theirs_and_at_no_other_change(listener: Listener) -> None:
    expected, told, before = [], [listener.heard()], listener.spelt()
    expected.append([before])
    for _ in range(9):
        told.append(listener.go_on())
        expected.append([listener.spelt()] if listener.spelt() != before else [])
        before = listener.spelt()

    assert told == expected
    assert sum(map(len, told)) == 4


def test_at_each_change_the_tree_has_the_symbols_name_the_digits_and_nothing_that_interrupts(
    listener: Listener,
) -> None:
    for _ in range(4):
        listener.go_on()
        nodes = tree(listener.page)
        assert named(nodes, "image") == ["QR code to check in to COMP1201"]
        assert f"{listener.stage.digits()[:3]} {listener.stage.digits()[3:]}" in named(nodes, "StaticText")
        assert {it["live"] for it in nodes if "live" in it} == {"polite"}
        assert named(nodes, "heading") == ["COMP1201"]


def test_once_a_minute_is_no_oftener_than_that_and_at_a_change_of_the_digits(listener: Listener) -> None:
    for _ in range(2):
        listener.go_on()
    listener.choose("Digits are read out once a minute at most")
    listener.heard()
    told = {}
    for seconds in range(QR_SECONDS, 181, QR_SECONDS):
        before = listener.spelt()
        if said := listener.go_on():
            told[seconds] = said == [listener.spelt()] and before != listener.spelt()

    assert told == {70: True, 130: True}


def test_off_is_off_and_what_was_chosen_last_is_heard_at_once(listener: Listener) -> None:
    listener.choose("Digits are not read out")
    listener.heard()
    assert [listener.go_on() for _ in range(4)] == [[]] * 4
    listener.choose("Digits are read out at each change")
    assert listener.heard() == [listener.spelt()]


def test_the_choice_is_kept_by_the_page_and_by_nothing_else(listener: Listener) -> None:
    listener.choose("Digits are not read out")
    listener.page.reload()
    listener.page.locator(".live.state-showing").wait_for()

    assert listener.page.locator(".aloud").input_value() == "0"
    assert listener.page.evaluate("() => localStorage.length + sessionStorage.length") == 0


def test_that_the_code_is_held_is_said_once_and_its_digits_are_not_said_again(listener: Listener) -> None:
    listener.heard()
    listener.stage.hold(listener.stage.clock())
    listener.stage.clock.go_on(seconds=3)
    listener.beamer.renew(listener.browser)
    listener.page.locator(".live.state-held").wait_for()
    assert listener.heard() == ["Held: this code stays until released"]


def test_a_line_that_drops_is_said_to_have_dropped(listener: Listener) -> None:
    listener.heard()
    listener.page.evaluate("() => { ahead += 20000; }")
    listener.page.locator(".live.is-away").wait_for()
    assert listener.heard() == ["Reconnecting"]


def test_what_can_be_chosen_is_seen_while_the_keyboard_is_in_it_and_only_then(listener: Listener) -> None:
    page = listener.page
    for label in ("How often the digits are read out", "Keys"):
        page.keyboard.press("Tab")
        box = page.get_by_label(label, exact=True).bounding_box()
        assert page.locator(":focus").get_attribute("aria-label") == label
        assert box
        assert box["height"] >= 44
    page.evaluate("() => document.activeElement.blur()")
    assert page.locator(".wishes select").evaluate_all("them => them.map(it => it.offsetWidth)") == [1, 1]


def test_letters_typed_into_a_choice_are_no_keys_and_the_keys_can_be_turned_off(listener: Listener) -> None:
    page = listener.page
    page.get_by_label("Keys", exact=True).focus()
    page.keyboard.press("b")
    assert page.locator(".blank").is_hidden()
    page.get_by_label("Keys", exact=True).select_option(label="F and B do nothing")
    page.evaluate("() => document.activeElement.blur()")
    for key in ("b", ".", "f"):
        page.keyboard.press(key)
    assert page.locator(".blank").is_hidden()
    assert page.evaluate("() => document.fullscreenElement") is None

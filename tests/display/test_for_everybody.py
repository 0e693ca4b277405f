"""A screen in each of its states: what axe-core finds, wide spacing, forced colours, no motion where none is wanted."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import get_args

import pytest
from playwright.sync_api import Page

from kiosk.display import service
from kiosk.display.service import Standing
from kiosk.domain.boards import CheckInClosed, Ended, LectureBoard, RoomBoard, Showing, Waiting
from kiosk.store.tables import board
from tests.browser.for_everybody import cut_by_spacing, faults, keyboard_faults, named, tree
from tests.browser.judging import show
from tests.conftest import NewPage
from tests.display.projector import Projector, prepared, projector, scan
from tests.display.screens import ask, lecture_screen, room_screen
from tests.display.test_languages import ended, refused, stopped
from tests.stage import Browser, Stage
from tests.web.sentences import KIOSK

SHOWN = ".live[class*=state-]"
PAUSE = timedelta(seconds=3)


def room(beamer: Projector) -> Browser:
    return room_screen(beamer.stage, beamer.app)


def lecture(beamer: Projector) -> Browser:
    return lecture_screen(beamer.stage, beamer.app)


def at(hour: int, minute: int, screen: Callable[[Projector], Browser] = room) -> Callable[[Projector], Browser]:
    def go(beamer: Projector) -> Browser:
        beamer.stage.clock.set(hour, minute)
        return screen(beamer)

    return go


def held(beamer: Projector) -> Browser:
    beamer.stage.hold(beamer.stage.clock())
    return room(beamer)


def without(column: str) -> Callable[[Projector], Browser]:
    def go(beamer: Projector) -> Browser:
        lecture_id = beamer.stage.ids["algorithms"]
        beamer.stage.change(board.lecture, lecture_id, **{column: beamer.stage.clock() - PAUSE})
        return lecture(beamer)

    return go


def over(beamer: Projector) -> Browser:
    browser = lecture(beamer)
    beamer.stage.clock.set(11, 0)
    return browser


def asks(happens: Callable[[Stage, Browser], None] | None = None) -> Callable[[Projector], Browser]:
    def go(beamer: Projector) -> Browser:
        browser = ask(beamer.stage, beamer.app)
        if happens:
            happens(beamer.stage, browser)
        return browser

    return go


def unknown(beamer: Projector) -> Browser:
    browser: Browser = beamer.app.test_client()  # type: ignore[assignment]
    browser.get("/")
    return browser


Go = Callable[[Projector], Browser]

BOARDS: dict[type, dict[str, tuple[Go, str]]] = {
    Showing: {"showing": (room, ".state-showing"), "held": (held, ".state-held")},
    CheckInClosed: {"closed": (at(10, 30), ".state-closed")},
    Waiting: {
        "next": (at(9, 30), ".state-waiting"),
        "nothing more": (at(12, 0), ".state-waiting"),
        "not open yet": (at(9, 30, lecture), ".state-waiting"),
    },
    Ended: {
        "over": (over, ".state-ended"),
        "cancelled": (without("cancelled_at"), ".state-ended"),
        "void": (without("voided_at"), ".state-ended"),
    },
}
STANDINGS: dict[Standing, tuple[Go, str]] = {
    Standing.UNKNOWN: (unknown, ".is-ask .say"),
    Standing.ASKING: (asks(), ".pairing"),
    Standing.REFUSED: (asks(refused), ".is-ask .say"),
    Standing.STOPPED: (asks(stopped), ".is-ask .say"),
    Standing.ENDED: (asks(ended), ".is-ask .say"),
}
STATES = {name: state for states in BOARDS.values() for name, state in states.items()}
STATES |= {f"standing {standing}": state for standing, state in STANDINGS.items()}


def test_every_outcome_and_every_standing_has_its_states_here() -> None:
    """A new one is drawn, or this fails."""
    assert BOARDS.keys() == {*get_args(RoomBoard), *get_args(LectureBoard)}
    assert STANDINGS.keys() == set(Standing)
    templates = {path.stem for path in (KIOSK / "templates" / "display").glob("*.html")}
    assert templates == {"base", "board", "ask", "pairing", "problem"}


@pytest.fixture
def beamer(stage: Stage) -> Iterator[Projector]:
    with projector(stage, "en", "cy") as beamer:
        yield beamer


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return prepared(new_page(viewport={"width": 1280, "height": 720}))


def open_state(beamer: Projector, page: Page, name: str) -> Page:
    go, shown = STATES[name]
    beamer.open(go(beamer), page)
    page.locator(shown).first.wait_for()
    return page


def lacks(page: Page) -> list[str]:
    return [*faults(page, "dark"), *faults(page, "light"), *keyboard_faults(page)]


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_for_everybody(beamer: Projector, page: Page, name: str) -> None:
    """In both languages at once: axe-core's rules, contrast of 7:1 in both schemes, the keyboard."""
    open_state(beamer, page, name)
    assert lacks(page) == []
    assert len(named(tree(page), "heading")) >= 1


@pytest.mark.parametrize("problem", ["nowhere", "busy"])
def test_every_problem_is_for_everybody(
    beamer: Projector, page: Page, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ASKED_AT_MOST", 0)
    browser = unknown(beamer)
    answer = browser.get("/nowhere") if problem == "nowhere" else browser.send("/pairing", "/")
    show(page, browser, answer.text, dict(answer.headers))
    page.route("**/", lambda route: route.abort())  # it goes home by itself, and not while it is looked at
    assert lacks(page) == []


# What a person or a lectern prefers ----------------------------------------------------------------

EDGES = """them => them.map(it => getComputedStyle(it))
    .map(it => it.borderTopStyle !== "none" && parseFloat(it.borderTopWidth) >= 1)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_a_camera_reads_the_symbol_and_the_bar_is_seen(
    beamer: Projector, new_page: NewPage, scheme: str
) -> None:
    page = prepared(new_page(viewport={"width": 1280, "height": 720}, forced_colors="active", color_scheme=scheme))
    open_state(beamer, page, "showing")
    page.locator(".symbol path[d^='M']").first.wait_for()
    assert page.evaluate("() => matchMedia('(forced-colors: active)').matches")
    assert scan(page).lower().startswith("http://in.kiosk.test/")
    background, bar = (page.evaluate(f"() => getComputedStyle(document.{it}).backgroundColor") for it in BARS)
    assert bar != background
    assert page.locator(".track").first.evaluate_all(EDGES) == [True]


BARS = ("documentElement", "querySelector('.live .bar')")


def test_in_forced_colours_a_button_keeps_an_edge_and_the_focus_is_seen(beamer: Projector, new_page: NewPage) -> None:
    page = prepared(new_page(forced_colors="active"))
    open_state(beamer, page, "standing refused")
    assert page.locator("button").evaluate_all(EDGES) == [True]
    assert keyboard_faults(page) == []


@pytest.mark.parametrize("name", ["showing", "standing asking", "standing refused"])
def test_where_no_motion_is_wanted_nothing_moves(beamer: Projector, new_page: NewPage, name: str) -> None:
    page = prepared(new_page(reduced_motion="reduce"))
    open_state(beamer, page, name)
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert page.locator(".next, animate").filter(visible=True).count() == 0


def test_where_no_motion_is_wanted_nothing_moves_without_script_either(beamer: Projector, new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce", java_script_enabled=False)
    beamer.open(room(beamer), page)
    page.locator("main.state-showing .symbol path[d^='M']").wait_for()
    assert page.locator(".next").filter(visible=True).count() == 0


# The board itself fills its window to the edges; that wider words are cut there is said in the accessibility statement.
@pytest.mark.parametrize("name", ["standing asking", "standing refused"])
def test_words_spaced_widely_stay_whole(beamer: Projector, page: Page, name: str) -> None:
    open_state(beamer, page, name)
    assert cut_by_spacing(page) == []

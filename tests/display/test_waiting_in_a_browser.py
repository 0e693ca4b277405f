"""A screen without a code in Chromium: however long the names, the room, the clock and what comes next can be read."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from kiosk.store.tables import board, screens
from tests.conftest import NewPage
from tests.servers import free_port, serving
from tests.stage import ADDRESSES, START, Stage

SECRET = "the-secret-of-a-screen"
SIZES = [(1920, 1080), (1280, 800), (1024, 768), (360, 300), (1080, 1920), (320, 560)]
LONG = "Introduction to the Philosophy and Sociology of Technology-Enhanced Learning in Higher Education"
MEASURE = """() => {
    var side = document.querySelector(".live .side").getBoundingClientRect();
    var notes = document.querySelectorAll(".live .note p");
    return ["heading", "title", "place", "clock"].map(function (name) {
        return [name, document.querySelector(".live ." + name)];
    }).concat([].map.call(notes, function (note) {
        return ["note " + note.lang, note];
    })).map(function (named) {
        var name = named[0], element = named[1], style = getComputedStyle(element);
        var box = element.getBoundingClientRect();
        var height = box.height - parseFloat(style.paddingTop) - parseFloat(style.borderTopWidth);
        return {name: name, isIn: box.left >= 0 && box.right <= innerWidth && box.top >= side.top - 1
                    && box.bottom <= side.bottom + 1 && box.bottom <= innerHeight,
                lines: height / parseFloat(style.lineHeight),
                isCut: element.scrollHeight - element.clientHeight > parseFloat(style.fontSize) / 2};
    });
}"""


NOTES = {("en",): ["note en"], ("en", "cy"): ["note en", "note cy"]}


@pytest.fixture(params=NOTES, ids="-".join)
def languages(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What the institution speaks."""
    spoken: tuple[str, ...] = request.param
    return spoken


@pytest.fixture
def origin(stage: Stage, languages: tuple[str, ...]) -> Iterator[str]:
    """The display wing on the stage's clock, in a room and with modules of long names."""
    long = {"COMP1201": LONG, "HIST2002": "The Silk Roads: Trade, Faith and Empire across Eurasia"}
    for code, title in long.items():
        stage.change(board.module, stage.ids[code], title=title)
    name = "The Sir Bartholomew Featherstonehaugh Memorial Lecture Theatre"
    stage.change(board.room, stage.ids["4/4053"], code="Highfield B58/1065-L", name=name)
    stage.add_lecture("joint", starts_at=START + timedelta(hours=4), modules=tuple(long))
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    times = {"approved_at": START, "expires_at": START + timedelta(days=30)}
    stage.add("screen", screens.screen, secret_hash=hashed, room_id=stage.ids["4/4053"], **times)
    port = free_port()
    address = f"http://screens.kiosk.test:{port}"
    institution = replace(stage.settings("display").institution, languages=languages)
    with serving(stage.app("display", addresses=replace(ADDRESSES, display=address), institution=institution), port):
        yield address


def open_board(origin: str, new_page: NewPage, state: str) -> Page:
    page = new_page()
    page.context.add_cookies([{"name": "kiosk_screen", "value": SECRET, "url": origin}])
    page.goto(f"{origin}/")
    page.locator(f"main.live.state-{state}").wait_for()
    return page


def shown(page: Page, width: int, height: int) -> dict[str, dict[str, object]]:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(f"() => innerWidth === {width} && innerHeight === {height}")
    page.evaluate("() => window.dispatchEvent(new Event('resize'))")
    return {it.pop("name"): it for it in page.evaluate(MEASURE)}


def test_a_waiting_room_reads_whole_at_every_size_and_no_line_is_cut_in_half(
    stage: Stage, origin: str, new_page: NewPage, languages: tuple[str, ...]
) -> None:
    stage.clock.set(13, 20)
    page = open_board(origin, new_page, "waiting")
    for width, height in SIZES:
        seen = shown(page, width, height)
        assert [name for name in ("heading", "title", "clock", *NOTES[languages]) if not seen[name]["isIn"]] == [], (
            width,
            height,
        )
        for name in ("title", *NOTES[languages]):
            assert abs(seen[name]["lines"] - round(seen[name]["lines"])) < 0.05, (width, height, name)  # type: ignore[arg-type,operator]
    assert page.locator(".live .note").inner_text().startswith("Next at 14:00: COMP1201 / HIST2002")


def test_a_closed_check_in_reads_whole_at_every_size(
    stage: Stage, origin: str, new_page: NewPage, languages: tuple[str, ...]
) -> None:
    stage.clock.set(14, 30)
    page = open_board(origin, new_page, "closed")
    for width, height in SIZES:
        seen = shown(page, width, height)
        assert [name for name in ("heading", "title", "place", *NOTES[languages]) if not seen[name]["isIn"]] == [], (
            width,
            height,
        )
        assert [name for name in NOTES[languages] if seen[name]["isCut"]] == [], (width, height)

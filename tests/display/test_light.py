"""Light measured from pictures of the projection: contrast of symbol and words, and that nothing flashes (WCAG 1.4.6, 2.3.1)."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.conftest import NewPage
from tests.display.projector import Projector, look, prepared, projector
from tests.display.screens import room_screen
from tests.stage import Browser, Stage

FULL = {"width": 1920, "height": 1080}
QR_SECONDS = 10
CELL = 20
"""Pixels: the screen is 96 x 54 cells."""
WINDOW = (32, 18)
"""In cells: 341 x 256 pixels at 1024 x 768, which stand for ten degrees of the field of view."""
SAFE_SHARE = 0.25
"""Of any such window: what changes in less of it is no flash, however often."""
SEEN_CHANGE = 0.10
"""Of the largest luminance; where the darker of the two is below DARK, more is half a flash."""
DARK = 0.80
LUMINANCE = (0.2126, 0.7152, 0.0722, 0)
MOMENTS = (0, 250, 500, 5000)
"""Milliseconds after each change at which a picture is taken; the bar moves every 250."""


LATER = """moment => {
    ahead += moment; document.dispatchEvent(new Event("visibilitychange")); ahead -= moment;
}"""
"""Draws the page as it is then: it looks at its stopwatch whenever it becomes visible."""


def linear(value: int) -> int:
    part = value / 255
    return round(255 * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4))


def luminance(picture: Image.Image) -> Image.Image:
    """Relative luminance of each pixel, in 255 steps."""
    return picture.point([linear(value) for value in range(256)] * 3).convert("L", LUMINANCE)


def contrast(picture: Image.Image) -> float:
    """Between the two shades that there is most of: paper and ink."""
    counts = luminance(picture).histogram()
    paper, ink = sorted(range(256), key=lambda it: -counts[it])[:2]
    lighter, darker = sorted((paper / 255, ink / 255), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def halves(before: Image.Image, after: Image.Image) -> float:
    """In how large a share of the worst window a flash begins or ends from one picture to the next."""
    one, other = luminance(before), luminance(after)
    changed = ImageChops.difference(one, other).point(lambda it: 255 * (it >= SEEN_CHANGE * 255))
    dark = ImageChops.darker(one, other).point(lambda it: 255 * (it < DARK * 255))
    cells = ImageChops.multiply(changed, dark).reduce(CELL)
    return max(shares(cells))


def shares(cells: Image.Image) -> Iterator[float]:
    across, down = WINDOW
    for left in range(0, cells.width - across + 1, 4):
        for top in range(0, cells.height - down + 1, 3):
            seen = cells.crop((left, top, left + across, top + down)).resize((1, 1), Image.Resampling.BOX)
            yield seen.getpixel((0, 0)) / 255  # type: ignore[operator]


@pytest.fixture
def beamer(stage: Stage) -> Iterator[Projector]:
    with projector(stage, "en", "cy") as beamer:
        yield beamer


def open_board(beamer: Projector, new_page: NewPage, scheme: str) -> tuple[Browser, Page]:
    page, browser = prepared(new_page(viewport=FULL, color_scheme=scheme)), room_screen(beamer.stage, beamer.app)
    beamer.open(browser, page).locator(".live.state-showing .symbol path[d^='M']").wait_for()
    return browser, page


def part(page: Page, selector: str) -> Image.Image:
    box = page.locator(f".live {selector}").bounding_box()
    assert box
    return look(page).crop(tuple(map(round, (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]))))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_symbol_and_words_have_a_contrast_of_seven_in_every_picture(
    beamer: Projector, new_page: NewPage, scheme: str
) -> None:
    browser, page = open_board(beamer, new_page, scheme)
    for _ in range(3):
        for selector in (".symbol", ".digits", ".heading", ".title", ".place", ".at", ".next .word"):
            assert contrast(part(page, selector)) >= (20 if selector == ".symbol" else 7), selector
        beamer.go_on(browser, page, QR_SECONDS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_flashes(beamer: Projector, new_page: NewPage, scheme: str) -> None:
    """Three flashes in a second are six halves. Here one half comes with each code, and between codes none does."""
    browser, page = open_board(beamer, new_page, scheme)
    pictures, at = [(0, look(page))], 0
    for _ in range(6):
        beamer.go_on(browser, page, QR_SECONDS)
        at += QR_SECONDS * 1000
        for moment in MOMENTS:
            page.evaluate(LATER, moment)
            pictures.append((at + moment, look(page)))
    flashing = [after[0] for before, after in pairwise(pictures) if halves(before[1], after[1]) > SAFE_SHARE]

    assert len(flashing) <= 6
    assert all(moment % (QR_SECONDS * 1000) == 0 for moment in flashing)
    assert all(later - earlier >= QR_SECONDS * 1000 for earlier, later in pairwise(flashing))


def test_the_measure_finds_what_flashes() -> None:
    black, white = (Image.new("RGB", (1920, 1080), shade) for shade in ("black", "white"))
    pale = Image.new("RGB", (1920, 1080), (245, 245, 245))
    small = black.copy()
    small.paste(white.resize((200, 200)), (300, 300))
    assert [round(halves(black, it), 1) for it in (white, pale, small)] == [1.0, 1.0, 0.2]
    assert halves(white, pale) == 0
    assert contrast(Image.merge("RGB", [Image.linear_gradient("L")] * 3).point(lambda it: 255 * (it > 100))) == 21

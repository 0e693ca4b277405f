"""A screen in Chromium, served by the stage's own wing: its clock is the stage's, and goes on when a test says so."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page

from tests.display.screens import cookies, push, refresh
from tests.servers import free_port, serving
from tests.stage import ADDRESSES, Browser, Stage

AHEAD = """
    window.ahead = 0;
    (function (stopwatch, clock) {
        performance.now = function () { return stopwatch.call(performance) + ahead; };
        Date.now = function () { return clock.call(Date) + ahead; };
    })(performance.now, Date.now);
"""
"""The page's stopwatch can be put forward. Its timers go on as they are, so that the socket keeps its line."""

HEARD = """
    window.heard = [];
    document.addEventListener("DOMContentLoaded", function () {
        [].forEach.call(document.querySelectorAll("[aria-live=polite], [role=status], [role=alert]"), function (it) {
            new MutationObserver(function () {
                var words = it.textContent.replace(/\\s+/g, " ").trim();
                if (words) heard.push(words);
            }).observe(it, {childList: true, characterData: true, subtree: true});
        });
    });
"""
"""What comes into a live region is what a screen reader says by itself."""

SYMBOL = "document.querySelector('.live .symbol path').getAttribute('d')"


@dataclass
class Projector:
    stage: Stage
    app: Flask
    origin: str

    def open(self, browser: Browser, page: Page, *, path: str = "/") -> Page:
        """What this screen's browser shows; it asks for nothing by itself."""
        page.context.clear_cookies()
        for pair in cookies(browser).split("; "):
            name, _, value = pair.partition("=")
            page.context.add_cookies([{"name": name, "value": value, "url": self.origin}])
        page.goto(f"{self.origin}{path}")
        return page

    def go_on(self, browser: Browser, page: Page, seconds: int) -> None:
        """The next boundary: both clocks go on, and the frame of that instant reaches the page."""
        before = page.evaluate(SYMBOL)
        self.stage.clock.go_on(seconds=seconds)
        page.evaluate(f"() => {{ window.ahead = (window.ahead || 0) + {seconds * 1000}; }}")
        self.renew(browser)
        page.wait_for_function(f"before => {SYMBOL} !== before", arg=before)

    def renew(self, browser: Browser) -> None:
        """What the reader and the clock of the feed do."""
        refresh(browser, self.stage)
        push(browser, self.stage)


def look(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def scan(page: Page) -> str:
    """What a camera reads from the picture."""
    return next((found.text for found in zxingcpp.read_barcodes(look(page).convert("L"))), "")


def prepared(page: Page) -> Page:
    page.route("**/pairing", lambda route: route.abort())
    page.add_init_script(AHEAD + HEARD)
    return page


@contextmanager
def projector(stage: Stage, *languages: str) -> Iterator[Projector]:
    port = free_port()
    origin = f"http://screens.kiosk.test:{port}"
    institution = replace(stage.settings("display").institution, languages=languages or ("en",))
    app = stage.app("display", institution=institution, addresses=replace(ADDRESSES, display=origin))
    with serving(app, port):
        yield Projector(stage, app, origin)

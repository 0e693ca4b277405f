"""The students' pages ask no other host, keep two cookies and nothing else, and give the browser's senses to nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.door import HOST, Door
from tests.browser.drivers.chromium import Chromium
from tests.browser.drivers.program import proxy
from tests.browser.pages.student import Student
from tests.conftest import NewPage
from tests.stage import ADDRESSES, Stage
from tests.walls.asking import address, fill, things
from tests.walls.table import TABLES

SENSES = set(
    "accelerometer ambient-light-sensor autoplay bluetooth camera display-capture geolocation gyroscope hid idle-detection "
    "magnetometer microphone midi payment serial usb".split()
)
"""Chromium does not know the light sensor by this name yet. Once it does, it has to be denied by name."""

NO_BLUETOOTH_HERE = "Unrecognized feature: 'bluetooth'"
"""What Chromium says where it has none to give, as on Linux; on phones it knows the name."""

GIVEN = """them => document.featurePolicy.features()
    .filter(it => them.includes(it) && document.featurePolicy.allowsFeature(it))"""

STORED = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
    + (window.caches ? (await caches.keys()).length : 0)"""

OF_CHROMIUM = "CONNECT content-autofill.googleapis.com:443"
"""It asks its maker what the fields of a form are for, whatever the form."""


@dataclass
class Visit:
    """What a browser did and was told while it was shown page after page."""

    page: Page
    titles: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    cookies: set[tuple[object, ...]] = field(default_factory=set)
    stored: int = 0
    senses: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("console", self.hear)

    def hear(self, message: ConsoleMessage) -> None:
        """Something was refused by the pages' own policy, or their policy names what the browser doesn't know."""
        is_about_policy = "Content Security Policy" in message.text or "Permissions-Policy" in message.text
        if is_about_policy and NO_BLUETOOTH_HERE not in message.text:
            self.warnings.add(message.text)

    def go(self, to: str) -> None:
        self.page.goto(to)
        self.look()

    def look(self) -> None:
        """Write down what the page that is shown has left in the browser, and what it might use."""
        self.titles.add(self.page.title())
        for it in self.page.context.cookies():
            self.cookies.add((it["name"], it["domain"], it["httpOnly"], it["sameSite"]))  # type: ignore[typeddict-item]
        self.stored += self.page.evaluate(STORED)
        self.senses |= set(self.page.evaluate(GIVEN, sorted(SENSES)))


def addresses(stage: Stage) -> Iterator[str]:
    """Every address of the students' wing that shows a page."""
    about = things(stage, across=False)
    for row in TABLES["checkin"]:
        if row.method == "GET" and not row.rule.startswith("/static") and not row.rule.endswith(".json"):
            yield ADDRESSES.checkin + address(row, about)


@pytest.fixture
def visit(stage: Stage, own_door: Door, new_page: NewPage) -> Visit:
    """Every page for whoever comes by, all the way of a check-in, and every page for Ada."""
    fill(stage)
    page = new_page(proxy={"server": proxy(own_door.port)})
    visit, student = Visit(page), Student(Chromium(page))
    for to in addresses(stage):
        visit.go(to)
    visit.go(f"{ADDRESSES.checkin}/{stage.qr()}")
    student.sign_in()
    student.confirm()
    student.is_checked_in()
    visit.look()
    for to in addresses(stage):
        visit.go(to)
    return visit


def test_no_page_asks_another_host_or_leaves_more_than_two_cookies_or_may_use_the_senses(
    visit: Visit, own_door: Door
) -> None:
    assert {"Sign in", "You are checked in", "Your account", "What we hold, and who can see it"} <= visit.titles
    assert (visit.hosts, set(own_door.turned_away) - {OF_CHROMIUM}, visit.warnings) == ({HOST}, set(), set())
    kept = {(name, HOST, True, "Lax") for name in ("kiosk_checkin", "kiosk_receipt")}
    assert (visit.cookies, visit.stored, visit.senses) == (kept, 0, set())

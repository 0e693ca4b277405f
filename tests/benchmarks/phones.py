"""From opening the scanned address to the confirmation, on a cold phone: requests, bytes, and seconds on a slow mobile network.

Taps and typing are not counted. The network is Chromium's own emulation of 400 kbit/s and 400 ms, over plain HTTP, as Moodle's
attendance plugin was measured: signed in 27 requests, 1,238 kB and 8.0 s; signed out 33, 1,248 kB and 10.8 s.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.checkin.conftest import Counter
from tests.conftest import launch
from tests.servers import serving
from tests.stage import PASSWORD, Stage

KILOBITS, LATENCY_MILLISECONDS = 400, 400
ROUNDS = 3
PHONE = {"viewport": {"width": 360, "height": 640}, "java_script_enabled": False}


@dataclass(frozen=True)
class Visit:
    """One way from the address to the confirmation, in kB and seconds."""

    requests: int
    received: float
    both_ways: float
    seconds: float


def measure(stage: Stage) -> None:
    """Print what each way takes; the median of three."""
    print(f"\n{'a phone, nothing cached':52} {'requests':>9} {'kB received':>12} {'kB both ways':>13} {'s on 3G':>9}")
    with serving(stage.app("checkin")) as port, sync_playwright() as playwright, _counted(port) as counter:
        browser = launch(playwright)
        signed_in = _sign_in_once(browser, counter)
        _print("signed in, from scan to confirmation", lambda: _visit(stage, browser, counter, signed_in))
        _print("signed out, from scan to confirmation", lambda: _visit(stage, browser, counter, None))
        browser.close()


def _print(name: str, visit: Callable[[], Visit]) -> None:
    visits = [visit() for _ in range(ROUNDS)]
    figures = ("requests", "received", "both_ways", "seconds")
    requests, received, both_ways, seconds = (
        statistics.median(getattr(it, figure) for it in visits) for figure in figures
    )
    print(f"{name:52} {requests:9.0f} {received:12.1f} {both_ways:13.1f} {seconds:9.2f}")


@contextmanager
def _counted(port: int) -> Iterator[Counter]:
    counter = Counter(port)
    yield counter
    counter.close()


def _sign_in_once(browser: Browser, counter: Counter) -> StorageState:
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"http://in.kiosk.test:{counter.port}/")
    _sign_in(page)
    state = context.storage_state()
    context.close()
    return state


def _visit(stage: Stage, browser: Browser, counter: Counter, signed_in: StorageState | None) -> Visit:
    context = browser.new_context(**PHONE, storage_state=signed_in)  # type: ignore[arg-type]
    page = context.new_page()
    network = {"latency": LATENCY_MILLISECONDS, "offline": False}
    speed = KILOBITS * 1000 / 8
    context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions", {**network, "downloadThroughput": speed, "uploadThroughput": speed}
    )
    counter.reset()
    seconds = _timed(lambda: page.goto(f"http://in.kiosk.test:{counter.port}/{stage.qr()}"))
    if signed_in is None:
        _fill(page)
        seconds += _timed(lambda: _press(page, "Sign in"))
    seconds += _timed(lambda: _press(page, "Check in as"))
    if page.title() != "You are checked in":
        raise LookupError(f"this visit ended at: {page.title()}")
    context.close()
    return Visit(counter.requests, counter.received / 1000, counter.total / 1000, seconds)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _sign_in(page: Page) -> None:
    _fill(page)
    _press(page, "Sign in")


def _fill(page: Page) -> None:
    page.get_by_label("University login").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)


def _press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()

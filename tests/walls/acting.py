"""Signing in as a member of the cast, for every test about walls."""

from werkzeug.test import TestResponse

from tests.display.screens import ask, let_in
from tests.stage import PASSWORD, Browser, Stage


def sign_in(stage: Stage, wing: str, name: str) -> Browser:
    """A browser that is signed in at a wing; each wing's app is made once per call."""
    browser: Browser = stage.app(wing).test_client()  # type: ignore[assignment]
    at_wing = {"admin": lambda: stage.enter(browser, name), "checkin": lambda: enter_student(browser, name)}
    answer = at_wing[wing]()
    assert answer.status_code == 303, answer.text
    return browser


def enter_student(browser: Browser, name: str) -> TestResponse:
    return browser.send("/sign-in", "/", login=name, password=PASSWORD)


def pair_screen(stage: Stage, kind: str) -> Browser:
    """A browser whose pairing somebody has approved, for room 4/4053 or for the one lecture."""
    browser = ask(stage)
    place = {"room": "4/4053"} if kind == "room" else {"lecture": "algorithms"}
    let_in(stage, browser, **place, name=f"{kind} screen")
    return browser

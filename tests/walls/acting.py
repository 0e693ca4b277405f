"""Signing in as a member of the cast, for every test about walls."""

from datetime import timedelta

from werkzeug.test import TestResponse

from kiosk.store.tables import screens
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
    browser: Browser = stage.app("display").test_client()  # type: ignore[assignment]
    browser.send("/pairing", "/")
    pairing = stage.rows(screens.pairing)[-1]
    place = {"room_id": stage.ids["4/4053"]} if kind == "room" else {"lecture_id": stage.ids["algorithms"]}
    stage.add(
        f"{kind} screen",
        screens.screen,
        secret_hash=pairing.secret_hash,
        approved_at=stage.clock(),
        expires_at=stage.clock() + timedelta(hours=2),
        **place,
    )
    stage.change(screens.pairing, pairing.id, answered_at=stage.clock())
    return browser

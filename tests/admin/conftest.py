"""A desk for the admin wing: browsers signed in as the cast, and the wing served to real browsers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from kiosk.store.tables import screens
from tests.proofs import device_secret
from tests.servers import serving
from tests.stage import PASSWORD, Browser, Stage, words


class Desk:
    """The wing's browsers, by who is signed in with them."""

    def __init__(self, stage: Stage, app: Flask) -> None:
        self.stage, self.app = stage, app

    def stranger(self) -> Browser:
        return Browser(self.app)

    def sign_in(self, login: str = "day", *, enrolled: bool = True) -> Browser:
        """A browser of somebody's: their own device after a second factor, or one that nobody enrolled."""
        browser = self.stranger()
        answer = self.stage.enter(browser, login, enrolled=enrolled)
        assert answer.status_code == 303, words(answer)
        return browser

    def lecture(self, name: str = "algorithms", rest: str = "") -> str:
        return f"/lectures/{self.stage.ids[name]}{rest}"

    def add_pairing(self, code: str = "BCDFGHJK", number: int = 47) -> int:
        """A screen that has just asked."""
        return self.stage.add(
            code,
            screens.pairing,
            spoken_code=code,
            secret_hash=code.lower() * 8,
            match_number=number,
            address="10.20.30.40",
            asked_at=self.stage.clock(),
            expires_at=self.stage.clock() + timedelta(minutes=10),
        )


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage, stage.app("admin"))


@pytest.fixture
def any_desk(any_stage: Stage) -> Desk:
    """A desk, on both engines."""
    return Desk(any_stage, any_stage.app("admin"))


@pytest.fixture
def day(desk: Desk) -> Browser:
    """Dr Day's browser."""
    return desk.sign_in("day")


@pytest.fixture
def eve(desk: Desk) -> Browser:
    """Dr Eve's browser; she teaches another module."""
    return desk.sign_in("eve")


@pytest.fixture
def mo(desk: Desk) -> Browser:
    """The browser of Mo Admin, who looks after the Computing department's modules."""
    return desk.sign_in("mo")


@pytest.fixture
def ro(desk: Desk) -> Browser:
    """The browser of Ro Rooms, who looks after the rooms."""
    return desk.sign_in("ro")


@pytest.fixture
def staff_origin(desk: Desk) -> Iterator[str]:
    """The wing served to real browsers; where it is."""
    with serving(desk.app) as port:
        yield f"http://staff.kiosk.test:{port}"


def enter(page: Page, origin: str, stage: Stage, login: str = "day") -> None:
    """Sign in with a real browser, on an enrolled device, with a code of the app."""
    cookie = {"name": "kiosk_device", "value": device_secret(f"device of {login}"), "url": origin}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    give_password(page, origin, login)
    page.get_by_label("Code from your authenticator app").fill(stage.app_code(login))
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_url(f"{origin}/")


def give_password(page: Page, origin: str, login: str = "day") -> None:
    page.goto(f"{origin}/sign-in")
    page.get_by_label("Sign-in name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

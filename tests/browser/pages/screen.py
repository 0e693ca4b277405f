"""What a camera sees of a screen: nothing here reads the page but its picture, where a picture is the point."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from kiosk.domain.codes import CodePolicy
from tests.conftest import PATIENCE_MILLISECONDS
from tests.house import House
from tests.servers import becomes

PROJECTOR = {"width": 1920, "height": 1080}


class Screen:
    """A lectern's browser with the display address open."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house

    def open(self) -> None:
        self.page.goto(f"{self.house.origin}/display/")

    def scan(self) -> str:
        """The text a phone's camera would read off the projected picture; empty when there is no symbol."""
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("L")
        return next((found.text for found in zxingcpp.read_barcodes(picture)), "")

    def wait_for_pairing(self) -> None:
        self.page.locator("main.pairing").wait_for()

    def match_number(self) -> str:
        return self.page.locator(".match").inner_text()

    def wait_for_code(self) -> str:
        """The scanned address, once the screen shows one."""
        self.page.locator("main.stage:visible .symbol path[d^='M']").wait_for()
        return self.scan()

    def wait_for_another_code(self, than: str) -> str:
        """The next scanned address, pushed to this very page."""
        path = self.page.locator("main.stage:visible .symbol path").get_attribute("d")
        self.page.wait_for_function(
            "before => { var now = document.querySelector('main.live .symbol path').getAttribute('d');"
            " return now && now !== before }",
            arg=path,
            timeout=CodePolicy().qr_step_seconds * 1000 + PATIENCE_MILLISECONDS,
        )
        found = self.scan()
        assert found != than
        return found

    def agrees_with(self, other: "Screen") -> bool:
        """Whether both show the same symbol and digits, once each has been sent them."""
        return becomes(lambda: self.shown() == other.shown())

    def shown(self) -> tuple[str | None, str]:
        return self.page.locator("main.live .symbol path").get_attribute("d"), self.digits()

    def digits(self) -> str:
        return re.sub(r"\D", "", self.page.locator("main.stage:visible .digits").inner_text())

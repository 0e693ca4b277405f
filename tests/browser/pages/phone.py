"""A student's browser."""

from playwright.sync_api import Page

from tests.house import House
from tests.stage import PASSWORD


class Phone:
    """A phone that has never been here."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house

    def open(self, address: str = "") -> None:
        self.page.goto(address or self.house.origin)

    def sign_in(self, login: str) -> None:
        self.page.get_by_label("University login").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def check_in(self) -> None:
        self.page.get_by_role("button", name="Check in as").click()

    def type_digits(self, digits: str) -> None:
        self.page.get_by_label("The digits on the screen").fill(digits)
        self.check_in()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

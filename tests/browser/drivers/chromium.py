"""Chromium, by Playwright. Finds parts as a screen reader does: by label, role and name."""

from playwright.sync_api import Page

from tests.browser.drivers.driver import Driver, Part, one_line


class Chromium(Driver):
    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def title(self) -> str:
        return self.page.title()

    @property
    def words(self) -> str:
        return one_line(self.page.locator("body").inner_text())

    def open(self, address: str) -> None:
        self.page.goto(address)

    def fill(self, field: Part, text: str) -> None:
        self.page.get_by_label(field.label).fill(text)

    def tick(self, box: Part) -> None:
        self.page.get_by_label(box.label).check()

    def press(self, button: Part) -> None:
        self.page.get_by_role("button", name=button.label, exact=True).click()

    def follow(self, link: Part) -> None:
        self.page.get_by_role("link", name=link.label, exact=True).click()

"""A browser of a member of staff."""

from playwright.sync_api import Page

from tests.house import House
from tests.proofs import device_secret
from tests.stage import PASSWORD


class Office:
    """A staff browser, on a phone or a laptop; never on the lectern."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house

    def sign_in(self, login: str) -> None:
        self.page.get_by_label("Sign-in name").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def prove(self, login: str) -> None:
        """Give a code of the app, on what is an enrolled device."""
        value = device_secret(f"device of {login}")
        self.page.context.add_cookies(
            [{"name": "kiosk_device", "value": value, "url": f"{self.house.origin}/admin/"}]  # type: ignore[list-item]
        )
        self.open("/second-factor")
        code = self.house.stage.app_code(login, self.house.now())
        self.page.get_by_label("Code from your authenticator app").fill(code)
        self.page.get_by_role("button", name="Go on", exact=True).click()

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.house.origin}/admin{path}")

    def approve(self, address: str, login: str, number: str) -> None:
        """Scan the pairing symbol, sign in, which goes on to it, and tap the number that is on the screen."""
        self.page.goto(address)
        self.sign_in(login)
        self.page.get_by_role("button", name=number, exact=True).click()

    def show_names(self, lecture_id: int) -> str:
        """The register's names, after the click that asks for them."""
        self.open(f"/lectures/{lecture_id}/register")
        assert "Ada Lovelace" not in self.page.content()
        self.page.get_by_role("button", name="names for").click()
        self.page.locator("#names :text('Ada Lovelace')").wait_for()
        return self.page.locator("#names").inner_text()

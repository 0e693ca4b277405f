"""What a student does, in a browser of any kind."""

from tests.browser.drivers.driver import Driver, Part
from tests.stage import ADDRESSES, PASSWORD

LOGIN = Part("University login", "#login")
SECRET = Part("Password", "#password")
SIGN_IN = Part("Sign in", 'form[action="/sign-in"] button')
DIGITS = Part("The digits on the screen", "#digits")
CHECK_IN = Part("Check in as Ada Lovelace", 'form[action="/check-in"] .big, form[action="/"] .big')
ACCOUNT = Part("Your account", 'footer a[href="/account"]')
NOTED = Part("The digits or the address, if you noted them", "#noted")
WAS_HERE = Part("I was here", 'form[action="/claims"] .big')

PARTS = (LOGIN, SECRET, SIGN_IN, DIGITS, CHECK_IN, ACCOUNT, NOTED, WAS_HERE)
"""All that students use here; NetSurf has to know before it starts."""


class Student:
    """Ada Lovelace, who has this browser for the first time."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    def open(self, path: str = "") -> None:
        self.driver.open(f"{ADDRESSES.checkin}/{path}")

    def sign_in(self) -> None:
        self.driver.wait_for("Sign in")
        self.driver.fill(LOGIN, "ada")
        self.driver.fill(SECRET, PASSWORD)
        self.driver.press(SIGN_IN)

    def confirm(self) -> None:
        self.driver.wait_for("Confirm check-in")
        self.driver.press(CHECK_IN)

    def type_digits(self, digits: str) -> None:
        self.driver.wait_for("Type the six digits")
        self.driver.fill(DIGITS, digits)
        self.driver.press(CHECK_IN)

    def say_where(self, noted: str) -> None:
        """On the page for saying that one was there."""
        self.driver.fill(NOTED, noted)
        self.driver.press(WAS_HERE)

    def is_checked_in(self) -> None:
        self.driver.wait_for("You are checked in", "as Ada Lovelace")

"""What a student does, in a browser of any kind."""

from datetime import date

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
WAS_THERE = Part("I was there", 'input[value="was_there"] + p button')
FIRST_DAY = Part("Day, or the first of several", "#from_on")
PASS_ON = Part("Pass it on", 'form[action="/absences"] button')
OF_NAME = Part("The name you are known by", 'input[value="name"] + p button')
MORE_TIME = Part("Give me more time", "#more")
KEEP = Part("Keep these settings", 'form[action="/settings"] p button')
WELSH = Part("Cymraeg", 'form[action="/language"] button')

PARTS = (LOGIN, SECRET, SIGN_IN, DIGITS, CHECK_IN, ACCOUNT, NOTED, WAS_HERE)
PARTS += (WAS_THERE, FIRST_DAY, PASS_ON, OF_NAME, MORE_TIME, KEEP, WELSH)
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
        self.open("claims/new")
        self.driver.wait_for("Say that you were here", "The code says which")
        self.driver.fill(NOTED, noted)
        self.driver.press(WAS_HERE)
        self.driver.wait_for("You said that you were here")

    def dispute(self, lecture_id: int) -> None:
        """On the page of a session in the record."""
        self.open(f"record/{lecture_id}")
        self.driver.wait_for("One session of your record", "COMP1201")
        self.driver.press(WAS_THERE)
        self.driver.wait_for("One session of your record", "You say “I was there”. It is passed on")

    def cannot_come(self, day: date) -> None:
        self.open("absences")
        self.driver.wait_for("Say that you can't come", "For an appointment, a time of prayer")
        self.driver.fill_day(FIRST_DAY, day)
        self.driver.press(PASS_ON)
        self.driver.wait_for("Say that you can't come", "It is passed on.")

    def have_the_name_put_right(self) -> None:
        self.open("requests")
        self.driver.wait_for("Object, or have something put right", "You need not say why.")
        self.driver.press(OF_NAME)
        self.driver.wait_for("Object, or have something put right", "It is passed on")

    def take_more_time(self) -> None:
        self.open("settings")
        self.driver.wait_for("Settings", "Give me more time")
        self.driver.tick(MORE_TIME)
        self.driver.press(KEEP)
        self.driver.wait_for("Settings", "You have more time from now on.")

    def speak_welsh(self) -> None:
        self.driver.press(WELSH)
        self.driver.wait_for("Gosodiadau")

    def is_checked_in(self) -> None:
        self.driver.wait_for("You are checked in", "as Ada Lovelace")

"""Six browsers, two of which draw text alone: each goes all the way, and the database says how far it came."""

import pytest

from tests.browser.drivers.driver import Driver
from tests.browser.pages.student import ACCOUNT, Student
from tests.checkin.conftest import attendance
from tests.stage import Stage

OWN_PAGES = (
    # Address, title, and words of the first screenful.
    ("account", "Your account", "You are signed in as Ada Lovelace."),
    ("absences", "Say that you can't come", "For an appointment, a time of prayer"),
    ("requests", "Object, or have something put right", "You need not say why."),
    ("what-we-hold", "What we hold, and who can see it", "About you"),
    ("who-can-see-what", "Who can see what", "This is the list the program itself goes by."),
    ("accessibility-statement", "Accessibility statement", "How accessible this website is"),
)


@pytest.fixture
def student(driver: Driver) -> Student:
    return Student(driver)


def test_a_scanned_code_checks_in_after_signing_in(wing: Stage, student: Student) -> None:
    student.open(wing.qr())
    student.sign_in()
    student.confirm()
    student.is_checked_in()
    assert attendance(wing) == [(wing.ids["algorithms"], wing.ids["ada"], "present", "qr")]


def test_six_digits_check_in_at_the_short_address(wing: Stage, student: Student) -> None:
    student.open()
    student.sign_in()
    student.type_digits(wing.digits())
    student.is_checked_in()
    assert attendance(wing) == [(wing.ids["algorithms"], wing.ids["ada"], "present", "digits")]


def test_ones_own_pages_are_found_and_read(wing: Stage, student: Student) -> None:
    student.open()
    student.sign_in()
    student.driver.wait_for("Type the six digits")
    student.driver.follow(ACCOUNT)
    student.driver.wait_for("Your account")
    for path, title, words in OWN_PAGES:
        student.open(path)
        student.driver.wait_for(title, words)

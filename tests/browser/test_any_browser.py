"""Six browsers, two of which draw text alone: each goes all the way, and the database says how far it came."""

from datetime import date, timedelta

import pytest

from kiosk.store.tables import wishes
from tests.browser.drivers.driver import Driver
from tests.browser.pages.student import ACCOUNT, Student
from tests.checkin.conftest import attendance
from tests.stage import Stage

OWN_PAGES = (
    # Address, title, and words of the first screenful.
    ("account", "Your account", "You are signed in as Ada Lovelace."),
    ("record", "Your record", "What it adds up to"),
    ("record/calendars/2026-11", "Calendar: November 2026", "Your sessions in November 2026, by week"),
    ("record/looks", "Who looked at your record", "Nobody"),
    ("record/export", "Everything we hold about you", "Your account"),
    ("notice", "Why we record, and your choices", "Attendance is recorded so that"),
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


def test_ones_own_pages_are_found_and_read_and_what_is_said_there_arrives(wing: Stage, student: Student) -> None:
    for hours, name in ((5, "over"), (3, "missed")):
        wing.add_lecture(name, starts_at=wing.start - timedelta(hours=hours))
    wing.put_in_register("ada", "absent", lecture="over")
    student.open()
    student.sign_in()
    student.driver.wait_for("Type the six digits")
    student.driver.follow(ACCOUNT)
    student.driver.wait_for("Your account")
    for path, title, words in OWN_PAGES:
        student.open(path)
        student.driver.wait_for(title, words)
    student.say_where(wing.digits("missed", at=wing.start - timedelta(hours=3)))
    student.dispute(wing.ids["over"])
    student.cannot_come(date(2026, 11, 27))
    student.have_the_name_put_right()
    student.take_more_time()
    student.speak_welsh()
    assert said(wing) == {
        "claim": [(wing.ids["missed"], "digits")],
        "dispute": [(wing.ids["over"], "was_there")],
        "absence": [(date(2026, 11, 27), date(2026, 11, 27), "asked")],
        "request": [("correction", "name")],
        "setting": [(True, "cy")],
    }


def said(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    """What the database has of Ada, who is the only one here."""
    return {
        "claim": [(row.lecture_id, row.code) for row in stage.rows(wishes.claim)],
        "dispute": [(row.lecture_id, row.says) for row in stage.rows(wishes.dispute)],
        "absence": [(row.from_on, row.until_on, row.state) for row in stage.rows(wishes.arrangement)],
        "request": [(row.kind, row.about) for row in stage.rows(wishes.student_request)],
        "setting": [(row.more_time, row.language) for row in stage.rows(wishes.student_setting)],
    }

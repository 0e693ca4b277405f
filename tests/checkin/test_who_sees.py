"""The page anybody may read: every cell of the matrix, in words, and nothing that is not in it."""

from html import unescape

import pytest

from kiosk.domain.permissions import Permission, matrix
from tests.checkin.conftest import Phone, words

LATER_REACHES = ["of students on a list they bring for one run, which is not kept", "about whom an alert is open"]


@pytest.fixture
def text(phone: Phone) -> str:
    return unescape(words(phone.browser.get("/who-can-see-what")))


def test_a_lecturers_reach_is_said_in_words(text: str) -> None:
    said = text.split("See who was at a session")[1].split("Set a status in a register")[0]
    assert "Lecturer: in sessions they teach or stand in for, until 14 days after the session" in said
    assert "Module lead: in modules they lead" in said
    assert "System administrator" not in said


def test_every_permission_and_every_cell_is_there(text: str) -> None:
    assert all(permission.does[1:] in text for permission in Permission)
    assert text.count("</li>") == sum(len(cells) for cells in matrix().values()) + 12


def test_what_shows_a_student_stands_apart_from_what_shows_nobody(text: str) -> None:
    shows, hides = text.split("What shows no student")
    assert "See who was at a session" in shows
    assert "Look after rooms" in hides
    assert "See who was at a session" not in hides


def test_pairs_that_nobody_may_hold_are_said(text: str) -> None:
    assert "Data-protection officer and Lecturer" in text


def test_what_is_not_built_says_so(text: str) -> None:
    unbuilt = text.split("Recommend that an absence is authorised")[1].split("Decide disputes")[0]
    assert "Not built yet." in unbuilt
    assert "Not built yet." not in text.split("See who was at a session")[1].split("Set a status in a register")[0]
    assert text.count("Not built yet.") == sum(permission.is_later for permission in Permission)


def test_a_reach_that_no_page_has_yet_says_so(text: str) -> None:
    """Nobody can bring a list, and there are no alerts: what a role may do with them it can do with nobody."""
    said = [line for line in LATER_REACHES if f"{line} (not built yet)" in text]
    assert said == LATER_REACHES
    assert all(text.count(line) == text.count(f"{line} (not built yet)") for line in LATER_REACHES)

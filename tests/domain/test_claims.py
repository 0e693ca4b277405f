"""What somebody says who could not check in: what can be a code, when it can be said, and when it stands by itself."""

from datetime import timedelta

import pytest

from kiosk.domain.claims import Code, Noted, is_claimable, read_claimed, read_noted, shown_at
from kiosk.domain.codes import CodePolicy, digits_code, lecture_key, step_at
from kiosk.domain.statuses import Status
from tests.domain.timetable import ten_o_clock

LECTURE = ten_o_clock()
KEY = lecture_key(b"m" * 32, LECTURE.id, LECTURE.salt)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("", Noted(Code.NONE)),
        ("  ", Noted(Code.NONE)),
        ("482 913", Noted(Code.DIGITS, "482913")),
        ("https://in.example.ac.uk/k7q2m9xr4t", Noted(Code.SCAN, "K7Q2M9XR4T")),
        ("K7Q2M9XR4T/", Noted(Code.SCAN, "K7Q2M9XR4T")),
        ("48291", None),
        ("https://in.example.ac.uk/check-in", None),
        ("1" * 201, None),
    ],
)
def test_what_somebody_noted_is_digits_an_address_nothing_or_no_code(typed: str, noted: Noted | None) -> None:
    assert read_noted(typed) == noted


@pytest.mark.parametrize(
    ("status", "after", "reads"),
    [
        (Status.UNABLE_TO_CHECK_IN, WEEK - INSTANT, Status.UNABLE_TO_CHECK_IN),
        (Status.UNABLE_TO_CHECK_IN, WEEK, Status.PRESENT_SELF_DECLARED),
        (Status.NOT_RECORDED, WEEK, Status.NOT_RECORDED),
        (Status.PRESENT, WEEK, Status.PRESENT),
    ],
)
def test_what_nobody_decides_for_a_week_stands(status: Status, after: timedelta, reads: Status) -> None:
    made_at = LECTURE.closes_at

    assert read_claimed(status, made_at, made_at + after) is reads


def test_a_status_without_a_claim_stays_what_it_is() -> None:
    assert read_claimed(Status.UNABLE_TO_CHECK_IN, None, LECTURE.ends_at + WEEK) is Status.UNABLE_TO_CHECK_IN


def test_it_can_be_said_from_the_end_of_check_in_until_a_week_after_the_session() -> None:
    instants = (
        LECTURE.closes_at - INSTANT,
        LECTURE.closes_at,
        LECTURE.ends_at + WEEK - INSTANT,
        LECTURE.ends_at + WEEK,
    )

    assert [is_claimable(LECTURE, at) for at in instants] == [False, True, True, False]


@pytest.mark.parametrize(("minutes", "is_known"), [(-16, False), (-15, True), (19, True), (20, False)])
def test_only_what_was_shown_while_check_in_was_open_proves_anything(minutes: int, is_known: bool) -> None:
    at = LECTURE.starts_at + timedelta(minutes=minutes)
    noted = Noted(Code.DIGITS, digits_code(KEY, step_at(at, 30)))

    assert (shown_at(LECTURE, KEY, noted, LECTURE.ends_at + WEEK, CodePolicy()) is not None) is is_known


def test_before_check_in_opens_nothing_was_shown() -> None:
    noted = Noted(Code.DIGITS, digits_code(KEY, step_at(LECTURE.opens_at, 30)))

    assert shown_at(LECTURE, KEY, noted, LECTURE.opens_at - INSTANT, CodePolicy()) is None

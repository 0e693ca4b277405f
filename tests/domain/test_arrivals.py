"""What becomes of a scan, at the instant of scanning."""

import pytest

from kiosk.domain.arrivals import Arrival, Cancelled, Present, TooEarly, TooLate, Voided, WalkIn, judge
from kiosk.domain.lectures import Lecture
from tests.domain.timetable import at, lecture_at, ten_o_clock

LECTURE = ten_o_clock()


def ada_scans(clock: str, lecture: Lecture = LECTURE) -> Arrival:
    return judge(lecture, at(clock), enrolled=True)


def cy_scans(clock: str, lecture: Lecture = LECTURE) -> Arrival:
    return judge(lecture, at(clock), enrolled=False)


@pytest.mark.parametrize("clock", ["9:45", "10:00", "10:09:59", "10:10"])
def test_ada_is_present_up_to_ten_minutes_after_the_start(clock: str) -> None:
    assert ada_scans(clock) == Present(late=False)


@pytest.mark.parametrize("clock", ["10:10:01", "10:19:59"])
def test_ada_is_present_and_late_more_than_ten_minutes_after_the_start(clock: str) -> None:
    assert ada_scans(clock) == Present(late=True)


def test_before_it_opens_it_is_too_early_and_says_when_it_opens() -> None:
    assert ada_scans("9:44:59") == TooEarly(at("9:45"))


def test_from_the_moment_it_closes_it_is_too_late_and_says_when_it_closed() -> None:
    assert ada_scans("10:20") == TooLate(at("10:20"))


def test_closed_by_hand_it_is_too_late_from_then_on() -> None:
    closed = ten_o_clock(closed_at=at("10:05"))
    assert (ada_scans("10:04:59", closed), ada_scans("10:05", closed)) == (Present(late=False), TooLate(at("10:05")))


def test_a_scan_made_in_time_stays_in_time_when_check_in_is_opened_again_later() -> None:
    assert ada_scans("10:02", ten_o_clock(opened_at=at("10:40"))) == Present(late=False)


def test_cy_who_is_not_enrolled_is_a_walk_in_and_not_thrown_away() -> None:
    assert (cy_scans("10:00"), cy_scans("10:15")) == (WalkIn(), WalkIn())


@pytest.mark.parametrize(("clock", "outcome"), [("9:00", TooEarly(at("9:45"))), ("10:30", TooLate(at("10:20")))])
def test_cy_hears_of_a_closed_door_what_everybody_hears(clock: str, outcome: Arrival) -> None:
    assert cy_scans(clock) == outcome


@pytest.mark.parametrize("clock", ["9:00", "10:00", "10:15", "12:00"])
def test_a_cancelled_or_voided_lecture_takes_nobody_at_any_hour(clock: str) -> None:
    cancelled, voided = ten_o_clock(cancelled=True), ten_o_clock(voided=True)
    assert (ada_scans(clock, cancelled), cy_scans(clock, cancelled)) == (Cancelled(), Cancelled())
    assert (ada_scans(clock, voided), cy_scans(clock, voided)) == (Voided(), Voided())


def test_past_midnight_ada_is_late_for_a_lecture_of_the_day_before() -> None:
    across = lecture_at(at("23:50"), at("0:50", days=1))
    assert judge(across, at("0:05", days=1), enrolled=True) == Present(late=True)

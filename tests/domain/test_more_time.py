"""Longer for whoever needs it: codes ten times as long, the last moment a code was to be seen, windows by agreement."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from kiosk.domain.arrangements import Extension, When, minutes_longer
from kiosk.domain.codes import (
    CodePolicy,
    Hold,
    accepted_digits_step,
    accepted_qr_step,
    digits_code,
    last_shown,
    lecture_key,
    qr_code,
    step_at,
    step_of_digits,
    step_of_scan,
)
from tests.domain.timetable import ten_o_clock

KEY = lecture_key(b"m" * 32, 1201, b"s" * 16)
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
STEP, QR_STEP = step_at(NOON, 30), step_at(NOON, 10)
LATER = NOON + timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
TERM = When(date(2026, 10, 1), date(2026, 12, 11))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def last(now: datetime, *holds: Hold, closes_at: datetime = LATER, step: int = STEP) -> datetime:
    return last_shown(step, now, 30, closes_at=closes_at, holds=holds)


@pytest.mark.parametrize("policy", [CodePolicy(), CodePolicy(15, 1, 60, 3), CodePolicy(5, 0, 15, 0)])
def test_more_time_is_at_least_ten_times_as_long(policy: CodePolicy) -> None:
    longer = policy.with_more_time()

    assert longer.scan_seconds >= 10 * policy.scan_seconds
    assert longer.digits_seconds >= 10 * max(policy.digits_seconds, policy.digits_step_seconds)


def test_digits_are_taken_for_thirty_minutes_instead_of_three_and_a_scan_for_five_minutes_instead_of_thirty_seconds() -> (
    None
):
    usual, longer = CodePolicy(), CodePolicy().with_more_time()
    digits, code, left = digits_code(KEY, STEP), qr_code(KEY, QR_STEP), after(30)

    taken = [accepted_digits_step(KEY, digits, left + timedelta(minutes=it), usual) for it in (3, 4)]
    taken += [accepted_digits_step(KEY, digits, left + timedelta(minutes=it) - INSTANT, longer) for it in (30, 31)]
    scanned = [accepted_qr_step(KEY, code, after(it), usual) for it in (29, 31)]
    scanned += [accepted_qr_step(KEY, code, after(it), longer) for it in (300, 311)]

    assert [it is not None for it in taken] == [False, False, True, False]
    assert [it is not None for it in scanned] == [True, False, True, False]


def test_what_is_on_the_screen_was_last_shown_now() -> None:
    assert last(after(12)) == after(12)


def test_what_has_left_the_screen_was_last_shown_just_before_it_changed() -> None:
    assert last(after(700)) == after(30) - INSTANT


def test_a_screen_that_closed_in_between_showed_it_until_then() -> None:
    assert last(after(100), closes_at=after(7)) == after(7) - INSTANT
    assert last(after(20), closes_at=after(7)) == after(7) - INSTANT


def test_a_code_that_nobody_saw_before_the_end_counts_as_if_the_screen_had_gone_on() -> None:
    assert last(after(10), closes_at=NOON) == after(10)


def test_a_held_code_was_shown_until_its_release_or_until_now() -> None:
    hold = Hold(after(10), after(200))

    assert last(after(100), hold) == after(100)
    assert last(after(900), hold) == after(200) - INSTANT


def test_a_code_that_was_partly_held_off_the_screen_was_shown_at_its_end() -> None:
    hold = Hold(after(-20), after(10))

    assert last(after(40), hold) == after(30) - INSTANT


@pytest.mark.parametrize("minutes", [1, 60, 24 * 60])
def test_the_step_of_a_noted_code_is_found_however_long_ago_it_was(minutes: int) -> None:
    span, policy = (after(-60 * minutes), after(60 * minutes)), CodePolicy()

    assert step_of_digits(KEY, digits_code(KEY, STEP + minutes), span, policy) == STEP + minutes
    assert step_of_scan(KEY, qr_code(KEY, QR_STEP - minutes), span, policy) == QR_STEP - minutes


def test_a_code_that_a_hold_kept_off_the_screen_was_never_shown() -> None:
    hold, span = Hold(after(10), after(200)), (after(-600), after(600))

    assert step_of_digits(KEY, digits_code(KEY, STEP), span, CodePolicy(), [hold]) == STEP
    assert step_of_digits(KEY, digits_code(KEY, STEP + 2), span, CodePolicy(), [hold]) is None


def test_a_code_from_outside_the_span_was_not_shown() -> None:
    assert step_of_digits(KEY, digits_code(KEY, STEP), (after(60), after(600)), CodePolicy()) is None
    assert step_of_scan(KEY, qr_code(KEY, QR_STEP), (after(60), after(600)), CodePolicy()) is None


@pytest.mark.parametrize(
    ("when", "minutes"),
    [
        (TERM, 25),
        (replace(TERM, weekdays=frozenset({1})), 25),
        (replace(TERM, weekdays=frozenset({2})), 0),
        (replace(TERM, from_time=time(9), until_time=time(10)), 0),
        (replace(TERM, from_on=date(2026, 10, 6)), 0),
    ],
)
def test_a_longer_time_is_for_the_sessions_that_it_covers(when: When, minutes: int) -> None:
    assert minutes_longer([Extension(when, 25)], NOON, NOON + timedelta(hours=1)) == minutes


def test_of_two_agreed_the_longer_one_counts_and_without_any_there_is_none() -> None:
    assert minutes_longer([Extension(TERM, 5), Extension(TERM, 30), Extension(TERM, 10)], NOON, LATER) == 30
    assert minutes_longer([], NOON, LATER) == 0


def test_a_longer_time_moves_the_end_and_what_is_late_and_nothing_else() -> None:
    usual = ten_o_clock()
    longer = usual.longer_by(15)

    quarter = timedelta(minutes=15)
    assert (longer.closes_at - usual.closes_at, longer.late_at - usual.late_at) == (quarter, quarter)
    assert replace(longer, closes_at=usual.closes_at, late_at=usual.late_at) == usual

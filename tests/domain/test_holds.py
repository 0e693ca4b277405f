"""A held code: frozen on the screen, accepted for as long as it stood there and the usual window after."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.domain.codes import (
    CLOCKS_APART,
    HOLD_LIMIT,
    CodePolicy,
    Hold,
    accepted_digits_step,
    accepted_qr_step,
    digits_code,
    lecture_key,
    qr_code,
    shown_steps,
    step_at,
)

POLICY = CodePolicy()
KEY = lecture_key(b"m" * 32, 1201, b"s" * 16)
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
HELD_AT = NOON + timedelta(seconds=15)
FROZEN = step_at(HELD_AT, 30)
FROZEN_QR = step_at(HELD_AT, 10)


def after(seconds: float) -> datetime:
    """Counted from the start of the frozen digits' step; the hold begins at 15."""
    return NOON + timedelta(seconds=seconds)


def accepts(step: int, now: datetime, hold: Hold) -> bool:
    return accepted_digits_step(KEY, digits_code(KEY, step), now, POLICY, [hold]) == step


def accepts_qr(step: int, now: datetime, hold: Hold) -> bool:
    return accepted_qr_step(KEY, qr_code(KEY, step), now, POLICY, [hold]) == step


def test_a_held_code_stays_on_the_screen() -> None:
    shown = shown_steps(after(500), POLICY, [Hold(HELD_AT)])
    assert (shown.digits_step, shown.qr_step, shown.held) == (FROZEN, FROZEN_QR, True)


def test_what_is_left_of_a_hold_is_the_time_to_its_limit() -> None:
    shown = shown_steps(after(15 + 60), POLICY, [Hold(HELD_AT)])
    assert shown.digits_left_seconds == shown.qr_left_seconds == 14 * 60


@pytest.mark.parametrize("seconds", [0, 14.9])
def test_before_the_hold_the_screen_shows_the_usual_steps(seconds: float) -> None:
    assert shown_steps(after(seconds), POLICY, [Hold(HELD_AT)]) == shown_steps(after(seconds), POLICY)


@pytest.mark.parametrize("seconds", [400, 400.1, 5000])
def test_after_the_release_the_screen_shows_the_usual_steps(seconds: float) -> None:
    assert shown_steps(after(seconds), POLICY, [Hold(HELD_AT, after(400))]) == shown_steps(after(seconds), POLICY)


@pytest.mark.parametrize(("seconds", "accepted"), [(15, True), (400, True), (579.9, True), (580, False), (9999, False)])
def test_the_frozen_digits_count_until_release_and_three_minutes_more(seconds: float, accepted: bool) -> None:
    assert accepts(FROZEN, after(seconds), Hold(HELD_AT, after(400))) is accepted


@pytest.mark.parametrize(("seconds", "accepted"), [(15, True), (400, True), (419.9, True), (420, False)])
def test_the_frozen_qr_counts_until_release_and_twenty_seconds_more(seconds: float, accepted: bool) -> None:
    assert accepts_qr(FROZEN_QR, after(seconds), Hold(HELD_AT, after(400))) is accepted


def test_a_hold_nobody_releases_ends_after_fifteen_minutes() -> None:
    hold = Hold(HELD_AT)
    last, first = HELD_AT + timedelta(minutes=14, seconds=59.9), HELD_AT + timedelta(minutes=15)
    assert (shown_steps(last, POLICY, [hold]).held, shown_steps(first, POLICY, [hold]).held) == (True, False)
    assert shown_steps(first, POLICY, [hold]).digits_step == step_at(first, 30)


@pytest.mark.parametrize("released_at", [None, HELD_AT + timedelta(hours=2)])
def test_a_forgotten_holds_code_counts_three_minutes_after_the_limit(released_at: datetime | None) -> None:
    hold, limit = Hold(HELD_AT, released_at), HELD_AT + HOLD_LIMIT
    assert accepts(FROZEN, limit + timedelta(seconds=179.9), hold)
    assert not accepts(FROZEN, limit + timedelta(seconds=180), hold)


@pytest.mark.parametrize("back", range(1, 7))
def test_codes_shown_just_before_a_hold_count_for_their_usual_time(back: int) -> None:
    hold, until = Hold(HELD_AT), after((7 - back) * 30)
    assert accepts(FROZEN - back, until - timedelta(seconds=0.1), hold)
    assert not accepts(FROZEN - back, until, hold)


@pytest.mark.parametrize("skipped", [FROZEN + 1, FROZEN + 2])
def test_steps_that_never_reached_the_screen_are_refused_during_the_hold_and_after(skipped: int) -> None:
    hold = Hold(HELD_AT, after(100))
    assert not any(accepts(skipped, after(seconds), hold) for seconds in range(400))


def test_the_clocks_own_code_is_refused_while_another_is_held() -> None:
    hold = Hold(HELD_AT, after(400))
    soonest = 400 - CLOCKS_APART.total_seconds()
    assert not accepts(step_at(after(400), 30), after(soonest - 0.1), hold)
    assert accepts(step_at(after(400), 30), after(soonest), hold)


def test_a_hold_of_a_moment_leaves_the_code_its_usual_time() -> None:
    hold = Hold(HELD_AT, after(16))
    assert accepts(FROZEN, after(209.9), hold)
    assert not accepts(FROZEN, after(210), hold)


def test_a_scan_made_before_a_hold_is_judged_as_if_there_were_none() -> None:
    assert accepts(FROZEN - 6, after(14), Hold(HELD_AT))
    assert not accepts(FROZEN - 7, after(14), Hold(HELD_AT))


def test_a_second_hold_leaves_the_firsts_code_its_time() -> None:
    first, second = Hold(HELD_AT, after(60)), Hold(after(95), after(200))
    assert accepted_digits_step(KEY, digits_code(KEY, FROZEN), after(239), POLICY, [first, second]) == FROZEN
    assert accepted_digits_step(KEY, digits_code(KEY, FROZEN), after(240), POLICY, [first, second]) is None


@settings(max_examples=100, deadline=None)
@given(
    held=st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(-5, 1200)), max_size=3),
    now=st.integers(-60, 1300),
    step=st.integers(-10, 45),
    digits_back=st.integers(0, 8),
)
@example(held=[], now=-1, step=0, digits_back=0)
@example(held=[(361, None), (0, None)], now=359, step=12, digits_back=0)
def test_accepted_is_exactly_what_stood_on_the_screen_lately(
    held: list[tuple[int, int | None]], now: int, step: int, digits_back: int
) -> None:
    """The screen itself is the measure, which may be a little ahead: every second of the window is looked at."""
    policy = CodePolicy(digits_steps_back=digits_back)
    holds = [Hold(after(at), None if lasts is None else after(at + lasts)) for at, lasts in held]
    window = range(now - digits_back * 30, now + int(CLOCKS_APART.total_seconds()) + 1)
    on_screen = {shown_steps(after(second), policy, holds).digits_step for second in window}
    accepted = accepted_digits_step(KEY, digits_code(KEY, FROZEN + step), after(now), policy, holds)
    assert (accepted == FROZEN + step) is (FROZEN + step in on_screen)

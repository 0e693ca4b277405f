"""Days from a first to a last: what they cover, where they meet, and that ending leaves no day from today on."""

from datetime import date

import pytest

from kiosk.domain.days import Days

MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("days", "other", "covers", "meets"),
    [
        (Days(), Days(MONDAY, FRIDAY), True, True),
        (Days(MONDAY, FRIDAY), Days(), False, True),
        (Days(MONDAY, FRIDAY), Days(TUESDAY, TUESDAY), True, True),
        (Days(MONDAY, TUESDAY), Days(TUESDAY, FRIDAY), False, True),
        (Days(MONDAY, MONDAY), Days(TUESDAY, None), False, False),
        (Days(TUESDAY, None), Days(MONDAY, None), False, True),
        (Days(FRIDAY, MONDAY), Days(), False, False),
    ],
)
def test_days_cover_others_when_none_is_left_out_and_meet_them_on_a_common_day(
    days: Days, other: Days, covers: bool, meets: bool
) -> None:
    assert (days.covers(other), days.meets(other), other.meets(days)) == (covers, meets, meets)


def test_joined_days_run_from_the_earlier_first_to_the_later_last() -> None:
    assert Days(TUESDAY, FRIDAY).joined(Days(MONDAY, TUESDAY)) == Days(MONDAY, FRIDAY)
    assert Days(TUESDAY, None).joined(Days(None, TUESDAY)) == Days()


@pytest.mark.parametrize("days", [Days(), Days(MONDAY, FRIDAY), Days(TUESDAY, None), Days(FRIDAY, None)])
def test_ended_days_have_none_from_today_on(days: Days) -> None:
    ended = days.ended(TUESDAY)
    assert (ended.lasts(TUESDAY), ended.holds(TUESDAY), ended.holds(FRIDAY)) == (False, False, False)


def test_no_day_meets_none_and_lasts_for_none() -> None:
    none = Days.none(TUESDAY)
    assert (none.is_empty, none.holds(TUESDAY), none.lasts(MONDAY), none.meets(Days())) == (True, False, False, False)


def test_a_first_and_a_last_day_hold() -> None:
    days = Days(MONDAY, TUESDAY)
    assert [days.holds(day) for day in (MONDAY, TUESDAY, FRIDAY)] == [True, True, False]
    assert [days.lasts(day) for day in (MONDAY, TUESDAY, FRIDAY)] == [True, True, False]

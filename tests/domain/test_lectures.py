"""The check-in window and the phases of a lecture."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.lectures import ModuleRef, Phase, Window, WindowOverride, WindowPolicy, check_in_window, codes_span
from tests.domain.timetable import COMP1201, MATH1001, TEN, at, lecture_at, ten_o_clock

POLICY = WindowPolicy()
LONDON = ZoneInfo("Europe/London")


def window(**changes: object) -> Window:
    return check_in_window(TEN, POLICY, **changes)  # type: ignore[arg-type]


def test_the_timetable_opens_a_quarter_before_and_closes_twenty_minutes_after_the_start() -> None:
    assert window() == Window(opens_at=at("9:45"), closes_at=at("10:20"), late_at=at("10:10"))


@pytest.mark.parametrize(
    ("ends", "closes", "over"), [("11:00", "10:20", "11:00"), ("10:10", "10:20", "10:20"), ("10:30", "10:30", "10:30")]
)
def test_a_lecture_is_over_when_it_has_ended_and_check_in_is_closed(ends: str, closes: str, over: str) -> None:
    lecture = lecture_at(at("10:00"), at(ends), closes_at=at(closes))
    assert (lecture.is_over(at(over) - timedelta(seconds=1)), lecture.is_over(at(over))) == (False, True)


def test_the_institution_may_set_other_minutes() -> None:
    assert check_in_window(TEN, WindowPolicy(5, 60, 30)) == Window(at("9:55"), at("11:00"), at("10:30"))


def test_a_module_overrides_only_what_it_sets() -> None:
    assert window(module_policies=[WindowOverride(closes_minutes_after=40)]) == Window(
        at("9:45"), at("10:40"), at("10:10")
    )


def test_a_module_may_be_stricter_than_the_institution_and_set_nought() -> None:
    assert window(module_policies=[WindowOverride(0, 5, 0)]) == Window(at("10:00"), at("10:05"), at("10:00"))


def test_a_joint_lecture_takes_the_widest_of_its_modules_settings() -> None:
    modules = [WindowOverride(5, 30, None), WindowOverride(10, 25, None), WindowOverride()]
    assert window(module_policies=modules) == Window(at("9:50"), at("10:30"), at("10:10"))


@pytest.mark.parametrize(("opened", "opens"), [("7:00", "7:00"), ("6:59", "9:45")])
def test_an_opening_by_hand_more_than_three_hours_before_was_for_another_time(opened: str, opens: str) -> None:
    assert window(opened_at=at(opened)).opens_at == at(opens)
    assert window(opened_at=at(opened), closed_at=at("6:30")).closes_at == (
        at("10:20") if opened == "7:00" else at("6:30")
    )


def test_codes_reach_from_the_earliest_opening_by_hand_to_the_latest_closing() -> None:
    assert codes_span(at("10:00"), at("11:00"), WindowPolicy()) == (at("8:00"), at("11:20"))


def test_codes_reach_over_a_window_wider_than_any_hand_can_open() -> None:
    wide = [WindowOverride(opens_minutes_before=180, closes_minutes_after=480)]
    assert codes_span(at("10:00"), at("11:00"), WindowPolicy(), module_policies=wide) == (at("7:00"), at("19:00"))


@pytest.mark.parametrize(
    ("opened", "opens", "closes"),
    [("9:00", "9:00", "10:20"), ("10:40", "9:45", "11:00"), ("10:19", "9:45", "10:39"), ("9:50", "9:45", "10:20")],
)
def test_opening_by_hand_opens_then_on_whichever_side_and_takes_nothing_away(
    opened: str, opens: str, closes: str
) -> None:
    by_hand = window(opened_at=at(opened))
    assert (by_hand.opens_at, by_hand.closes_at) == (at(opens), at(closes))


@pytest.mark.parametrize(("closed", "closes"), [("10:05", "10:05"), ("9:30", "9:30"), ("10:50", "10:20")])
def test_closing_by_hand_closes_then_and_never_prolongs(closed: str, closes: str) -> None:
    assert window(closed_at=at(closed)).closes_at == at(closes)


@pytest.mark.parametrize(
    ("opened", "closed", "opens", "closes"),
    [
        ("9:30", "9:40", "9:30", "9:40"),
        ("10:07", "10:05", "9:45", "10:27"),
        ("10:40", "10:05", "9:45", "11:00"),
        ("10:40", "10:50", "9:45", "10:50"),
        ("9:40", "9:30", "9:40", "10:20"),
        ("10:05", "10:05", "9:45", "10:05"),
    ],
)
def test_of_opening_and_closing_by_hand_the_later_governs(opened: str, closed: str, opens: str, closes: str) -> None:
    by_hand = window(opened_at=at(opened), closed_at=at(closed))
    assert (by_hand.opens_at, by_hand.closes_at) == (at(opens), at(closes))


minutes = st.integers(-120, 120).map(lambda count: TEN + timedelta(minutes=count))


@given(opened_at=minutes, closed_at=st.none() | minutes)
def test_right_after_the_later_act_check_in_is_as_that_act_left_it(
    opened_at: datetime, closed_at: datetime | None
) -> None:
    lecture = ten_o_clock(opened_at=opened_at, closed_at=closed_at)
    if closed_at is None or closed_at < opened_at:
        assert lecture.phase(opened_at) is Phase.OPEN
    else:
        assert lecture.phase(closed_at) is Phase.CLOSED


@pytest.mark.parametrize("opened", [None, "8:00", "11:30"])
def test_late_is_counted_from_the_timetable_whatever_is_done_by_hand(opened: str | None) -> None:
    assert window(opened_at=at(opened) if opened else None).late_at == at("10:10")


@pytest.mark.parametrize(
    ("local", "opens_at", "closes_at"),
    [
        ((2026, 3, 29, 2, 5), (0, 50), (1, 25)),  # the clock has just gone from 1:00 to 2:00
        ((2026, 3, 29, 0, 50), (0, 35), (1, 10)),
        ((2026, 10, 25, 0, 50), (23, 35), (0, 10)),
        ((2026, 10, 25, 2, 0), (1, 45), (2, 20)),
    ],
)
def test_minutes_are_real_minutes_when_the_clocks_change(
    local: tuple[int, ...], opens_at: tuple[int, int], closes_at: tuple[int, int]
) -> None:
    found = check_in_window(datetime(*local, tzinfo=LONDON), POLICY)  # type: ignore[misc, arg-type]
    assert ((found.opens_at.hour, found.opens_at.minute), (found.closes_at.hour, found.closes_at.minute)) == (
        opens_at,
        closes_at,
    )
    assert found.closes_at - found.opens_at == timedelta(minutes=35)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_two_different_hours(fold: int) -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold)
    assert check_in_window(twice, POLICY).opens_at == datetime(2026, 10, 25, fold, 15, tzinfo=UTC)


def test_windows_are_in_utc() -> None:
    found = check_in_window(TEN.astimezone(LONDON), POLICY)
    assert {found.opens_at.tzinfo, found.closes_at.tzinfo, found.late_at.tzinfo} == {UTC}


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        check_in_window(TEN.replace(tzinfo=None), POLICY)


@pytest.mark.parametrize(
    ("clock", "phase"),
    [
        ("9:44:59", Phase.EARLY),
        ("9:45", Phase.OPEN),
        ("10:19:59", Phase.OPEN),
        ("10:20", Phase.CLOSED),
        ("23:00", Phase.CLOSED),
    ],
)
def test_phases_follow_the_window(clock: str, phase: Phase) -> None:
    assert ten_o_clock().phase(at(clock)) is phase


@pytest.mark.parametrize("clock", ["9:00", "10:00", "12:00"])
def test_a_cancelled_or_voided_lecture_is_that_at_any_hour(clock: str) -> None:
    assert ten_o_clock(cancelled=True).phase(at(clock)) is Phase.CANCELLED
    assert ten_o_clock(voided=True).phase(at(clock)) is Phase.VOIDED


def test_a_lecture_closed_by_hand_before_it_opened_stays_closed() -> None:
    lecture = ten_o_clock(closed_at=at("9:30"))
    assert [lecture.phase(at(clock)) for clock in ("9:29", "9:30", "9:50")] == [Phase.EARLY, Phase.CLOSED, Phase.CLOSED]


def test_a_joint_lecture_names_each_module_once() -> None:
    second_group = ModuleRef(1, "COMP1201", "Algorithmics", "B")
    joint = ten_o_clock(modules=(COMP1201, second_group, MATH1001))
    assert (joint.code, joint.title) == ("COMP1201 / MATH1001", "Algorithmics / Calculus")


def test_a_lecture_of_one_module_is_called_by_it() -> None:
    assert (ten_o_clock().code, ten_o_clock().title) == ("COMP1201", "Algorithmics")


def test_a_lectures_salt_is_not_written_into_logs() -> None:
    assert "salt" not in repr(ten_o_clock())

"""What a screen shows: back to back, overlapping, across midnight, joint, nothing at all."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.boards import CheckInClosed, Ended, Showing, Waiting, board_for_lecture, board_for_room
from kiosk.domain.lectures import Lecture, RoomRef
from tests.domain.timetable import COMP1201, MATH1001, ROOM, at, lecture_at, ten_o_clock

TEN_TO_ELEVEN = ten_o_clock()
ELEVEN_TO_TWELVE = lecture_at(at("11:00"), at("12:00"), id=2)
BACK_TO_BACK = [TEN_TO_ELEVEN, ELEVEN_TO_TWELVE]
QUARTER_PAST = lecture_at(at("10:15"), at("11:00"), id=3)


def shown(lectures: list[Lecture], clock: str, *, days: int = 0) -> tuple[str, int | None]:
    board = board_for_room(lectures, at(clock, days=days))
    lecture = board.next if isinstance(board, Waiting) else board.lecture
    return type(board).__name__, lecture.id if lecture else None


def test_a_room_without_lectures_waits_for_nothing() -> None:
    assert board_for_room([], at("10:00")) == Waiting(None)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("9:44:59", ("Waiting", 1)),
        ("9:45", ("Showing", 1)),
        ("10:19:59", ("Showing", 1)),
        ("10:20", ("CheckInClosed", 1)),
        ("10:44:59", ("CheckInClosed", 1)),
        ("10:45", ("Showing", 2)),  # the first one's check-in is over, so the next may have the screen
        ("11:19:59", ("Showing", 2)),
        ("11:20", ("CheckInClosed", 2)),
        ("12:00", ("Waiting", None)),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_back_to_back_lectures_follow_each_other(clock: str, expected: tuple[str, int | None], order: int) -> None:
    assert shown(BACK_TO_BACK[::order], clock) == expected


@pytest.mark.parametrize(("clock", "lecture_id"), [("10:45", 1), ("10:59:59", 1), ("11:00", 2)])
def test_an_earlier_lecture_still_open_shows_until_its_end(clock: str, lecture_id: int) -> None:
    reopened = ten_o_clock(opened_at=at("10:45"))
    assert shown([ELEVEN_TO_TWELVE, reopened], clock) == ("Showing", lecture_id)


def test_an_earlier_lecture_closed_by_hand_makes_room_for_the_next() -> None:
    short = lecture_at(at("10:00"), at("10:15"), closed_at=at("10:05"))
    assert [shown([short, QUARTER_PAST], clock) for clock in ("10:04", "10:05")] == [("Showing", 1), ("Showing", 3)]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("10:00", ("Showing", 1)),
        ("10:19", ("Showing", 1)),
        ("10:20", ("Showing", 3)),
        ("10:35", ("CheckInClosed", 3)),
    ],
)
def test_of_overlapping_lectures_each_gets_its_turn(clock: str, expected: tuple[str, int]) -> None:
    assert shown([QUARTER_PAST, TEN_TO_ELEVEN], clock) == expected


def test_of_two_lectures_at_one_hour_every_screen_chooses_the_same() -> None:
    clash = [lecture_at(at("10:00"), at("11:00"), id=7), TEN_TO_ELEVEN]
    assert shown(clash, "10:05") == shown(clash[::-1], "10:05") == ("Showing", 1)


def test_a_short_lecture_shows_after_its_end_while_nobody_else_needs_the_screen() -> None:
    short = lecture_at(at("10:00"), at("10:10"))
    assert [shown([short], clock) for clock in ("10:15", "10:20")] == [("Showing", 1), ("Waiting", None)]


def test_of_two_short_lectures_that_have_ended_the_later_keeps_the_screen() -> None:
    short = [lecture_at(at("10:00"), at("10:05")), lecture_at(at("10:05"), at("10:10"), id=2)]
    assert shown(short, "10:12") == ("Showing", 2)


def test_a_short_lecture_gives_way_to_one_whose_check_in_was_closed() -> None:
    short = lecture_at(at("10:00"), at("10:10"))
    following = lecture_at(at("10:10"), at("11:00"), id=2, closed_at=at("10:12"))
    assert shown([short, following], "10:15") == ("CheckInClosed", 2)


@pytest.mark.parametrize(
    ("clock", "days", "expected"),
    [
        ("23:34:59", 0, ("Waiting", 1)),
        ("23:35", 0, ("Showing", 1)),
        ("0:00", 1, ("Showing", 1)),
        ("0:10", 1, ("CheckInClosed", 1)),
        ("0:50", 1, ("Waiting", None)),
    ],
)
def test_a_lecture_across_midnight_is_one_lecture(clock: str, days: int, expected: tuple[str, int | None]) -> None:
    across = lecture_at(at("23:50"), at("0:50", days=1))
    assert shown([across], clock, days=days) == expected


@pytest.mark.parametrize("fate", ["cancelled", "voided"])
@pytest.mark.parametrize("clock", ["9:00", "10:05", "10:30"])
def test_a_cancelled_or_voided_lecture_is_never_on_a_rooms_screen(fate: str, clock: str) -> None:
    gone = replace(TEN_TO_ELEVEN, **{fate: True})  # type: ignore[arg-type]
    assert shown([gone, ELEVEN_TO_TWELVE], clock) == ("Waiting", 2)


def test_a_cancelled_lecture_leaves_the_screen_to_the_one_before() -> None:
    assert shown([TEN_TO_ELEVEN, replace(ELEVEN_TO_TWELVE, cancelled=True)], "10:50") == ("CheckInClosed", 1)


def test_a_waiting_room_names_the_nearest_lecture() -> None:
    assert shown([lecture_at(at("15:00"), at("16:00"), id=9), ELEVEN_TO_TWELVE], "9:00") == ("Waiting", 2)


def test_a_lecture_closed_by_hand_before_its_start_says_so() -> None:
    assert shown([ten_o_clock(closed_at=at("9:50"))], "9:55") == ("CheckInClosed", 1)


def test_a_lecture_closed_by_hand_long_before_leaves_the_screen_alone_until_its_time() -> None:
    closed = replace(ELEVEN_TO_TWELVE, closes_at=at("9:00"))
    assert shown([closed], "9:30") == ("Waiting", None)
    assert shown([TEN_TO_ELEVEN, closed], "10:30") == ("CheckInClosed", 1)
    assert shown([TEN_TO_ELEVEN, closed], "10:50") == ("CheckInClosed", 1)
    assert shown([TEN_TO_ELEVEN, closed], "11:00") == ("CheckInClosed", 2)


def test_a_joint_lecture_shows_the_same_in_each_of_its_rooms() -> None:
    joint = ten_o_clock(modules=(COMP1201, MATH1001), rooms=(ROOM, RoomRef(2, "4/4055", "Overflow")))
    boards = [board_for_room([joint, *others], at("10:00")) for others in ([], [ELEVEN_TO_TWELVE])]
    assert boards == [Showing(joint), Showing(joint)]


@given(
    starts=st.lists(st.integers(0, 12), max_size=5), length=st.integers(1, 12), now=st.integers(0, 36), data=st.data()
)
def test_a_code_is_shown_only_while_check_in_is_open_and_always_when_one_is(
    starts: list[int], length: int, now: int, data: st.DataObject
) -> None:
    lectures = [
        lecture_at(at(f"{9 + s // 4}:{s % 4 * 15}"), at(f"{9 + (s + length) // 4}:{(s + length) % 4 * 15}"), id=n)
        for n, s in enumerate(starts)
    ]
    moment = at(f"{8 + now // 6}:{now % 6 * 10}")
    board = board_for_room(lectures, moment)
    assert board == board_for_room(data.draw(st.permutations(lectures)), moment)
    is_open = [lecture for lecture in lectures if lecture.phase(moment) == "open"]
    if isinstance(board, Showing):
        assert board.lecture in is_open
    else:
        assert not [lecture for lecture in is_open if moment < lecture.ends_at]


@pytest.mark.parametrize(
    ("clock", "board"),
    [("9:44", Waiting), ("9:45", Showing), ("10:20", CheckInClosed), ("10:59:59", CheckInClosed), ("11:00", Ended)],
)
def test_a_screen_paired_for_one_lecture_follows_it_to_its_end(clock: str, board: type) -> None:
    assert board_for_lecture(TEN_TO_ELEVEN, at(clock)) == board(TEN_TO_ELEVEN)


def test_a_short_lecture_is_shown_for_as_long_as_its_check_in_is_open() -> None:
    short = lecture_at(at("10:00"), at("10:10"))
    assert board_for_lecture(short, at("10:15")) == Showing(short)
    assert board_for_lecture(short, at("10:20")) == Ended(short)


@pytest.mark.parametrize("fate", ["cancelled", "voided"])
def test_a_screen_paired_for_a_cancelled_or_voided_lecture_has_nothing_more_to_show(fate: str) -> None:
    gone = replace(TEN_TO_ELEVEN, **{fate: True})  # type: ignore[arg-type]
    assert board_for_lecture(gone, at("10:00")) == Ended(gone)

"""What a screen shows at an instant: the state, the words, and never a code outside check-in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.display.frames import KEYS, next_change
from kiosk.display.service import horizon
from kiosk.domain.codes import CodePolicy
from kiosk.store.tables import board
from tests.display.screens import connect, heard, lecture_screen, push, refresh, room_screen
from tests.stage import START, Stage


def frame_at(stage: Stage, hour: int, minute: int, second: int = 0, *, lecture: bool = False) -> dict[str, Any]:
    """What a fresh screen is told at a time of the stage's day."""
    stage.clock.set(hour, minute, second)
    browser = lecture_screen(stage) if lecture else room_screen(stage)
    return heard(connect(browser))[-1]


def test_a_rooms_screen_shows_the_lecture_that_is_on(stage: Stage) -> None:
    frame = frame_at(stage, 10, 2)
    assert frame.keys() == KEYS
    assert (frame["state"], frame["heading"], frame["title"]) == ("showing", "COMP1201", "Algorithms")
    assert (frame["kinds"], frame["place"]) == ([["en", "Lecture"]], "4/4053 · 10:00–11:00")
    assert frame["digits"] == stage.digits()


def test_a_frame_says_how_long_it_holds_by_the_servers_clock(stage: Stage) -> None:
    frame = frame_at(stage, 10, 2, 43)
    assert frame["server_time"] == "2026-11-24T10:02:43+00:00"
    assert (frame["left_seconds"], frame["digits_left_seconds"], frame["digits_seconds"]) == (7, 17, 30)


@pytest.mark.parametrize(
    ("hour", "minute", "second", "state"),
    [
        (9, 44, 59, "waiting"),
        (9, 45, 0, "showing"),
        (10, 19, 59, "showing"),
        (10, 20, 0, "closed"),
        (10, 59, 59, "closed"),
        (11, 0, 0, "waiting"),
    ],
)
def test_no_code_is_shown_before_check_in_opens_or_after_it_closes(
    stage: Stage, hour: int, minute: int, second: int, state: str
) -> None:
    frame = frame_at(stage, hour, minute, second)
    assert frame["state"] == state
    assert bool(frame["digits"]) == bool(frame["symbol"]) == (state == "showing")


def test_a_waiting_room_shows_place_clock_and_what_is_next(stage: Stage) -> None:
    frame = frame_at(stage, 9, 30)
    assert (frame["heading"], frame["title"], frame["clock"]) == ("4/4053", "Lecture Theatre A", "09:30")
    assert frame["notes"] == ["Next at 10:00: COMP1201 Algorithms"]


def test_a_room_with_nothing_more_says_so(stage: Stage) -> None:
    assert frame_at(stage, 12, 0)["notes"] == ["No more sessions today"]


def test_tomorrows_first_lecture_is_named_as_tomorrows(stage: Stage) -> None:
    stage.add_lecture("early", starts_at=START + timedelta(hours=22))
    assert frame_at(stage, 20, 0)["notes"] == ["Tomorrow at 08:00: COMP1201 Algorithms"]


def test_a_room_says_at_midnight_already_what_comes_in_the_evening(stage: Stage) -> None:
    stage.add_lecture("evening", starts_at=START + timedelta(hours=11, minutes=30))
    stage.change(board.lecture, stage.ids["algorithms"], cancelled_at=START)
    assert frame_at(stage, 0, 0)["notes"] == ["Next at 21:30: COMP1201 Algorithms"]


@pytest.mark.parametrize("hour", [0, 11, 23])
def test_a_room_without_sessions_says_so_all_day(stage: Stage, hour: int) -> None:
    stage.clock.instant = START + timedelta(days=4)
    assert frame_at(stage, hour, 59)["notes"] == ["No more sessions today"]


def test_at_midnight_tomorrow_becomes_today_and_the_screen_is_told(stage: Stage) -> None:
    stage.add_lecture("early", starts_at=START + timedelta(hours=22))
    stage.clock.set(23, 59, 58)
    browser = room_screen(stage)
    socket = connect(browser)
    stage.clock.go_on(seconds=2)
    refresh(browser, stage)
    before, after = heard(socket)
    assert before["notes"] == ["Tomorrow at 08:00: COMP1201 Algorithms"]
    assert (after["notes"], after["clock"]) == (["Next at 08:00: COMP1201 Algorithms"], "00:00")


def test_the_last_day_of_summer_time_is_looked_through_to_its_end(stage: Stage) -> None:
    # 25 October 2026 has 25 hours in London.
    midnight = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    assert horizon(midnight, ZoneInfo("Europe/London")) == midnight + timedelta(hours=25)


@pytest.mark.parametrize(
    ("days", "when"),
    [(1, "tomorrow at 09:45"), (2, "on Thursday 26 November at 09:45"), (9, "on Thursday 3 December at 09:45")],
)
def test_a_lectures_screen_says_on_which_day_check_in_opens(stage: Stage, days: int, when: str) -> None:
    later = START + timedelta(days=days)
    stage.change(board.lecture, stage.ids["algorithms"], starts_at=later, ends_at=later + timedelta(hours=1))
    assert frame_at(stage, 10, 2, lecture=True)["notes"] == [f"Check-in opens {when}"]


def test_a_lectures_screen_says_when_check_in_opens(stage: Stage) -> None:
    frame = frame_at(stage, 9, 30, lecture=True)
    assert (frame["state"], frame["heading"], frame["notes"]) == ("waiting", "COMP1201", ["Check-in opens at 09:45"])


def test_a_lectures_screen_says_when_the_session_has_ended(stage: Stage) -> None:
    stage.clock.set(10, 2)
    browser = lecture_screen(stage)
    stage.clock.set(11, 0)
    frame = heard(connect(browser))[-1]
    assert (frame["state"], frame["notes"], frame["symbol"]) == ("ended", ["This session has ended."], "")


@pytest.mark.parametrize(("column", "says"), [("cancelled_at", "is cancelled"), ("voided_at", "is not counted")])
def test_a_lectures_screen_says_why_there_is_no_code(stage: Stage, column: str, says: str) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], **{column: START})
    assert says in frame_at(stage, 10, 2, lecture=True)["notes"][0]


def test_back_to_back_the_next_lecture_takes_over_when_the_first_has_closed(stage: Stage) -> None:
    stage.add_lecture("silk again", starts_at=START + timedelta(minutes=60), modules=("HIST2002",))
    browser = room_screen(stage)
    socket = connect(browser)
    for minute, heading in ((2, "COMP1201"), (30, "COMP1201"), (45, "HIST2002")):
        stage.clock.set(10, minute)
        refresh(browser, stage)
        push(browser, stage)
        assert heard(socket)[-1]["heading"] == heading


def test_a_joint_lecture_is_the_same_in_both_rooms(stage: Stage) -> None:
    starts_at = START + timedelta(hours=3)
    stage.add_lecture("joint", starts_at=starts_at, modules=("COMP1201", "HIST2002"), rooms=("4/4053", "58/1065"))
    stage.clock.set(13, 1)
    first, second = (heard(connect(room_screen(stage, room=room)))[-1] for room in ("4/4053", "58/1065"))
    assert first["heading"] == "COMP1201 / HIST2002"
    assert (first["digits"], first["symbol"]) == (second["digits"], second["symbol"])
    assert "58/1065" in second["place"]
    assert "4/4053" not in second["place"]


def test_a_lecture_whose_master_secret_is_gone_shows_nothing(stage: Stage) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], kid="k0")
    frame = frame_at(stage, 10, 2)
    assert (frame["state"], frame["digits"]) == ("waiting", "")


def test_a_held_code_stays_until_released(stage: Stage) -> None:
    stage.clock.set(10, 2, 5)
    browser = room_screen(stage)
    socket = connect(browser)
    shown = heard(socket)[-1]
    hold_id = stage.hold(stage.clock())
    stage.clock.go_on(seconds=2)
    refresh(browser, stage)
    stage.clock.set(10, 4)
    push(browser, stage)
    for frame in heard(socket):
        assert (frame["state"], frame["digits"], frame["symbol"]) == ("held", shown["digits"], shown["symbol"])
        assert frame["notes"] == ["Held: this code stays until released"]
    stage.change(board.hold, hold_id, released_at=stage.clock())
    stage.clock.go_on(seconds=2)
    refresh(browser, stage)
    (frame,) = heard(socket)
    assert (frame["state"], frame["digits"]) == ("showing", stage.digits())


def test_the_next_change_is_that_of_whichever_code_changes_first() -> None:
    policy = CodePolicy(qr_step_seconds=10, digits_step_seconds=25)
    assert next_change(START, policy) == START + timedelta(seconds=10)
    third = START + timedelta(seconds=21)
    assert next_change(third, policy) - third <= timedelta(seconds=9)


@pytest.mark.parametrize(
    ("hour", "minute", "screen", "welsh"),
    [
        (9, 30, "room", "Nesaf am 10:00: COMP1201 Algorithms"),
        (12, 0, "room", "Dim rhagor o sesiynau heddiw"),
        (9, 30, "lecture", "Cofrestru'n agor am 09:45"),
        (10, 30, "room", "Mae'r cyfnod cofrestru wedi cau. Bydd y sesiwn yn parhau tan 11:00."),
        (10, 2, "room", ""),
    ],
)
def test_a_note_is_said_in_each_language_of_the_institution(
    stage: Stage, hour: int, minute: int, screen: str, welsh: str
) -> None:
    english, again = frame_in(stage, ("en", "cy"), hour, minute, screen)["notes"]
    assert again == welsh
    assert frame_in(stage, ("cy", "en"), hour, minute, screen)["notes"] == [welsh, english]
    assert frame_in(stage, ("en",), hour, minute, screen)["notes"] == [english]


def test_the_day_in_a_note_is_the_days_name_in_that_language(stage: Stage) -> None:
    later = START + timedelta(days=2)
    stage.change(board.lecture, stage.ids["algorithms"], starts_at=later, ends_at=later + timedelta(hours=1))
    assert frame_in(stage, ("en", "cy"), 10, 2, "lecture")["notes"] == [
        "Check-in opens on Thursday 26 November at 09:45",
        "Cofrestru'n agor: Dydd Iau 26 Tachwedd am 09:45",
    ]


def frame_in(stage: Stage, languages: tuple[str, ...], hour: int, minute: int, screen: str) -> dict[str, Any]:
    """What a fresh screen is told where the institution speaks these languages."""
    stage.clock.set(hour, minute)
    institution = replace(stage.settings("display").institution, languages=languages)
    app = stage.app("display", institution=institution)
    return heard(connect(lecture_screen(stage, app) if screen == "lecture" else room_screen(stage, app)))[-1]

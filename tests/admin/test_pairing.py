"""Approving a screen from a phone: place, session, one number of three."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from kiosk.store.doors.admin import pairing as door
from kiosk.store.tables import board, screens, staff
from tests.admin.conftest import Desk, enter, words
from tests.conftest import NewPage
from tests.stage import START, Browser

PAGE = "/pair/BCDFGHJK"


@pytest.fixture
def pairing(desk: Desk) -> int:
    return desk.add_pairing()


def offered(browser: Browser) -> list[int]:
    return [int(number) for number in re.findall(r'<button name="number" value="(\d+)"', browser.get(PAGE).text)]


def lecture(desk: Desk, name: str = "algorithms") -> str:
    return f"lecture-{desk.stage.ids[name]}"


def row(desk: Desk) -> Any:
    return desk.stage.rows(screens.pairing)[0]


def test_the_page_shows_where_when_and_the_one_session_chosen(desk: Desk, day: Browser, pairing: int) -> None:
    text = words(day.get(PAGE))

    assert "BCDF GHJK" in text
    assert 'asked at 10:02 from the network address <span class="number">10.20.30.40' in text
    assert f'value="{lecture(desk)}" required checked' in text
    assert "HIST2002" not in text


def test_of_two_back_to_back_the_one_whose_start_is_nearer_is_chosen(desk: Desk, pairing: int) -> None:
    desk.stage.add_lecture("next", starts_at=desk.stage.start + timedelta(hours=1))
    desk.stage.add_lecture("evening", starts_at=desk.stage.start + timedelta(hours=8))
    desk.stage.clock.set(10, 50)
    desk.stage.change(screens.pairing, pairing, expires_at=desk.stage.clock() + timedelta(minutes=5))

    text = words(desk.sign_in("day").get(PAGE))

    assert f'value="{lecture(desk, "next")}" required checked' in text
    assert f'value="{lecture(desk)}" required>' in text
    assert lecture(desk, "evening") not in text


def test_of_two_at_once_nobody_chooses_for_the_lecturer(desk: Desk, day: Browser, pairing: int) -> None:
    desk.stage.add_lecture("twin", rooms=("58/1065",))

    assert "required checked" not in words(day.get(PAGE))


def test_three_numbers_are_offered_and_stay_the_same(day: Browser, pairing: int) -> None:
    numbers = offered(day)

    assert len(set(numbers)) == 3
    assert 47 in numbers
    assert offered(day) == numbers


def test_the_right_number_pairs_the_screen_until_ten_minutes_after_the_end(any_desk: Desk) -> None:
    any_desk.add_pairing()
    day = any_desk.sign_in("day")

    answer = day.send(PAGE, place=lecture(any_desk), number=47)

    screen = any_desk.stage.rows(screens.screen)[0]
    assert answer.headers["Location"] == any_desk.lecture(rest="?done=pair")
    assert (screen.lecture_id, screen.room_id) == (any_desk.stage.ids["algorithms"], None)
    assert screen.secret_hash == row(any_desk).secret_hash
    assert screen.expires_at == START + timedelta(hours=1, minutes=10)
    assert row(any_desk).answered_at is not None


def test_an_approval_is_in_the_journal(desk: Desk, day: Browser, pairing: int) -> None:
    day.send(PAGE, place=lecture(desk), number=47)

    entry = desk.stage.rows(staff.journal)[-1]
    assert (entry.act, entry.role, entry.staff_id) == ("screen approved", "lecturer", desk.stage.ids["day"])
    assert entry.after == {"lecture": desk.stage.ids["algorithms"], "room": None}


@pytest.mark.parametrize("number", ["0", "48", "", "47x", "-47"])
def test_any_other_number_refuses_the_screen_for_good(desk: Desk, day: Browser, pairing: int, number: str) -> None:
    token = day.csrf(PAGE)

    refused = day.post(PAGE, data={"csrf_token": token, "place": lecture(desk), "number": number})
    again = day.post(PAGE, data={"csrf_token": token, "place": lecture(desk), "number": "47"})

    assert "The screen is refused" in refused.text
    assert (again.status_code, "has been used" in again.text) == (410, True)
    assert desk.stage.rows(screens.screen) == []
    assert row(desk).refused_at is not None


def test_two_taps_make_one_screen(desk: Desk, day: Browser, pairing: int) -> None:
    fields = {"csrf_token": day.csrf(PAGE), "place": lecture(desk), "number": "47"}

    statuses = [day.post(PAGE, data=fields).status_code for _ in range(2)]

    assert statuses == [303, 410]
    assert len(desk.stage.rows(screens.screen)) == 1


def test_without_a_session_chosen_nothing_is_refused(desk: Desk, day: Browser, pairing: int) -> None:
    answer = day.send(PAGE, number=47)

    assert (answer.status_code, "Choose what the screen shows" in answer.text) == (422, True)
    assert row(desk).refused_at is None


def test_a_lecture_of_another_module_is_not_found_and_nothing_is_answered(
    desk: Desk, eve: Browser, pairing: int
) -> None:
    answer = eve.send(PAGE, place=lecture(desk), number=47)

    assert answer.status_code == 404
    assert (row(desk).answered_at, row(desk).refused_at) == (None, None)


def test_a_lecturer_cannot_give_a_screen_to_a_room(desk: Desk, day: Browser, pairing: int) -> None:
    answer = day.send(PAGE, place="room", room=desk.stage.ids["4/4053"], number=47)

    assert answer.status_code == 404
    assert desk.stage.rows(screens.screen) == []


def test_a_room_administrator_pairs_a_room_for_thirty_days(desk: Desk, pairing: int) -> None:
    ro = desk.sign_in("ro")

    answer = ro.send(PAGE, place="room", room=desk.stage.ids["4/4053"], number=47)

    screen = desk.stage.rows(screens.screen)[0]
    assert answer.headers["Location"] == f"/rooms/{desk.stage.ids['4/4053']}"
    assert (screen.room_id, screen.lecture_id) == (desk.stage.ids["4/4053"], None)
    assert screen.expires_at == desk.stage.clock() + timedelta(days=30)


def chosen_room(text: str) -> list[str]:
    return re.findall(r'<option value="(\d+)" selected>', text)


def test_from_a_room_s_page_that_room_is_chosen_already(desk: Desk, pairing: int) -> None:
    ro, room_id = desk.sign_in("ro"), desk.stage.ids["58/1065"]
    address = f"/pair?room={room_id}"
    assert f'href="{address}"' in ro.get(f"/rooms/{room_id}").text

    page = ro.get(address)
    answer = ro.send("/pair", address, code="BCDFGHJK")

    assert "Pair a screen for 58/1065" in page.text
    assert answer.headers["Location"] == PAGE
    assert chosen_room(ro.get(PAGE).text) == [str(room_id)]


def test_a_scan_with_the_phone_s_camera_keeps_the_room_and_an_approval_forgets_it(desk: Desk, pairing: int) -> None:
    ro, room_id = desk.sign_in("ro"), desk.stage.ids["58/1065"]
    ro.get(f"/pair?room={room_id}")
    scanned = chosen_room(ro.get(PAGE).text)

    ro.send(PAGE, place="room", room=room_id, number=47)

    desk.add_pairing("ZZZZZZZZ")
    assert (scanned, chosen_room(ro.get("/pair/ZZZZZZZZ").text)) == ([str(room_id)], [])


def test_without_a_room_to_come_from_none_is_chosen_for_the_administrator(desk: Desk, pairing: int) -> None:
    ro = desk.sign_in("ro")
    ro.get(f"/pair?room={desk.stage.ids['58/1065']}")
    ro.get("/pair")

    answer = ro.send(PAGE, place="room", room="", number=47)

    assert "Choose a room" in ro.get(PAGE).text
    assert (answer.status_code, "Choose what the screen shows" in answer.text) == (422, True)


@pytest.mark.parametrize("room", ["999", "x", "-1"])
def test_a_room_that_is_not_there_is_not_chosen(desk: Desk, pairing: int, room: str) -> None:
    ro = desk.sign_in("ro")

    assert "<h1>Pair a screen</h1>" in ro.get(f"/pair?room={room}").text
    assert chosen_room(ro.get(PAGE).text) == []


def test_a_lecturer_s_address_with_a_room_names_no_room(desk: Desk, day: Browser, pairing: int) -> None:
    assert "58/1065" not in day.get(f"/pair?room={desk.stage.ids['58/1065']}").text


def test_a_room_administrator_has_no_lecture_to_give(desk: Desk, pairing: int) -> None:
    assert desk.sign_in("ro").send(PAGE, place=lecture(desk), number=47).status_code == 404


@pytest.mark.parametrize(
    "typed", ["bcdfghjk", "BCDF-GHJK", " bcdf ghjk ", "BCDF–GHJK", "b.c.d.f.g.h.j.k", "BCDF\u00a0GHJK"]
)
def test_the_letters_may_be_typed_in_any_manner(day: Browser, typed: str) -> None:
    assert day.send("/pair", code=typed).headers["Location"] == PAGE


@pytest.mark.parametrize("typed", ["", "BCDFGHJ", "BCDFGHJA", "12345678", "BCDFGHJK" * 3000, "BCDFGHJ\x00", "ßCDFGHJK"])
def test_what_cannot_be_a_code_says_what_to_type(day: Browser, typed: str) -> None:
    answer = day.send("/pair", code=typed)

    assert (answer.status_code, "eight letters on the screen" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("minutes", "path", "status", "advice"),
    [(0, "/pair/ZZZZZZZZ", 404, "No screen has this code"), (10, PAGE, 410, "older than ten minutes")],
)
def test_a_code_that_is_no_good_says_what_to_do(
    desk: Desk, day: Browser, pairing: int, minutes: int, path: str, status: int, advice: str
) -> None:
    desk.stage.clock.go_on(minutes=minutes)

    answer = day.get(path)

    assert (answer.status_code, advice in answer.text) == (status, True)


def test_an_old_pairing_can_not_be_answered(desk: Desk, day: Browser, pairing: int) -> None:
    token = day.csrf(PAGE)
    desk.stage.clock.go_on(minutes=10)

    assert day.post(PAGE, data={"csrf_token": token, "place": lecture(desk), "number": "47"}).status_code == 410
    assert desk.stage.rows(screens.screen) == []


def test_a_lecture_that_is_over_or_cancelled_is_not_offered(desk: Desk, day: Browser, pairing: int) -> None:
    desk.stage.add_lecture("past", starts_at=START - timedelta(hours=3))
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], cancelled_at=START)

    assert "There is nothing" not in day.get(PAGE).text
    assert "nothing this screen could show" in words(day.get(PAGE))


@pytest.mark.parametrize("refused", [True, False])
def test_of_two_answers_at_the_same_time_one_counts(desk: Desk, pairing: int, refused: bool) -> None:
    now = desk.stage.clock()
    with Session(desk.stage.database.engine("admin")) as session:
        answers = [door.answer(session, pairing, now, refused=each) for each in (refused, False)]

    assert answers == [True, False]


def test_enter_in_the_choice_of_sessions_answers_no_number(
    desk: Desk, staff_origin: str, new_page: NewPage, pairing: int
) -> None:
    """Enter presses the first button of a form: nobody may pair, or refuse, a screen without having looked at it."""
    desk.stage.add_lecture("next", starts_at=desk.stage.start + timedelta(hours=1))
    page = new_page()
    enter(page, staff_origin, desk.stage)
    page.goto(staff_origin + PAGE)

    page.get_by_role("radio").last.check()
    page.get_by_role("radio").last.press("Enter")

    expect(page.get_by_role("main").get_by_role("alert")).to_have_text("Now tap the number that is on the screen.")
    expect(page.get_by_role("radio").last).to_be_checked()
    assert (desk.stage.rows(screens.screen), row(desk).answered_at) == ([], None)

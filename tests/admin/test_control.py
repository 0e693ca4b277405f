"""Acts on a session: hold, open, close, cancel, void, stopping screens; each with its way back."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.store.doors import board as door
from kiosk.store.tables import board, screens, staff
from tests.admin.conftest import Desk, words
from tests.admin.meanwhile import meanwhile
from tests.stage import START, Browser


def act(desk: Desk, browser: Browser, name: str, lecture: str = "algorithms", **fields: object) -> TestResponse:
    """Do an act from the session's page, a minute later than whatever came before."""
    desk.stage.clock.go_on(minutes=1)
    return browser.send(desk.lecture(lecture, f"/act/{name}"), desk.lecture(lecture), **fields)


def row(desk: Desk) -> Any:
    return desk.stage.rows(board.lecture, board.lecture.c.id == desk.stage.ids["algorithms"])[0]


def acts(desk: Desk) -> list[str]:
    return [entry.act for entry in desk.stage.rows(staff.journal)]


def add_screen(desk: Desk, ref: str = "", *, room: bool = False) -> str:
    """A screen that shows the session right now."""
    now, place = desk.stage.clock(), {"lecture_id": desk.stage.ids["algorithms"]}
    screen_id = desk.stage.add(
        "screen",
        screens.screen,
        secret_hash="of a screen",
        approved_at=now,
        expires_at=now + timedelta(hours=1),
        **({"room_id": desk.stage.ids["4/4053"]} if room else place),
    )
    ref = f"s{screen_id}"
    desk.stage.add("", screens.sighting, screen_ref=ref, screen_id=screen_id, seen_at=now, **place)
    return ref


@pytest.mark.parametrize(
    ("name", "column", "undo"),
    [
        ("close", "closed_at", "undo-close"),
        ("cancel", "cancelled_at", "restore"),
    ],
)
def test_an_act_says_what_it_did_and_offers_its_undo(any_desk: Desk, name: str, column: str, undo: str) -> None:
    day = any_desk.sign_in("day")

    page = day.get(str(act(any_desk, day, name).location))

    assert row(any_desk)._mapping[column] == any_desk.stage.clock()
    assert any_desk.lecture(rest=f"/act/{undo}") in page.text
    assert acts(any_desk) == [name]


def holds(desk: Desk) -> list[tuple[Any, Any]]:
    return [(hold.held_at, hold.released_at) for hold in desk.stage.rows(board.hold)]


def test_a_hold_says_what_it_did_and_offers_the_release(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    page = day.get(str(act(any_desk, day, "hold").location))

    assert (holds(any_desk), acts(any_desk)) == ([(any_desk.stage.clock(), None)], ["hold"])
    assert any_desk.lecture(rest="/act/release") in page.text
    assert "code held" in page.text


def test_a_hold_ends_with_its_release_and_the_next_is_another(any_desk: Desk) -> None:
    day, clock = any_desk.sign_in("day"), any_desk.stage.clock
    act(any_desk, day, "hold")

    act(any_desk, day, "release")
    assert "code held" not in day.get(any_desk.lecture()).text
    act(any_desk, day, "hold")

    first, second, third = clock() - timedelta(minutes=2), clock() - timedelta(minutes=1), clock()
    assert holds(any_desk) == [(first, second), (third, None)]


def test_releasing_leaves_a_hold_that_its_limit_ended_as_it_was(desk: Desk, day: Browser) -> None:
    forgotten = START - timedelta(minutes=14)
    desk.stage.hold(forgotten)
    act(desk, day, "hold")

    act(desk, day, "release")

    assert holds(desk) == [(forgotten, None), (desk.stage.clock() - timedelta(minutes=1), desk.stage.clock())]


def test_closing_and_its_undo_move_the_window(desk: Desk, day: Browser) -> None:
    act(desk, day, "close")
    assert "Check-in closed 10:03" in day.get(desk.lecture()).text

    act(desk, day, "undo-close")

    assert "Check-in open until 10:20" in day.get(desk.lecture()).text


def test_opening_after_the_window_opens_it_again(desk: Desk, day: Browser) -> None:
    desk.stage.clock.set(10, 24)
    browser = desk.sign_in("day")

    act(desk, browser, "open")

    assert "Check-in open until 10:45" in browser.get(desk.lecture()).text


def test_a_session_far_away_is_not_opened(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("tomorrow", starts_at=START + timedelta(days=1))

    assert act(desk, day, "open", "tomorrow").location.endswith("done=nothing")


def test_a_void_session_says_why_and_counts_again_when_undone(desk: Desk, day: Browser) -> None:
    act(desk, day, "void", reason="outage")
    assert "Check-in did not work. It counts for nobody." in words(day.get(desk.lecture()))

    act(desk, day, "undo-void")

    assert (row(desk).voided_at, row(desk).void_reason) == (None, None)


@pytest.mark.parametrize("reason", ["", "because", "outage\x00"])
def test_a_reason_that_is_not_listed_voids_nothing(desk: Desk, day: Browser, reason: str) -> None:
    assert act(desk, day, "void", reason=reason).status_code == 404
    assert row(desk).voided_at is None


def test_the_second_of_two_taps_changes_nothing(desk: Desk, day: Browser) -> None:
    act(desk, day, "close")
    first = row(desk).closed_at

    answer = act(desk, day, "close")

    assert answer.location.endswith("done=nothing")
    assert (row(desk).closed_at, acts(desk)) == (first, ["close"])


@pytest.mark.parametrize("name", ["hold", "release", "open", "close", "cancel", "restore", "void", "undo-void"])
def test_a_lecturer_of_another_module_can_do_nothing(desk: Desk, eve: Browser, name: str) -> None:
    before = row(desk)

    answer = eve.send(desk.lecture(rest=f"/act/{name}"), "/", reason="other")

    assert (answer.status_code, row(desk), acts(desk)) == (404, before, [])


def test_an_act_is_a_post_with_a_csrf_value(desk: Desk, day: Browser) -> None:
    path = desk.lecture(rest="/act/close")

    assert day.get(path).status_code == 405
    assert day.post(path).status_code == 400
    assert row(desk).closed_at is None


def test_an_act_that_does_not_exist_is_not_found(desk: Desk, day: Browser) -> None:
    assert act(desk, day, "explode").status_code == 404


def test_a_module_administrator_may_run_a_session_of_the_department(desk: Desk) -> None:
    mo = desk.sign_in("mo")

    act(desk, mo, "close")

    assert [entry.role for entry in desk.stage.rows(staff.journal)] == ["module_admin"]


def test_opening_shifts_the_window_that_the_other_wings_read(desk: Desk, day: Browser) -> None:
    desk.stage.clock.set(9, 0)
    browser = desk.sign_in("day")
    act(desk, browser, "open")

    with desk.app.app_context():
        from kiosk.store.database import db

        lecture = door.lecture_by_id(db.session, desk.stage.ids["algorithms"], desk.stage.settings("admin").windows)

    assert lecture is not None
    assert lecture.opens_at == desk.stage.clock()


# Screens -----------------------------------------------------------------------------------------


def stop(desk: Desk, browser: Browser, ref: str) -> TestResponse:
    return browser.send(desk.lecture(rest="/screens/stop"), desk.lecture(), screen=ref)


def resume(desk: Desk, browser: Browser, ref: str, lecture: str = "algorithms") -> TestResponse:
    return browser.send(desk.lecture(lecture, "/screens/resume"), "/pair", screen=ref)


def revoked_at(desk: Desk) -> object:
    return desk.stage.rows(screens.screen)[0].revoked_at


def test_a_screen_paired_for_the_session_is_stopped_and_undo_is_one_tap_away(desk: Desk, day: Browser) -> None:
    ref = add_screen(desk)

    page = day.get(str(stop(desk, day, ref).location))

    assert revoked_at(desk) == desk.stage.clock()
    note = words(page).split("The screen is stopped. It goes dark within three seconds.")[1].split("</div>")[0]
    assert desk.lecture(rest="/screens/resume") in note
    assert f'name="screen" value="{ref}"' in note
    assert "Undo" in note


def test_its_undo_lets_that_very_screen_show_the_session_again(any_desk: Desk) -> None:
    day, ref = any_desk.sign_in("day"), add_screen(any_desk)
    stopped = stop(any_desk, day, ref)

    resume(any_desk, day, ref)

    assert revoked_at(any_desk) is None
    assert acts(any_desk) == ["stop screen", "resume screen"]
    assert "The screen is stopped" not in day.get(str(stopped.location)).text


def test_a_stopped_screen_stays_listed_with_its_way_back(desk: Desk, day: Browser) -> None:
    stop(desk, day, add_screen(desk))

    text = words(day.get(desk.lecture()))

    assert "Paired for this session at 10:02" in text
    assert "Show again" in text


def test_there_is_no_way_back_once_the_pairing_would_be_over(any_desk: Desk) -> None:
    day, ref = any_desk.sign_in("day"), add_screen(any_desk)
    stopped = stop(any_desk, day, ref)
    any_desk.stage.change(screens.screen, any_desk.stage.ids["screen"], expires_at=any_desk.stage.clock())

    answer = resume(any_desk, day, ref)

    assert answer.location.endswith("done=nothing")
    assert revoked_at(any_desk) is not None
    assert "resume" not in day.get(str(stopped.location)).text


def test_nobody_but_whoever_runs_the_session_lets_a_stopped_screen_back_in(desk: Desk, day: Browser) -> None:
    ref = add_screen(desk)
    stop(desk, day, ref)
    eve = desk.sign_in("eve")

    answers = [resume(desk, eve, ref), resume(desk, eve, ref, "silk")]

    assert [answer.status_code for answer in answers] == [404, 303]
    assert revoked_at(desk) is not None


def test_a_lecturer_can_not_undo_what_a_room_administrator_stopped(desk: Desk, day: Browser) -> None:
    ref = add_screen(desk, room=True)
    desk.stage.change(screens.screen, desk.stage.ids["screen"], revoked_at=desk.stage.clock())

    assert resume(desk, day, ref).location.endswith("done=nothing")
    assert revoked_at(desk) is not None


def test_a_stopped_room_screen_is_listed_by_its_room(desk: Desk, day: Browser) -> None:
    stop(desk, day, add_screen(desk, room=True))

    text = words(day.get(desk.lecture()))

    assert "Room 4/4053" in text
    assert "Stopped" in text


def test_a_room_s_screen_is_stopped_for_this_session_and_may_come_back(any_desk: Desk) -> None:
    day, ref = any_desk.sign_in("day"), add_screen(any_desk, room=True)
    assert "Room 4/4053" in day.get(any_desk.lecture()).text

    day.send(any_desk.lecture(rest="/screens/stop"), any_desk.lecture(), screen=ref)
    stopped = any_desk.stage.rows(screens.screen_stop)
    day.send(any_desk.lecture(rest="/screens/resume"), any_desk.lecture(), screen=ref)

    assert [(row.screen_ref, row.lecture_id) for row in stopped] == [(ref, any_desk.stage.ids["algorithms"])]
    assert any_desk.stage.rows(screens.screen)[0].revoked_at is None
    assert any_desk.stage.rows(screens.screen_stop) == []
    assert acts(any_desk) == ["stop screen", "resume screen"]


def test_a_screen_that_has_just_been_paired_is_listed_before_it_is_seen(desk: Desk, day: Browser) -> None:
    desk.add_pairing()

    day.send("/pair/BCDFGHJK", place=f"lecture-{desk.stage.ids['algorithms']}", number=47)

    assert "Not seen yet" in day.get(desk.lecture()).text


@pytest.mark.parametrize("ref", ["", "s999", "k1-abc", "s1 or 1=1", "s99999999999999999999", "s\x00", "s१"])
def test_a_screen_that_shows_something_else_is_left_alone(any_desk: Desk, ref: str) -> None:
    day = any_desk.sign_in("day")
    add_screen(any_desk)

    answer = day.send(any_desk.lecture(rest="/screens/stop"), any_desk.lecture(), screen=ref)

    assert answer.location.endswith("done=nothing")
    assert any_desk.stage.rows(screens.screen)[0].revoked_at is None
    assert any_desk.stage.rows(screens.screen_stop) == []


def test_a_lecturer_of_another_module_stops_no_screen(desk: Desk, eve: Browser) -> None:
    ref = add_screen(desk)

    assert eve.send(desk.lecture(rest="/screens/stop"), "/", screen=ref).status_code == 404
    assert eve.send(desk.lecture("silk", "/screens/stop"), "/", screen=ref).location.endswith("done=nothing")
    assert desk.stage.rows(screens.screen)[0].revoked_at is None


# Two at once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("void", "cancel"), ("cancel", "void"), ("close", "close")])
def test_of_two_acts_at_once_that_shut_each_other_out_the_second_changes_nothing_and_says_so(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    any_desk.stage.add_staff("dee", "Dr Dee", "lecturer")
    any_desk.stage.add("", staff.teaching, staff_id=any_desk.stage.ids["dee"], module_id=any_desk.stage.ids["COMP1201"])
    day, dee = any_desk.sign_in("day"), any_desk.sign_in("dee")

    def do(browser: Browser, name: str) -> TestResponse:
        return browser.send(any_desk.lecture(rest=f"/act/{name}"), any_desk.lecture(), reason="outage")

    meanwhile(monkeypatch, "kiosk.store.doors.admin.control.hold_lecture", lambda: do(dee, first))

    late = do(day, second)

    assert "There was nothing to change: this is how it is now." in words(day.get(str(late.location)))
    assert (acts(any_desk), sum(it is not None for it in (row(any_desk).cancelled_at, row(any_desk).voided_at))) == (
        [first],
        int(first != "close"),
    )


# Before and after ----------------------------------------------------------------------------------


def test_each_act_keeps_how_it_was_before(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    for name in ("hold", "release", "close", "undo-close", "void", "undo-void", "cancel", "restore"):
        act(any_desk, day, name, reason="outage")

    entries = any_desk.stage.rows(staff.journal)

    assert [sorted(it.before) == sorted(it.after) for it in entries] == [True] * 8
    assert [
        (it.before, undone.before == it.after) for it, undone in zip(entries[2::2], entries[3::2], strict=True)
    ] == [
        ({"closed_at": None}, True),
        ({"voided_at": None, "void_reason": None}, True),
        ({"cancelled_at": None}, True),
    ]

"""The change itself: made ahead, sent at its instant, to everybody, with nothing in between; and what may go wrong around it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import event

from kiosk.breath import TURN_SECONDS, in_turns
from kiosk.display.feed import Feed
from kiosk.display.frames import Frame
from kiosk.display.lines import Message
from kiosk.domain.codes import CodePolicy, accepted_digits_step
from kiosk.domain.hashes import hash_secret
from kiosk.store.database import db
from kiosk.store.tables import board, screens
from tests.display.screens import connect, feed_of, heard, lecture_screen, push, room_screen
from tests.stage import Stage
from tests.walls.acting import sign_in
from tests.walls.test_socket import NightFalls

AT_ONCE = 500


def test_at_a_change_nothing_is_asked_of_the_database_and_nobody_gets_a_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = room_screen(stage)
    socket, feed = connect(browser), feed_of(browser)
    ready = feed.prepare(stage.clock.go_on(seconds=10))
    monkeypatch.setattr(feed.socketio, "sleep", refuse)
    with browser.application.app_context():
        event.listen(db.engine, "before_cursor_execute", refuse)
    feed.push(ready, stage.clock())
    assert heard(socket)[-1]["digits"] == stage.digits()


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("not now")


def test_the_clock_sends_each_code_in_its_first_instant(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = room_screen(stage)
    socket = connect(browser)
    heard(socket)
    let_time_pass(stage, feed_of(browser), monkeypatch, until=stage.clock() + timedelta(seconds=25))
    frames = heard(socket)
    assert [it["server_time"][11:19] for it in frames] == ["10:02:10", "10:02:20"]
    assert [it["step"] - frames[0]["step"] for it in frames] == [0, 1]


def test_a_process_that_slept_through_a_change_sends_what_is_right_now(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = room_screen(stage)
    socket = connect(browser)
    heard(socket)
    let_time_pass(stage, feed_of(browser), monkeypatch, until=stage.clock() + timedelta(seconds=60), late_by=45)
    frame = heard(socket)[0]
    assert frame["server_time"][11:19] == "10:02:54"
    assert frame["digits"] == stage.digits(at=stage.start + timedelta(seconds=174))


def let_time_pass(
    stage: Stage, feed: Feed, monkeypatch: pytest.MonkeyPatch, *, until: datetime, late_by: float = 0
) -> None:
    """Run the clock's loop, whose pauses move the stage's clock; its second pause ends so many seconds late."""
    pauses = 0

    def pause(seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        stage.clock.go_on(seconds=seconds + (late_by if pauses == 2 else 0))
        if stage.clock() > until:
            raise NightFalls

    monkeypatch.setattr(feed.socketio, "sleep", pause)
    with pytest.raises(NightFalls):
        feed._run_clock()


@pytest.mark.parametrize(
    ("second", "seconds"), [(0, 2), (7, 2), (7.9, 2.12), (8, 2.02), (8.1, 2), (9.5, 2)], ids=lambda it: str(it)
)
def test_reader_and_writer_begin_nothing_shortly_before_a_change(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, second: float, seconds: float
) -> None:
    feed, pauses = feed_of(room_screen(stage)), []
    stage.clock.go_on(seconds=second)
    monkeypatch.setattr(feed.socketio, "sleep", pauses.append)
    feed._keep_away(2)
    assert pauses == [pytest.approx(seconds)]


def test_whoever_is_ready_is_served_before_a_late_joiner_and_he_in_the_same_instant(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = stage.app("display")
    late, feed = connect(room_screen(stage, app)), app.extensions["kiosk_feed"]
    (number_of_late,) = feed.live
    connect(room_screen(stage, app))
    brought = feed.live.pop(number_of_late)
    ready = feed.prepare(stage.clock.go_on(seconds=10))
    feed.live = {number_of_late: brought, **feed.live}
    heard(late)
    sent = note_sent(feed, monkeypatch)
    feed.push(ready, stage.clock())
    assert sent == [*reversed(feed.live)]
    assert heard(late)[-1]["digits"] == stage.digits()


def note_sent(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """To whom something is sent, in order."""
    sent: list[str] = []
    send: Callable[[str, Message], None] = feed.lines.send

    def note(connection: str, message: Message) -> None:
        sent.append(connection)
        send(connection, message)

    monkeypatch.setattr(feed.lines, "send", note)
    return sent


@pytest.mark.parametrize("is_ahead", [True, False])
def test_what_goes_wrong_with_one_screen_is_not_seen_on_another(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, is_ahead: bool
) -> None:
    app = stage.app("display")
    bad, good = connect(room_screen(stage, app, "58/1065")), connect(room_screen(stage, app))
    heard(bad)
    feed: Feed = app.extensions["kiosk_feed"]
    make = feed.maker.frame

    def fail(sight: Any, *others: Any) -> Frame:
        if sight.viewer.room.code == "58/1065":
            raise ZeroDivisionError
        return make(sight, *others)

    monkeypatch.setattr(feed.maker, "frame", fail)
    now = stage.clock.go_on(seconds=10)
    feed.push(feed.prepare(now) if is_ahead else {}, now)
    assert heard(good)[-1]["digits"] == stage.digits()
    assert heard(bad) == []


# Many at once --------------------------------------------------------------------------------------


def add_rooms(stage: Stage, starts_at: datetime) -> list[str]:
    """Many rooms, each with a session at the same second and a screen; the cookies of those."""
    rows = [(number, 10_000 + number) for number in range(AT_ONCE)]
    lecture = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "kid": "k1"}
    times = {"approved_at": stage.clock(), "expires_at": stage.clock(), "lecture_id": None}
    with stage.database.owner.begin() as owner:
        for table, values in (
            (board.room, [{"id": key, "code": f"R{number}", "name": ""} for number, key in rows]),
            (board.lecture, [{"id": key, "salt": key.to_bytes(16), **lecture} for _, key in rows]),
            (board.lecture_room, [{"lecture_id": key, "room_id": key} for _, key in rows]),
            (
                board.lecture_module,
                [{"lecture_id": key, "module_id": stage.ids["COMP1201"]} for _, key in rows],
            ),
            (screens.screen, [{"secret_hash": hash_secret(f"{key}"), "room_id": key, **times} for _, key in rows]),
        ):
            owner.execute(table.insert(), values)
    for number, key in rows:
        stage.ids[f"R{number}"] = key
    return [f"kiosk_screen={key}" for _, key in rows]


def plug_in(app: Flask, cookie: str) -> SocketIOTestClient:
    feed: Feed = app.extensions["kiosk_feed"]
    return feed.socketio.test_client(app, headers={"Cookie": cookie})


def test_five_hundred_sessions_that_begin_in_one_second_are_all_on_the_screens_in_that_second(stage: Stage) -> None:
    app = stage.app("display")
    feed: Feed = app.extensions["kiosk_feed"]
    cookies = add_rooms(stage, stage.clock() + timedelta(minutes=15, seconds=10))
    with app.app_context():
        sockets = [plug_in(app, cookie) for cookie in cookies]
        for socket in sockets:
            assert heard(socket)[-1]["digits"] == ""
        ready = feed.prepare(stage.clock.go_on(seconds=10))
        feed.push(ready, stage.clock())
        shown = [heard(socket)[-1]["digits"] for socket in sockets]
        assert shown == [stage.digits(f"R{number}") for number in range(AT_ONCE)]
        feed.sightings.write(stage.clock())
        feed.refresh(stage.clock())
    assert len(stage.rows(board.showing)) == AT_ONCE
    assert [socket for socket in sockets if heard(socket)] == []


def test_one_session_is_the_same_on_every_screen_it_has(stage: Stage) -> None:
    app = stage.app("display")
    first, *others = [lecture_screen(stage, app) for _ in range(5)]
    sockets = [connect(it) for it in (first, *others, room_screen(stage, app))]
    stage.clock.go_on(seconds=30)
    push(first, stage)
    assert {(it["digits"], it["symbol"]) for it in (heard(socket)[-1] for socket in sockets)} == {
        (stage.digits(), feed_of(first).maker.plan.bits(stage.qr()))
    }


def test_long_work_gives_way_once_a_turn_is_over_and_not_before() -> None:
    times = iter([0, 0.9 * TURN_SECONDS, TURN_SECONDS, TURN_SECONDS, 1.9 * TURN_SECONDS, 2 * TURN_SECONDS, 9])
    given: list[int] = []
    breathe = in_turns(lambda: given.append(count), lambda: next(times))
    for count in range(4):  # noqa: B007 - read by what is called
        breathe()
    assert given == [1, 3]


# Clocks that differ --------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-2, 2])
def test_what_is_shown_by_a_clock_two_seconds_off_is_accepted(stage: Stage, seconds: float) -> None:
    browser = room_screen(stage)
    socket, feed, phone = connect(browser), feed_of(browser), sign_in(stage, "checkin", "ada")
    for _ in range(20):
        right = stage.clock.go_on(seconds=1.5)
        feed.push({}, right + timedelta(seconds=seconds))
        frame = heard(socket)[-1]
        (scanned,) = {stage.qr(at=at) for at in shown_near(right) if drawn(feed, stage.qr(at=at)) == frame["symbol"]}
        assert "Check in as" in phone.get(f"/{scanned}", follow_redirects=True).text
        assert accepted_digits_step(stage.key(), frame["digits"], right, CodePolicy()) is not None


def shown_near(instant: datetime) -> list[datetime]:
    return [instant + timedelta(seconds=seconds) for seconds in (-10, 0, 10)]


def drawn(feed: Feed, code: str) -> str:
    return feed.maker.plan.bits(code)

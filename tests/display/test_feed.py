"""The feed: changes within a refresh, late joiners at once, the database away, and what is kept of it all."""

import re
from datetime import timedelta

import pytest

from kiosk.domain.hashes import hash_secret
from kiosk.store.tables import board, screens
from kiosk.web.nudges import Nudger
from tests.display.screens import (
    ask,
    bring_back,
    connect,
    feed_of,
    heard,
    lecture_screen,
    let_in,
    push,
    refresh,
    room_screen,
    take_away,
    write,
)
from tests.servers import RedisServer, becomes
from tests.stage import Browser, Stage


def test_a_change_is_sent_within_one_refresh_and_sameness_is_not(stage: Stage) -> None:
    browser = room_screen(stage)
    socket = connect(browser)
    heard(socket)
    refresh(browser, stage)
    assert heard(socket) == []
    stage.change(board.lecture, stage.ids["algorithms"], closed_at=stage.clock())
    stage.clock.go_on(seconds=2)
    refresh(browser, stage)
    (frame,) = heard(socket)
    assert (frame["state"], frame["digits"], frame["symbol"]) == ("closed", "", "")


def test_opening_by_hand_shows_the_code_within_one_refresh(stage: Stage) -> None:
    stage.clock.set(9, 30)
    browser = room_screen(stage)
    socket = connect(browser)
    stage.change(board.lecture, stage.ids["algorithms"], opened_at=stage.clock())
    refresh(browser, stage)
    assert heard(socket)[-1]["digits"] == stage.digits()


def test_a_rooms_screen_shows_the_code_as_long_as_a_module_leaves_check_in_open(stage: Stage) -> None:
    stage.change(board.module, stage.ids["COMP1201"], closes_minutes_after=480)
    stage.clock.set(17, 30)
    assert heard(connect(room_screen(stage)))[-1]["digits"] == stage.digits()


def test_whoever_joins_between_making_and_sending_is_served_both_times(stage: Stage) -> None:
    app = stage.app("display")
    first = room_screen(stage, app)
    connect(first)
    feed = feed_of(first)
    ready = feed.prepare(stage.clock.go_on(seconds=8) + timedelta(seconds=2))
    late = connect(room_screen(stage, app))
    assert heard(late)[-1]["left_seconds"] == 2
    feed.push(ready, stage.clock.go_on(seconds=2))
    assert heard(late)[-1]["digits"] == stage.digits()


def test_a_frame_made_before_check_in_was_closed_is_not_sent(stage: Stage) -> None:
    browser = room_screen(stage)
    socket = connect(browser)
    ready = feed_of(browser).prepare(stage.clock.go_on(seconds=10))
    stage.change(board.lecture, stage.ids["algorithms"], closed_at=stage.clock())
    refresh(browser, stage)
    feed_of(browser).push(ready, stage.clock())
    assert heard(socket)[-1]["digits"] == ""


def test_two_processes_and_a_reload_agree(stage: Stage) -> None:
    one = room_screen(stage)
    other = stage.app("display")
    first, again, elsewhere = connect(one), connect(one), connect(one, other)
    frames = [heard(it)[-1] for it in (first, again, elsewhere)]
    assert frames[0] == frames[1] == frames[2]
    assert frames[0]["digits"] == stage.digits()


def test_a_page_without_script_shows_the_code_and_comes_back_at_the_change(stage: Stage) -> None:
    stage.clock.set(10, 2, 43)
    page = room_screen(stage).get("/").get_data(as_text=True)
    plain = page.split("<noscript>", 2)[2]
    assert f"{stage.digits()[:3]} {stage.digits()[3:]}" in plain
    assert '<meta http-equiv="refresh" content="8">' in page


def test_with_script_the_page_brings_no_code_that_could_grow_old(stage: Stage) -> None:
    page = room_screen(stage).get("/").get_data(as_text=True)
    scripted = page.split("</head>")[1].split("<noscript>")[0]
    assert stage.digits()[:3] not in scripted
    assert 'd=""' in scripted


def test_a_lectures_screen_goes_when_its_time_is_over(stage: Stage) -> None:
    browser = ask(stage)
    let_in(stage, browser, lecture="algorithms", minutes=68)
    socket = connect(browser)
    stage.clock.go_on(minutes=67)
    refresh(browser, stage)
    assert heard(socket)[-1]["state"] == "ended"
    stage.clock.go_on(minutes=1)
    refresh(browser, stage)
    assert not socket.is_connected()


def test_a_stopped_screen_shows_the_idle_page_and_the_next_lecture_later(stage: Stage) -> None:
    starts_at = stage.clock() + timedelta(minutes=58)
    stage.add_lecture("silk again", starts_at=starts_at, modules=("HIST2002",))
    browser = room_screen(stage)
    socket = connect(browser)
    stage.add(
        "",
        screens.screen_stop,
        screen_ref=f"s{stage.ids['screen']}",
        lecture_id=stage.ids["algorithms"],
        stopped_at=stage.clock(),
    )
    refresh(browser, stage)
    frame = heard(socket)[-1]
    assert (frame["state"], frame["notes"]) == ("waiting", ["Next at 11:00: HIST2002 The Silk Roads"])
    stage.clock.set(10, 50)
    refresh(browser, stage)
    assert heard(socket)[-1]["heading"] == "HIST2002"


FROM_LECTERN = {"X-Forwarded-For": "10.4.0.7"}


@pytest.fixture
def lectern(stage: Stage) -> Browser:
    """A lectern behind a proxy, started with a room key, from a listed network."""
    secret_hash = hash_secret("start")
    room_id = stage.ids["4/4053"]
    stage.add("key", screens.room_key, room_id=room_id, secret_hash=secret_hash, label="Lectern", made_at=stage.clock())
    stage.add("network", screens.lectern_network, cidr="10.4.0.0/16")
    browser: Browser = stage.app("display", trusted_proxies=1).test_client()  # type: ignore[assignment]
    assert browser.get("/room/start", headers=FROM_LECTERN).status_code == 303
    return browser


def test_a_lectern_with_a_room_key_gets_the_rooms_frames(stage: Stage, lectern: Browser) -> None:
    socket = connect(lectern, address="10.4.0.7")
    assert heard(socket)[-1]["digits"] == stage.digits()
    write(lectern, stage)
    (seen,) = stage.rows(screens.sighting)
    assert seen.room_key_id == stage.ids["key"]
    assert re.fullmatch(rf"k{stage.ids['key']}-[0-9a-f]{{8}}", seen.screen_ref)


def test_a_lecterns_cookie_opens_no_socket_from_elsewhere(lectern: Browser) -> None:
    assert not connect(lectern, address="192.0.2.7").is_connected()


def test_a_lectern_goes_dark_when_its_key_is_revoked(stage: Stage, lectern: Browser) -> None:
    socket = connect(lectern, address="10.4.0.7")
    stage.change(screens.room_key, stage.ids["key"], revoked_at=stage.clock())
    refresh(lectern, stage)
    assert not socket.is_connected()


def test_a_lectern_goes_dark_when_its_network_is_no_longer_listed(stage: Stage, lectern: Browser) -> None:
    socket = connect(lectern, address="10.4.0.7")
    stage.change(screens.lectern_network, stage.ids["network"], cidr="10.5.0.0/16")
    refresh(lectern, stage)
    assert not socket.is_connected()


# The database away ---------------------------------------------------------------------------------


def test_while_the_database_is_away_codes_go_on_for_two_minutes_then_the_neutral_page(stage: Stage) -> None:
    browser = room_screen(stage)
    socket = connect(browser)
    kept = take_away(stage)
    stage.clock.go_on(seconds=110)
    refresh(browser, stage)
    push(browser, stage)
    assert heard(socket)[-1]["digits"] == stage.digits()
    stage.clock.go_on(seconds=11)
    refresh(browser, stage)
    frame = heard(socket)[-1]
    assert (frame["state"], frame["digits"], frame["symbol"], frame["notes"]) == ("waiting", "", "", [""])
    bring_back(stage, kept)
    refresh(browser, stage)
    assert heard(socket)[-1]["digits"] == stage.digits()


def test_while_the_database_is_away_a_known_screen_may_reload_and_reconnect(stage: Stage) -> None:
    browser = room_screen(stage)
    connect(browser)
    take_away(stage)
    stage.clock.go_on(seconds=60)
    assert "COMP1201" in browser.get("/").get_data(as_text=True)
    assert heard(connect(browser))[-1]["digits"] == stage.digits()


def test_while_the_database_is_away_a_stranger_gets_one_neutral_page(stage: Stage) -> None:
    browser = room_screen(stage)
    take_away(stage)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "One moment" in answer.get_data(as_text=True)
    assert not connect(browser).is_connected()


def test_a_screen_that_was_stopped_while_its_page_was_closed_stays_dark_when_the_database_goes_away(
    stage: Stage,
) -> None:
    browser = room_screen(stage)
    browser.get("/")
    stage.change(screens.screen, stage.ids["screen"], revoked_at=stage.clock.go_on(seconds=1))
    refresh(browser, stage)
    take_away(stage)
    assert browser.get("/").status_code == 503


@pytest.mark.parametrize(("seconds", "status"), [(120, 200), (121, 503)])
def test_a_screen_whose_page_was_closed_is_remembered_for_two_minutes(stage: Stage, seconds: int, status: int) -> None:
    browser = room_screen(stage)
    browser.get("/")
    stage.clock.go_on(seconds=seconds)
    refresh(browser, stage)
    take_away(stage)
    assert browser.get("/").status_code == status


# What is kept --------------------------------------------------------------------------------------


def test_the_first_showing_of_a_lecture_is_kept_once(stage: Stage) -> None:
    browser = room_screen(stage)
    connect(browser)
    first = stage.clock()
    write(browser, stage)
    stage.clock.go_on(minutes=1)
    write(browser, stage)
    again = room_screen(stage)
    connect(again)
    write(again, stage)
    rows = stage.rows(board.showing)
    assert [(row.lecture_id, row.first_shown_at) for row in rows] == [(stage.ids["algorithms"], first)]


def test_a_lecture_whose_code_was_not_shown_has_no_showing(stage: Stage) -> None:
    stage.clock.set(9, 30)
    browser = room_screen(stage)
    connect(browser)
    write(browser, stage)
    assert stage.rows(board.showing) == []


def test_a_screen_is_noted_at_once_then_every_twenty_seconds(stage: Stage) -> None:
    browser = room_screen(stage)
    connect(browser)
    start, noted = stage.clock(), []
    for _ in range(11):
        refresh(browser, stage)
        write(browser, stage)
        noted.append((stage.rows(screens.sighting)[0].seen_at - start).total_seconds())
        stage.clock.go_on(seconds=4)
    assert sorted(set(noted)) == [0, 20, 40]
    assert stage.rows(screens.sighting)[0].lecture_id == stage.ids["algorithms"]
    assert stage.rows(screens.sighting)[0].screen_ref == f"s{stage.ids['screen']}"


def test_sightings_and_showings_are_written_on_both_engines(any_stage: Stage) -> None:
    for screen in (lecture_screen(any_stage), room_screen(any_stage)):
        connect(screen)
        write(screen, any_stage)
        any_stage.clock.go_on(seconds=30)
        refresh(screen, any_stage)
        write(screen, any_stage)
    assert len(any_stage.rows(screens.sighting)) == 2
    assert len(any_stage.rows(board.showing)) == 1


def test_a_clock_set_by_hand_starts_no_loops(stage: Stage) -> None:
    browser = room_screen(stage)
    connect(browser)
    assert not feed_of(browser)._is_running


def test_a_nudge_has_a_change_sent_at_once_by_every_process(stage: Stage, redis_server: RedisServer) -> None:
    apps = [stage.app("display", redis_url=redis_server.url) for _ in range(2)]
    sockets = [connect(room_screen(stage, app)) for app in apps]
    assert [len(heard(it)) for it in sockets] == [1, 1]
    stage.change(board.lecture, stage.ids["algorithms"], closed_at=stage.clock())
    nudger, frames = Nudger(redis_server.url), [[], []]

    def all_know() -> bool:
        nudger.nudge()
        for found, it in zip(frames, sockets, strict=True):
            found += heard(it)
        return all(found and found[-1]["state"] == "closed" for found in frames)

    assert becomes(all_know)

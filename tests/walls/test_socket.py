"""The wall around the socket: who may connect, what a screen may say, what it is told, and when it goes dark."""

import json
from typing import Any

import pytest
from flask_socketio import SocketIOTestClient

from kiosk.display.frames import KEYS
from kiosk.store.tables import board, screens
from tests.display.screens import feed_of, heard
from tests.stage import ADDRESSES, Browser, Stage
from tests.walls import crawler
from tests.walls.acting import pair_screen, sign_in

OWN = ADDRESSES.display


class NightFalls(Exception):
    """Ends a loop that has no end."""


SOCKETS = ("/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket", "/socket.io/")
SAID = ("frame", "message", "json", "connect", "disconnect", "join", "anything", "*", "")


def cookies(browser: Browser) -> str:
    """What the browser would send along with its handshake."""
    with browser.application.test_request_context(base_url=OWN):
        kept = [browser.get_cookie(name, domain="screens.kiosk.test") for name in ("kiosk_screen", "kiosk_room")]
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in kept if cookie)


def plug_in(browser: Browser, cookie: str | None = None, **options: Any) -> SocketIOTestClient:
    headers = {"Cookie": cookies(browser) if cookie is None else cookie, "Host": "screens.kiosk.test"}
    return feed_of(browser).socketio.test_client(browser.application, headers=headers, **options)


@pytest.fixture
def screen(stage: Stage) -> Browser:
    """A screen of room 4/4053."""
    crawler.seed(stage)
    return pair_screen(stage, "room")


# Who may connect -----------------------------------------------------------------------------------


def test_a_paired_screen_is_let_in_and_gets_its_frame(stage: Stage, screen: Browser) -> None:
    client = plug_in(screen)
    assert client.is_connected()
    assert [frame["digits"] for frame in heard(client)] == [stage.digits()]


@pytest.mark.parametrize("cookie", ["", "kiosk_screen=", "kiosk_screen=x", "kiosk_room=x", "kiosk_display=x"])
def test_without_a_pairing_nobody_is_let_in(screen: Browser, cookie: str) -> None:
    client = plug_in(screen, cookie)
    assert not client.is_connected()
    assert feed_of(screen).live == {}


@pytest.mark.parametrize("state", ["asked", "refused", "revoked", "over"])
def test_a_pairing_that_was_not_approved_or_no_longer_counts_lets_nobody_in(stage: Stage, state: str) -> None:
    browser = pair_screen(stage, "lecture")
    row, asked = stage.ids["lecture screen"], stage.rows(screens.pairing)[-1]
    if state in ("asked", "refused"):
        stage.change(screens.screen, row, secret_hash="of another")
        stage.change(
            screens.pairing, asked.id, answered_at=None, refused_at=stage.clock() if state == "refused" else None
        )
    elif state == "revoked":
        stage.change(screens.screen, row, revoked_at=stage.clock())
    else:
        stage.clock.go_on(hours=3)
    assert not plug_in(browser).is_connected()


def test_a_screen_that_was_revoked_two_seconds_ago_opens_no_line(stage: Stage, screen: Browser) -> None:
    """Not even one that is known, before the next refresh: for so long a line that is open may stay open, too."""
    assert plug_in(screen).is_connected()
    stage.change(screens.screen, stage.ids["room screen"], revoked_at=stage.clock())
    stage.clock.go_on(seconds=2)
    assert not plug_in(screen).is_connected()


def test_what_a_client_says_of_itself_counts_for_nothing(screen: Browser) -> None:
    auth = {"kiosk_screen": cookies(screen), "pairing": 1, "admin": True}
    assert not plug_in(screen, "", auth=auth).is_connected()


@pytest.mark.parametrize("namespace", ["/admin", "/screens", "//", "/socket.io"])
def test_there_is_one_namespace(screen: Browser, namespace: str) -> None:
    client = plug_in(screen, namespace=namespace)
    assert not client.is_connected(namespace)
    assert feed_of(screen).live == {}


@pytest.mark.parametrize("wing", ["checkin", "admin"])
@pytest.mark.parametrize("path", SOCKETS)
def test_the_other_wings_have_no_socket(stage: Stage, wing: str, path: str) -> None:
    browsers = [stage.app(wing).test_client(), sign_in(stage, wing, "ada" if wing == "checkin" else "day")]
    for browser in browsers:
        for method in ("GET", "POST"):
            answer = browser.open(path, method=method, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
            assert answer.status_code in (303, 400, 404, 405)
            assert b"sid" not in answer.data
    assert "socketio" not in stage.app(wing).extensions


# What a screen may say, and is told ----------------------------------------------------------------


@pytest.mark.parametrize("event", SAID)
def test_a_screen_that_talks_is_disconnected(screen: Browser, event: str) -> None:
    client = plug_in(screen)
    client.get_received()
    client.emit(event, {"lecture": 1})
    assert not client.is_connected()
    assert feed_of(screen).live == {}


def test_a_frame_has_exactly_its_keys_and_no_canary(stage: Stage, screen: Browser) -> None:
    """In every state a board can be in."""
    client, lecture = plug_in(screen), stage.ids["algorithms"]
    stage.hold(stage.clock.go_on(seconds=31))
    told(screen, stage)
    stage.change(board.lecture, lecture, closed_at=stage.clock.go_on(seconds=31))
    told(screen, stage)
    stage.change(board.lecture, lecture, closed_at=None, cancelled_at=stage.clock.go_on(seconds=31))
    told(screen, stage)
    seen = heard(client)
    assert {frame["state"] for frame in seen} == {"showing", "held", "closed", "waiting"}
    assert all(set(frame) == KEYS for frame in seen)
    values = [value for frame in seen for name, value in frame.items() if name not in ("notes", "kinds")]
    assert all(isinstance(value, str | int | float) for value in values)
    assert all(isinstance(note, str) for frame in seen for note in [*frame["notes"], *sum(frame["kinds"], [])])
    assert not [canary for canary in crawler.CANARIES if canary.casefold() in json.dumps(seen).casefold()]


def test_the_keys_of_a_frame_are_these() -> None:
    """Whoever adds one asks what it tells a lecture hall."""
    told_to_a_hall = "state heading title kinds place notes clock symbol digits step server_time"
    assert frozenset(f"{told_to_a_hall} left_seconds digits_left_seconds digits_seconds".split()) == KEYS


def test_a_frame_made_ahead_is_the_frame_itself(stage: Stage, screen: Browser) -> None:
    """The clock sends frames encoded beforehand, past the library's own emit: the same keys hold there."""
    client, own = plug_in(screen), feed_of(screen)
    client.get_received()
    at = stage.clock.go_on(seconds=10)
    (ready,) = own.prepare(at).values()
    name, frame = json.loads(ready.message.text.removeprefix("2"))
    assert (name, set(frame), frame["digits"]) == ("frame", KEYS, stage.digits())


def told(screen: Browser, stage: Stage) -> None:
    with screen.application.app_context():
        feed_of(screen).refresh(stage.clock())


# Going dark ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["room", "lecture"])
def test_a_revoked_screen_is_disconnected_at_the_next_refresh(stage: Stage, kind: str) -> None:
    browser = pair_screen(stage, kind)
    client = plug_in(browser)
    client.get_received()
    stage.change(screens.screen, stage.ids[f"{kind} screen"], revoked_at=stage.clock.go_on(seconds=2))
    told(browser, stage)
    assert not client.is_connected()
    assert feed_of(browser).live == {}
    assert feed_of(browser).prepare(stage.clock()) == {}


def test_a_stopped_session_leaves_a_rooms_screen_at_the_next_refresh(stage: Stage, screen: Browser) -> None:
    client = plug_in(screen)
    client.get_received()
    ref = f"s{stage.ids['room screen']}"
    stage.add("", screens.screen_stop, screen_ref=ref, lecture_id=stage.ids["algorithms"], stopped_at=stage.clock())
    told(screen, stage)
    assert [frame["digits"] for frame in heard(client)] == [""]


def test_a_refresh_comes_soon_enough_for_three_seconds(
    stage: Stage, screen: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done every so often, and how often, by a pause that ends at once."""
    happened: list[object] = []

    def pause(seconds: float) -> None:
        if len(happened) == 4:
            raise NightFalls
        happened.append(seconds)

    monkeypatch.setattr(feed_of(screen).socketio, "sleep", pause)
    with pytest.raises(NightFalls):
        feed_of(screen)._run(happened.append)
    assert happened == [2, stage.clock(), 2, stage.clock()]

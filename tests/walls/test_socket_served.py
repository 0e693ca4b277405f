"""The wall around the socket as served: origins, compression and what a stranger's line is told, which no test client does."""

import contextlib
import hashlib
import http.client
import json
import os
from base64 import b64encode
from datetime import timedelta

import pytest
import socketio
import websocket

from kiosk.display.frames import KEYS
from kiosk.store.tables import screens
from tests.house import House
from tests.stage import ADDRESSES

FOREIGN = ("https://evil.test", "http://127.0.0.1.evil.test", "null", ADDRESSES.checkin, ADDRESSES.admin)


@pytest.fixture(scope="module")
def cookie(shared_house: House) -> str:
    """The cookie of a screen that is paired with the served house."""
    stage, secret = shared_house.stage, "a secret of 256 bits, for once not drawn"
    stage.add(
        "screen",
        screens.screen,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        room_id=stage.ids["4/4053"],
        approved_at=stage.clock(),
        expires_at=stage.clock() + timedelta(hours=2),
    )
    return f'kiosk_screen="{secret}"'


def ask(shared_house: House, path: str, **headers: str) -> http.client.HTTPResponse:
    """One answer, read as far as it goes; an upgraded connection is closed at once."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", shared_house.port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            answer.said = b"" if answer.status == 101 else answer.read()  # type: ignore[attr-defined]
            return answer


def handshake(shared_house: House, path: str = "/display/socket.io/", **headers: str) -> http.client.HTTPResponse:
    """A WebSocket handshake as a browser sends it."""
    key = b64encode(os.urandom(16)).decode()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
    return ask(shared_house, f"{path}?EIO=4&transport=websocket", **upgrade, **headers)


def test_the_served_socket_lets_its_own_page_in(shared_house: House, cookie: str) -> None:
    client = socketio.SimpleClient()
    # The client names the served house as its origin by itself.
    client.connect(
        shared_house.origin, headers={"Cookie": cookie}, socketio_path="/display/socket.io", transports=["websocket"]
    )
    name, frame = client.receive(timeout=10)
    client.disconnect()
    assert (name, set(frame)) == ("frame", KEYS)


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_another_sites_page_is_refused(shared_house: House, cookie: str, origin: str, transport: str) -> None:
    if transport == "websocket":
        answer = handshake(shared_house, Origin=origin, Cookie=cookie)
    else:
        answer = ask(shared_house, "/display/socket.io/?EIO=4&transport=polling", Origin=origin, Cookie=cookie)
    assert answer.status == 400
    assert answer.getheader("Access-Control-Allow-Origin") is None
    assert b"sid" not in answer.said  # type: ignore[attr-defined]


def test_compression_is_not_negotiated_when_it_is_offered(shared_house: House, cookie: str) -> None:
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    answer = handshake(shared_house, Origin=shared_house.origin, Cookie=cookie, **offer)
    assert (answer.status, answer.getheader("Sec-WebSocket-Extensions")) == (101, None)


@pytest.mark.parametrize("path", ["/socket.io/", "/admin/socket.io/"])
def test_nobody_answers_a_handshake_beside_the_display(shared_house: House, cookie: str, path: str) -> None:
    assert handshake(shared_house, path, Origin=shared_house.origin, Cookie=cookie).status in (303, 404)


@pytest.mark.parametrize("cookie", ["", "kiosk_screen=x", "kiosk_room=x", "kiosk_marker=1"])
def test_a_stranger_gets_no_line_at_the_served_socket(shared_house: House, cookie: str) -> None:
    answers = [
        handshake(shared_house, Origin=shared_house.origin, Cookie=cookie),
        ask(shared_house, "/display/socket.io/?EIO=4&transport=polling", Origin=shared_house.origin, Cookie=cookie),
    ]
    assert [answer.status for answer in answers] == [401, 401]
    assert not any(b"sid" in answer.said for answer in answers)  # type: ignore[attr-defined]


def test_too_long_a_word_ends_the_connection(shared_house: House, cookie: str) -> None:
    line = websocket.create_connection(
        f"ws://127.0.0.1:{shared_house.port}/display/socket.io/?EIO=4&transport=websocket",
        origin=shared_house.origin,
        cookie=cookie,
        timeout=10,
    )
    line.recv()
    line.send("40")
    line.recv()
    line.send("42" + json.dumps(["frame", "x" * 100_000]))
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        read_to_the_end(line)
    line.shutdown()


def read_to_the_end(line: websocket.WebSocket) -> None:
    while line.recv():
        pass
    raise websocket.WebSocketConnectionClosedException

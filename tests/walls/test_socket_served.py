"""The wall around the socket as served: origins, compression and what a stranger's line is told, which no test client does."""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import socketio
import websocket

from kiosk.display.frames import KEYS
from kiosk.store.rights import PARTIES
from kiosk.store.tables import screens
from tests.house import House, open_house
from tests.stage import ADDRESSES, Database

FOREIGN = ("https://evil.test", "http://127.0.0.1.evil.test", "null", ADDRESSES.checkin, ADDRESSES.admin)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(migrated_file, folder / "kiosk.sqlite")
    database = Database(dict.fromkeys(("owner", *PARTIES), f"sqlite:///{folder}/kiosk.sqlite"))
    with open_house(folder / "instance", database) as opened:
        yield opened
    database.close()


@pytest.fixture(scope="module")
def cookie(served: House) -> str:
    """The cookie of a screen that is paired with the served house."""
    stage, secret = served.stage, "a secret of 256 bits, for once not drawn"
    stage.add(
        "screen",
        screens.screen,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        room_id=stage.ids["4/4053"],
        approved_at=stage.clock(),
        expires_at=stage.clock() + timedelta(hours=2),
    )
    return f'kiosk_screen="{secret}"'


def ask(served: House, path: str, **headers: str) -> http.client.HTTPResponse:
    """One answer, read as far as it goes; an upgraded connection is closed at once."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            answer.said = b"" if answer.status == 101 else answer.read()  # type: ignore[attr-defined]
            return answer


def handshake(served: House, path: str = "/display/socket.io/", **headers: str) -> http.client.HTTPResponse:
    """A WebSocket handshake as a browser sends it."""
    key = b64encode(os.urandom(16)).decode()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
    return ask(served, f"{path}?EIO=4&transport=websocket", **upgrade, **headers)


def test_the_served_socket_lets_its_own_page_in(served: House, cookie: str) -> None:
    client = socketio.SimpleClient()
    # The client names the served house as its origin by itself.
    client.connect(
        served.origin, headers={"Cookie": cookie}, socketio_path="/display/socket.io", transports=["websocket"]
    )
    name, frame = client.receive(timeout=10)
    client.disconnect()
    assert (name, set(frame)) == ("frame", KEYS)


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_another_sites_page_is_refused(served: House, cookie: str, origin: str, transport: str) -> None:
    if transport == "websocket":
        answer = handshake(served, Origin=origin, Cookie=cookie)
    else:
        answer = ask(served, "/display/socket.io/?EIO=4&transport=polling", Origin=origin, Cookie=cookie)
    assert answer.status == 400
    assert answer.getheader("Access-Control-Allow-Origin") is None
    assert b"sid" not in answer.said  # type: ignore[attr-defined]


def test_compression_is_not_negotiated_when_it_is_offered(served: House, cookie: str) -> None:
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    answer = handshake(served, Origin=served.origin, Cookie=cookie, **offer)
    assert (answer.status, answer.getheader("Sec-WebSocket-Extensions")) == (101, None)


@pytest.mark.parametrize("path", ["/socket.io/", "/admin/socket.io/"])
def test_nobody_answers_a_handshake_beside_the_display(served: House, cookie: str, path: str) -> None:
    assert handshake(served, path, Origin=served.origin, Cookie=cookie).status in (303, 404)


def test_a_stranger_at_the_served_socket_is_told_nothing(served: House) -> None:
    """Connected by the transport, refused by the first packet, before any frame."""
    line = websocket.create_connection(
        f"ws://127.0.0.1:{served.port}/display/socket.io/?EIO=4&transport=websocket", origin=served.origin, timeout=10
    )
    opened = line.recv()
    line.send("40")
    refused = line.recv()
    line.close()
    assert opened.startswith("0{")
    assert refused == '44{"message":"no pairing"}'


def test_too_long_a_word_ends_the_connection(served: House, cookie: str) -> None:
    line = websocket.create_connection(
        f"ws://127.0.0.1:{served.port}/display/socket.io/?EIO=4&transport=websocket",
        origin=served.origin,
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

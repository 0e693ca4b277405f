"""The lines as served, in each async mode: written to at once where that can be, and nobody waits for who does not read."""

import contextlib
import json
import socket
import ssl
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from kiosk.display.lines import MOST_WAITING, framed
from kiosk.domain.hashes import hash_secret
from kiosk.store.tables import screens
from tests import servers
from tests.house import ROOT
from tests.stage import ADDRESSES, Stage
from tests.test_tls import listens, pair

__all__ = ["pair"]

MODES = ("eventlet", "gevent", "threading")
MANY = 5_000

OpenLine = Callable[..., websocket.WebSocket]
Control = Callable[[str], dict[str, int]]


@pytest.fixture
def cookie(stage: Stage) -> str:
    """What a screen of room 4/4053 brings."""
    times = {"approved_at": stage.clock(), "expires_at": stage.clock()}
    stage.add("screen", screens.screen, secret_hash=hash_secret("secret"), room_id=stage.ids["4/4053"], **times)
    return "kiosk_screen=secret"


@contextlib.contextmanager
def serving(
    stage: Stage, mode: str, folder: Path, *, ping_seconds: float = 20, tls: tuple[str, ...] = ()
) -> Iterator[tuple[int, Control]]:
    """The display wing in a process of its own: its port, and what is asked of it beside."""
    port = servers.free_port()

    def control(path: str) -> dict[str, int]:
        address = f"{'https' if tls else 'http'}://localhost:{port}{path}"
        trusting = ssl.create_default_context(cafile=tls[0]) if tls else None
        with urllib.request.urlopen(address, timeout=10, context=trusting) as answer:
            return dict(json.loads(answer.read()))

    words = ("127.0.0.1", port, stage.database.urls["display"], ping_seconds, *tls)
    command = [sys.executable, "-m", "tests.display.lines_program", mode, *map(str, words)]
    with servers.running(command, is_ready=lambda: listens(port), folder=folder, environment={"PYTHONPATH": str(ROOT)}):
        yield port, control


@pytest.fixture
def open_line(cookie: str) -> Iterator[OpenLine]:
    """`open_line(port, **options)` is a screen's WebSocket, which has got its first frame."""
    lines = []

    def open_one(port: int, scheme: str = "ws", **options: Any) -> websocket.WebSocket:
        line = websocket.create_connection(
            f"{scheme}://localhost:{port}/socket.io/?EIO=4&transport=websocket",
            host=ADDRESSES.display.removeprefix("http://"),
            origin=ADDRESSES.display,
            cookie=cookie,
            timeout=10,
            **options,
        )
        lines.append(line)
        assert line.recv().startswith("0")
        line.send("40")
        assert {line.recv()[:2] for _ in range(2)} == {"40", "42"}
        return line

    yield open_one
    for line in lines:
        line.shutdown()


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 700, 65_535])
def test_a_frame_is_one_whole_text_to_another_library(length: int) -> None:
    browser = Connection(ConnectionType.CLIENT)
    browser.receive_data(framed(b"x" * length) * 2)
    assert [(type(it), it.data, it.message_finished) for it in browser.events()] == [
        (TextMessage, "x" * length, True)
    ] * 2


@pytest.mark.parametrize(("mode", "queued"), [("eventlet", 0), ("gevent", 2), ("threading", 2)])
def test_every_screen_gets_the_same_and_eventlets_without_a_queue(
    stage: Stage, open_line: OpenLine, tmp_path: Path, mode: str, queued: int
) -> None:
    with serving(stage, mode, tmp_path) as (port, control):
        lines = [open_line(port) for _ in range(2)]
        assert control("/push")["queued"] == queued
        first, second = (json.loads(line.recv().removeprefix("42"))[1] for line in lines)
        assert first == second
        assert first["digits"] == stage.digits()


def test_behind_our_own_tls_a_frame_goes_through_the_librarys_queue(
    stage: Stage, open_line: OpenLine, tmp_path: Path, pair: tuple[str, str]
) -> None:
    with serving(stage, "eventlet", tmp_path, tls=pair) as (port, control):
        line = open_line(port, "wss", sslopt={"ca_certs": pair[0]})
        assert control("/push")["queued"] == 1
        assert json.loads(line.recv().removeprefix("42"))[1]["digits"] == stage.digits()


@pytest.mark.parametrize("mode", MODES)
def test_a_screen_that_reads_nothing_is_cut_off_and_no_other_misses_a_push(
    stage: Stage, open_line: OpenLine, tmp_path: Path, mode: str
) -> None:
    with serving(stage, mode, tmp_path) as (port, control):
        reading = open_line(port)
        open_line(port, sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 2048),))
        waiting = []
        for _ in range(MANY):
            state = control("/push")
            waiting.append(state["waiting"])
            assert reading.recv().startswith("42")
            if state["live"] == 1:
                break
        assert control("/look")["live"] == 1
        assert max(waiting) <= MOST_WAITING
        assert servers.becomes(lambda: control("/look")["lines"] == 1)


@pytest.mark.parametrize("mode", MODES)
def test_a_screen_that_answers_no_ping_is_taken_off_and_its_line_closed(
    stage: Stage, open_line: OpenLine, tmp_path: Path, mode: str
) -> None:
    with serving(stage, mode, tmp_path, ping_seconds=0.2) as (port, control):
        silent = open_line(port)
        assert servers.becomes(lambda: control("/look")["live"] == 0)
        assert servers.becomes(lambda: control("/look")["lines"] == 0)
        assert servers.becomes(lambda: is_closed(silent))


def is_closed(line: websocket.WebSocket) -> bool:
    """Whether the other end has hung up; what it said before is read first."""
    try:
        return not line.recv()
    except (websocket.WebSocketException, ConnectionError):
        return True

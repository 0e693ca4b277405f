"""Changes as a served house sends them, by the machine's own clock: while the database stalls, and after a restart at a change."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import websocket
from sqlalchemy import text

from kiosk.store.tables import screens
from tests.house import House, open_house
from tests.servers import becomes
from tests.stage import Database

QUICK = "[codes]\nqr_step_seconds = 1"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kiosk_display' AND wait_event_type = 'Lock'"

Frame = dict[str, Any]
OpenLine = Callable[[House], websocket.WebSocket]


@contextlib.contextmanager
def line_to(house: House) -> Iterator[websocket.WebSocket]:
    """The WebSocket of a screen of room 4/4053."""
    line = websocket.create_connection(
        f"ws://127.0.0.1:{house.port}/display/socket.io/?EIO=4&transport=websocket",
        origin=house.origin,
        cookie="kiosk_screen=secret",
        timeout=15,
    )
    try:
        line.send("40")
        yield line
    finally:
        line.shutdown()


@pytest.fixture
def open_line() -> Iterator[OpenLine]:
    """`open_line(house)` is a `line_to` it that is shut down after the test."""
    with contextlib.ExitStack() as lines:
        yield lambda house: lines.enter_context(line_to(house))


def let_in(house: House) -> None:
    house.stage.add(
        "screen",
        screens.screen,
        secret_hash=hashlib.sha256(b"secret").hexdigest(),
        room_id=house.stage.ids["4/4053"],
        approved_at=house.now(),
        expires_at=house.now() + timedelta(hours=2),
    )


def next_frame(line: websocket.WebSocket) -> Frame:
    while not (message := str(line.recv())).startswith("42"):
        if message == "2":
            line.send("3")
    return dict(json.loads(message[2:])[1])


def see_changes(line: websocket.WebSocket, count: int) -> bool:
    """Wait until the code has changed so often; whether it never went back. A busy machine may pass a step over."""
    found = [next_frame(line)["step"]]
    while len(set(found)) <= count:
        found.append(next_frame(line)["step"])
    return found == sorted(found)


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_codes_change_by_themselves_in_every_mode(
    database: Database, tmp_path: Path, open_line: OpenLine, mode: str
) -> None:
    with open_house(tmp_path / "instance", database, mode=mode, server=QUICK) as house:
        let_in(house)
        assert see_changes(open_line(house), 3)


def test_codes_change_while_the_database_stalls(
    postgres_database: Database, tmp_path: Path, open_line: OpenLine
) -> None:
    with open_house(tmp_path / "instance", postgres_database, server=QUICK) as house:
        let_in(house)
        line = open_line(house)
        next_frame(line)
        with house.stage.database.owner.begin() as stall, house.stage.database.owner.connect() as look:
            stall.execute(text("LOCK TABLE screen, lecture, sighting IN ACCESS EXCLUSIVE MODE"))
            assert becomes(lambda: bool(look.execute(text(WAITING)).scalar_one()))
            assert see_changes(line, 4)
            assert look.execute(text(WAITING)).scalar_one()


def test_after_a_restart_at_a_change_a_screen_that_comes_back_gets_the_code_of_now(
    database: Database, tmp_path: Path, open_line: OpenLine
) -> None:
    with open_house(tmp_path / "instance", database) as house:
        let_in(house)
        line = open_line(house)
        first, at_change = next_frame(line), next_frame(line)
        house.kill()
        house.start()
        again = next_frame(open_line(house))
        assert first["step"] < at_change["step"] <= again["step"]
        assert again["digits"] == house.stage.digits(at=datetime.fromisoformat(again["server_time"]))

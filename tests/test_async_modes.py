"""The main job's path through the server, in each async mode, and which mode really runs."""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import socketio

from kiosk.store.tables import register, screens
from tests import servers
from tests.fixtures_store import copy_of_file
from tests.house import House, open_house
from tests.plain_browser import PlainBrowser
from tests.stage import PASSWORD, Database

MODES = ("eventlet", "gevent", "threading")


@pytest.fixture(scope="module", params=MODES)
def served(
    request: pytest.FixtureRequest, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, str]]:
    """One house for the tests of a mode."""
    folder = tmp_path_factory.mktemp(request.param)
    with (
        copy_of_file(migrated_file, folder) as made,
        open_house(folder / "instance", made, mode=request.param) as opened,
    ):
        yield opened, request.param


def paired(house: House) -> PlainBrowser:
    """A screen whose pairing was approved for room 4/4053."""
    stage, screen = house.stage, PlainBrowser(house.origin)
    screen.get("/display/")
    screen.send("/display/pairing")
    pairing = stage.rows(screens.pairing)[-1]
    stage.add(
        "screen",
        screens.screen,
        secret_hash=pairing.secret_hash,
        room_id=stage.ids["4/4053"],
        approved_at=pairing.asked_at,
        expires_at=pairing.expires_at,
    )
    stage.change(screens.pairing, pairing.id, answered_at=pairing.asked_at)
    return screen


def pushed_frame(house: House, screen: PlainBrowser, transport: str) -> dict[str, object]:
    """The next frame the server pushes to a screen."""
    with requests.Session() as session, socketio.SimpleClient(http_session=session) as client:
        client.connect(
            house.origin, headers={"Cookie": screen.cookies}, socketio_path="/display/socket.io", transports=[transport]
        )
        _, frame = client.receive(timeout=15)
    return dict(frame)


def test_the_main_job_runs_in_every_mode(served: tuple[House, str]) -> None:
    house, mode = served
    assert f"async mode: {mode}" in house.log
    do_main_job(house)


def test_the_main_job_runs_on_postgresql_with_a_login_role_for_each_wing(
    postgres_database: Database, tmp_path: Path
) -> None:
    with open_house(tmp_path / "instance", postgres_database) as house:
        do_main_job(house)


def do_main_job(house: House) -> None:
    screen = paired(house)
    frame = pushed_frame(house, screen, "websocket")
    assert set(frame) == set(pushed_frame(house, screen, "polling"))
    phone = PlainBrowser(house.origin)
    phone.get("/")
    phone.send("/sign-in", login="ada", password=PASSWORD)
    phone.send("/", digits=str(frame["digits"]))
    assert "You are checked in" in phone.text
    assert len(house.stage.rows(register.attendance)) == 1


def test_no_server_names_itself_or_its_version(served: tuple[House, str]) -> None:
    house, _ = served
    assert "Server" not in requests.get(house.origin, timeout=15).headers


def test_a_server_that_is_told_to_stop_hangs_up_on_its_screens(served: tuple[House, str]) -> None:
    house, _ = served
    screen = paired(house)
    with requests.Session() as session, socketio.SimpleClient(http_session=session, reconnection=False) as client:
        client.connect(
            house.origin,
            headers={"Cookie": screen.cookies},
            socketio_path="/display/socket.io",
            transports=["websocket"],
        )
        client.receive(timeout=15)
        assert house.process is not None
        house.process.send_signal(signal.SIGTERM)
        assert house.process.wait(servers.STOP_SECONDS / 2) == 0
    house.stop()
    house.start()


def test_a_hall_that_signs_in_at_once_is_answered(served: tuple[House, str]) -> None:
    house, _ = served
    names = [f"student{number}" for number in range(8)]
    for number, name in enumerate(names):
        house.stage.add_student(name, f"3300{number:04}", name, "COMP1201")

    def sign_in(name: str) -> bool:
        phone = PlainBrowser(house.origin)
        phone.get("/")
        return "Type the six digits" in phone.send("/sign-in", login=name, password=PASSWORD)

    with ThreadPoolExecutor(len(names)) as hall:
        assert all(hall.map(sign_in, names))
    assert "Traceback" not in house.log


@contextlib.contextmanager
def asking_without_a_pause(house: House, path: str) -> Iterator[None]:
    """One connection that has always sent its next requests before it gets an answer."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n\r\n".encode() * 100
    with socket.create_connection(("127.0.0.1", house.port)) as line:

        def ask() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line.sendall(asked)

        def listen() -> None:
            with contextlib.suppress(OSError):
                while line.recv(1 << 16):
                    answered.set()

        answered, threads = threading.Event(), [threading.Thread(target=it) for it in (ask, listen)]
        for thread in threads:
            thread.start()
        answered.wait()
        yield
        line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def test_whoever_asks_without_a_pause_keeps_nobody_else_waiting(served: tuple[House, str]) -> None:
    house, _ = served
    with asking_without_a_pause(house, "/"):
        assert "Accessibility" in PlainBrowser(house.origin).get("/")

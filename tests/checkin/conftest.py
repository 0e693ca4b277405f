"""A phone for the check-in wing: a test client that knows the way, and the wing served to real browsers."""

import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from kiosk.store.database import db
from kiosk.store.tables import register
from tests.servers import LOOPBACK, serving
from tests.stage import PASSWORD, Browser, Stage, words


class Phone:
    """A browser that has never been here, and what people do with it."""

    def __init__(self, stage: Stage, app: Flask) -> None:
        self.stage, self.browser = stage, Browser(app)

    def scan(self, lecture: str = "algorithms") -> TestResponse:
        return self.browser.get(f"/{self.stage.qr(lecture)}")

    def sign_in(self, login: str = "ada", password: str = PASSWORD, on: str = "/", **fields: str) -> TestResponse:
        return self.browser.send("/sign-in", form_on=on, login=login, password=password, **fields)

    def press(self, lecture: str = "algorithms") -> TestResponse:
        return self.browser.send("/check-in", form_on="/check-in", lecture=self.stage.ids[lecture])

    def check_in(self, login: str = "ada", lecture: str = "algorithms") -> TestResponse:
        """Scan, sign in, one tap."""
        self.scan(lecture)
        self.sign_in(login, on="/check-in")
        return self.press(lecture)

    def type(self, digits: str, **fields: object) -> TestResponse:
        return self.browser.send("/", digits=digits, **fields)

    def read(self, path: str) -> str:
        return words(self.browser.get(path))


class Outage:
    """The database's going away and coming back."""

    def __init__(self, app: Flask, stage: Stage) -> None:
        self._app, self._stage = app, stage
        self._path = Path(make_url(stage.database.urls["checkin"]).database or "")
        self._aside = self._path.with_suffix(".away")

    def begin(self) -> None:
        self._let_go()
        self._path.rename(self._aside)
        self._path.mkdir()  # a folder, since SQLite would make a missing file

    def end(self) -> None:
        self._let_go()
        self._path.rmdir()
        self._aside.rename(self._path)

    def _let_go(self) -> None:
        self._stage.database.owner.dispose()
        with self._app.app_context():
            db.engine.dispose()


@pytest.fixture
def outage(app: Flask, stage: Stage) -> Outage:
    return Outage(app, stage)


def attendance(stage: Stage) -> list[tuple[int, int, str, str]]:
    """The register's rows: lecture, student, status, method."""
    return [(it.lecture_id, it.student_id, it.status, it.method) for it in stage.rows(register.attendance)]


@pytest.fixture
def app(stage: Stage) -> Iterator[Flask]:
    yield from disposed(stage.app("checkin"))


@pytest.fixture
def phone(stage: Stage, app: Flask) -> Phone:
    return Phone(stage, app)


@pytest.fixture
def other_phone(stage: Stage, app: Flask) -> Phone:
    return Phone(stage, app)


@pytest.fixture
def any_phone(any_stage: Stage) -> Iterator[Phone]:
    """A phone, on both engines."""
    for app in disposed(any_stage.app("checkin")):
        yield Phone(any_stage, app)


def disposed(app: Flask) -> Iterator[Flask]:
    """An app whose connections are closed once the test is over."""
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def served(app: Flask) -> Iterator[int]:
    """The port of the wing, served as in.kiosk.test."""
    with serving(app) as port:
        yield port


class Counter:
    """A relay in front of the wing that counts what passes, byte by byte, in both directions."""

    def __init__(self, target: int) -> None:
        self.listener = socket.create_server((LOOPBACK, 0))
        self.port = self.listener.getsockname()[1]
        self.sent = self.received = self.requests = 0
        self._target = target
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def total(self) -> int:
        return self.sent + self.received

    def reset(self) -> None:
        self.sent = self.received = self.requests = 0

    def close(self) -> None:
        # A thread that waits in accept() does not notice a close; it does notice a shutdown.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._relay, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.create_connection((LOOPBACK, self._target)) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    try:
                        data = source.recv(65536)
                        (server if source is client else client).sendall(data)
                    except OSError:
                        return
                    if not data:
                        return
                    self._count(data, is_sent=source is client)

    def _count(self, data: bytes, *, is_sent: bool) -> None:
        if is_sent:
            self.sent += len(data)
            self.requests += data.startswith((b"GET ", b"POST "))
        else:
            self.received += len(data)


@pytest.fixture
def counter(served: int) -> Iterator[Counter]:
    relay = Counter(served)
    yield relay
    relay.close()

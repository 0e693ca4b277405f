"""The throw-away servers themselves: they answer, they are closed to strangers, and they leave nothing behind."""

import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Error
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import create_engine, text

from tests import servers
from tests.conftest import NewPage

START_AND_HANG = """
import signal, sys
from tests import servers
with servers.{kind}() as server:
    print(server.port, flush=True)
    signal.pause()
"""


@pytest.fixture
def passable_folder() -> Iterator[Path]:
    """Unlike pytest's own temporary folders, one that the servers' account may walk through."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_each_database_made_is_a_new_and_empty_one(postgres_server: servers.PostgresServer) -> None:
    first, second = postgres_server.create_database("walls"), postgres_server.create_database("walls")

    assert first != second
    engine = create_engine(first)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_stat_user_tables")) == 0
    engine.dispose()


def test_a_role_signs_in_with_its_own_password(postgres_server: servers.PostgresServer) -> None:
    engine = create_engine(postgres_server.superuser_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE ROLE somebody LOGIN PASSWORD 'for tests'"))
    engine.dispose()

    ours = create_engine(postgres_server.url("somebody", "for tests", "postgres"))
    with ours.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "somebody"
    ours.dispose()


def test_postgres_refuses_whoever_has_no_password(postgres_server: servers.PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=postgres_server.host, port=postgres_server.port, user="postgres", dbname="postgres")


def test_redis_keeps_what_it_is_told(redis_server: servers.RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("room", "4/4053")
        assert client.get("room") == b"4/4053"


def test_redis_refuses_whoever_has_no_password(redis_server: servers.RedisServer) -> None:
    stranger = redis.Redis(host=redis_server.host, port=redis_server.port, retry=Retry(NoBackoff(), 0))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.parametrize("kind", ["postgres", "redis_in_memory"])
def test_a_server_is_gone_after_its_block(kind: str) -> None:
    with getattr(servers, kind)() as server:
        assert is_listening(server.port)

    assert not is_listening(server.port)


@pytest.mark.parametrize("kind", ["postgres", "redis_in_memory"])
def test_a_server_and_its_folder_go_with_a_starter_that_is_killed(kind: str, passable_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START_AND_HANG.format(kind=kind)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(passable_folder)},
    ) as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        assert is_listening(port)

        starter.send_signal(signal.SIGKILL)

    assert servers.becomes(lambda: not is_listening(port))
    assert servers.becomes(lambda: not any(passable_folder.iterdir()))


def test_a_program_that_cannot_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such instance')"]

    with (
        pytest.raises(servers.DidNotStart, match="no such instance"),
        servers.running(command, is_ready=lambda: False, folder=tmp_path),
    ):
        pytest.fail("it never started")


def test_a_program_that_will_not_listen_is_ended_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "STOP_SECONDS", 0.1)
    deaf = "import pathlib, signal; signal.signal(15, 1); pathlib.Path('up').touch(); signal.pause()"

    with servers.running([sys.executable, "-c", deaf], is_ready=(tmp_path / "up").exists, folder=tmp_path) as process:
        pass

    assert process.returncode == -signal.SIGKILL


class Cookie(http.server.BaseHTTPRequestHandler):
    """Says which cookie it was sent, and sets one."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "seen=yes")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<title>cookie: {self.headers.get('Cookie', 'none')}</title>".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def cookie_address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cookie) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://kiosk.test:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_each_new_page_is_a_browser_that_has_never_been_here(new_page: NewPage, cookie_address: str) -> None:
    page = new_page()
    page.goto(cookie_address)
    page.goto(cookie_address)
    stranger = new_page(java_script_enabled=False)
    stranger.goto(cookie_address)

    assert page.title() == "cookie: seen=yes"
    assert stranger.title() == "cookie: none"


def test_no_page_reaches_another_machine(new_page: NewPage) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        new_page().goto("http://elsewhere.example/")


def is_listening(port: int) -> bool:
    with servers.socket.socket() as probe:
        return probe.connect_ex((servers.LOOPBACK, port)) == 0

"""What a connection may cost, asked of a real socket in each async mode: whoever is silent, slow, endless or huge stops nobody."""

import contextlib
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers

MODES = ("eventlet", "gevent", "threading")
SILENT = 1_200
"""More than a process may have files open in Debian, unless it asks for more."""
GIVE_UP_SECONDS = 20
PING = b"GET / HTTP/1.1\r\nHost: kiosk.test\r\n\r\n"
SERVE = """
import sys
from kiosk import server
from kiosk.listener import open_listener
from kiosk.settings import ServerLimits
mode, port, limits = sys.argv[1], int(sys.argv[2]), eval(sys.argv[3])
server.patch(mode)
import time
def much():
    try:
        for _ in range(64):
            yield bytes(1 << 20)
    finally:
        print("given up", flush=True)
def app(environ, start):
    if environ["PATH_INFO"] == "/much":
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(64 << 20))])
        return much()
    if environ["PATH_INFO"] == "/slow":
        print("asked", flush=True)
        time.sleep(1)
    try:
        read = len(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    except OSError:
        read = -1
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "8")])
    return [b"%8d" % read]
server.serve(app, open_listener("127.0.0.1", port, limits.backlog), server.running_mode(), limits)
"""


@dataclass
class Served:
    """A server in a process of its own."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_SECONDS)


@contextlib.contextmanager
def served(mode: str, folder: Path, limits: str = "ServerLimits()") -> Iterator[Served]:
    """A small app behind this server; its process begins with the thousand files that Debian gives it."""
    port = servers.free_port()
    words = ["prlimit", "--nofile=1024:", "--", sys.executable, "-W", "ignore", "-c", SERVE, mode, str(port), limits]
    with servers.running(words, is_ready=lambda: listens(port), folder=folder) as process:
        yield Served(port, folder / "log", process)


def listens(port: int) -> bool:
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def read_until_closed(connection: socket.socket) -> bytes:
    """What comes until the other side ends the connection; TimeoutError when it does not."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while some := connection.recv(65_536):
            found += some
    return found


def trickle(connection: socket.socket, piece: bytes) -> None:
    """Send a piece now and then, until the other side has had enough."""
    give_up_at = time.monotonic() + GIVE_UP_SECONDS
    connection.settimeout(0.1)
    while time.monotonic() < give_up_at:
        try:
            connection.sendall(piece)
            if not connection.recv(65_536):
                return
        except TimeoutError:
            continue
        except ConnectionError:
            return
    raise TimeoutError


@pytest.fixture(scope="module", params=MODES)
def hurried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that waits for a second at most."""
    limits = "ServerLimits(idle_seconds=1, body_seconds=1, stall_seconds=1, connection_seconds=2, head_bytes=8192)"
    with served(request.param, tmp_path_factory.mktemp(request.param), limits) as it:
        yield it


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room in this process for a thousand connections."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 4 * SILENT), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize("mode", MODES)
def test_a_thousand_silent_connections_do_not_stop_the_next_visitor(mode: str, tmp_path: Path) -> None:
    with served(mode, tmp_path) as it, contextlib.ExitStack() as silent:
        for _ in range(SILENT):
            silent.enter_context(it.connect())
        with it.connect() as visitor:
            visitor.sendall(PING)
            assert visitor.recv(100).startswith(b"HTTP/1.1 200")


def test_a_connection_that_has_always_asked_already_keeps_nobody_waiting(hurried: Served) -> None:
    def ask(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(PING * 100)

    with hurried.connect() as greedy, hurried.connect() as visitor:
        threads = [threading.Thread(target=it, args=(greedy,)) for it in (ask, read_until_closed)]
        for thread in threads:
            thread.start()
        visitor.sendall(PING)
        assert visitor.recv(100).startswith(b"HTTP/1.1 200")
        greedy.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def test_no_answer_names_the_server_or_its_version(hurried: Served) -> None:
    with hurried.connect() as connection:
        connection.sendall(PING)
        assert b"server:" not in connection.recv(65_536).lower()


def test_a_silent_connection_ends(hurried: Served) -> None:
    with hurried.connect() as connection:
        assert read_until_closed(connection) == b""


def test_an_answer_that_nobody_takes_is_given_up(hurried: Served) -> None:
    with hurried.connect() as connection:
        connection.sendall(PING.replace(b"GET /", b"GET /much"))
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert servers.becomes(lambda: "given up" in hurried.log.read_text())


def test_a_head_that_comes_byte_by_byte_ends(hurried: Served) -> None:
    with hurried.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        trickle(connection, b"x")


def test_a_form_that_comes_byte_by_byte_ends(hurried: Served) -> None:
    with hurried.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: kiosk.test\r\nContent-Length: 60000\r\n\r\n")
        trickle(connection, b"x")


def test_a_connection_that_asks_for_ever_is_told_to_end(hurried: Served) -> None:
    give_up_at, answers = time.monotonic() + GIVE_UP_SECONDS, b""
    with hurried.connect() as connection:
        while b"connection: close" not in answers and time.monotonic() < give_up_at:
            with contextlib.suppress(ConnectionError):
                connection.sendall(PING)
            answers += connection.recv(65_536).lower()
        # Heads and bodies may come apart, so what was asked last may not be answered yet; it never is.
        answers += read_until_closed(connection).lower()
        assert b"connection: close" in answers
        assert b"http/" not in answers.partition(b"connection: close")[2]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Large: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 90) for number in range(95)) + b"\r\n",
    ],
    ids=["address", "header", "headers"],
)
def test_a_huge_head_is_refused(hurried: Served, head: bytes) -> None:
    with hurried.connect() as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(head)
        answer = read_until_closed(connection)
    assert b" 200 " not in answer
    assert answer[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 414", b"HTTP/1.0 414")


def test_what_is_refused_leaves_no_line_in_the_log(hurried: Served) -> None:
    with hurried.connect() as connection:
        connection.sendall(b"GET /SCANNED123 NOTHTTP\r\n\r\n")
        read_until_closed(connection)
    with hurried.connect() as connection:
        connection.sendall(PING)
        connection.recv(100)
    assert "SCANNED123" not in hurried.log.read_text()


@pytest.mark.parametrize("mode", MODES)
def test_more_connections_than_there_may_be_wait_for_their_turn(mode: str, tmp_path: Path) -> None:
    limits = "ServerLimits(max_connections=2, idle_seconds=1)"
    with served(mode, tmp_path, limits) as it, contextlib.ExitStack() as silent:
        first, *_ = [silent.enter_context(it.connect()) for _ in range(4)]
        with it.connect() as visitor:
            visitor.sendall(PING)
            assert visitor.recv(100).startswith(b"HTTP/1.1 200")
        first.setblocking(False)
        assert first.recv(1) == b""  # it was ended before the visitor had its place


@pytest.mark.parametrize("mode", MODES)
def test_a_server_that_is_told_to_stop_answers_what_it_was_asked(mode: str, tmp_path: Path) -> None:
    limits = f"ServerLimits(stop_seconds={2 * GIVE_UP_SECONDS})"
    with served(mode, tmp_path, limits) as it, it.connect() as idle, it.connect() as busy:
        busy.sendall(PING.replace(b"/ ", b"/slow ", 1))
        assert servers.becomes(lambda: "asked" in it.log.read_text())
        it.process.send_signal(signal.SIGTERM)
        assert read_until_closed(busy).startswith(b"HTTP/1.1 200")
        assert (read_until_closed(idle), it.process.wait(GIVE_UP_SECONDS)) == (b"", 0)
    assert "Traceback" not in it.log.read_text()

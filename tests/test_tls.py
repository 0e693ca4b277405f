"""HTTPS from the server itself, in each async mode: it is spoken, nothing else is, and whoever stays silent stops nobody."""

import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.listener import open_listener
from tests import servers
from tests.test_cli import kiosk, put
from tests.test_connections import listens, trickle

SERVE = """
import sys
from kiosk import server
from kiosk.listener import open_listener
from kiosk.settings import ServerLimits
mode, port, certificate, key = sys.argv[1:]
server.patch(mode)
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.url_scheme"].encode()]
server.serve(app, open_listener("127.0.0.1", int(port)), server.running_mode(), ServerLimits(idle_seconds=2),
             certificate=certificate, key=key)
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for localhost that vouches for itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return str(folder / "certificate.pem"), str(folder / "key.pem")


@pytest.fixture(params=["eventlet", "gevent", "threading"])
def port(request: pytest.FixtureRequest, pair: tuple[str, str], tmp_path: Path) -> Iterator[int]:
    """Where a program answers that says by which scheme it was asked."""
    free = servers.free_port()
    words = [sys.executable, "-W", "ignore", "-c", SERVE, request.param, str(free), *pair]
    with servers.running(words, is_ready=lambda: listens(free), folder=tmp_path):
        yield free


def test_it_speaks_https_and_a_silent_connection_stops_nobody(port: int, pair: tuple[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        trusting = ssl.create_default_context(cafile=pair[0])
        with closing(HTTPSConnection("localhost", port, context=trusting, timeout=10)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"https"


def test_it_speaks_nothing_else(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/")
        with pytest.raises((OSError, HTTPException)):
            connection.getresponse()


def test_a_handshake_that_comes_byte_by_byte_ends(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # a hello of 512 bytes begins
        trickle(connection, b"x")


@pytest.fixture
def ready(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance that could be served."""
    monkeypatch.setenv("KIOSK_ORIGIN", "http://127.0.0.1:8000")
    kiosk(tmp_path / "instance", "init")
    put(migrated_file, tmp_path / "instance")
    return tmp_path / "instance"


@pytest.mark.parametrize("which", [0, 1])
def test_a_certificate_that_cannot_be_used_is_said_before_the_start(
    ready: Path, pair: tuple[str, str], which: int
) -> None:
    words = list(pair)
    words[which] = str(ready / "nowhere.pem")

    answer = kiosk(ready, "serve", "--port", str(servers.free_port()), "--cert", words[0], "--key", words[1])

    assert (answer.exit_code, "can't be used: No such file" in answer.output) == (1, True)


def test_a_port_in_use_is_said_before_the_start(ready: Path) -> None:
    with closing(open_listener("127.0.0.1", 0)) as taken:
        answer = kiosk(ready, "serve", "--port", str(taken.getsockname()[1]))

    assert (answer.exit_code, "Choose another port" in answer.output) == (1, True)
    assert "sign-in" not in answer.output

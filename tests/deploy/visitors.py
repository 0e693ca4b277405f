"""Who comes to the university's hosts from outside, by TLS and the hosts' own names: phones, staff, screens."""

import contextlib
import http.client
import json
import math
import re
import socket
import ssl
import time
import urllib.request
from datetime import UTC, datetime
from typing import Any

import websocket
import zxingcpp
from PIL import Image

from tests import servers
from tests.deploy.nginx import HOSTS, HTTPS
from tests.deploy.university import University
from tests.plain_browser import PlainBrowser
from tests.proofs import device_secret
from tests.stage import PASSWORD

PATIENCE_SECONDS = 15
QUIET_MODULES = 4


def line(university: University, name: str) -> ssl.SSLSocket:
    """A connection to nginx by a host's name."""
    trusting = ssl.create_default_context(cafile=university.certificate)
    raw = socket.create_connection((university.address, HTTPS), timeout=PATIENCE_SECONDS)
    return trusting.wrap_socket(raw, server_hostname=HOSTS[name])


class Handler(urllib.request.HTTPSHandler):
    """Sends whatever is asked of a host to the university's nginx."""

    def __init__(self, university: University, name: str) -> None:
        super().__init__()
        self._university, self._name = university, name

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **options: Any) -> http.client.HTTPSConnection:
        connection = http.client.HTTPSConnection(host, **options)
        connection.sock = line(self._university, self._name)
        connection.connect = lambda: None  # type: ignore[method-assign]
        return connection


def browser(university: University, wing: str) -> PlainBrowser:
    """A browser at one of the hosts."""
    return PlainBrowser(f"https://{HOSTS[wing]}", Handler(university, wing))


class Screen:
    """A screen's page and its socket, which it opens again as soon as it drops."""

    def __init__(self, university: University) -> None:
        self.university = university
        self.page = browser(university, "display")
        self.drops = 0
        self._socket: websocket.WebSocket | None = None

    def ask(self) -> tuple[str, str]:
        """Ask to be paired; the letters and the number that it shows."""
        self.page.get("/")
        text = self.page.send("/pairing")
        letters = re.search(r"data-fit><span>(\w{4})</span> <span>(\w{4})</span>", text)
        number = re.search(r'class="match">(\d\d)<', text)
        assert letters, text
        assert number, text
        return letters[1] + letters[2], number[1]

    def connect(self) -> None:
        self._socket = websocket.WebSocket()
        self._socket.connect(
            f"wss://{HOSTS['display']}/socket.io/?EIO=4&transport=websocket",
            socket=line(self.university, "display"),
            cookie=self.page.cookies,
            origin=f"https://{HOSTS['display']}",
        )
        self._socket.settimeout(PATIENCE_SECONDS)
        assert str(self._socket.recv()).startswith("0")
        self._socket.send("40")

    def frame(self) -> dict[str, Any]:
        """The next frame that comes; over a new line, when the old one has dropped."""
        give_up_at = time.monotonic() + 2 * PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            try:
                if self._socket is None:
                    self.connect()
                assert self._socket is not None
                said = str(self._socket.recv())
                if said == "2":
                    self._socket.send("3")
                elif said.startswith("42"):
                    return dict(json.loads(said[2:])[1])
                elif not said:
                    self._drop()
            except (OSError, websocket.WebSocketException):
                self._drop()

        raise TimeoutError(f"no frame; the line has dropped {self.drops} times")

    def _drop(self) -> None:
        self.drops += 1
        self.close()
        time.sleep(servers.ASK_AGAIN_SECONDS)

    def close(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close(timeout=1)
        self._socket = None


def scan(frame: dict[str, Any]) -> str:
    """The address in a frame's symbol, as a camera reads it: its modules come row by row, as hexadecimal digits."""
    modules = f"{int(frame['symbol'], 16):0{4 * len(frame['symbol'])}b}"
    side = math.isqrt(len(modules))
    picture = Image.new("L", (side + 2 * QUIET_MODULES, side + 2 * QUIET_MODULES), 255)
    for place, dark in enumerate(modules[: side * side]):
        if dark == "1":
            picture.putpixel((place % side + QUIET_MODULES, place // side + QUIET_MODULES), 0)
    large = (8 * picture.width, 8 * picture.height)
    (found,) = zxingcpp.read_barcodes(picture.resize(large, Image.Resampling.NEAREST))
    return str(found.text)


def carry_device(page: PlainBrowser, login: str) -> None:
    """The browser of somebody's enrolled device."""
    page.carry("__Host-kiosk_device", device_secret(f"device of {login}"), "/")


def signed_in(university: University, login: str) -> PlainBrowser:
    """A member of staff on their own device, after a second factor; who has used their code already just comes in."""
    page = browser(university, "admin")
    carry_device(page, login)
    page.get("/sign-in")
    page.send("/sign-in", login=login, password=PASSWORD)
    page.get("/second-factor")
    page.send("/second-factor", code=university.stage.app_code(login, datetime.now(UTC)))
    return page


def paired(university: University, lecture: str = "algorithms") -> Screen:
    """A screen that Dr Day has let in, with nothing but a password, to show a lecture."""
    screen = Screen(university)
    letters, number = screen.ask()
    day = browser(university, "admin")
    day.get("/sign-in")
    day.send("/sign-in", login="day", password=PASSWORD)
    day.get("/pair")
    day.send("/pair", code=letters)
    day.send(f"/pair/{letters}", place=f"lecture-{university.stage.ids[lecture]}", number=number)
    return screen

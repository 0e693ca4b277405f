"""A storm of phones: a plain HTTP/1.1 client on raw sockets, cheap enough to leave a core to the server. Knows nothing of Kiosk."""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.servers import LOOPBACK

TIMEOUT_SECONDS = 30


class Away(Exception):
    """The server closed the line before it had answered."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes


class Line(asyncio.Protocol):
    """One connection to the server; it asks one thing at a time. `is_over`: the server answers no more on it."""

    def __init__(self) -> None:
        self.is_over = False
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or self._waiting is None:
            return
        answer = _head(head)
        length = int(answer.headers.get("content-length", 0))
        if len(body) >= length:
            self._buffer = body[length:]
            self.is_over = answer.headers.get("connection") == "close"
            waiting, self._waiting = self._waiting, None
            if not waiting.done():
                waiting.set_result(Answer(answer.status, answer.headers, answer.cookies, body[:length]))

    def connection_lost(self, problem: Exception | None) -> None:
        self._closed.set_result(None)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(problem or Away())

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._waiting, TIMEOUT_SECONDS)

    async def close(self) -> None:
        """Hang up, and wait until that is done: TLS takes leave."""
        assert self._transport is not None
        self._transport.close()
        await self._closed


def _head(head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers, cookies = {}, {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            cookies[key] = rest.split(";", 1)[0]
        else:
            headers[name.lower()] = value
    return Answer(int(first.split()[1]), headers, cookies, b"")


@dataclass(frozen=True)
class Address:
    """Where a server listens, and by which name TLS knows it; without one the line is plain."""

    port: int
    host: str = LOOPBACK
    name: str | None = None
    tls: ssl.SSLContext | None = None


Visit = Callable[[Line], Awaitable[str]]
"""What one phone does on its line; it answers with a word for what came of it."""


@dataclass
class Weather:
    """What a storm was like: when each visit began, in seconds from the start, how long it took, and what came of it."""

    seconds: float = 0.0
    began: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    came_of_it: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds


async def storm(servers: Sequence[Address], visits: Iterable[Visit], *, at_once: int, keeps_line: bool) -> Weather:
    """Let visits happen, `at_once` of them at any time, each on a fresh connection or on one that is kept; servers take turns."""
    weather, start = Weather(), time.perf_counter()
    left = iter(enumerate(visits))

    async def phone(number: int) -> None:
        line: Line | None = None
        for count, visit in left:
            began = time.perf_counter()
            try:
                if line is None:
                    line = await connect(servers[(number if keeps_line else count) % len(servers)])
                outcome = await visit(line)
            except (OSError, Away, TimeoutError) as problem:
                outcome, line = type(problem).__name__, None
            weather.began.append(began - start)
            weather.took.append(time.perf_counter() - began)
            weather.came_of_it[outcome] += 1
            if line is not None and (line.is_over or not keeps_line):
                await line.close()
                line = None
        if line is not None:
            await line.close()

    await asyncio.gather(*(phone(number) for number in range(at_once)))
    weather.seconds = time.perf_counter() - start
    return weather


async def connect(to: Address) -> Line:
    loop = asyncio.get_running_loop()
    opening = loop.create_connection(Line, to.host, to.port, ssl=to.tls, server_hostname=to.name)
    _, line = await asyncio.wait_for(opening, TIMEOUT_SECONDS)
    return line


def request(
    method: str, path: str, *, host: str, cookies: Mapping[str, str] | None = None, form: str | None = None
) -> bytes:
    """A request as a phone's browser sends it, in bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip", "Sec-Fetch-Site: same-origin"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (form or "")).encode("latin-1")

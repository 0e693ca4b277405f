"""A storm of phones: a plain HTTP/1.1 client on raw sockets, cheap enough to leave a core to the server. Knows nothing of Kiosk."""

import asyncio
import select
import socket
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
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


@dataclass(frozen=True)
class Address:
    """Where a server listens, and by which name TLS knows it; without one the line is plain."""

    port: int
    host: str = LOOPBACK
    name: str | None = None
    tls: ssl.SSLContext | None = None


class Line(asyncio.Protocol):
    """A phone's line to a server; it asks one thing at a time, and opens anew when the server has ended its connection."""

    def __init__(self, to: Address) -> None:
        self._to = to
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None
        self._closed: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer = transport, b""
        self._closed = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or self._waiting is None:
            return
        answer = _head(head)
        length = int(answer.headers.get("content-length", 0))
        if len(body) >= length:
            self._buffer = body[length:]
            waiting, self._waiting = self._waiting, None
            if not waiting.done():
                waiting.set_result(Answer(answer.status, answer.headers, answer.cookies, body[:length]))
            if answer.headers.get("connection") == "close" and self._transport is not None:
                self._transport.close()

    def connection_lost(self, problem: Exception | None) -> None:
        self._transport = None
        if self._closed is not None:
            self._closed.set_result(None)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(problem or Away())

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        transport = await self._open()
        self._waiting = asyncio.get_running_loop().create_future()
        transport.write(request)
        try:
            return await asyncio.wait_for(self._waiting, TIMEOUT_SECONDS)
        except TimeoutError:
            transport.abort()  # or a late answer would be taken for the next one
            raise

    async def _open(self) -> asyncio.Transport:
        if self._transport is not None and self._transport.is_closing():
            await self.close()
        if self._transport is None:
            opening = asyncio.get_running_loop().create_connection(
                lambda: self, self._to.host, self._to.port, ssl=self._to.tls, server_hostname=self._to.name
            )
            await asyncio.wait_for(opening, TIMEOUT_SECONDS)
        if self._transport is None:
            raise Away  # the server took the connection and died
        return self._transport

    async def close(self) -> None:
        """Hang up, and wait until that is done: TLS takes leave."""
        if self._transport is not None and self._closed is not None:
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


Visit = Callable[[Line], Awaitable[str]]
"""What one phone does on its line; it answers with a word for what came of it."""


@dataclass(frozen=True)
class Prepared:
    """A visit of one request, which is ready in bytes; `word` is what comes of it when it is sent on to the wanted location."""

    asked: bytes
    wanted: str
    word: str

    async def __call__(self, line: Line) -> str:
        return self.outcome(await line.ask(self.asked))

    def outcome(self, answer: Answer) -> str:
        return self.word if answer.headers.get("location") == self.wanted else f"answer {answer.status}"


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

    def note(self, began: float, ended: float, outcome: str) -> None:
        """One visit more."""
        self.began.append(began)
        self.took.append(ended - began)
        self.came_of_it[outcome] += 1


async def storm(servers: Sequence[Address], visits: Iterable[Visit], *, at_once: int, keeps_line: bool) -> Weather:
    """Let visits happen, `at_once` of them at any time, each on a fresh connection or on one that is kept; servers take turns."""
    weather, start = Weather(), time.perf_counter()
    left = iter(enumerate(visits))

    async def phone(number: int) -> None:
        kept = Line(servers[number % len(servers)])
        for count, visit in left:
            line = kept if keeps_line else Line(servers[count % len(servers)])
            began = time.perf_counter() - start
            try:
                outcome = await visit(line)
            except (OSError, Away) as problem:
                outcome = type(problem).__name__
            weather.note(began, time.perf_counter() - start, outcome)
            if not keeps_line:
                await line.close()
        await kept.close()

    await asyncio.gather(*(phone(number) for number in range(at_once)))
    weather.seconds = time.perf_counter() - start
    return weather


def burst(servers: Sequence[Address], visits: Iterable[Prepared], *, at_once: int) -> Weather:
    """The same storm, each visit on a fresh connection that is plain, at a third of the CPU: sockets and a poll, no event loop."""
    weather, start = Weather(), time.perf_counter()
    left, calls = iter(enumerate(visits)), dict[int, _Call]()

    def end(call: _Call, outcome: str) -> None:
        del calls[call.socket.fileno()]
        call.socket.close()
        weather.note(call.began, time.perf_counter() - start, outcome)

    with select.epoll() as poll:
        while True:
            while len(calls) < at_once and (following := next(left, None)):
                count, visit = following
                call = _Call(visit, time.perf_counter() - start)
                calls[call.socket.fileno()] = call
                try:
                    call.begin(servers[count % len(servers)], poll)
                except OSError as problem:
                    end(call, type(problem).__name__)
            if not calls:
                break
            eldest = next(iter(calls.values()))
            patience = eldest.began + TIMEOUT_SECONDS - (time.perf_counter() - start)
            if patience <= 0:
                end(eldest, TimeoutError.__name__)
                continue
            for number, event in poll.poll(patience):
                try:
                    outcome = calls[number].go_on(event, poll)
                except (OSError, Away) as problem:
                    outcome = type(problem).__name__
                if outcome:
                    end(calls[number], outcome)
    weather.seconds = time.perf_counter() - start
    return weather


class _Call:
    """A prepared visit under way."""

    def __init__(self, visit: Prepared, began: float) -> None:
        self.visit, self.began = visit, began
        self.socket = socket.socket()
        self._heard = b""

    def begin(self, to: Address, poll: select.epoll) -> None:
        """Connect, which is done at once unless the server's queue is full, and ask."""
        self.socket.setblocking(False)
        with suppress(BlockingIOError):
            self.socket.connect((to.host, to.port))
        try:
            self.socket.send(self.visit.asked)
            poll.register(self.socket, select.EPOLLIN)
        except BlockingIOError:
            poll.register(self.socket, select.EPOLLOUT)

    def go_on(self, event: int, poll: select.epoll) -> str:
        """Ask, where that had to wait, or listen; what came of it, once that is known."""
        if event & select.EPOLLOUT:
            self.socket.send(self.visit.asked)
            poll.modify(self.socket, select.EPOLLIN)
            return ""
        data = self.socket.recv(1 << 16)
        if not data:
            raise Away
        self._heard += data
        head, found, _ = self._heard.partition(b"\r\n\r\n")
        return self.visit.outcome(_head(head)) if found else ""


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

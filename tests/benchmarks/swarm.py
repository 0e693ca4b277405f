"""A swarm of screens: Socket.IO spoken straight on sockets, so that the client adds little to what it times. Knows no server."""

import asyncio
import base64
import gc
import os
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field

from tests import servers
from tests.benchmarks.processes import Served, Spent

HANDSHAKES_AT_ONCE = 50
PATIENCE_SECONDS = 60.0
SETTLING_SECONDS = 1.0
_STEP = re.compile(rb'"step":(\d+)')
_DIGITS = re.compile(rb'"digits":"(\d*)"')


@dataclass(frozen=True)
class Screen:
    """Who connects: the headers it brings, and what it says once it is let in."""

    headers: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True)
class Target:
    """Where screens connect, and how often codes change there."""

    served: Served
    path: str
    step_seconds: int


@dataclass(frozen=True)
class Push:
    """One frame that one screen got: which step's, and how long after the step's first instant."""

    screen: int
    step: int
    seconds: float
    digits: str
    size: int


@dataclass(frozen=True)
class Swarmed:
    """What a swarm saw, and what its server used for it."""

    screens: int
    open_seconds: tuple[float, ...]
    connect_seconds: float
    refused: Counter[str]
    pushes: tuple[Push, ...] = field(repr=False)
    missing: int
    duplicates: int
    frame_bytes: int
    kib_per_screen: float
    cpu_ms_per_connect: float
    cpu_us_per_push: float
    client_cpu_us_per_push: float

    @property
    def latencies(self) -> list[float]:
        """Seconds after the boundary, in order."""
        return sorted(it.seconds for it in self.pushes)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of figures in order, the one that this share of them does not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def masked(text: str) -> bytes:
    """A short text as a client's WebSocket frame."""
    data, mask = text.encode(), os.urandom(4)
    body = bytes(byte ^ mask[place & 3] for place, byte in enumerate(data))
    return bytes([0x81, 0x80 | len(data)]) + mask + body


def unframe(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame in what came from a server: its kind, its content, and what follows it; None while it is not all there."""
    if len(buffer) < 2:
        return None
    length, start = buffer[1] & 127, 2
    if length >= 126:
        size, form = (2, "!H") if length == 126 else (8, "!Q")
        if len(buffer) < 2 + size:
            return None
        length, start = struct.unpack_from(form, buffer, 2)[0], 2 + size
    end = start + length
    return (buffer[0] & 15, buffer[start:end], buffer[end:]) if len(buffer) >= end else None


class Line(asyncio.Protocol):
    """One screen's connection."""

    def __init__(self, swarm: "Swarm", number: int, screen: Screen) -> None:
        self.swarm, self.number, self.screen = swarm, number, screen
        self.began = time.perf_counter()
        self.opened: asyncio.Future[float] = swarm.loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._buffer, self._is_upgraded = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        asked = [f"GET {self.swarm.target.path}/?EIO=4&transport=websocket HTTP/1.1", *self.screen.headers]
        asked += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        transport.write("\r\n".join([*asked, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if self._is_whole(data):
            self.swarm.heard.append((self.number, data, now))  # it can be read later
            return
        self._buffer += data
        if not self._is_upgraded:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head[:16]:
                self.refuse(head[9:12].decode("ascii", "replace"))
                return
            self._is_upgraded, self._buffer = True, rest
        while (found := unframe(self._buffer)) is not None:
            kind, content, self._buffer = found
            if kind == 1:
                self._hear(content, now)

    def _is_whole(self, data: bytes) -> bool:
        """Whether this is one frame of middling length, from its first byte to its last."""
        if not self._is_upgraded or self._buffer or len(data) < 130:
            return False
        return data[1] == 126 and len(data) == 4 + (data[2] << 8 | data[3])

    def _hear(self, message: bytes, now: float) -> None:
        if message.startswith(b"42"):
            self.swarm.heard.append((self.number, message, now))
        elif message.startswith(b"2"):
            self._say("3")
        elif message.startswith(b"0"):
            self._say("40")
        elif message.startswith(b"40"):
            self.opened.set_result(time.perf_counter() - self.began)
            if self.screen.says:
                self._say(self.screen.says)
        elif message.startswith(b"44"):
            self.refuse("no pairing")

    def _say(self, text: str) -> None:
        assert self._transport is not None
        self._transport.write(masked(text))

    def refuse(self, why: str) -> None:
        self.swarm.refused[why] += 1
        self.end()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.swarm.is_over:
            self.swarm.refused["line lost"] += 1
        if not self.opened.done():
            self.opened.cancel()

    def end(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class Swarm:
    """Screens that connect, then hear a few whole steps."""

    def __init__(self, target: Target, screens: Sequence[Screen]) -> None:
        self.target, self.screens = target, screens
        self.loop = asyncio.get_running_loop()
        self.refused: Counter[str] = Counter()
        self.heard: list[tuple[int, bytes, float]] = []
        self.is_over = False

    def pushes(self, steps: range) -> list[Push]:
        """What was heard of these steps."""
        found = []
        for number, message, now in self.heard:
            step, digits = _STEP.search(message), _DIGITS.search(message)
            if step and digits and int(step[1]) in steps:
                late = now - int(step[1]) * self.target.step_seconds
                found.append(Push(number, int(step[1]), late, digits[1].decode(), len(message)))
        return found

    async def connect(self) -> list[Line]:
        """Open all lines, some at a time; those that were let in."""
        places = asyncio.Semaphore(HANDSHAKES_AT_ONCE)

        async def open_one(number: int, screen: Screen) -> Line | None:
            async with places:
                line = Line(self, number, screen)
                with suppress(OSError, TimeoutError, asyncio.CancelledError):
                    address = (servers.LOOPBACK, self.target.served.port)
                    await asyncio.wait_for(self.loop.create_connection(lambda: line, *address), PATIENCE_SECONDS)
                    await asyncio.wait_for(line.opened, PATIENCE_SECONDS)
                    return line
                self.refused["not opened"] += 1
                return None

        opened = await asyncio.gather(*(open_one(number, it) for number, it in enumerate(self.screens)))
        return [line for line in opened if line is not None]


Load = Callable[[], AbstractContextManager[object]]
"""Something else that the server has to do meanwhile, for as long as the block lasts."""


async def _until(instant: float) -> None:
    await asyncio.sleep(max(0.0, instant - time.time()))


async def _swarm(target: Target, screens: Sequence[Screen], steps: int, beside: Load) -> Swarmed:
    swarm, count = Swarm(target, screens), len(screens)
    memory, began = target.served.resident_kib(), time.perf_counter()
    with Spent(server=[target.served]) as connecting:
        lines = await swarm.connect()
        connect_seconds = time.perf_counter() - began
        await asyncio.sleep(SETTLING_SECONDS)
    with beside():
        first = int(time.time() / target.step_seconds) + 1
        await _until(first * target.step_seconds - 0.3)
        with Spent(server=[target.served]) as pushing:
            await _until((first + steps) * target.step_seconds - 0.4)
        grown = target.served.resident_kib() - memory
    swarm.is_over = True
    for line in lines:
        line.end()
    heard = swarm.pushes(range(first, first + steps))
    each = Counter((it.screen, it.step) for it in heard)
    return Swarmed(
        screens=count,
        open_seconds=tuple(sorted(line.opened.result() for line in lines)),
        connect_seconds=connect_seconds,
        refused=swarm.refused,
        pushes=tuple(heard),
        missing=count * steps - len(each),
        duplicates=len(heard) - len(each),
        frame_bytes=max((it.size for it in heard), default=0),
        kib_per_screen=grown / count,
        cpu_ms_per_connect=1e3 * connecting.seconds["server"] / count,
        cpu_us_per_push=1e6 * pushing.seconds["server"] / max(1, len(heard)),
        client_cpu_us_per_push=1e6 * pushing.seconds["client"] / max(1, len(heard)),
    )


def let_loose(target: Target, screens: Sequence[Screen], steps: int, *, beside: Load = nullcontext) -> Swarmed:
    """Connect every screen, then time the pushes of so many whole steps."""
    gc.collect()
    gc.freeze()
    return asyncio.run(_swarm(target, screens, steps, beside))

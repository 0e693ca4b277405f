"""What a connection may cost: how long a request may take to arrive, how large its head may be, and when the connection ends.

Knows no server; `server.py` puts a `Line` under each of its three, and sees to it that what is overdue ends.
"""

import io
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

from kiosk.settings import ServerLimits

HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
READ_BYTES, WRITE_BYTES = 2048, 4096
"""A phone's head fits into one, most pages into the other; a screen keeps both for as long as it is on."""
_PAUSE_SECONDS = 0.02


class HeadTooLarge(Exception):
    """A request's first line and headers have no end in sight."""


class Connections:
    """The connections of a process that are open."""

    def __init__(self, limits: ServerLimits) -> None:
        self.limits = limits
        self.is_closing = False
        self._lines: set[Line] = set()

    @property
    def socket_seconds(self) -> int:
        """A time-out for the sockets that no deadline of ours is cut short by."""
        return max(self.limits.stall_seconds, self.limits.idle_seconds, self.limits.body_seconds)

    def take(self, connection: Any) -> "Line":
        """A line for a connection that was just accepted."""
        line = Line(connection, self)
        self._lines.add(line)
        return line

    def forget(self, line: "Line") -> None:
        self._lines.discard(line)

    def end_overdue(self, now: float) -> None:
        """End whoever let a deadline pass: those who read from them find that nobody is there."""
        for line in list(self._lines):
            if line.due < now:
                line.end(socket.SHUT_RDWR)

    def drain(self, give_up_at: float) -> None:
        """Let requests under way be finished; end connections that wait for another one, and those that go on for ever."""
        self.is_closing = True
        while self._lines and time.monotonic() < give_up_at:
            for line in list(self._lines):
                if line.is_idle:
                    # What has arrived meanwhile is still read, and answered.
                    line.end(socket.SHUT_RD)
                elif line.is_upgraded:
                    line.end(socket.SHUT_RDWR)
            time.sleep(_PAUSE_SECONDS)


class Line(io.RawIOBase):
    """What comes in over one connection. It has a deadline for whatever it waits for, and none while an answer is made."""

    def __init__(self, connection: Any, connections: Connections) -> None:
        super().__init__()
        self._sock = connection  # by this name simple-websocket looks for it
        self._connections = connections
        self._last_request_at = time.monotonic() + connections.limits.connection_seconds
        self.await_request()

    def await_request(self) -> None:
        """From now on a request has to arrive, its head whole and not too large."""
        self.is_idle, self.is_upgraded = True, False
        self._is_head = True
        self._room = self._connections.limits.head_bytes
        self.due = time.monotonic() + self._connections.limits.idle_seconds

    def begin_answer(self, environ: Mapping[str, Any]) -> bool:
        """The head is there. Returns whether the connection ends with this answer."""
        now = time.monotonic()
        self._is_head = self.is_idle = False
        self.is_upgraded = "HTTP_UPGRADE" in environ
        self.due, self._body_due = float("inf"), now + self._connections.limits.body_seconds
        return self.is_upgraded or self._connections.is_closing or now >= self._last_request_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._is_head:
            return self._read_head(buffer)
        self.due = self._body_due
        try:
            return int(self._sock.recv_into(buffer))
        finally:
            self.due = float("inf")

    def _read_head(self, buffer: Any) -> int:
        if self._room <= 0:
            raise HeadTooLarge
        count = int(self._sock.recv_into(buffer))
        self._room -= count
        self.is_idle = False
        return count

    def end(self, how: int) -> None:
        """Shut the connection, without a word. Whoever reads from it is the one to close it."""
        try:
            # By a second handle: an SSL socket's own `shutdown` would have its reader go on in plain text.
            with socket.socket(fileno=os.dup(self._sock.fileno())) as handle:
                handle.shutdown(how)
        except OSError:
            pass  # it ended by itself

    def close(self) -> None:
        self._connections.forget(self)
        super().close()

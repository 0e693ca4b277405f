"""The lines to the screens: a message goes straight into a WebSocket; whoever takes nothing is cut off. Knows no screen.

The library queues a message, wakes the line's writer, and has that write: three turns of the server's loop for each of
two thousand screens. `docs/decisions/0023-push.md` says what it buys to write the bytes at once, and where they still queue.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from engineio.exceptions import SocketIsClosedError
from engineio.packet import MESSAGE, Packet
from socketio import Server

MOST_WAITING = 6
"""Messages that may wait for one screen; its next code makes all of them worthless."""

Handler = Callable[[Any], Any]


@dataclass(frozen=True)
class Message:
    """What every line is sent: the text for the library's queue, and the bytes of the same as a WebSocket's frame."""

    text: str
    framed: bytes

    @classmethod
    def of(cls, text: str) -> "Message":
        return cls(text, framed(f"{MESSAGE}{text}".encode()))

    @property
    def packet(self) -> Packet:
        return Packet(MESSAGE, self.text)


def framed(text: bytes) -> bytes:
    """A text as one frame from server to browser: whole, not masked, not compressed (RFC 6455, 5.2)."""
    length = len(text)
    if length < 126:
        return bytes((0x81, length)) + text
    return b"\x81\x7e" + length.to_bytes(2) + text


class Line(NamedTuple):
    """A WebSocket: the socket below it; and in eventlet's mode the bare one, and the lock of whoever is writing to it."""

    tcp: Any
    plain: Any
    lock: Any


class Lines:
    """The connections of one Socket.IO server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lines: dict[str, Line] = {}
        eio = server.eio
        make = eio._async["websocket"]
        eio._async = {**eio._async, "websocket": lambda handler, own: make(self._watched(handler), own)}

    def send(self, connection: str, message: Message) -> None:
        """Send a message and never wait: a screen that has not taken what was sent before is cut off."""
        transport = self._server.manager.eio_sid_from_sid(connection, "/")
        own = self._server.eio.sockets.get(transport)
        waiting = own.queue.qsize() if own is not None else 0
        if waiting >= MOST_WAITING:
            self.cut(connection)
        elif waiting or not self._write(self._lines.get(transport), own, message.framed):
            with suppress(SocketIsClosedError):
                self._server._send_eio_packet(transport, message.packet)

    def cut(self, connection: str) -> None:
        """End a line whose other end says nothing more, without a word."""
        transport = self._server.manager.eio_sid_from_sid(connection, "/")
        line, own = self._lines.get(transport), self._server.eio.sockets.get(transport)
        if line is not None:
            with suppress(OSError):  # it is gone already
                line.tcp.shutdown(socket.SHUT_RDWR)
        if own is not None:
            own.close(wait=False, abort=True, reason=self._server.reason.TRANSPORT_ERROR)

    def _write(self, line: Line | None, own: Any, data: bytes) -> bool:
        """Put bytes into a socket that has room for them; False where they must queue."""
        if line is None or line.plain is None or line.lock.locked():
            return False
        if own.closed or own.upgrading or not own.upgraded:
            return False
        try:
            taken = line.plain.send(data)
        except BlockingIOError:
            taken = 0
        except OSError:
            return True  # gone: its reader is told as well, and takes it off
        if taken < len(data):
            # Hundreds of messages lie in the buffer: nobody has read there for an hour.
            with suppress(OSError):
                line.tcp.shutdown(socket.SHUT_RDWR)
        return True

    def _watched(self, handler: Handler) -> Handler:
        """The library's handler of a WebSocket, with the line known for as long as it runs."""

        def handle(websocket: Any) -> Any:
            transport = handler.__self__.sid  # type: ignore[attr-defined]
            self._lines[transport] = _line(websocket)
            try:
                return handler(websocket)
            finally:
                self._lines.pop(transport, None)

        return handle


def _line(websocket: Any) -> Line:
    if not hasattr(websocket, "socket"):  # simple-websocket's, of the other modes
        return Line(websocket.ws.sock, None, None)
    # Below TLS there is no socket that takes bytes as they are; and one that would wait is none to write to.
    plain = getattr(websocket.socket, "fd", None)
    is_ready = plain is not None and plain.gettimeout() == 0 and not websocket.extensions
    return Line(websocket.socket, plain if is_ready else None, websocket._sendlock)

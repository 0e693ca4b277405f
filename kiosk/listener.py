"""Listening sockets: a backlog for a lecture hall, TLS that keeps nobody waiting, an accept that goes on. Knows no server."""

import socket
import ssl
import time
from typing import Any

from kiosk.settings import ServerLimits

ACCEPT_AGAIN_SECONDS = 0.1


def open_listener(host: str, port: int, backlog: int = ServerLimits.backlog) -> socket.socket:
    """A listening socket with a backlog for a lecture hall: 1,500 phones at once.

    Raises:
        OSError: the address can't be had.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener


def tls_context(certificate: str, key: str = "") -> ssl.SSLContext:
    """What serves HTTPS with these PEM files.

    Raises:
        OSError: they can't be read, or don't fit each other (an `ssl.SSLError` is one).
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context


def late(listener: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    """A listener whose connections shake hands when they are first read, so that one which stays silent stops no other."""
    return tls.wrap_socket(listener, server_side=True, do_handshake_on_connect=False) if tls else listener


class Door:
    """A listener that goes on after an accept that did not work: eventlet's server would stop there for good."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener

    def accept(self) -> tuple[socket.socket, Any]:
        while True:
            try:
                return self._listener.accept()
            except OSError:
                time.sleep(ACCEPT_AGAIN_SECONDS)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)

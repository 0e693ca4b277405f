"""The wire under the feed: Socket.IO as this wing allows it, and frames as its packets. Knows no screen."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_socketio import SocketIO
from socketio import packet

from kiosk.display.frames import Frame
from kiosk.settings import DisplaySettings

EVENT = "frame"
PATH = "socket.io"
LARGEST_INBOUND_BYTES = 4096


def make_socket(app: Flask, settings: DisplaySettings) -> SocketIO:
    """The wing's socket: one namespace, one origin, nothing compressed, nothing large coming in."""
    socketio = SocketIO()
    socketio.init_app(
        app,
        path=PATH,
        async_mode=settings.async_mode,
        cors_allowed_origins=_origins(settings),
        http_compression=False,
        manage_session=False,
        async_handlers=False,
        max_http_buffer_size=LARGEST_INBOUND_BYTES,
    )
    app.wsgi_app = _without_deflate(app.wsgi_app)  # type: ignore[method-assign]
    return socketio


def _origins(settings: DisplaySettings) -> list[str]:
    own = urlsplit(settings.addresses.display)
    origins = [f"{own.scheme}://{own.netloc}"]
    if own.hostname == "127.0.0.1":  # the laptop it runs on, by its other name
        origins.append(origins[0].replace("127.0.0.1", "localhost"))
    return origins


def _without_deflate(wsgi_app: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse compression of the socket's messages: it costs 180 KiB a screen and twice the CPU, for a kilobyte."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return wsgi_app(environ, start_response)

    return serve


def encode(frame: Frame) -> str:
    """A frame as Socket.IO says it."""
    text: str = packet.Packet(packet.EVENT, namespace="/", data=[EVENT, frame]).encode()
    return text

"""The display wing in a process and an async mode of its own, whose clock stands still: `/push` sends every screen its frame.

`python -m tests.display.lines_program MODE HOST PORT DATABASE_URL PING_SECONDS [CERTIFICATE KEY]`
"""

import sys

from kiosk.server import patch

if __name__ == "__main__":
    patch(sys.argv[1])

import json  # noqa: E402
import socket  # noqa: E402
from collections.abc import Callable, Iterable  # noqa: E402
from typing import Any  # noqa: E402

from kiosk.display.feed import Feed  # noqa: E402
from kiosk.listener import open_listener  # noqa: E402
from kiosk.server import serve  # noqa: E402
from kiosk.settings import ServerLimits  # noqa: E402
from tests.stage import Database, Stage  # noqa: E402

BUFFER_BYTES = 4096
"""What the kernel keeps for a connection that does not read: little, so that it is soon full."""


class Control:
    """The wing's app with one address more, which no wing has."""

    def __init__(self, inner: Callable[..., Any], feed: Feed) -> None:
        self.inner, self.feed = inner, feed
        self.queued = 0
        server = feed.socketio.server
        send = server._send_eio_packet

        def count(*args: Any) -> None:
            self.queued += 1
            send(*args)

        server._send_eio_packet = count

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in ("/push", "/look"):
            return self.inner(environ, start_response)
        now, self.queued = self.feed.clock(), 0
        if environ["PATH_INFO"] == "/push":
            self.feed.push(self.feed.prepare(now), now)
        start_response("200 OK", [("Content-Type", "application/json")])
        waiting = [it.queue.qsize() for it in self.feed.socketio.server.eio.sockets.copy().values() if not it.closed]
        seen = {"live": len(self.feed.live), "waiting": max(waiting, default=0), "queued": self.queued}
        return [json.dumps({**seen, "lines": len(self.feed.lines._lines)}).encode()]


def main(mode: str, host: str, port: str, url: str, ping_seconds: str, certificate: str = "", key: str = "") -> None:
    app = Stage(Database({"owner": url, "display": url})).app("display", async_mode=mode)
    feed: Feed = app.extensions["kiosk_feed"]
    feed.socketio.server.eio.ping_interval = feed.socketio.server.eio.ping_timeout = float(ping_seconds)
    listener = open_listener(host, int(port))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    serve(Control(app.wsgi_app, feed), listener, mode, ServerLimits(), certificate=certificate, key=key)


if __name__ == "__main__":
    main(*sys.argv[1:])

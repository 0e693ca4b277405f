"""The server in its three async modes: the only module which names eventlet or gevent. Knows no wing; serves what it is given.

`patch` must run before anything else is imported: see `wsgi.py`.
"""

import gc
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from typing import Any

BACKLOG = 4096
MAX_CONNECTIONS = 8192
IDLE_SECONDS = 30
WORK_THREADS = 4


def patch(mode: str) -> None:
    """Make the standard library cooperative for eventlet or gevent; threading needs nothing."""
    # psycopg would stop every greenlet while it waits; it reads this once, when it is first imported.
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    if mode == "eventlet":
        import warnings

        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", str(WORK_THREADS))
        import eventlet

        eventlet.monkey_patch()
    elif mode == "gevent":
        from gevent import monkey

        monkey.patch_all()


def offloader(mode: str) -> Callable[..., Any]:
    """How heavy work leaves the loop in this mode: call it as offload(work, *args)."""
    if mode == "eventlet":
        from eventlet import tpool

        return tpool.execute
    if mode == "gevent":
        import gevent

        return lambda work, *args: gevent.get_hub().threadpool.apply(work, args)
    return lambda work, *args: work(*args)


def running_mode() -> str:
    """The async mode that this process really runs in, by what its sockets and threads are."""
    if socket.socket.__module__.startswith("eventlet"):
        return "eventlet"
    if socket.socket.__module__.startswith("gevent"):
        return "gevent"
    return "threading"


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket with a backlog for a lecture hall: 1,500 phones at once.

    Raises:
        OSError: the address can't be had.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(app: Callable[..., Any], listener: socket.socket, mode: str, *, certificate: str = "", key: str = "") -> None:
    """Serve a WSGI app until the process is told to stop."""
    tls = tls_context(certificate, key) if certificate else None
    # What was made so far stays for good: to look for garbage in all of it takes 60 ms, in which no screen changes.
    gc.freeze()
    # And a refresh of two thousand screens makes a hundred thousand things that are gone a moment later without being looked for.
    gc.set_threshold(10_000, 20, 50)
    gc.enable()
    {"eventlet": _serve_eventlet, "gevent": _serve_gevent, "threading": _serve_threads}[mode](app, listener, tls)


def tls_context(certificate: str, key: str = "") -> ssl.SSLContext:
    """What serves HTTPS with these PEM files.

    Raises:
        OSError: they can't be read, or don't fit each other (an `ssl.SSLError` is one).
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context


def _late(listener: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    """A listener whose connections shake hands when they are first read, so that one which stays silent stops no other."""
    return tls.wrap_socket(listener, server_side=True, do_handshake_on_connect=False) if tls else listener


def _serve_eventlet(app: Callable[..., Any], listener: socket.socket, tls: ssl.SSLContext | None) -> None:
    import eventlet.wsgi

    class Protocol(eventlet.wsgi.HttpProtocol):
        # A screen keeps the buffers of its connection for as long as it is on: 24 KiB by default. Most pages fit into these.
        rbufsize, wbufsize = 2048, 4096

        def handle_one_request(self) -> None:
            super().handle_one_request()
            eventlet.sleep(
                0
            )  # or who has always sent the next request already would be served alone, and no code change

    eventlet.wsgi.server(
        _late(listener, tls),
        app,
        protocol=Protocol,
        log_output=False,
        debug=False,
        max_size=MAX_CONNECTIONS,
        socket_timeout=IDLE_SECONDS,
        url_length_limit=4096,
    )


def _serve_gevent(app: Callable[..., Any], listener: socket.socket, tls: ssl.SSLContext | None) -> None:
    import gevent
    from gevent.pool import Pool
    from gevent.pywsgi import WSGIHandler, WSGIServer

    class Handler(WSGIHandler):
        def handle_one_request(self) -> Any:
            outcome = super().handle_one_request()
            gevent.sleep(0)  # as in eventlet's mode
            return outcome

    # gevent shakes hands in the greenlet of each connection.
    options = {"ssl_context": tls} if tls else {}
    server = WSGIServer(
        listener, app, log=None, error_log=sys.stderr, spawn=Pool(MAX_CONNECTIONS), handler_class=Handler, **options
    )
    server.serve_forever()


def _serve_threads(app: Callable[..., Any], listener: socket.socket, tls: ssl.SSLContext | None) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class QuietHandler(WSGIRequestHandler):
        """HTTP/1.1 with an idle limit, and no line per request: those carry scanned addresses. It names no versions."""

        protocol_version = "HTTP/1.1"
        timeout = IDLE_SECONDS

        def send_header(self, keyword: str, value: str) -> None:
            if keyword != "Server":
                super().send_header(keyword, value)

        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    host, port = listener.getsockname()[:2]
    server = make_server(host, port, app, threaded=True, request_handler=QuietHandler, fd=listener.detach())
    # Not by werkzeug's own way, which would shake hands with each connection before it takes the next one.
    server.socket, server.ssl_context = _late(server.socket, tls), tls
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Event().wait()

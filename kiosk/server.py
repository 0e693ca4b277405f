"""The server in its three async modes: the only module which names eventlet or gevent. Knows no wing; serves what it is given.

`patch` must run before anything else is imported: see `wsgi.py`.
"""

import gc
import io
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk.connections import BAD_REQUEST, HEAD_TOO_LARGE, READ_BYTES, WRITE_BYTES, Connections, HeadTooLarge
from kiosk.listener import Door, late, tls_context
from kiosk.process import Bell, make_room, tell_supervisor
from kiosk.settings import ServerLimits

LOOK_SECONDS = 1
"""How often somebody looks for connections that are overdue."""
REQUESTS_A_ROUND = 16
"""How many requests eventlet's loop takes in a row before it looks whose time has come: a code's, or a batch's."""

App = Callable[..., Any]
Close = Callable[[], object]


def patch(mode: str, work_threads: int = ServerLimits.work_threads) -> None:
    """Make the standard library cooperative for eventlet or gevent; threading needs nothing."""
    # psycopg would stop every greenlet while it waits; it reads this once, when it is first imported.
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    if mode == "eventlet":
        import warnings

        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        os.environ["EVENTLET_THREADPOOL_SIZE"] = str(work_threads)
        import eventlet
        from eventlet.hubs import epolls, use_hub

        eventlet.monkey_patch()

        class Hub(epolls.Hub):
            """Whoever's time has come waits for so many requests, and not for all that arrived together."""

            is_available = staticmethod(epolls.is_available)

            def do_poll(self, seconds: float) -> Any:
                return self.poll.poll(seconds, REQUESTS_A_ROUND)

        if Hub.is_available():
            use_hub(Hub)
    elif mode == "gevent":
        from gevent import config, monkey

        config.threadpool_size = work_threads
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


def serve(
    app: App,
    listener: socket.socket,
    mode: str,
    limits: ServerLimits,
    *,
    certificate: str = "",
    key: str = "",
) -> None:
    """Serve a WSGI app until the process is told to stop; then finish the requests under way."""
    tls = tls_context(certificate, key) if certificate else None
    room = make_room(limits.max_connections)
    if room < limits.max_connections:
        sys.stdout.write(f"At most {room:,} connections: the system lets this process have no more files open.\n")
        sys.stdout.flush()
    connections = Connections(replace(limits, max_connections=room))
    # What was made so far stays for good: to look for garbage in all of it takes 60 ms, in which no screen changes.
    gc.freeze()
    # And a refresh of two thousand screens makes a hundred thousand things that are gone a moment later without being looked for.
    gc.set_threshold(10_000, 20, 50)
    gc.enable()
    start = {"eventlet": _start_eventlet, "gevent": _start_gevent, "threading": _start_threads}[mode]
    with Bell() as bell:
        close = start(app, listener, tls, connections)
        tell_supervisor("READY=1")
        while not bell.rings_within(LOOK_SECONDS):
            connections.end_overdue(time.monotonic())
    # From here on a second Ctrl-C ends the process at once.
    tell_supervisor("STOPPING=1")
    close()
    connections.drain(time.monotonic() + limits.stop_seconds)


# Each of the three starts in the background, puts a line under each connection, and returns what shuts the door. -----


def _start_eventlet(app: App, listener: socket.socket, tls: ssl.SSLContext | None, connections: Connections) -> Close:
    import eventlet.wsgi

    class Handler(eventlet.wsgi.HttpProtocol):
        rfile: Any
        wbufsize = WRITE_BYTES

        def setup(self) -> None:
            super().setup()
            self.rfile.close()
            self.line = connections.take(self.connection)
            self.rfile = io.BufferedReader(self.line, READ_BYTES)

        def handle_one_request(self) -> None:
            self.line.await_request()
            try:
                super().handle_one_request()
            except HeadTooLarge:
                self.wfile.write(HEAD_TOO_LARGE)
                self.close_connection = 1
            # Or whoever has always sent the next request already would be served alone, and no code change.
            eventlet.sleep(0)

        def get_environ(self) -> dict[str, Any]:
            environ: dict[str, Any] = super().get_environ()
            if self.line.begin_answer(environ):
                self.close_connection = 1
            return environ

        def log_message(self, *_: object) -> None:
            """The library's own would say whose a bad request was, and what they had scanned."""

    door = late(listener, tls)
    limits = connections.limits
    options = {"max_size": limits.max_connections, "url_length_limit": limits.head_bytes}
    options |= {"socket_timeout": connections.socket_seconds, "log_output": False, "debug": False}
    eventlet.spawn(eventlet.wsgi.server, Door(door), app, protocol=Handler, **options)
    return door.close


def _start_gevent(app: App, listener: socket.socket, tls: ssl.SSLContext | None, connections: Connections) -> Close:
    import gevent
    from gevent.pool import Pool
    from gevent.pywsgi import WSGIHandler, WSGIServer

    class Handler(WSGIHandler):
        rfile: Any

        def handle(self) -> None:
            self.rfile.close()
            self.socket.settimeout(connections.socket_seconds)
            self.line = connections.take(self.socket)
            self.rfile = io.BufferedReader(self.line, READ_BYTES)
            try:
                super().handle()
            finally:
                self.line.close()

        def handle_one_request(self) -> Any:
            self.line.await_request()
            outcome = super().handle_one_request()
            gevent.sleep(0)  # as in eventlet's mode
            return outcome

        def get_environ(self) -> dict[str, Any]:
            environ: dict[str, Any] = super().get_environ()
            if self.line.begin_answer(environ):
                self.close_connection = True
            return environ

        def finalize_headers(self) -> None:
            super().finalize_headers()
            if self.close_connection:
                self.response_headers.append((b"Connection", b"close"))

        def _handle_client_error(self, problem: Exception) -> tuple[str, bytes]:
            # The library's own would log whose it was, and what they scanned.
            return ("431", HEAD_TOO_LARGE) if isinstance(problem, HeadTooLarge) else ("400", BAD_REQUEST)

    # gevent's own way is to shake hands first, for as long as that takes.
    options = {"ssl_context": tls, "do_handshake_on_connect": False} if tls else {}
    places = Pool(connections.limits.max_connections)
    server = WSGIServer(listener, app, log=None, error_log=None, spawn=places, handler_class=Handler, **options)
    server.start()
    return server.close


def _start_threads(app: App, listener: socket.socket, tls: ssl.SSLContext | None, connections: Connections) -> Close:
    from werkzeug.serving import ThreadedWSGIServer

    places = threading.BoundedSemaphore(connections.limits.max_connections)

    class Server(ThreadedWSGIServer):
        def process_request(self, *about: Any) -> None:
            places.acquire()
            try:
                super().process_request(*about)
            except RuntimeError:  # the system has no more threads
                places.release()
                raise

        def process_request_thread(self, *about: Any) -> None:
            try:
                super().process_request_thread(*about)
            finally:
                places.release()

    host, port = listener.getsockname()[:2]
    server = Server(host, port, app, _thread_handler(connections), fd=listener.fileno())
    # Not by werkzeug's own way, which would shake hands with each connection before it takes the next one.
    server.socket.close()
    server.socket, server.ssl_context = late(listener, tls), tls
    threading.Thread(target=server.serve_forever, args=(LOOK_SECONDS / 10,), daemon=True).start()
    return threading.Thread(target=server.shutdown, daemon=True).start


def _thread_handler(connections: Connections) -> Any:
    from werkzeug.serving import WSGIRequestHandler

    class Handler(WSGIRequestHandler):
        """HTTP/1.1, and no line per request: those carry scanned addresses. It names no versions."""

        protocol_version = "HTTP/1.1"
        timeout = connections.socket_seconds

        def setup(self) -> None:
            super().setup()
            self.rfile.close()
            self.line = connections.take(self.connection)
            self.rfile = io.BufferedReader(self.line, READ_BYTES)

        def handle_one_request(self) -> None:
            self.line.await_request()
            try:
                super().handle_one_request()
            except HeadTooLarge:
                self.wfile.write(HEAD_TOO_LARGE)
                self.close_connection = True

        def make_environ(self) -> dict[str, Any]:
            environ = super().make_environ()
            self.line.begin_answer(environ)
            self.close_connection = True  # as every answer of this server's says
            return environ

        def send_header(self, keyword: str, value: str) -> None:
            if keyword != "Server":
                super().send_header(keyword, value)

        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    return Handler

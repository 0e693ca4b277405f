"""The server: what it makes of the process before it serves."""

import errno
import gc
import os
import signal

import pytest

from kiosk import listener, server
from kiosk.settings import ServerLimits


def test_garbage_is_looked_for_among_what_is_made_while_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, before = [], gc.get_threshold()

    def start(*_: object) -> server.Close:
        seen.append((gc.isenabled(), gc.get_freeze_count() > 0))
        os.kill(os.getpid(), signal.SIGTERM)
        return lambda: None

    monkeypatch.setattr(server, "_start_threads", start)
    gc.disable()
    with listener.open_listener("127.0.0.1", 0) as door:
        server.serve(lambda *_: [], door, "threading", ServerLimits())
    gc.unfreeze()
    every = gc.get_threshold()[0]
    gc.set_threshold(*before)
    assert seen == [(True, True)]
    assert every > before[0]


def test_the_door_stays_open_after_an_accept_that_did_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "ACCEPT_AGAIN_SECONDS", 0)
    outcomes = iter([OSError(errno.ENFILE, "the system has no more files"), ConnectionAbortedError()])

    class Listener:
        def accept(self) -> str:
            for outcome in outcomes:
                raise outcome
            return "a connection"

    assert listener.Door(Listener()).accept() == "a connection"  # type: ignore[arg-type]

"""The server: what it makes of the process before it serves."""

import gc

import pytest

from kiosk import server


def test_garbage_is_looked_for_among_what_is_made_while_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, before = [], gc.get_threshold()
    monkeypatch.setattr(server, "_serve_threads", lambda *_: seen.append((gc.isenabled(), gc.get_freeze_count() > 0)))
    gc.disable()
    with server.open_listener("127.0.0.1", 0) as listener:
        server.serve(lambda *_: [], listener, "threading")
    gc.unfreeze()
    every = gc.get_threshold()[0]
    gc.set_threshold(*before)
    assert seen == [(True, True)]
    assert every > before[0]

"""Screens for the tests: one that asks, one that was let in, and what its socket hears."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy.engine import make_url

from kiosk.display.feed import Feed
from kiosk.store.tables import screens
from tests.stage import Browser, Stage


def ask(stage: Stage, app: Flask | None = None) -> Browser:
    """A browser whose screen has asked for a pairing."""
    browser: Browser = (app or stage.app("display")).test_client()  # type: ignore[assignment]
    answer = browser.send("/pairing", "/")
    assert answer.status_code == 303, answer.text
    return browser


def let_in(
    stage: Stage, browser: Browser, *, room: str = "", lecture: str = "", minutes: int = 120, name: str = "screen"
) -> int:
    """Approve the pairing asked for last, as a lecturer's phone does; the screen's id is remembered under `name`."""
    pairing = stage.rows(screens.pairing)[-1]
    stage.change(screens.pairing, pairing.id, answered_at=stage.clock())
    return stage.add(
        name,
        screens.screen,
        secret_hash=pairing.secret_hash,
        room_id=stage.ids[room] if room else None,
        lecture_id=stage.ids[lecture] if lecture else None,
        approved_at=stage.clock(),
        expires_at=stage.clock() + timedelta(minutes=minutes),
    )


def room_screen(stage: Stage, app: Flask | None = None, room: str = "4/4053") -> Browser:
    """A room's permanent screen."""
    browser = ask(stage, app)
    let_in(stage, browser, room=room)
    return browser


def lecture_screen(stage: Stage, app: Flask | None = None, lecture: str = "algorithms") -> Browser:
    """A screen for one lecture."""
    browser = ask(stage, app)
    let_in(stage, browser, lecture=lecture)
    return browser


def feed_of(browser: Browser) -> Feed:
    feed: Feed = browser.application.extensions["kiosk_feed"]
    return feed


def cookies(browser: Browser) -> str:
    """The browser's cookies as its socket sends them."""
    return "; ".join(f"{it.key}={it.value}" for it in browser._cookies.values())


def connect(browser: Browser, app: Flask | None = None, *, address: str = "") -> SocketIOTestClient:
    """The socket of a page that this browser has open; `address` is where a proxy says that it is."""
    app = app or browser.application
    feed: Feed = app.extensions["kiosk_feed"]
    forwarded = {"X-Forwarded-For": address} if address else {}
    return feed.socketio.test_client(app, headers={"Cookie": cookies(browser), **forwarded})


def heard(socket: SocketIOTestClient) -> list[dict[str, Any]]:
    """The frames a socket got since it was asked last."""
    return [it["args"][0] for it in socket.get_received()]


def refresh(browser: Browser, stage: Stage) -> None:
    """What the reader does every two seconds."""
    with browser.application.app_context():
        feed_of(browser).refresh(stage.clock())


def push(browser: Browser, stage: Stage) -> None:
    """What the clock does at a boundary: here and now."""
    feed = feed_of(browser)
    feed.push(feed.prepare(stage.clock()), stage.clock())


def write(browser: Browser, stage: Stage) -> None:
    """What the writer does."""
    with browser.application.app_context():
        feed_of(browser).sightings.write(stage.clock())


def take_away(stage: Stage) -> Path:
    """Move the database out of every wing's reach, as a failing disk or a stopped server does; its owner keeps a line to it."""
    path = Path(make_url(stage.database.urls["display"]).database or "")
    for engine in stage.database.engines:
        if engine is not stage.database.owner:
            engine.dispose()
    kept = path.parent / "kept"
    kept.mkdir()
    for file in path.parent.glob("kiosk.sqlite*"):
        shutil.move(file, kept / file.name)
    path.mkdir()
    return kept


def bring_back(stage: Stage, kept: Path) -> None:
    path = Path(make_url(stage.database.urls["display"]).database or "")
    path.rmdir()
    for file in kept.iterdir():
        shutil.move(file, path.parent / file.name)
    kept.rmdir()

"""A theatre for the test that lets screens live: two wings on a stage of their own, staff with phones, screens with a plug."""

import re
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from kiosk.store.rights import PARTIES
from kiosk.store.tables import board, screens, staff
from tests.display.screens import bring_back, connect, heard, push, refresh, take_away, write
from tests.stage import PASSWORD, Browser, Clock, Database, Stage, set_stage
from tests.walls.screen_model import LECTERNS, Asked, Key, Teaching, Ticket

SPOKEN = re.compile(r"<span>([A-Z]{4})</span> <span>([A-Z]{4})</span>")
MATCH = re.compile(r'<b class="match">(\d\d)</b>')
SECRET = re.compile(r"/room/([\w-]+)")
DIGITS = re.compile(r"\b(\d{3}) (\d{3})\b")
SYMBOL = re.compile(r'<main class="stage state-.*? d="(M?)', re.DOTALL)
ROOM, FIRST_KEY = "4/4053", "the secret of the first room key"
SIGNED_IN_FOR = timedelta(minutes=10)


@dataclass
class Screen:
    """A browser at a lectern, what it brings along, and the socket of its open page."""

    browser: Browser
    token: str
    has_script: bool
    ticket: Ticket = field(default_factory=Ticket)
    is_on: bool = True
    socket: SocketIOTestClient | None = None
    plugged: Ticket = field(default_factory=Ticket)

    def send(self, path: str) -> TestResponse:
        return self.browser.post(path, data={"csrf_token": self.token})

    def bring(self, **changes: Any) -> None:
        """Its next requests bring something else along."""
        brings = {**vars(self.ticket), **changes}
        self.ticket = Ticket(**{**brings, "address": self.address if brings["key"] else ""})

    @property
    def address(self) -> str:
        return str(self.browser.environ_base["HTTP_X_FORWARDED_FOR"])

    def move(self, address: str) -> None:
        self.browser.environ_base = {**self.browser.environ_base, "HTTP_X_FORWARDED_FOR": address}
        self.bring()

    def plug_in(self) -> None:
        self.socket, self.plugged = connect(self.browser, address=self.address), self.ticket

    def unplug(self) -> None:
        if self.socket and self.socket.is_connected():
            self.socket.disconnect()
        self.socket = None


def code_on(page: str) -> str:
    """The digits on a page, with a symbol beside them; or neither."""
    found, symbol = DIGITS.search(page), SYMBOL.search(page)
    assert bool(found) == bool(symbol and symbol[1]), page
    return found[1] + found[2] if found else ""


class Theatre:
    """Two wings on one stage of their own, and who is signed in where."""

    def __init__(self, template: Stage, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.stage = copied(template, folder)
        self.display, self.admin = self.stage.app("display", trusted_proxies=1), self.stage.app("admin")
        self._reader = new_browser(self.display)
        self._phones: dict[str, tuple[Browser, str, datetime]] = {}
        self._kept: Path | None = None

    def close(self) -> None:
        if self._kept:
            self.lose_or_find_database()
        self.stage.database.close()

    @property
    def is_away(self) -> bool:
        return self._kept is not None

    def lose_or_find_database(self) -> None:
        if self._kept:
            bring_back(self.stage, self._kept)
        self._kept = None if self._kept else take_away(self.stage)

    # The screens -------------------------------------------------------------------------------

    def screen(self, address: str, *, has_script: bool) -> Screen:
        browser = new_browser(self.display)
        screen = Screen(browser, browser.csrf("/"), has_script)
        screen.move(address)
        return screen

    def asked_by(self, screen: Screen) -> Asked:
        """What a person reads on a screen that has just asked."""
        page = screen.browser.get("/").text
        letters, number = SPOKEN.search(page), MATCH.search(page)
        assert letters, page
        assert number, page
        return Asked(letters[1] + letters[2], int(number[1]), self.stage.clock())

    def read(self) -> None:
        """What the feed's reader and its clock do."""
        refresh(self._reader, self.stage)
        push(self._reader, self.stage)

    def write(self) -> None:
        write(self._reader, self.stage)

    def frame(self, screen: Screen) -> dict[str, Any]:
        """The last frame a screen heard, once in each pass of the clock."""
        return heard(screen.socket)[-1] if screen.socket else {}

    # The staff ---------------------------------------------------------------------------------

    def act(self, who: str, path: str, **fields: Any) -> TestResponse:
        """Somebody sends a form from their phone."""
        browser, token = self._phone(who)
        return browser.post(path, data={"csrf_token": token, **fields})

    def _phone(self, who: str) -> tuple[Browser, str]:
        now = self.stage.clock()
        if who not in self._phones or now - self._phones[who][2] > SIGNED_IN_FOR:
            browser = new_browser(self.admin)
            if who != "stranger":
                assert browser.send("/sign-in", login=who, password=PASSWORD).status_code == 303
            self._phones[who] = browser, browser.csrf("/sign-in" if who == "stranger" else "/"), now
        return self._phones[who][:2]

    def room(self, code: str) -> int:
        return self.stage.ids[code]

    def make_key(self, room: str) -> Key:
        answer = self.act("ro", f"/rooms/{self.room(room)}/keys/new", label="Lectern")
        secret = SECRET.search(answer.text)
        assert secret, answer.text
        return Key(self.stage.rows(screens.room_key)[-1].id, room, secret[1])

    def first_key(self) -> Key:
        return Key(self.stage.ids["key"], ROOM, FIRST_KEY)

    # The timetable -----------------------------------------------------------------------------

    def teach(self, module: str, room: str, minutes: int) -> Teaching:
        """A lecture that begins now."""
        now = self.stage.clock()
        name = f"{module} {now}"
        self.stage.add_lecture(name, starts_at=now, minutes=minutes, modules=(module,), rooms=(room,))
        return self.teaching(name, module, room)

    def teaching(self, name: str, module: str, room: str) -> Teaching:
        row = self.stage.rows(board.lecture, board.lecture.c.id == self.stage.ids[name])[0]
        return Teaching(row.id, name, module, room, row.starts_at, row.ends_at)


def new_browser(app: Flask) -> Browser:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    return browser


def template_in(folder: Path, migrated_file: Path) -> Stage:
    """The standing cast in a file that can be copied: with passwords that cost nothing to check, and one room key."""
    shutil.copy(migrated_file, folder / "template.sqlite")
    stage = set_stage(database_at(folder / "template.sqlite"))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with stage.database.owner.begin() as connection:
        connection.execute(update(staff.staff_credential).values(password_hash=cheap))
    secret_hash, room_id = sha256(FIRST_KEY.encode()).hexdigest(), stage.ids[ROOM]
    stage.add("key", screens.room_key, room_id=room_id, secret_hash=secret_hash, label="", made_at=stage.clock())
    stage.add("network", screens.lectern_network, cidr=LECTERNS)
    stage.database.close()
    return stage


def copied(template: Stage, folder: Path) -> Stage:
    folder.mkdir()
    shutil.copy(template.database.urls["owner"].removeprefix("sqlite:///"), folder / "kiosk.sqlite")
    return Stage(database_at(folder / "kiosk.sqlite"), Clock(), template.start, dict(template.ids))


def database_at(path: Path) -> Database:
    return Database(dict.fromkeys(("owner", *PARTIES), f"sqlite:///{path}"))

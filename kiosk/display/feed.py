"""The socket: every connected screen gets its frame at each change. Never touches the database while it pushes.

Three loops run in a process, from the first connection on. The clock makes frames before each
boundary and sends them at it; the reader asks the database every two seconds what each screen may
show; the writer notes which screens were on. A busy or absent database stops the last two alone.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engineio.packet import Packet
from flask import Flask, request
from flask_socketio import ConnectionRefusedError

from kiosk.display import service
from kiosk.display.access import credential
from kiosk.display.frames import Frame, FrameMaker, next_change, scene
from kiosk.display.service import Credential, Sight
from kiosk.display.sightings import Sightings
from kiosk.display.wire import EVENT, encode, make_socket
from kiosk.settings import DisplaySettings
from kiosk.store.database import db
from kiosk.store.transactions import DatabaseAway
from kiosk.web.errors import where
from kiosk.web.surroundings import utc_now

REFRESH_SECONDS = 2
STANDS_FOR = timedelta(minutes=2)
LEAD_SECONDS = 0.3
LEAD_SECONDS_PER_SCREEN = 0.001
BREATH = 16
"""Frames made between two pauses, so that others get their turn."""

Breathe = Callable[[], None]

log = logging.getLogger("kiosk")


def hold_breath() -> None:
    """Where nobody else waits for a turn."""


@dataclass(frozen=True)
class Known:
    """What a browser may show, when the database last said so, and when the browser itself was last there."""

    sight: Sight
    asked_at: datetime
    there_at: datetime


@dataclass(frozen=True)
class Ready:
    """A frame made ahead: for which sight, and the bytes to send."""

    sight: Sight
    scene: tuple[object, ...]
    packet: Packet


class Feed:
    """The screens that are on, in this process."""

    def __init__(self, app: Flask, settings: DisplaySettings, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.clock = clock
        self.maker = FrameMaker(settings)
        self.live: dict[str, Credential] = {}
        self._settings = settings
        self._sent: dict[str, tuple[object, ...]] = {}
        self._known: dict[Credential, Known] = {}
        self.sightings = Sightings()
        self._is_running = False
        self.socketio = make_socket(app, settings)
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._leave)
        self.socketio.on_error_default(_swallow)
        # Before anybody looks at an event's name: a screen could call its own "connect" or "*".
        self.socketio.server._handle_event = self._refuse
        # And before a line is opened: a stranger could hold one for as long as it answers pings.
        self.socketio.server.eio.on("connect", self._admit)

    # Who is there ------------------------------------------------------------------------------

    def sight(self, brought: Credential, now: datetime) -> Sight | None:
        """What a browser may show, from the database, or from memory while that is away.

        Raises:
            DatabaseAway: and nothing is remembered of this browser.
        """
        try:
            found = self._look([brought], now).get(brought)
        except DatabaseAway:
            known = self._known.get(brought)
            if known is None or now - known.asked_at > STANDS_FOR:
                raise
            return known.sight
        if found is None:
            self._known.pop(brought, None)
        else:
            self._known[brought] = Known(found, now, now)
        return found

    def notice(self, brought: Credential, now: datetime) -> Frame:
        """The frame for a page about to be drawn; the writer will note that this screen was on."""
        self.start()
        return self._frame(self._known[brought], now)

    def _admit(self, transport: str, environ: dict[str, Any]) -> bool | None:
        """Open a line for a screen; anybody else's handshake is answered 401."""
        with self.app.request_context(environ):
            if not self._may_show(credential()):
                return False
        self.socketio.server._handle_eio_connect(transport, environ)
        return None

    def _connect(self, auth: object = None) -> None:
        brought = credential()
        if not self._may_show(brought):
            raise ConnectionRefusedError("no pairing")
        connection = str(request.sid)  # type: ignore[attr-defined]
        self.live[connection] = brought
        self._send(connection, self._frame(self._known[brought], self.clock()))
        self.start()

    def _may_show(self, brought: Credential) -> bool:
        try:
            return self.sight(brought, self.clock()) is not None
        except DatabaseAway:
            return False

    def _leave(self, *_: object) -> None:
        connection = str(request.sid)  # type: ignore[attr-defined]
        self.live.pop(connection, None)
        self._sent.pop(connection, None)

    def _refuse(self, transport: str, *_: object) -> None:
        """A screen has nothing to say."""
        connection = self.socketio.server.manager.sid_from_eio_sid(transport, "/")
        if connection is not None:
            self.socketio.server.disconnect(connection, ignore_queue=True)

    def _dismiss(self, connection: str) -> None:
        """Take the code off a screen that may no longer show it."""
        self.live.pop(connection, None)
        self._sent.pop(connection, None)
        self.socketio.server.disconnect(connection, ignore_queue=True)

    # What they see -----------------------------------------------------------------------------

    def refresh(self, now: datetime, breathe: Breathe = hold_breath) -> None:
        """Ask the database what every screen may show that is here or was just now; send changes, dismiss who may no longer."""
        connected = set(self.live.values())
        wanted = connected | self._known.keys()
        try:
            found = self._look(wanted, now)
        except DatabaseAway:
            found = None
        if found is not None:
            for brought in wanted:
                self._learn(brought, found.get(brought), now, is_here=brought in connected)
        for count, (connection, brought) in enumerate(list(self.live.items())):
            known = self._known.get(brought)
            if known is None:
                self._dismiss(connection)
                continue
            frame = self._frame(known, now)
            if self._sent.get(connection) != scene(frame):
                self._send(connection, frame)
            if count % BREATH == BREATH - 1:
                breathe()

    def _look(self, brought: Collection[Credential], now: datetime) -> dict[Credential, Sight]:
        return service.look(db.session, brought, now, self._settings.windows, self._settings.institution.time_zone)

    def _learn(self, brought: Credential, found: Sight | None, now: datetime, *, is_here: bool) -> None:
        """Remember it; not of a browser that went away long ago, nor of one that may show nothing, should it come back."""
        known = self._known.get(brought)
        there_at = now if known is None or is_here else known.there_at
        if found is None or now - there_at > STANDS_FOR:
            self._known.pop(brought, None)
            return
        # An equal sight stays the same object: frames made ahead for it are still good.
        same = known is not None and known.sight == found
        self._known[brought] = Known(known.sight if known and same else found, now, there_at)

    def prepare(self, at: datetime, breathe: Breathe = hold_breath) -> dict[Credential, Ready]:
        """Make every frame for an instant to come."""
        ready: dict[Credential, Ready] = {}
        for count, brought in enumerate(set(self.live.values())):
            known = self._known.get(brought)
            if known is not None:
                frame = self._frame(known, at)
                ready[brought] = Ready(known.sight, scene(frame), encode(frame))
            if count % BREATH == BREATH - 1:
                breathe()
        return ready

    def push(self, ready: dict[Credential, Ready], at: datetime) -> None:
        """Send every connected screen its frame, those that joined or changed since `prepare` included."""
        participant = self.socketio.server.manager.eio_sid_from_sid
        for connection, brought in list(self.live.items()):
            made, known = ready.get(brought), self._known.get(brought)
            if known is None:
                continue
            if made is None or made.sight is not known.sight:
                self._send(connection, self._frame(known, at))
                continue
            self._sent[connection] = made.scene
            self.socketio.server._send_eio_packet(participant(connection, "/"), made.packet)

    def _frame(self, known: Known, at: datetime) -> Frame:
        is_known = at - known.asked_at <= STANDS_FOR
        frame = self.maker.frame(known.sight, at, is_known=is_known)
        lecture_id = self.maker.lecture_shown(known.sight, at, is_known=is_known)
        self.sightings.see(known.sight.viewer, lecture_id, at, with_code=bool(frame["digits"]))
        return frame

    def _send(self, connection: str, frame: Frame) -> None:
        self._sent[connection] = scene(frame)
        # To this process's own connection: the queue between processes is for nobody here.
        self.socketio.emit(EVENT, frame, to=connection, ignore_queue=True)

    # The three loops ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start the loops, once. A clock that is set by hand is moved by hand, and so are they."""
        if self._is_running or self.clock is not utc_now:
            return
        self._is_running = True
        self.socketio.start_background_task(self._run_clock)
        self.socketio.start_background_task(self._run, self._refresh_breathing)
        self.socketio.start_background_task(self._run, self.sightings.write)

    def _run_clock(self) -> None:
        while True:
            at = next_change(self.clock(), self._settings.codes)
            try:
                lead = LEAD_SECONDS + LEAD_SECONDS_PER_SCREEN * len(self.live)
                self._sleep_until(at - timedelta(seconds=lead))
                ready = self.prepare(at, self._breathe)
                self._sleep_until(at)
                self.push(ready, at)
            except Exception as problem:  # noqa: BLE001 - one bad frame must not stop the clock
                log.error("%s", where(problem))
                self._sleep_until(at + timedelta(seconds=1))

    def _run(self, act: Callable[[datetime], None]) -> None:
        while True:
            self.socketio.sleep(REFRESH_SECONDS)
            try:
                with self.app.app_context():
                    act(self.clock())
            except DatabaseAway:
                log.warning("database away")
            except Exception as problem:  # noqa: BLE001 - nor the loops
                log.error("%s", where(problem))

    def _refresh_breathing(self, now: datetime) -> None:
        self.refresh(now, self._breathe)

    def _breathe(self) -> None:
        self.socketio.sleep(0)

    def _sleep_until(self, at: datetime) -> None:
        self.socketio.sleep(max(0.0, (at - self.clock()).total_seconds()))


def _swallow(problem: Exception) -> bool:
    """Whatever goes wrong in a handler: the log says where, the screen nothing."""
    log.error("%s", where(problem))
    return False

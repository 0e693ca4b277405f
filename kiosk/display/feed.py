"""The socket: every connected screen gets its frame at each change. Never touches the database while it pushes.

Three loops run in a process, from the first connection on. The clock makes frames before each
boundary and sends them at it; the reader asks the database every two seconds what each screen may
show; the writer notes which screens were on. A busy or absent database stops the last two alone,
and they keep out of the clock's way.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request
from flask_socketio import ConnectionRefusedError

from kiosk.breath import Breathe, hold_breath, hold_turn, in_turns
from kiosk.display.access import credential
from kiosk.display.frames import Frame, FrameMaker, lecture_on, next_change
from kiosk.display.known import Known, Memory
from kiosk.display.lines import Lines, Message
from kiosk.display.service import Credential, Sight
from kiosk.display.sightings import Sightings
from kiosk.display.wire import encode, make_socket
from kiosk.settings import DisplaySettings
from kiosk.store.transactions import DatabaseAway
from kiosk.web.errors import where
from kiosk.web.surroundings import utc_now

REFRESH_SECONDS = 2
AT_ONCE = 100
"""Screens that the database is asked about in one breath."""
LEAD_SECONDS = 0.3
LEAD_SECONDS_PER_SCREEN = 0.001
QUIET_SECONDS = 0.25
"""For so long before a change the reader and the writer begin nothing."""
DONE_SECONDS = 0.02
LONGEST_HOLD_SECONDS = 0.1
"""How long before a change nobody else gets a turn, however long a round of the loop takes."""

log = logging.getLogger("kiosk")


@dataclass(frozen=True)
class Picture:
    """What a browser is to show at an instant: what a person would call it, and everything the page draws."""

    scene: tuple[object, ...]
    frame: Frame


@dataclass(frozen=True)
class Ready:
    """A frame made ahead: for which sight, and the bytes to send."""

    sight: Sight
    scene: tuple[object, ...]
    message: Message


class Feed:
    """The screens that are on, in this process."""

    def __init__(self, app: Flask, settings: DisplaySettings, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.clock = clock
        self.maker = FrameMaker(settings)
        self.live: dict[str, Credential] = {}
        self._settings = settings
        self.memory = Memory(settings)
        self._sent: dict[str, tuple[object, ...]] = {}
        self.sightings = Sightings()
        self._is_running = False
        self.socketio = make_socket(app, settings)
        self.lines = Lines(self.socketio.server)
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._leave)
        self.socketio.on_error_default(_swallow)
        # Before anybody looks at an event's name: a screen could call its own "connect" or "*".
        self.socketio.server._handle_event = self._refuse
        # And before a line is opened: a stranger could hold one for as long as it answers pings.
        self.socketio.server.eio.on("connect", self._admit)

    # Who is there ------------------------------------------------------------------------------

    def notice(self, brought: Credential, now: datetime) -> Frame:
        """The frame for a page about to be drawn; the writer will note that this screen was on."""
        self.start()
        return self._picture(self.memory[brought], now).frame

    def _admit(self, transport: str, environ: dict[str, Any]) -> bool | None:
        """Open a line for a screen; anybody else's handshake is answered 401."""
        with self.app.request_context(environ):
            if not self.memory.may_show(credential(), self.clock()):
                return False
        self.socketio.server._handle_eio_connect(transport, environ)
        return None

    def _connect(self, auth: object = None) -> None:
        brought = credential()
        if not self.memory.may_show(brought, self.clock()):
            raise ConnectionRefusedError("no pairing")
        connection = str(request.sid)  # type: ignore[attr-defined]
        self.live[connection] = brought
        self._send(connection, self._picture(self.memory[brought], self.clock()))
        self.start()

    def _leave(self, reason: object = None) -> None:
        connection = str(request.sid)  # type: ignore[attr-defined]
        self._forget(connection)
        if reason == self.socketio.server.reason.PING_TIMEOUT:
            self.lines.cut(connection)

    def _refuse(self, transport: str, *_: object) -> None:
        """A screen has nothing to say."""
        connection = self.socketio.server.manager.sid_from_eio_sid(transport, "/")
        if connection is not None:
            self.socketio.server.disconnect(connection, ignore_queue=True)

    def _dismiss(self, connection: str) -> None:
        """Take the code off a screen that may no longer show it."""
        self._forget(connection)
        self.socketio.server.disconnect(connection, ignore_queue=True)

    def _forget(self, connection: str) -> None:
        self.live.pop(connection, None)
        self._sent.pop(connection, None)

    # What they see -----------------------------------------------------------------------------

    def refresh(self, now: datetime, breathe: Breathe = hold_breath) -> None:
        """Ask the database what every screen may show that is here or was just now; send changes, dismiss who may no longer."""
        lines: dict[Credential, list[str]] = defaultdict(list)
        for connection, brought in dict(self.live).items():
            lines[brought].append(connection)
        wanted = list({*lines, *self.memory.everybody()})
        is_away = False
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            try:
                if not is_away:
                    self.memory.learn(part, now, here=lines.keys())
            except DatabaseAway:
                is_away = True
            for connection, brought in [(line, it) for it in part for line in lines.get(it, ())]:
                self._renew(connection, self.memory.get(brought))
            breathe()
            now = self.clock()

    def _renew(self, connection: str, known: Known | None) -> None:
        """Send a screen what has changed since it was sent something, if it is still there."""
        if connection not in self.live:
            return
        if known is None:
            self._dismiss(connection)
            return
        now = self.clock()
        outcome = self.maker.outcome(known.sight, now, is_known=known.stands(now))
        self.sightings.see(known.sight.viewer, lecture_on(outcome), now, with_code=False)
        if self._sent.get(connection) != self.maker.scene(known.sight, outcome, now):
            self._send(connection, self._try_picture(known, now))

    def prepare(self, at: datetime, breathe: Breathe = hold_breath) -> dict[Credential, Ready]:
        """Make every frame for an instant to come."""
        ready: dict[Credential, Ready] = {}
        for brought in dict(self.live).values():
            known = self.memory.get(brought)
            if known is not None and brought not in ready and (picture := self._try_picture(known, at)):
                ready[brought] = Ready(known.sight, picture.scene, Message.of(encode(picture.frame)))
            breathe()
        return ready

    def push(self, ready: dict[Credential, Ready], at: datetime) -> None:
        """Send every connected screen its frame; those that joined or changed since `prepare` come last, and are not left out."""
        behind: list[tuple[str, Known]] = []
        for connection, brought in dict(self.live).items():
            made, known = ready.get(brought), self.memory.get(brought)
            if made is not None and known is not None and made.sight is known.sight:
                self._sent[connection] = made.scene
                self.lines.send(connection, made.message)
            elif known is not None:
                behind.append((connection, known))
        for connection, known in behind:
            self._send(connection, self._try_picture(known, at))

    def _try_picture(self, known: Known, at: datetime) -> Picture | None:
        """None where something goes wrong with it: that screen's code goes by its own clock, and every other one changes."""
        try:
            return self._picture(known, at)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is about one screen
            log.error("%s", where(problem))
            return None

    def _picture(self, known: Known, at: datetime) -> Picture:
        sight = known.sight
        outcome = self.maker.outcome(sight, at, is_known=known.stands(at))
        frame = self.maker.frame(sight, outcome, at)
        self.sightings.see(sight.viewer, lecture_on(outcome), at, with_code=bool(frame["digits"]))
        return Picture(self.maker.scene(sight, outcome, at), frame)

    def _send(self, connection: str, picture: Picture | None) -> None:
        if picture is not None:
            self._sent[connection] = picture.scene
            self.lines.send(connection, Message.of(encode(picture.frame)))

    # The three loops ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start the loops, once. A clock that is set by hand is moved by hand, and so are they."""
        if self._is_running or self.clock is not utc_now:
            return
        self._is_running = True
        self.socketio.start_background_task(self._run_clock)
        self.socketio.start_background_task(self._run, self._refresh_in_turns)
        self.socketio.start_background_task(self._run, self._write_in_turns)

    def _run_clock(self) -> None:
        at = self.clock()
        while True:
            at = self._change_after(at)
            try:
                lead = LEAD_SECONDS + LEAD_SECONDS_PER_SCREEN * len(self.live)
                self._sleep_until(at - timedelta(seconds=lead))
                ready = self.prepare(at, self._turns_until(at))
                self._wait_for(at)
                now = self.clock()
                # A process that slept for so long made nothing ahead that is still worth showing.
                is_late = now >= next_change(at, self._settings.codes)
                self.push({}, now) if is_late else self.push(ready, at)
                del ready  # a kilobyte a screen, until the next change
            except Exception as problem:  # noqa: BLE001 - one bad frame must not stop the clock
                log.error("%s", where(problem))
                self._sleep_until(at + timedelta(seconds=1))

    def _change_after(self, sent: datetime) -> datetime:
        """The next change; one that has just been sent is not sent again where this clock lags a little behind the stopwatch."""
        now = self.clock()
        is_ahead = now < sent < now + timedelta(seconds=1)
        return next_change(sent if is_ahead else now, self._settings.codes)

    def _run(self, act: Callable[[datetime], None]) -> None:
        while True:
            self._keep_away(REFRESH_SECONDS)
            try:
                with self.app.app_context():
                    act(self.clock())
            except DatabaseAway:
                log.warning("database away")
            except Exception as problem:  # noqa: BLE001 - nor the loops
                log.error("%s", where(problem))

    def _refresh_in_turns(self, now: datetime) -> None:
        self.refresh(now, in_turns(self._keep_away))

    def _write_in_turns(self, now: datetime) -> None:
        self.sightings.write(now, in_turns(self._keep_away))

    def _keep_away(self, seconds: float = 0) -> None:
        """Pause; where that would end shortly before a change, until it is done."""
        now = self.clock()
        left = (next_change(now, self._settings.codes) - now).total_seconds()
        is_near = seconds <= left < seconds + QUIET_SECONDS
        self.socketio.sleep(left + DONE_SECONDS if is_near else seconds)

    def _turns_until(self, at: datetime) -> Breathe:
        """Turns, as long as there is time to give any away."""

        def let_others() -> None:
            if self.clock() < at - timedelta(seconds=QUIET_SECONDS):
                self.socketio.sleep(0)

        return in_turns(let_others)

    def _wait_for(self, at: datetime) -> None:
        """Sleep until a change; a busy loop would come back from that late, so the last round is not given away."""
        self._sleep_until(at - timedelta(seconds=QUIET_SECONDS))
        began = self.clock()
        self.socketio.sleep(0)
        hold_seconds = min(LONGEST_HOLD_SECONDS, 0.001 + 1.5 * (self.clock() - began).total_seconds())
        self._sleep_until(at - timedelta(seconds=hold_seconds))
        hold_turn(min(hold_seconds, (at - self.clock()).total_seconds()))

    def _sleep_until(self, at: datetime) -> None:
        self.socketio.sleep(max(0.0, (at - self.clock()).total_seconds()))


def _swallow(problem: Exception) -> bool:
    """Whatever goes wrong in a handler: the log says where, the screen nothing."""
    log.error("%s", where(problem))
    return False

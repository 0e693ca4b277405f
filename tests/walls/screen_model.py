"""What a screen may show, worked out from the rules alone, for the test that lets screens live. Knows no line of the program."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PAIRING_LIFE = AFTERWARDS = timedelta(minutes=10)
SILENCE = timedelta(days=30)
STANDS_FOR = timedelta(minutes=2)
NOTED_EVERY = timedelta(seconds=20)
OPENS_BEFORE, CLOSES_AFTER = timedelta(minutes=15), timedelta(minutes=20)
POLL, SLOWER_BY, SLOWEST, EARLY = 2, 5, 60, timedelta(seconds=0.5)
LECTERNS, LECTERN, ELSEWHERE = "10.4.0.0/16", "10.4.0.7", "192.0.2.7"

SHOWS = {"COMP1201": {"day"}, "HIST2002": {"eve"}}
"""Who may put a lecture of a module on a screen."""
CONTROLS = {"COMP1201": {"day", "mo"}, "HIST2002": {"eve"}}
"""Who may take it off again."""
ROOMS = {"ro"}


@dataclass(eq=False)
class Teaching:
    """A lecture on the timetable."""

    id: int
    name: str
    module: str
    room: str
    starts_at: datetime
    ends_at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.starts_at - OPENS_BEFORE <= now < self.starts_at + CLOSES_AFTER

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at and now >= self.starts_at + CLOSES_AFTER

    def is_on_screens(self, now: datetime) -> bool:
        """With its code, or after check-in has closed."""
        return self.is_open(now) or self.starts_at <= now < self.ends_at


On = tuple[datetime, Teaching | None]


@dataclass(eq=False)
class Letting:
    """What somebody let a screen show: one lecture, or a room's."""

    screen_id: int
    approved_at: datetime
    teaching: Teaching | None
    room: str
    revoked: bool = False
    stops: set[Teaching] = field(default_factory=set)
    on: On | None = None
    noted: On | None = None
    kept: On | None = None

    def is_live(self, now: datetime) -> bool:
        if self.revoked:
            return False
        if self.teaching:
            return now < self.teaching.ends_at + AFTERWARDS
        return now < (self.kept[0] if self.kept else self.approved_at) + SILENCE

    def last_seen_with(self) -> Teaching | None:
        return self.teaching or (self.kept[1] if self.kept else None)

    def stop(self, teaching: Teaching) -> None:
        """For good when it is for that lecture alone; a room's screen must have been seen with it."""
        self.revoked |= self.teaching is teaching
        if self.room and self.kept and self.kept[1] is teaching:
            self.stops.add(teaching)

    def resume(self, teaching: Teaching) -> None:
        self.stops.discard(teaching)

    def write(self, now: datetime) -> None:
        """The writer's pass: what was last on is kept, every twenty seconds, and at once when the lecture is another."""
        if self.on is None:
            return
        if not self.noted or self.noted[1] is not self.on[1] or self.on[0] - self.noted[0] >= NOTED_EVERY:
            self.kept = self.noted = self.on
        if now - self.on[0] > STANDS_FOR:
            self.on = self.noted = None


@dataclass(eq=False)
class Asked:
    """A pairing that a screen asked for."""

    code: str
    number: int
    asked_at: datetime
    is_refused: bool = False
    letting: Letting | None = None
    polled_at: datetime | None = None
    seconds: int = POLL

    def is_waiting(self, now: datetime) -> bool:
        return not self.is_refused and self.letting is None and now < self.asked_at + PAIRING_LIFE

    def answer_to(self, who: str, teaching: Teaching | None, now: datetime, *, right: bool) -> int:
        """The status somebody is answered who wants this screen to show a lecture, or a room."""
        if who not in {"day", "eve", "ro"}:
            return 303 if who == "stranger" else 404
        if not self.is_waiting(now):
            return 410
        may = who in SHOWS[teaching.module] and now < teaching.ends_at if teaching else who in ROOMS
        return (303 if right else 200) if may else 404

    def poll(self, now: datetime) -> dict[str, object]:
        standing = "refused" if self.is_refused else "approved" if self.letting else "expired"
        if not self.is_waiting(now):
            return {"answer": standing, "seconds": self.seconds, "slow_down": False}
        is_hasty = bool(self.polled_at and now < self.polled_at + timedelta(seconds=self.seconds) - EARLY)
        self.seconds, self.polled_at = min(self.seconds + SLOWER_BY * is_hasty, SLOWEST), now
        return {"answer": "waiting", "seconds": self.seconds, "slow_down": is_hasty}


@dataclass(eq=False)
class Key:
    """A room key."""

    id: int
    room: str
    secret: str
    revoked: bool = False


@dataclass(frozen=True)
class Ticket:
    """What a browser brings along: its pairing, its start with a room key, and then from where."""

    asked: Asked | None = None
    key: Key | None = None
    start: int = 0
    address: str = ""


@dataclass(frozen=True)
class Sight:
    """What a screen may show; `letting` is None for one that a room key started."""

    letting: Letting | None
    lectures: tuple[Teaching, ...]

    def code(self, now: datetime) -> Teaching | None:
        return next((it for it in self.lectures if it.is_open(now)), None)

    def note(self, now: datetime) -> None:
        """A frame was made for it."""
        if self.letting:
            self.letting.on = now, next((it for it in self.lectures if it.is_on_screens(now)), None)


@dataclass
class Knowledge:
    """The timetable, the networks, and what the display remembers for when the database is away."""

    timetable: list[Teaching]
    lecterns_listed: bool = True
    memory: dict[Ticket, Sight] = field(default_factory=dict)
    _there: dict[Ticket, datetime] = field(default_factory=dict)
    _truth_at: datetime | None = None

    def lecture(self, number: int) -> Teaching:
        return self.timetable[-1 - number % len(self.timetable)]

    def is_taught_in(self, room: str, now: datetime) -> bool:
        return any(it.room == room and not it.is_over(now) for it in self.timetable)

    def sight(self, ticket: Ticket, now: datetime, *, is_away: bool) -> Sight | None:
        if not is_away:
            return self._look(ticket, now)
        is_fresh = self._truth_at is not None and now - self._truth_at <= STANDS_FOR
        return self.memory.get(ticket) if is_fresh else None

    def see(self, ticket: Ticket, now: datetime) -> None:
        """A browser was there itself, and so was the database."""
        self._there[ticket] = now
        self.refresh(now)

    def refresh(self, now: datetime, plugged: Iterable[Ticket] = ()) -> None:
        """Whoever was there within two minutes is remembered as the database has it now, and nobody else is."""
        self._there.update(dict.fromkeys(plugged, now))
        sights = {it: self._look(it, now) for it, at in self._there.items() if now - at <= STANDS_FOR}
        self.memory = {it: sight for it, sight in sights.items() if sight}
        self._there = {it: self._there[it] for it in self.memory}
        self._truth_at = now

    def _look(self, ticket: Ticket, now: datetime) -> Sight | None:
        letting = ticket.asked.letting if ticket.asked else None
        if letting and letting.is_live(now):
            own = [letting.teaching] if letting.teaching else self._in(letting.room)
            return Sight(letting, tuple(it for it in own if it not in letting.stops))
        if ticket.key and not ticket.key.revoked and self.lecterns_listed and ticket.address == LECTERN:
            return Sight(None, tuple(self._in(ticket.key.room)))
        return None

    def _in(self, room: str) -> Iterable[Teaching]:
        return [it for it in self.timetable if it.room == room]

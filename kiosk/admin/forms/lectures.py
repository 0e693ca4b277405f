"""What people type for a session: module, day, times of day, places. Turns wall-clock times into instants, or says why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from kiosk.admin.forms.days import read_day
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.words import one_line
from kiosk.admin.services.lectures import Plan
from kiosk.domain.lectures import Lecture, Mode, RoomRef

KINDS = ("Lecture", "Seminar", "Tutorial", "Lab", "Workshop")
MODES = (("in_person", "In person"), ("remote", "Online"), ("both", "In person and online"))
MODULES = 3
ROOMS = 3
LONGEST = timedelta(hours=8)
USUAL = timedelta(hours=1)
ROUNDED_MINUTES = 5
FURTHEST = timedelta(days=730)


@dataclass(frozen=True)
class LectureForm:
    """The fields as they were typed."""

    modules: tuple[str, ...] = ()
    kind: str = "Lecture"
    day: str = ""
    starts: str = ""
    ends: str = ""
    rooms: tuple[str, ...] = ()
    mode: str = "in_person"
    version: int = 0

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "LectureForm":
        return cls(
            modules=tuple(form.getlist("module")[:MODULES]),
            kind=one_line(form.get("kind"))[:80],
            day=form.get("day", "").strip(),
            starts=form.get("starts", "").strip(),
            ends=form.get("ends", "").strip(),
            rooms=tuple(one_line(code)[:80] for code in form.getlist("room")[:ROOMS]),
            mode=form.get("mode", ""),
            version=row_id(form.get("version", "")) or 0,
        )

    @classmethod
    def at(cls, now: datetime, zone: ZoneInfo, modules: Sequence[str]) -> "LectureForm":
        """A form for a session that begins now, as whoever wants a code on the screen needs it."""
        local = now.astimezone(zone)
        starts = local - timedelta(minutes=local.minute % ROUNDED_MINUTES)
        ends = starts + USUAL
        only = tuple(modules) if len(modules) == 1 else ()
        return cls(modules=only, day=f"{starts:%Y-%m-%d}", starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}")

    @classmethod
    def of(cls, lecture: Lecture, version: int, zone: ZoneInfo) -> "LectureForm":
        """A form filled with what a lecture is now."""
        starts, ends = lecture.starts_at.astimezone(zone), lecture.ends_at.astimezone(zone)
        return cls(
            kind=lecture.kind,
            day=f"{starts:%Y-%m-%d}",
            starts=f"{starts:%H:%M}",
            ends=f"{ends:%H:%M}",
            rooms=tuple(room.code for room in lecture.rooms),
            mode=lecture.mode.value,
            version=version,
        )

    def fields(self) -> dict[str, str | list[str]]:
        """What a form sends to move a lecture to this."""
        plain = {name: str(getattr(self, name)) for name in ("kind", "day", "starts", "ends", "mode", "version")}
        return {**plain, "room": list(self.rooms)}

    def plan(
        self, zone: ZoneInfo, now: datetime, rooms: Sequence[RoomRef], modules: Iterable[str] | None = None
    ) -> tuple[Plan | None, dict[str, str]]:
        """What was typed as a plan, or what to change, by field. `modules` are the choices; None leaves them alone."""
        starts_at, ends_at, problems = self._times(zone, now)
        problems |= self._place_problems(rooms)
        if modules is not None and (not self._chosen() or not set(self._chosen()) <= set(modules)):
            problems["module"] = "Choose a module from the list."
        if not self.kind or len(self.kind) > 40 or not self.kind.isprintable():
            problems["kind"] = "Say what kind of session it is, in 40 letters or fewer, such as Lecture."
        if problems or starts_at is None or ends_at is None:
            return None, problems
        by_code = {room.code.casefold(): room.id for room in rooms}
        plan = Plan(starts_at, ends_at, self.kind, Mode(self.mode), tuple(by_code[code] for code in self._room_codes()))
        return replace(plan, modules=tuple(_module_of(choice) for choice in self._chosen())), {}

    def _chosen(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice for choice in self.modules if choice))

    def _room_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code.casefold() for code in self.rooms if code))

    def _place_problems(self, rooms: Sequence[RoomRef]) -> dict[str, str]:
        problems = {}
        known = {room.code.casefold() for room in rooms}
        unknown = [code for code in self.rooms if code and code.casefold() not in known]
        if unknown:
            problems["room"] = f"There is no room “{unknown[0][:40]}” here. Choose one from the list."
        elif not self._room_codes() and self.mode != Mode.REMOTE:
            problems["room"] = "Choose a room, or say that the session is online."
        if self.mode not in set(Mode):
            problems["mode"] = "Choose how people take part."
        return problems

    def _times(self, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, datetime | None, dict[str, str]]:
        day, starts, ends = read_day(self.day), _clock(self.starts), _clock(self.ends)
        problems = {}
        if day is None or not abs(day - now.astimezone(zone).date()) < FURTHEST:
            problems["day"] = "Choose a day within the next two years, such as 2026-11-24."
        if starts is None:
            problems["starts"] = "Type the time as hours and minutes, such as 10:00."
        if ends is None:
            problems["ends"] = "Type the time as hours and minutes, such as 11:00."
        if problems or day is None or starts is None or ends is None:
            return None, None, problems
        # A session that ends before it starts, by the clock, goes on past midnight.
        last_day = day + timedelta(days=1) if ends < starts else day
        starts_at, problem = instant_at(day, starts, zone)
        ends_at, end_problem = instant_at(last_day, ends, zone)
        problems = {name: text for name, text in (("starts", problem), ("ends", end_problem)) if text}
        if starts_at and ends_at and not problems:
            problems = _span_problems(starts_at, ends_at, now)
        return starts_at, ends_at, problems


def instant_at(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """A wall-clock time as an instant; or, on the two Sundays when clocks change, why it can't be one."""
    first = datetime.combine(day, clock, zone)
    second = first.replace(fold=1)
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        return (
            None,
            f"There is no {clock:%H:%M} on this day, because the clocks go forward. Choose a time an hour later.",
        )
    if second.utcoffset() != first.utcoffset():
        return None, f"{clock:%H:%M} comes twice on this day, because the clocks go back. Choose another time."
    return instant, ""


def choice_value(module_id: int, group: str) -> str:
    """How a module and its group are written in a form."""
    return f"{module_id}:{group}"


def _module_of(choice: str) -> tuple[int, str]:
    number, _, group = choice.partition(":")
    return int(number), group


def _span_problems(starts_at: datetime, ends_at: datetime, now: datetime) -> dict[str, str]:
    if ends_at <= starts_at:
        return {"ends": "The end is the same as the start. Choose a later time."}
    if ends_at - starts_at > LONGEST:
        return {"ends": "The end is before the start, or more than eight hours after it. Check both times."}
    if ends_at <= now:
        return {"day": "This time is over. Choose one that is still to come."}
    return {}


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.rjust(5, "0")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None

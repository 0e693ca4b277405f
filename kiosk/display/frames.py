"""What a screen shows at an instant, as a plain dictionary with an exact set of keys. Knows no database and no socket."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from kiosk.display.qr import SymbolPlan
from kiosk.display.service import Sight
from kiosk.domain.boards import (
    CheckInClosed,
    Ended,
    LectureBoard,
    RoomBoard,
    Showing,
    Waiting,
    board_for_lecture,
    board_for_room,
)
from kiosk.domain.codes import CodePolicy, digits_code, hold_on, lecture_key, qr_code, shown_steps, step_at
from kiosk.domain.lectures import Lecture
from kiosk.settings import DisplaySettings
from kiosk.web.kinds import kind_in
from kiosk.web.languages import mark, say_in
from kiosk.web.times import clock, day

KEYS = frozenset(
    "state heading title kinds place notes clock symbol digits step server_time left_seconds digits_left_seconds "
    "digits_seconds".split()
)

Frame = dict[str, Any]


@dataclass(frozen=True)
class Unsaid:
    """Nobody could say for two minutes: the screen says where it is, and no more."""


Outcome = LectureBoard | RoomBoard | Unsaid

_HELD = mark("Held: this code stays until released")
_CLOSED = mark("Check-in is closed. The session goes on until %(clock)s.")
_NO_MORE = mark("No more sessions today")
_OPENS = (
    mark("Check-in opens at %(clock)s"),
    mark("Check-in opens tomorrow at %(clock)s"),
    mark("Check-in opens on %(day)s at %(clock)s"),
)
# The time comes first, since a long name is cut at its end.
_NEXT = (
    mark("Next at %(clock)s: %(what)s"),
    mark("Tomorrow at %(clock)s: %(what)s"),
    mark("On %(day)s at %(clock)s: %(what)s"),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_key = lru_cache(maxsize=4096)(lecture_key)


def next_change(after: datetime, policy: CodePolicy) -> datetime:
    """The next instant at which some code on a screen changes."""
    return min(_next_step(after, policy.qr_step_seconds), _next_step(after, policy.digits_step_seconds))


def _next_step(after: datetime, seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=(step_at(after, seconds) + 1) * seconds)


def lecture_on(outcome: Outcome) -> int | None:
    """The lecture on the screen, with its code or after its check-in."""
    match outcome:
        case Showing(lecture) | CheckInClosed(lecture):
            return lecture.id
    return None


class FrameMaker:
    """Makes frames for one institution."""

    def __init__(self, settings: DisplaySettings) -> None:
        self.plan = SymbolPlan.for_address(settings.addresses.checkin)
        self._policy = settings.codes
        self._masters = settings.master.keys
        self._zone = settings.institution.time_zone
        self._languages = settings.institution.languages
        self._timing = lru_cache(maxsize=16)(self._time)  # at a boundary one instant is every screen's

    def outcome(self, sight: Sight, at: datetime, *, is_known: bool = True) -> Outcome:
        """What a screen comes to: what it may show, and no code that is made from a secret which is gone."""
        if not is_known:
            return Unsaid()
        if sight.viewer.lecture_id is None:
            board: LectureBoard | RoomBoard = board_for_room(sight.lectures, at)
        elif sight.lectures:
            board = board_for_lecture(sight.lectures[0], at)
        else:
            board = Waiting(None)
        if isinstance(board, Showing) and board.lecture.kid not in self._masters:
            return Waiting(None)
        return board

    def scene(self, sight: Sight, outcome: Outcome, at: datetime) -> tuple[object, ...]:
        """What a person would call the same picture; the codes in it change by the clock alone."""
        match outcome:
            case Showing(lecture) if hold := hold_on(lecture.holds, at):
                return sight.viewer, outcome, hold.held_at
            case Waiting():
                return sight.viewer, outcome, at.astimezone(self._zone).date()
        return sight.viewer, outcome

    def frame(self, sight: Sight, outcome: Outcome, at: datetime) -> Frame:
        """Everything the page draws, and for how long it holds."""
        frame: Frame = {
            "state": "waiting",
            "heading": "",
            "title": "",
            "kinds": [],
            "place": "",
            "notes": self._say(""),
            "symbol": "",
            "digits": "",
            "digits_left_seconds": 0.0,
            "digits_seconds": self._policy.digits_step_seconds,
        } | self._timing(at)
        match outcome:
            case Showing(lecture):
                return frame | self._codes(lecture, at) | self._title(lecture, sight)
            case CheckInClosed(lecture):
                notes = self._say(_CLOSED, lecture.ends_at)
                return frame | self._title(lecture, sight) | {"state": "closed", "notes": notes}
            case Ended(lecture):
                return frame | self._title(lecture, sight) | {"state": "ended", "notes": self._say(_why_ended(lecture))}
            case Waiting(following) if sight.viewer.room is None:
                return frame | self._wait_for_lecture(following, sight, at)
            case Waiting(following):
                return frame | self._place(sight) | {"notes": self._say_what_follows(following, at)}
            case Unsaid():
                return frame | self._place(sight)

    def _time(self, at: datetime) -> Frame:
        return {
            "clock": clock(at, self._zone),
            "step": step_at(at, self._policy.qr_step_seconds),
            "server_time": at.isoformat(),
            "left_seconds": (next_change(at, self._policy) - at).total_seconds(),
        }

    def _codes(self, lecture: Lecture, at: datetime) -> Frame:
        key = _key(self._masters[lecture.kid], lecture.id, lecture.salt)
        shown = shown_steps(at, self._policy, lecture.holds)
        return {
            "state": "held" if shown.held else "showing",
            "notes": self._say(_HELD if shown.held else ""),
            "symbol": self.plan.bits(qr_code(key, shown.qr_step)),
            "digits": digits_code(key, shown.digits_step),
            "step": shown.qr_step,
            "digits_left_seconds": shown.digits_left_seconds,
        }

    def _title(self, lecture: Lecture, sight: Sight) -> Frame:
        room = sight.viewer.room
        rooms = room.code if room else ", ".join(it.code for it in lecture.rooms)
        times = f"{clock(lecture.starts_at, self._zone)}–{clock(lecture.ends_at, self._zone)}"
        place = " · ".join(filter(None, (rooms, times)))
        return {"heading": lecture.code, "title": lecture.title, "kinds": self._kinds(lecture), "place": place}

    def _kinds(self, lecture: Lecture) -> list[list[str]]:
        """What kind of session it is, each way to say it once, beside the language that it is in."""
        found: dict[str, str] = {}
        for code, words in (kind_in(code, lecture.kind) for code in self._languages):
            found.setdefault(words, code)
        return [[code, words] for words, code in found.items() if words]

    def _place(self, sight: Sight) -> Frame:
        room = sight.viewer.room
        return {"heading": room.code, "title": room.name} if room else {}

    def _wait_for_lecture(self, following: Lecture | None, sight: Sight, at: datetime) -> Frame:
        if following is None:
            return {}
        opens = self._by_day(_OPENS, at, following.opens_at)
        return self._title(following, sight) | {"notes": self._say(opens, following.opens_at)}

    def _say_what_follows(self, following: Lecture | None, at: datetime) -> list[str]:
        if following is None:
            return self._say(_NO_MORE)
        begins = self._by_day(_NEXT, at, following.starts_at)
        return self._say(begins, following.starts_at, what=f"{following.code} {following.title}")

    def _by_day(self, sentences: tuple[str, str, str], now: datetime, instant: datetime) -> str:
        """The sentence for today, for tomorrow, or for another day."""
        days = (instant.astimezone(self._zone).date() - now.astimezone(self._zone).date()).days
        return sentences[min(days, 2)]

    def _say(self, sentence: str, at: datetime | None = None, **values: str) -> list[str]:
        """A sentence in each language of the institution; `at` gives it its clock and its day."""
        if not sentence:
            return [""] * len(self._languages)
        if at is None:
            return [say_in(code, sentence, **values) for code in self._languages]
        values["clock"] = clock(at, self._zone)
        return [say_in(code, sentence, day=day(at, self._zone, code), **values) for code in self._languages]


def _why_ended(lecture: Lecture) -> str:
    if lecture.cancelled:
        return mark("This session is cancelled.")
    return mark("This session is not counted.") if lecture.voided else mark("This session has ended.")

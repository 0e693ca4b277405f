"""What a screen shows at an instant, as a plain dictionary with an exact set of keys. Knows no database and no socket."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

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
from kiosk.domain.codes import CodePolicy, digits_code, lecture_key, qr_code, shown_steps, step_at
from kiosk.domain.lectures import Lecture
from kiosk.settings import DisplaySettings
from kiosk.web.times import clock, day

KEYS = frozenset(
    "state heading title place note clock symbol digits step server_time left_seconds digits_left_seconds "
    "digits_seconds".split()
)

Frame = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_key = lru_cache(maxsize=4096)(lecture_key)


def next_change(after: datetime, policy: CodePolicy) -> datetime:
    """The next instant at which some code on a screen changes."""
    return min(_next_step(after, policy.qr_step_seconds), _next_step(after, policy.digits_step_seconds))


def _next_step(after: datetime, seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=(step_at(after, seconds) + 1) * seconds)


def scene(frame: Frame) -> tuple[object, ...]:
    """What a person would call the same picture; the codes in it change by the clock alone."""
    held = frame["step"] if frame["state"] == "held" else None
    return *(frame[name] for name in ("state", "heading", "title", "place", "note")), held


class FrameMaker:
    """Makes frames for one institution."""

    def __init__(self, settings: DisplaySettings) -> None:
        self.plan = SymbolPlan.for_address(settings.addresses.checkin)
        self._policy = settings.codes
        self._masters = settings.master.keys
        self._zone = settings.institution.time_zone
        self._path = lru_cache(maxsize=4096)(self.plan.path)

    def board(self, sight: Sight, at: datetime, *, is_known: bool = True) -> LectureBoard | RoomBoard:
        """The outcome for a screen; the neutral one when nobody could say for two minutes."""
        if not is_known:
            return Waiting(None)
        if sight.viewer.lecture_id is None:
            board: LectureBoard | RoomBoard = board_for_room(sight.lectures, at)
        elif sight.lectures:
            board = board_for_lecture(sight.lectures[0], at)
        else:
            board = Waiting(None)
        if isinstance(board, Showing) and board.lecture.kid not in self._masters:
            return Waiting(None)
        return board

    def lecture_shown(self, sight: Sight, at: datetime, *, is_known: bool = True) -> int | None:
        """The lecture on the screen, with its code or after its check-in."""
        match self.board(sight, at, is_known=is_known):
            case Showing(lecture) | CheckInClosed(lecture):
                return lecture.id
        return None

    def frame(self, sight: Sight, at: datetime, *, is_known: bool = True) -> Frame:
        """Everything the page draws, and for how long it holds."""
        frame: Frame = {
            "state": "waiting",
            "heading": "",
            "title": "",
            "place": "",
            "note": "",
            "clock": clock(at, self._zone),
            "symbol": "",
            "digits": "",
            "step": step_at(at, self._policy.qr_step_seconds),
            "server_time": at.isoformat(),
            "left_seconds": (next_change(at, self._policy) - at).total_seconds(),
            "digits_left_seconds": 0.0,
            "digits_seconds": self._policy.digits_step_seconds,
        }
        match self.board(sight, at, is_known=is_known):
            case Showing(lecture):
                return frame | self._codes(lecture, at) | self._title(lecture, sight)
            case CheckInClosed(lecture):
                note = f"Check-in is closed. The session goes on until {clock(lecture.ends_at, self._zone)}."
                return frame | self._title(lecture, sight) | {"state": "closed", "note": note}
            case Ended(lecture):
                return frame | self._title(lecture, sight) | {"state": "ended", "note": _why_ended(lecture)}
            case Waiting(following):
                return frame | self._wait(following, sight, at, is_known=is_known)

    def _codes(self, lecture: Lecture, at: datetime) -> Frame:
        key = _key(self._masters[lecture.kid], lecture.id, lecture.salt)
        shown = shown_steps(at, self._policy, lecture.holds)
        return {
            "state": "held" if shown.held else "showing",
            "note": "Held: this code stays until released" if shown.held else "",
            "symbol": self._path(qr_code(key, shown.qr_step)),
            "digits": digits_code(key, shown.digits_step),
            "step": shown.qr_step,
            "digits_left_seconds": shown.digits_left_seconds,
        }

    def _title(self, lecture: Lecture, sight: Sight) -> Frame:
        room = sight.viewer.room
        rooms = room.code if room else ", ".join(it.code for it in lecture.rooms)
        times = f"{clock(lecture.starts_at, self._zone)}–{clock(lecture.ends_at, self._zone)}"
        place = " · ".join(filter(None, (lecture.kind, rooms, times)))
        return {"heading": lecture.code, "title": lecture.title, "place": place}

    def _wait(self, following: Lecture | None, sight: Sight, at: datetime, *, is_known: bool) -> Frame:
        if sight.viewer.room is None:
            if following is None:
                return {"heading": "", "note": ""}
            note = f"Check-in opens {_when(at, following.opens_at, self._zone)}"
            return self._title(following, sight) | {"note": note}
        place = {"heading": sight.viewer.room.code, "title": sight.viewer.room.name}
        if not is_known:
            return place
        if following is None:
            return place | {"note": "No more sessions today"}
        # The time comes first, since a long name is cut at its end.
        when = _when(at, following.starts_at, self._zone)
        begins = f"Next {when}" if when.startswith("at ") else when[0].upper() + when[1:]
        return place | {"note": f"{begins}: {following.code} {following.title}"}


def _why_ended(lecture: Lecture) -> str:
    if lecture.cancelled:
        return "This session is cancelled."
    return "This session is not counted." if lecture.voided else "This session has ended."


def _when(now: datetime, instant: datetime, zone: ZoneInfo) -> str:
    """at 10:00; tomorrow at 10:00; on Thursday 26 November at 10:00"""
    days = (instant.astimezone(zone).date() - now.astimezone(zone).date()).days
    on = {0: "", 1: "tomorrow "}.get(days, f"on {day(instant, zone)} ")
    return f"{on}at {clock(instant, zone)}"

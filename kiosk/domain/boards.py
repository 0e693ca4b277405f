"""What a screen shows at an instant: one outcome, chosen from the timetable; knows no screen and no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.lectures import Lecture, Phase


@dataclass(frozen=True)
class Showing:
    """The lecture's code is on the screen, rotating or held (`lecture.holds`)."""

    lecture: Lecture


@dataclass(frozen=True)
class CheckInClosed:
    lecture: Lecture


@dataclass(frozen=True)
class Waiting:
    next: Lecture | None


@dataclass(frozen=True)
class Ended:
    lecture: Lecture


RoomBoard = Showing | CheckInClosed | Waiting
LectureBoard = Showing | Waiting | CheckInClosed | Ended


def board_for_room(lectures: Sequence[Lecture], now: datetime) -> RoomBoard:
    """The earlier of two open lectures shows until it ends or its check-in closes."""
    in_order = sorted(lectures, key=lambda lecture: (lecture.starts_at, lecture.id))
    still_open = [lecture for lecture in in_order if lecture.phase(now) is Phase.OPEN]
    for lecture in still_open:
        if now < lecture.ends_at:
            return Showing(lecture)
    closed = [lecture for lecture in in_order if _is_closed_but_on(lecture, now)]
    if closed:
        # The one that began last, so that a clash ends with the code that was last on the screen.
        return CheckInClosed(max(closed, key=lambda it: (it.starts_at <= now, it.starts_at)))
    if still_open:
        return Showing(still_open[-1])
    return Waiting(next((it for it in in_order if it.phase(now) is Phase.EARLY), None))


def board_for_lecture(lecture: Lecture, now: datetime) -> LectureBoard:
    match lecture.phase(now):
        case Phase.OPEN:
            return Showing(lecture)
        case Phase.EARLY:
            return Waiting(lecture)
        case Phase.CLOSED if now < lecture.ends_at:
            return CheckInClosed(lecture)
    return Ended(lecture)


def _is_closed_but_on(lecture: Lecture, now: datetime) -> bool:
    begins_at = min(lecture.opens_at, lecture.starts_at)
    return lecture.phase(now) is Phase.CLOSED and begins_at <= now < lecture.ends_at

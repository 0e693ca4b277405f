"""What becomes of a scan: a named outcome for the instant of scanning; knows no student beyond "enrolled"."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.lectures import Lecture, Mode, Phase
from kiosk.domain.statuses import Status


@dataclass(frozen=True)
class Present:
    late: bool


@dataclass(frozen=True)
class WalkIn:
    pass


@dataclass(frozen=True)
class TooEarly:
    opens_at: datetime


@dataclass(frozen=True)
class TooLate:
    closed_at: datetime


@dataclass(frozen=True)
class Cancelled:
    pass


@dataclass(frozen=True)
class Voided:
    pass


Arrival = Present | WalkIn | TooEarly | TooLate | Cancelled | Voided


def judge(lecture: Lecture, at: datetime, *, enrolled: bool) -> Arrival:
    """`at` is when the code was scanned or typed, however long the sign-in took afterwards."""
    match lecture.phase(at):
        case Phase.CANCELLED:
            return Cancelled()
        case Phase.VOIDED:
            return Voided()
        case Phase.EARLY:
            return TooEarly(lecture.opens_at)
        case Phase.CLOSED:
            return TooLate(lecture.closes_at)
        case Phase.OPEN:
            return Present(late=at > lecture.late_at) if enrolled else WalkIn()


def status_of(lecture: Lecture, arrival: Present) -> Status:
    """What the register says of somebody who was there."""
    if lecture.mode is Mode.REMOTE:
        return Status.PRESENT_REMOTE
    return Status.PRESENT_LATE if arrival.late else Status.PRESENT

""" "I was here": what a student says of a session whose check-in is over, and when it stands by itself. Knows no student."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.codes import (
    CodePolicy,
    LectureKey,
    clean_digits,
    clean_scanned,
    last_shown,
    step_of_digits,
    step_of_scan,
)
from kiosk.domain.lectures import Lecture, Phase
from kiosk.domain.statuses import Status

REACHES_BACK = timedelta(days=7)
"""How long after a session somebody can still say that they were there."""

STANDS_AFTER = timedelta(days=7)
"""How long a person has to decide; then what the student says stands."""

LONGEST_NOTED = 200


class Code(StrEnum):
    """What somebody noted in the room."""

    NONE = ""
    DIGITS = "digits"
    SCAN = "scan"


@dataclass(frozen=True)
class Noted:
    """A code as it is compared."""

    code: Code
    text: str = ""


@dataclass(frozen=True)
class Proof:
    """What there is beside somebody's word: which code they noted, and when it was on the screen."""

    code: Code = Code.NONE
    shown_at: datetime | None = None


def read_noted(typed: str) -> Noted | None:
    """Six digits, or the address that was in the symbol, with or without what stands before its last part; None for neither."""
    text = typed.strip()
    if not text:
        return Noted(Code.NONE)
    if len(text) > LONGEST_NOTED:
        return None
    if digits := clean_digits(text):
        return Noted(Code.DIGITS, digits)
    scanned = clean_scanned(text.rstrip("/").rpartition("/")[2])
    return Noted(Code.SCAN, scanned) if scanned else None


def shown_at(lecture: Lecture, key: LectureKey, noted: Noted, now: datetime, policy: CodePolicy) -> datetime | None:
    """When a lecture's screen last showed what somebody noted, while check-in was open; None when it never did."""
    is_digits = noted.code is Code.DIGITS
    find, seconds = (
        (step_of_digits, policy.digits_step_seconds) if is_digits else (step_of_scan, policy.qr_step_seconds)
    )
    until = min(now, lecture.closes_at - timedelta(microseconds=1))
    if until < lecture.opens_at:
        return None
    step = find(key, noted.text, (lecture.opens_at, until), policy, lecture.holds)
    if step is None:
        return None
    return last_shown(step, until, seconds, closes_at=lecture.closes_at, holds=lecture.holds)


def is_claimable(lecture: Lecture, now: datetime) -> bool:
    """Whether somebody can say now that they were there: its check-in is over, and it is not long past."""
    return lecture.phase(now) is Phase.CLOSED and now < lecture.ends_at + REACHES_BACK


def read_claimed(status: Status, made_at: datetime | None, now: datetime) -> Status:
    """How a status reads once a week has gone by in which nobody decided what the student says."""
    is_waiting = status is Status.UNABLE_TO_CHECK_IN and made_at is not None
    if is_waiting and made_at is not None and now >= made_at + STANDS_AFTER:
        return Status.PRESENT_SELF_DECLARED
    return status

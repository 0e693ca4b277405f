"""What was arranged ahead of time, as effects only: a day off, an exemption, more minutes. Knows no reason and no student."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from kiosk.domain.statuses import Status

LONGEST_DAYS = 366
MOST_MINUTES = 120


class Arrangement(StrEnum):
    """What it does: the first two are statuses of every session they cover, the last gives longer to check in."""

    AUTHORISED = "authorised"
    EXEMPT = "exempt"
    EXTENSION = "extension"

    @property
    def status(self) -> Status | None:
        """The status of what it covers; None where it sets none."""
        return None if self is Arrangement.EXTENSION else Status(self.value)


class State(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class When:
    """The days it is for, and what of them, on the institution's calendar and clock.

    from_on, until_on: the first and the last day.
    weekdays: days of the week as ISO counts them, Monday is 1; none stands for every day.
    from_time, until_time: between which times of the day; both or neither.
    """

    from_on: date
    until_on: date
    weekdays: frozenset[int] = frozenset()
    from_time: time | None = None
    until_time: time | None = None

    def covers(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a session at these local times is among what it is for: it belongs to the day on which it begins."""
        day = starts_at.date()
        if not self.from_on <= day <= self.until_on or (self.weekdays and day.isoweekday() not in self.weekdays):
            return False
        if self.from_time is None or self.until_time is None:
            return True
        ends = ends_at.time() if ends_at.date() == day else time.max
        return self.from_time < ends and starts_at.time() < self.until_time


@dataclass(frozen=True)
class Extension:
    """How much longer somebody has to check in, and when."""

    when: When
    minutes: int


def minutes_longer(extensions: Collection[Extension], starts_at: datetime, ends_at: datetime) -> int:
    """How much longer somebody has at a session at these local times; of several, the longest."""
    return max((it.minutes for it in extensions if it.when.covers(starts_at, ends_at)), default=0)


def read_weekdays(text: str) -> frozenset[int]:
    """The days' numbers, as `weekdays_text` keeps them."""
    return frozenset(map(int, text))


def weekdays_text(days: Collection[int]) -> str:
    """As they are kept: the days' numbers in a row."""
    return "".join(str(day) for day in sorted(days))

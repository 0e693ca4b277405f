"""The form that says when somebody can't come: days, days of the week, times, and no place for a reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from kiosk.domain.arrangements import LONGEST_DAYS, When
from kiosk.web.languages import mark

T = TypeVar("T")

NO_DAY = mark("This is no day. Type day, month and year, such as 24/11/2026.")
FIRST_DAY_NEEDED = mark("Say which day, or the first of several.")
OVER = mark("This day is over. For a session that was, use your record.")
BACKWARDS = mark("The last day is before the first.")
TOO_LONG = mark("That is longer than a year. Choose an earlier last day.")
NO_TIME = mark("This is no time. Type hours and minutes, such as 13:30.")
BOTH_TIMES = mark("Give both times, or leave both empty.")
TIME_BACKWARDS = mark("The second time is not after the first.")

NAMES = ("from_on", "until_on", "from_time", "until_time")
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:. h]?(\d{2})", re.ASCII)
_LONGEST = 20


@dataclass(frozen=True)
class Reading:
    """The form as it was typed, and what to change in it, by field: empty where nothing is. `when` is there once nothing is."""

    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, ""))
    weekdays: frozenset[int] = frozenset()
    problems: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, ""))
    when: When | None = None

    @property
    def has_problems(self) -> bool:
        return any(self.problems.values())


def read(sent: MultiDict[str, str], today: date) -> Reading:
    """Read what was sent."""
    typed = {name: sent.get(name, "").strip()[:_LONGEST] for name in NAMES}
    weekdays = frozenset(number for number in range(1, 8) if str(number) in sent.getlist("weekday"))
    problems = dict.fromkeys(NAMES, "")
    days = [_read(typed, name, read_day, NO_DAY, problems) for name in ("from_on", "until_on")]
    times = [_read(typed, name, read_time, NO_TIME, problems) for name in ("from_time", "until_time")]
    if not typed["from_on"]:
        problems["from_on"] = FIRST_DAY_NEEDED
    _check_times(times, problems)
    first = days[0]
    if first is None or any(problems.values()):
        return Reading(typed, weekdays, problems)
    last = days[1] or first
    _check_days(first, last, today, problems)
    return Reading(typed, weekdays, problems, None if any(problems.values()) else When(first, last, weekdays, *times))


def read_day(text: str) -> date | None:
    """A day as a date field sends it, or as people here type it where a browser knows no date field."""
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """A time of the day, to the minute."""
    found = _TIME.fullmatch(text)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _read(
    typed: Mapping[str, str], name: str, reader: Callable[[str], T | None], problem: str, problems: dict[str, str]
) -> T | None:
    if not typed[name]:
        return None
    found = reader(typed[name])
    if found is None:
        problems[name] = problem
    return found


def _check_times(times: list[time | None], problems: dict[str, str]) -> None:
    since, until = times
    if problems["from_time"] or problems["until_time"]:
        return
    if (since is None) is not (until is None):
        problems["until_time"] = BOTH_TIMES
    elif since and until and until <= since:
        problems["until_time"] = TIME_BACKWARDS


def _check_days(first: date, last: date, today: date, problems: dict[str, str]) -> None:
    if last < first:
        problems["until_on"] = BACKWARDS
    elif first < today:
        problems["from_on"] = OVER
    elif (last - first).days >= LONGEST_DAYS:
        problems["until_on"] = TOO_LONG

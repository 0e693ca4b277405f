"""The form of what is arranged with a student: days, times, minutes, and no place for a reason. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from werkzeug.datastructures import MultiDict

from kiosk.admin.forms.days import read_day
from kiosk.admin.forms.records import LENGTH, NO_CHOICE, NO_NUMBER
from kiosk.admin.forms.words import one_line, whole_number
from kiosk.domain.arrangements import LONGEST_DAYS, MOST_MINUTES, Arrangement, When

_TEXTS = ("number", "kind", "minutes", "from_on", "until_on", "from_time", "until_time")
NO_DAY = "Choose a day, such as 2026-10-05."
BACKWARDS = "The last day is before the first. Choose a later one."
TOO_LONG = "That is longer than a year. Choose an earlier last day, and arrange it anew next year."
NO_TIME = "Choose a time, such as 13:00, or leave both times empty."
ONE_TIME = "Choose both times, or leave both empty."
TIME_BACKWARDS = "The second time is not after the first. Choose a later one."
NO_MINUTES = f"Type how many minutes longer, from 1 to {MOST_MINUTES}."


@dataclass(frozen=True)
class Reading:
    """The form as it was typed, what is to be changed in it by field, and what it says once nothing is."""

    typed: Mapping[str, str]
    weekdays: frozenset[int] = frozenset()
    problems: Mapping[str, str] = field(default_factory=dict)
    kind: Arrangement | None = None
    minutes: int = 0
    when: When | None = None


def empty() -> Reading:
    return Reading(dict.fromkeys(_TEXTS, ""))


def read(sent: MultiDict[str, str]) -> Reading:
    """Read what was sent."""
    typed = {name: one_line(sent.get(name))[:LENGTH] for name in _TEXTS}
    weekdays = frozenset(int(it) for it in sent.getlist("weekday") if it in "1234567" and len(it) == 1)
    problems: dict[str, str] = {} if typed["number"] else {"number": NO_NUMBER}
    kind = Arrangement(typed["kind"]) if typed["kind"] in set(Arrangement) else None
    if kind is None:
        problems["kind"] = NO_CHOICE
    minutes = whole_number(typed["minutes"]) or 0 if kind is Arrangement.EXTENSION else 0
    if kind is Arrangement.EXTENSION and not 0 < minutes <= MOST_MINUTES:
        problems["minutes"] = NO_MINUTES
    when = _when(typed, weekdays, problems)
    return Reading(typed, weekdays, problems, kind, minutes, when)


def _when(typed: Mapping[str, str], weekdays: frozenset[int], problems: dict[str, str]) -> When | None:
    first, last = read_day(typed["from_on"]), read_day(typed["until_on"] or typed["from_on"])
    since, until = (_time(typed, name, problems) for name in ("from_time", "until_time"))
    if (since is None) is not (until is None):
        problems.setdefault("until_time", ONE_TIME)
    elif since and until and until <= since:
        problems["until_time"] = TIME_BACKWARDS
    if first is None:
        problems["from_on"] = NO_DAY
    elif last is None:
        problems["until_on"] = NO_DAY
    else:
        problems.update(_span(first, last))
        return When(first, last, weekdays, since, until)
    return None


def _span(first: date, last: date) -> dict[str, str]:
    if last < first:
        return {"until_on": BACKWARDS}
    return {"until_on": TOO_LONG} if (last - first).days >= LONGEST_DAYS else {}


def _time(typed: Mapping[str, str], name: str, problems: dict[str, str]) -> time | None:
    if not typed[name]:
        return None
    try:
        return time.fromisoformat(typed[name]).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        problems[name] = NO_TIME
        return None

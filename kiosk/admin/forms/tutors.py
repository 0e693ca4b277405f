"""The forms of whose tutor somebody is: pasted numbers, which no page repeats, and days. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.admin.forms.days import read_day
from kiosk.admin.forms.register import numbers_of
from kiosk.admin.forms.words import one_line
from kiosk.domain.days import Days

NO_DAY = "Choose a day, such as 2026-10-05, or leave it empty."
BACKWARDS = "The last day is before the first. Choose a later one, or leave it empty."
OVER = "This day is over. Choose a later one, or leave it empty."


@dataclass(frozen=True)
class Reading:
    """A form as it was read; what was pasted is not kept for the page."""

    problems: Mapping[str, str]
    typed: Mapping[str, str]
    numbers: tuple[str, ...]
    days: Days


def empty() -> Reading:
    return Reading({}, {"from_on": "", "until_on": ""}, (), Days())


def read(form: Mapping[str, str], today: date) -> Reading:
    """Read what was sent; each problem by its field."""
    numbers, why_none = numbers_of(form)
    typed = {name: one_line(form.get(name)) for name in ("from_on", "until_on")}
    first, last = (read_day(typed[name]) for name in ("from_on", "until_on"))
    problems = {name: NO_DAY for name, day in (("from_on", first), ("until_on", last)) if typed[name] and not day}
    if last and last < today:
        problems["until_on"] = OVER
    elif first and last and last < first:
        problems["until_on"] = BACKWARDS
    if numbers is None:
        problems["numbers"] = why_none
    return Reading(problems, typed, numbers or (), Days(first, last))

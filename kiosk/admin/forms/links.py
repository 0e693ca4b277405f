"""The form of a link between a person and a module: sign-in name, group, days, who leads. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.admin.forms.days import read_day
from kiosk.admin.forms.words import one_line
from kiosk.store.doors.admin.links import LinkValues

GROUP_LENGTH = 40
LOGIN_LENGTH = 120
_FIELDS = ("group_name", "leads", "from_on", "until_on")


@dataclass(frozen=True)
class Reading:
    """A form as it was read: `values` is there when there are no problems."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    values: LinkValues | None = None

    def with_problem(self, name: str, words: str) -> "Reading":
        return Reading(self.typed, {**self.problems, name: words})


def empty() -> Reading:
    return Reading(dict.fromkeys(("login", *_FIELDS), ""), {})


def filled_with(values: LinkValues) -> Reading:
    """The form as it opens for a link that exists."""
    return Reading(as_typed(values), {})


def as_typed(values: LinkValues) -> dict[str, str]:
    """A link as its form sends it."""
    days = {
        name: day.isoformat() if day else ""
        for name, day in (("from_on", values.from_on), ("until_on", values.until_on))
    }
    return {"group_name": values.group_name, "leads": "yes" if values.leads else "", **days}


def read(sent: Mapping[str, str], prefix: str = "") -> Reading:
    """Read what was sent; with the prefix `was_` it is how the link was when the form was opened."""
    typed = {name: one_line(sent.get(prefix + name)) for name in ("login", *_FIELDS)}
    days = {name: read_day(typed[name]) for name in ("from_on", "until_on")}
    problems = {
        name: "Choose a day, such as 2026-10-05, or leave it empty."
        for name, day in days.items()
        if typed[name] and not day
    }
    if days["from_on"] and days["until_on"] and days["until_on"] < days["from_on"]:
        problems["until_on"] = "The last day is before the first. Choose a later one, or leave it empty."
    if len(typed["group_name"]) > GROUP_LENGTH:
        problems["group_name"] = f"Use at most {GROUP_LENGTH} characters."
    values = LinkValues(typed["group_name"], typed["leads"] == "yes", days["from_on"], days["until_on"])
    return Reading(typed, problems, None if problems else values)

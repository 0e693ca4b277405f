"""The form of a module: what was typed, what is wrong with it in plain words, what may be kept. Knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.admin.forms.words import one_line, whole_number
from kiosk.domain.lectures import Participation, WindowPolicy
from kiosk.store.doors.admin.modules import ModuleValues

CODE_LENGTH = 40
TITLE_LENGTH = 200
DEPARTMENT_LENGTH = 80
MINUTES = {"opens_minutes_before": 180, "closes_minutes_after": 480, "late_minutes_after": 480}
FIELDS = ("code", "title", "department", "participation", *MINUTES)


@dataclass(frozen=True)
class Reading:
    """A form as it was read: `values` is there when there are no problems."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    values: ModuleValues | None = None

    def with_problem(self, name: str, words: str) -> "Reading":
        return Reading(self.typed, {**self.problems, name: words})


def filled_with(values: ModuleValues) -> Reading:
    """The form as it opens for a module that exists."""
    return Reading({name: _as_typed(value) for name, value in values.as_row().items()}, {})


def empty(departments: Sequence[str]) -> Reading:
    """The form as it opens for a new module. Participation is a decision, so nothing is chosen beforehand."""
    return Reading({**dict.fromkeys(FIELDS, ""), "department": departments[0] if len(departments) == 1 else ""}, {})


def read(sent: Mapping[str, str], policy: WindowPolicy) -> Reading:
    """Read what was sent."""
    typed = {name: one_line(sent.get(name)) for name in FIELDS}
    problems: dict[str, str] = {}
    for name, label, length in (
        ("code", "a code, such as COMP1201", CODE_LENGTH),
        ("title", "a title", TITLE_LENGTH),
        ("department", "the department that looks after it", DEPARTMENT_LENGTH),
    ):
        if not typed[name]:
            problems[name] = f"Give the module {label}."
        elif len(typed[name]) > length:
            problems[name] = f"Use at most {length} characters."
    if typed["participation"] not in set(Participation):
        problems["participation"] = "Choose one of the three. Kiosk can't choose for you."
    minutes = _minutes(typed, problems)
    _check_late(minutes, policy, problems)
    return Reading(typed, problems, None if problems else _values(typed, minutes))


def title_problem(title: str) -> str:
    """What is wrong with a title, or nothing."""
    if not title:
        return "Give the module a title."
    return f"Use at most {TITLE_LENGTH} characters." if len(title) > TITLE_LENGTH else ""


def _values(typed: Mapping[str, str], minutes: Mapping[str, int | None]) -> ModuleValues:
    participation = Participation(typed["participation"])
    return ModuleValues(typed["code"], typed["title"], typed["department"], participation, **minutes)


def _minutes(typed: Mapping[str, str], problems: dict[str, str]) -> dict[str, int | None]:
    minutes: dict[str, int | None] = {}
    for name, most in MINUTES.items():
        minutes[name] = whole_number(typed[name])
        if typed[name] and (minutes[name] is None or int(typed[name]) > most):
            problems[name] = f"Type whole minutes from 0 to {most}, or leave it empty."
    return minutes


def _check_late(minutes: Mapping[str, int | None], policy: WindowPolicy, problems: dict[str, str]) -> None:
    """Late must begin before check-in closes, whoever's setting each of the two is."""
    own = {name: value for name, value in minutes.items() if value is not None}
    if not own or problems.keys() & MINUTES.keys():
        return
    late = own.get("late_minutes_after", policy.late_minutes_after)
    closes = own.get("closes_minutes_after", policy.closes_minutes_after)
    if late > closes:
        problems["late_minutes_after"] = (
            f"Check-in closes after {closes} minutes, so nobody could be late from minute {late}. Type {closes} or less."
        )


def _as_typed(value: Any) -> str:
    return "" if value is None else str(value)

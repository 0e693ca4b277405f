"""The forms of accounts and roles: what was typed and what is wrong with it. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.admin.forms.days import read_day
from kiosk.admin.forms.words import one_line
from kiosk.domain.permissions import Grant, Role, ScopeKind

LOGIN_LENGTH = 120
NAME_LENGTH = 200
UNIT_LENGTH = 80
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Reading:
    """A form as it was read; it may be used when there are no problems."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]

    def with_problem(self, name: str, words: str) -> "Reading":
        return Reading(self.typed, {**self.problems, name: words})


@dataclass(frozen=True)
class RoleReading(Reading):
    """A role to be proposed; `grant` and `until_on` are there when there are no problems."""

    grant: Grant | None = None
    until_on: date | None = None


def empty_account() -> Reading:
    return Reading({"login": "", "name": "", "unit": ""}, {})


def empty_role(today: date) -> RoleReading:
    return RoleReading({"role": "", "scope_kind": "", "scope_value": "", "until_on": f"{_year_on(today)}"}, {})


def read_account(sent: Mapping[str, str]) -> Reading:
    """Sign-in name, name and unit of a member of staff."""
    typed = {name: one_line(sent.get(name)) for name in ("login", "name", "unit")}
    typed["login"] = typed["login"].lower()
    problems = {}
    if not typed["login"] or " " in typed["login"] or len(typed["login"]) > LOGIN_LENGTH:
        problems["login"] = f"Type one word of at most {LOGIN_LENGTH} characters, such as dr.day."
    if not 1 <= len(typed["name"]) <= NAME_LENGTH:
        problems["name"] = f"Type the name colleagues know, in at most {NAME_LENGTH} characters."
    if len(typed["unit"]) > UNIT_LENGTH:
        problems["unit"] = f"Use at most {UNIT_LENGTH} characters."
    return Reading(typed, problems)


def read_role(sent: Mapping[str, str], today: date) -> RoleReading:
    """A role, how far it is to reach, and its last day."""
    typed = {name: one_line(sent.get(name)) for name in ("role", "scope_kind", "scope_value", "until_on")}
    role = next((it for it in Role if it == typed["role"]), None)
    kind = next((it for it in ScopeKind if it == typed["scope_kind"]), None)
    until_on, problems = read_day(typed["until_on"]), {}
    if role is None:
        problems["role"] = "Choose a role."
    if kind is None:
        problems["scope_kind"] = "Choose how far it reaches: a role without that sees nobody."
    elif (kind is ScopeKind.DEPARTMENT) != bool(typed["scope_value"]):
        problems["scope_value"] = "Name the department when the role reaches one, and leave it empty otherwise."
    elif kind is ScopeKind.DEPARTMENT and role and not role.has_departments:
        problems["scope_kind"] = f"{role.label} cannot be given for one department: choose another reach."
    elif len(typed["scope_value"]) > UNIT_LENGTH:
        problems["scope_value"] = f"Use at most {UNIT_LENGTH} characters."
    if until_on is None or not today <= until_on <= today + LONGEST:
        problems["until_on"] = "Choose a day from today to a year from now: every role is given again after a year."
    if problems or role is None or kind is None:
        return RoleReading(typed, problems)
    return RoleReading(typed, {}, Grant(role, kind, typed["scope_value"]), until_on)


def _year_on(today: date) -> date:
    return today + timedelta(days=365)

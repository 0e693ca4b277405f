"""What a line of each file may say, and the plain words for what it may not. Knows no database and no file."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import ErrorDetails

from kiosk.domain.lectures import LONGEST, Mode, Participation
from kiosk.domain.permissions import Role, ScopeKind

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{4})"
    r"(?:[T ]+(\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)",
    re.IGNORECASE,
)
_YES, _NO = {"yes", "y", "true", "1", "cancelled"}, {"no", "n", "false", "0"}


def _one_word(value: str) -> str:
    if re.search(r"\s", value):
        raise ValueError("has a space in it.")
    return value


def _day(value: object) -> date | None:
    text = str(value or "")
    if not text:
        return None
    try:
        year, month, day = (
            (int(part) for part in text.split("-"))
            if "-" in text
            else (int(part) for part in reversed(text.split("/")))
        )
        if not 1990 <= year <= 2100:
            raise ValueError
        return date(year, month, day)
    except ValueError:
        raise ValueError("is not a day. Write 2026-10-05, or 05/10/2026 with the day first.") from None


def _instant(value: object, info: ValidationInfo) -> datetime:
    """An instant in UTC, from the institution's local time or a time with its offset."""
    found = _INSTANT.fullmatch(str(value))
    day = _day(found[1]) if found else None
    if not found or not day:
        raise ValueError("is not a day and a time. Write 2026-10-05 09:00, or 05/10/2026 09:00 with the day first.")
    hour, minute, second = (int(float(part)) for part in (found[2] + ":0").split(":")[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("is not a time of day.")
    local = datetime.combine(day, time(hour, minute, second))  # as the clocks on the wall show it
    if found[3]:
        offset = "+00:00" if found[3].upper() == "Z" else found[3]
        return datetime.fromisoformat(f"{local.isoformat()}{offset}").astimezone(UTC)
    zone: ZoneInfo = (info.context or {})["zone"]
    return local_instant(local, zone)


def local_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which clocks of this zone show `local`.

    Raises:
        ValueError: at a change of clocks there is no such instant, or there are two.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(
            "does not exist: the clocks go forward over it that night. Choose a time before or after the gap."
        )
    if first != second:
        raise ValueError(
            "comes twice: the clocks go back that night. Say which with an offset, such as 2026-10-25T01:30+01:00."
        )
    return first


def _parts(value: object) -> list[str]:
    """What semicolons or plus signs separate; an empty place keeps its place."""
    text = str(value or "")
    return [part.strip() for part in re.split(r"[;+]", text)] if text else []


def _yes_or_no(value: object) -> bool | None:
    text = str(value or "").lower()
    if not text:
        return None
    if text not in _YES | _NO:
        raise ValueError("is not yes, no or empty.")
    return text in _YES


def _keyword(value: object) -> object:
    return re.sub(r"[\s-]+", "_", str(value).lower())


def _none_if_empty(value: object) -> object:
    return value or None


Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Group = Annotated[str, StringConstraints(max_length=40)]
Login = Annotated[str, StringConstraints(min_length=1, max_length=120, to_lower=True), AfterValidator(_one_word)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Unit = Annotated[str, StringConstraints(max_length=80)]
Day = Annotated[date | None, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Minutes = Annotated[Annotated[int, Field(ge=0, le=720)] | None, BeforeValidator(_none_if_empty)]


class Row(BaseModel):
    """A line. `model_fields_set` has the columns which the file has: others leave what is there."""

    model_config = ConfigDict(frozen=True)


class ModuleRow(Row):
    code: Code
    title: Name
    department: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    participation: Annotated[Participation, BeforeValidator(_keyword)]
    opens_minutes_before: Minutes = None
    closes_minutes_after: Minutes = None
    late_minutes_after: Minutes = None


class StudentRow(Row):
    student_no: Annotated[Code, AfterValidator(_one_word)]
    login: Login
    known_as: Name
    left_on: Day = None


class StaffRow(Row):
    login: Login
    name: Name
    unit: Unit
    role: Annotated[Annotated[Role, BeforeValidator(_keyword)] | None, BeforeValidator(_none_if_empty)] = None
    scope_kind: Annotated[Annotated[ScopeKind, BeforeValidator(_keyword)] | None, BeforeValidator(_none_if_empty)] = (
        None
    )
    scope_value: Unit = ""
    until_on: Day = None

    def scope_problem(self, today: date) -> tuple[str, str] | None:
        """The column and what is the matter with the role this line gives."""
        if self.role is None:
            stray = self.scope_kind or self.scope_value or self.until_on
            return ("role", "is empty, though the line says how far a role reaches.") if stray else None
        if self.scope_kind is None:
            return "scope_kind", "is empty: a role without a scope sees nobody. Write own, department or all."
        if (self.scope_kind is ScopeKind.DEPARTMENT) != bool(self.scope_value):
            return "scope_value", "names the department when scope_kind is department, and is empty otherwise."
        if self.scope_kind is ScopeKind.DEPARTMENT and not self.role.has_departments:
            return "scope_kind", f"is department, and {self.role.label} cannot be given for one: write own or all."
        if self.until_on and self.until_on > today + timedelta(days=366):
            return "until_on", "is more than a year ahead: roles are given for a year at most, then again."
        return None


class LectureRow(Row):
    ref: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    module_codes: Annotated[list[Code], BeforeValidator(_parts), Field(min_length=1, max_length=50)]
    groups: Annotated[list[Group], BeforeValidator(_parts)] = []
    kind: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    starts_at: Instant
    ends_at: Instant
    rooms: Annotated[list[Code], BeforeValidator(_parts), Field(max_length=50)]
    mode: Annotated[Mode, BeforeValidator(_keyword)]
    cancelled: Annotated[bool | None, BeforeValidator(_yes_or_no)] = None

    @property
    def places(self) -> list[tuple[str, str]]:
        """Module and group, for each group or whole module it is for."""
        if not self.groups:
            return sorted({(code, "") for code in self.module_codes})
        if len(self.module_codes) == 1:
            return sorted({(self.module_codes[0], group) for group in self.groups})
        return sorted(set(zip(self.module_codes, self.groups, strict=True)))

    def problem(self) -> tuple[str, str] | None:
        """The column and what is the matter between this line's cells."""
        if self.ends_at <= self.starts_at:
            return "ends_at", "is not after starts_at. For one that goes past midnight write the next day."
        if self.ends_at - self.starts_at > LONGEST:
            return "ends_at", "is more than 24 hours after starts_at."
        if len(self.module_codes) > 1 and self.groups and len(self.groups) != len(self.module_codes):
            return (
                "groups",
                "needs one group for each module, in the same order; an empty place stands for the whole module.",
            )
        return None


class EnrolmentRow(Row):
    student_no: Code
    module_code: Code
    group: Group = ""
    from_on: Day = None
    until_on: Day = None


class TeachingRow(Row):
    staff_login: Login
    module_code: Code
    group: Group = ""
    leads: Annotated[bool | None, BeforeValidator(_yes_or_no)] = None
    from_on: Day = None
    until_on: Day = None


class TuteeRow(Row):
    """`login` is the tutor's."""

    login: Login
    student_no: Code
    from_on: Day = None
    until_on: Day = None


ROWS: dict[str, type[Row]] = {
    "modules": ModuleRow,
    "students": StudentRow,
    "staff": StaffRow,
    "lectures": LectureRow,
    "enrolments": EnrolmentRow,
    "teaching": TeachingRow,
    "tutees": TuteeRow,
}

_WORDS = {
    "missing": "is empty.",
    "string_too_short": "is empty.",
    "string_too_long": "is longer than {max_length} characters.",
    "too_short": "is empty.",
    "too_long": "names more than {max_length}.",
    "enum": "is not one of {expected}.",
    "int_parsing": "is not a whole number.",
    "int_from_float": "is not a whole number.",
    "greater_than_equal": "is less than {ge}.",
    "less_than_equal": "is more than {le}.",
}


def in_words(details: ErrorDetails) -> tuple[str, str]:
    """The column, and what is the matter with its cell, from what pydantic found."""
    column = str(details["loc"][0]) if details["loc"] else ""
    context: dict[str, Any] = details.get("ctx", {})
    if details["type"] == "value_error":
        return column, str(context["error"])
    if details["type"] == "enum":
        expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return column, f"is not one of: {expected}."
    return column, _WORDS.get(details["type"], "can't be used as it is.").format(**context)

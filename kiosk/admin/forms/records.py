"""What people type to find a student, to open a case, to break the glass or to lock a record. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from kiosk.admin.forms.words import one_line

Choice = TypeVar("Choice", bound=StrEnum)

LENGTH = 100
NOBODY = "No student was found. Check the number or the name; only students your role reaches can be found."
NO_NUMBER = "Type all of the student number."
NO_CHOICE = "Choose one of the list."
TOO_SHORT = "Type all of a student number, or at least two letters of a name."
NO_STAFF = "Type at least one sign-in name."


@dataclass(frozen=True)
class NumberForm:
    """A full student number and a choice from a closed list."""

    number: str
    choice: str

    @classmethod
    def read(cls, sent: Mapping[str, str], name: str) -> "NumberForm":
        return cls(one_line(sent.get("number"))[:LENGTH], sent.get(name, ""))

    def chosen(self, kind: type[Choice]) -> Choice | None:
        return kind(self.choice) if self.choice in set(kind) else None

    def problems(self, kind: type[StrEnum]) -> dict[str, str]:
        """What to change, by field."""
        found = {"number": NO_NUMBER} if not self.number else {}
        return found if self.chosen(kind) else {**found, "choice": NO_CHOICE}


@dataclass(frozen=True)
class LockForm:
    """A full student number, and who may still see the record."""

    number: str
    staff: str

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "LockForm":
        return cls(one_line(sent.get("number"))[:LENGTH], one_line(sent.get("staff"))[:2000])

    @property
    def logins(self) -> list[str]:
        return list(dict.fromkeys(self.staff.lower().replace(",", " ").split()))

    def problems(self) -> dict[str, str]:
        """What to change, by field."""
        found = {"number": NO_NUMBER} if not self.number else {}
        return found if self.logins else {**found, "staff": NO_STAFF}

"""What people choose and type in a register: a row, a status, a reason, a few letters of a name, numbers, a count."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.words import one_line, whole_number
from kiosk.admin.services.corrections import Wish
from kiosk.domain.corrections import MAX_NUMBERS, REASONS, Reason, read_numbers
from kiosk.domain.statuses import Status

NUMBERS_BYTES = 2**19
MAX_PEOPLE = 9_999
SHOWN = ("all", "open", "present")
"""The groups of a register that can be looked at by themselves."""

NO_NUMBER = "Paste at least one student number."
TOO_MANY = f"That is more than {MAX_NUMBERS:,} numbers. Paste them in parts."
NO_COUNT = f"Type how many people are in the room: a whole number up to {MAX_PEOPLE:,}. Leave it empty to take it back."


@dataclass(frozen=True)
class Seen:
    """Which part of the names a page without script shows."""

    show: str = "all"
    letters: str = ""
    page: int = 1

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Seen":
        show = form.get("show", "")
        page = whole_number(form.get("page")) or 1
        return cls(show if show in SHOWN else "all", one_line(form.get("letters"))[:60], max(page, 1))


def student_row(form: Mapping[str, str]) -> tuple[int, int] | None:
    """A row as its page had it: student and version."""
    parts = _parts(form)
    return (parts[0], parts[1]) if len(parts) == 2 else None


def row_to_undo(form: Mapping[str, str]) -> tuple[int, int] | None:
    """A row as its page had it: student, and the act that can be taken back."""
    parts = _parts(form)
    return (parts[0], parts[2]) if len(parts) == 3 else None


def _parts(form: Mapping[str, str]) -> list[int]:
    parts = [row_id(part) for part in form.get("student", "").split(":", 3)]
    return [part for part in parts if part is not None] if None not in parts else []


def wish(form: Mapping[str, str]) -> Wish | None:
    """What a row shall say, and why; None when no page of ours would send it."""
    row, reason, status = student_row(form), reason_of(form), form.get("status")
    if row is None or reason is None or status not in (None, *Status):
        return None
    return Wish(*row, None if status is None else Status(status), reason)


def reason_of(form: Mapping[str, str]) -> Reason | None:
    """One of the listed reasons, "was there" when nothing was chosen; None for any other word."""
    chosen = form.get("reason", Reason.WAS_THERE)
    return Reason(chosen) if chosen in REASONS else None


def numbers_of(form: Mapping[str, str]) -> tuple[tuple[str, ...] | None, str]:
    """The pasted numbers, or what to do."""
    numbers = read_numbers(form.get("numbers", ""))
    if len(numbers) > MAX_NUMBERS:
        return None, TOO_MANY
    return (numbers, "") if numbers else (None, NO_NUMBER)


def people_of(form: Mapping[str, str]) -> tuple[int | None, str]:
    """A head-count, None to take it back; or what to do."""
    typed = one_line(form.get("people"))
    people = whole_number(typed)
    if typed and (people is None or people > MAX_PEOPLE):
        return None, NO_COUNT
    return people, ""


def settled(form: Mapping[str, str]) -> tuple[bool, int | None] | None:
    """Whether somebody is taken at their word, and who, or at which session: None stands for all. No answer when none was named."""
    for word, accepted in (("accept", True), ("decline", False)):
        whose = form.get(word, "")
        if whose == "all":
            return accepted, None
        if row_id(whose) is not None:
            return accepted, row_id(whose)
    return None

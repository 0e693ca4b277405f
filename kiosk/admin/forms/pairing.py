"""What people choose for a screen: its code, what it shows, the number on it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

SPOKEN_LETTERS = frozenset("BCDFGHJKLMNPQRSTVWXZ")
SPOKEN_LENGTH = 8
_DROPPED = ("Zs", "Pd", "Cf", "Cc", "Po")

CODE_PROBLEM = (
    "The code is the eight letters on the screen, without vowels, such as BCDF GHJK. Check them and type them again."
)


@dataclass(frozen=True)
class AnswerForm:
    """One of the offered places and one of the offered numbers; None where nothing fitting was chosen.

    is_answer: whether a number was chosen at all, fitting or not; Enter in the choice of places chooses none.
    """

    lecture_id: int | None
    room_id: int | None
    number: int | None
    is_answer: bool

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "AnswerForm":
        kind, _, number = form.get("place", "").partition("-")
        room = form.get("room", "") if kind == "room" else ""
        return cls(
            row_id(number) if kind == "lecture" else None,
            row_id(room),
            row_id(form.get("number", "")),
            "number" in form,
        )

    def problems(self) -> dict[str, str]:
        """What to choose, by field."""
        if self.lecture_id is None and self.room_id is None:
            return {"place": "Choose what the screen shows, then tap its number."}
        return {} if self.is_answer else {"number": "Now tap the number that is on the screen."}


def clean_code(text: str) -> str | None:
    """The eight letters, however they were typed; None when they can't be a code."""
    kept = (character for character in text[:64] if unicodedata.category(character) not in _DROPPED)
    code = "".join(kept).upper()
    return code if len(code) == SPOKEN_LENGTH and set(code) <= SPOKEN_LETTERS else None


def row_id(text: str) -> int | None:
    """A number of a row, as a form of ours sends it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

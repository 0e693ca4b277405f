"""What somebody typed, made fit to keep: one line, no hidden characters, whole numbers. Knows no form."""

import re
import unicodedata

# Characters that would turn the rest of a line around, wherever it is shown later.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def one_line(typed: str | None) -> str:
    """The text in composed form, without control characters, with single spaces."""
    plain = _TURNING.sub("", unicodedata.normalize("NFC", typed or ""))
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Cn") else c for c in plain).split())


def whole_number(typed: str | None) -> int | None:
    """A whole number in any script's digits, at most six of them; None for anything else."""
    text = one_line(typed)
    return int(text) if text.isdecimal() and len(text) <= 6 else None

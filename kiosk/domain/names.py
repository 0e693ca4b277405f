"""Finding a name by a few typed letters, in any script and whatever the accents; static/admin/register.js does the same."""

import unicodedata

# Letters that do not come apart into a plain one and a mark.
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Small letters without marks, with single spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return " ".join("".join(it for it in apart if not unicodedata.combining(it)).replace("-", " ").split())


def fits(typed: str, name: str) -> bool:
    """Whether every typed word begins a word of the name; where words have no spaces, whether it is inside."""
    folded = fold(name)
    words = folded.split()
    return all(
        any(word.startswith(part) for word in words) or (not part.isascii() and part in folded)
        for part in fold(typed).split()
    )

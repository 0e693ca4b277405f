"""What closed lists say in words on the page with everything that is held. Knows no database."""

from functools import partial

from kiosk.checkin import dispute_words, request_words
from kiosk.web.languages import mark, say

_WORDS: dict[str, dict[str, str]] = {
    "says": dispute_words.SAYS,
    "outcome": dispute_words.OUTCOMES,
    "why": dispute_words.WHY,
    "claim": {
        "": mark("your word alone"),
        "digits": mark("with the digits from the screen"),
        "scan": mark("with the address that was scanned"),
    },
    "arrangement": {
        "authorised": mark("Time off, authorised"),
        "exempt": mark("Exempt"),
        "extension": mark("Longer to check in"),
    },
    "state": {
        "asked": mark("Asked for"),
        "agreed": mark("Agreed"),
        "declined": mark("Not agreed"),
        "withdrawn": mark("Taken back"),
    },
    "request": request_words.KINDS,
    "about": request_words.ABOUT,
    "answer": request_words.ANSWERS,
    "case": {
        "rights": mark("A rights request"),
        "complaint": mark("A complaint"),
        "objection": mark("An objection"),
    },
}


def _word(kind: str, code: str | None) -> str:
    """A code of a list in words; one that has none yet as it is kept, which is better than nothing."""
    if code is None:
        return say("open")
    words = _WORDS.get(kind, {})
    return say(words[code]) if code in words else code.replace("_", " ")


says, outcome, why, claim, arrangement, state, request, about, answer, case = (
    partial(_word, kind)
    for kind in ("says", "outcome", "why", "claim", "arrangement", "state", "request", "about", "answer", "case")
)

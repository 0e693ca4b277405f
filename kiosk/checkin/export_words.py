"""What closed lists say in words on the page with everything that is held. Knows no database."""

from functools import partial

from kiosk.web.languages import mark, say

_WORDS = {
    "says": {
        "was_there": mark("I was there"),
        "was_in_time": mark("I was in time"),
        "was_online": mark("I was there online"),
        "not_me": mark("That was not me"),
    },
    "outcome": {
        "changed": mark("It was changed"),
        "kept": mark("It stayed as it was"),
        "withdrawn": mark("You took it back"),
    },
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
    "request": {"objection": mark("An objection"), "correction": mark("A correction")},
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


says, outcome, claim, arrangement, state, request, case, other = (
    partial(_word, kind) for kind in ("says", "outcome", "claim", "arrangement", "state", "request", "case", "other")
)

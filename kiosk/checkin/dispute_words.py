"""What disputes say in words: what a student says, what became of it, and why. Knows no database."""

from kiosk.checkin.record_words import REASONS
from kiosk.domain.disputes import Ground, Outcome, Says
from kiosk.web.languages import mark, say

SAYS: dict[str, str] = {
    Says.WAS_THERE: mark("I was there"),
    Says.WAS_IN_TIME: mark("I was in time"),
    Says.WAS_ONLINE: mark("I was there online"),
    Says.NOT_ME: mark("That was not me"),
}
OUTCOMES: dict[str, str] = {
    Outcome.CHANGED: mark("It was changed"),
    Outcome.KEPT: mark("It stayed as it was"),
    Outcome.WITHDRAWN: mark("You took it back"),
}
GROUNDS: dict[str, str] = {
    Ground.NOT_ON_LIST: mark("Not on the list of those in the room"),
    Ground.CODE_WAS_USED: mark("The code was used from this account"),
    Ground.CAME_LATE: mark("The check-in was after the start"),
    Ground.TEACHER_ASKED: mark("Whoever taught it was asked"),
    Ground.NOTHING_FOUND: mark("Nothing was found that shows it"),
    Ground.OTHER: mark("Another reason, known to the office"),
}
"""The office's own words for the reasons it chooses from."""

WHY: dict[str, str] = {**{code.value: text for code, text in REASONS.items()}, **GROUNDS}
"""Why it was decided so, whichever of the two lists it is from."""


def says(code: str) -> str:
    """What a student said."""
    return say(SAYS[Says(code)])


def outcome(code: str) -> str:
    """What became of it."""
    return say(OUTCOMES[Outcome(code)])


def why(code: str) -> str:
    """Why it was decided so."""
    return say(WHY[code])

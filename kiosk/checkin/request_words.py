"""What requests say in words: what they are about, and how they were answered. Knows no database."""

from kiosk.checkin import record_words
from kiosk.domain.requests import WITHDRAWN, About, Answer, Kind
from kiosk.web.languages import mark, say

KINDS: dict[str, str] = {Kind.OBJECTION: mark("An objection"), Kind.CORRECTION: mark("A correction")}
ABOUT: dict[str, str] = {
    About.NAME: mark("The name you are known by"),
    About.NUMBER: mark("Your student number"),
    About.MODULES: mark("Your modules or groups"),
    About.TUTOR: mark("Who your personal tutor is"),
    About.OTHER: mark("Something else that is held"),
}
ANSWERS: dict[str, str] = {
    Answer.UPHELD: mark("Upheld: it will be as you ask"),
    Answer.PARTLY_UPHELD: mark("Upheld in part"),
    Answer.NOT_UPHELD: mark("Not upheld"),
    Answer.PUT_RIGHT: mark("Put right"),
    Answer.PASSED_ON: mark("Passed on to those who keep the list it comes from"),
    WITHDRAWN: mark("You took it back"),
}


def kind(it: Kind) -> str:
    """What sort of request it is."""
    return say(KINDS[it])


def helped(role: str) -> str:
    """That somebody on the staff helped to make it."""
    return say("Made with the help of: %(role)s") % {"role": record_words.role(role)}


def about(code: str) -> str:
    """What is to be put right."""
    return say(ABOUT[About(code)])


def answer(code: str) -> str:
    """How it was answered."""
    return say(ANSWERS[code])

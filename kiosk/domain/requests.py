"""What a student may ask of what is held about them, until when it is answered, and how. Knows no student and no database."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """To object to how data is used, or to have it put right (R48)."""

    OBJECTION = "objection"
    CORRECTION = "correction"


class About(StrEnum):
    """What of the things held is wrong; entries of a register are disputed instead."""

    NAME = "name"
    NUMBER = "number"
    MODULES = "modules"
    TUTOR = "tutor"
    OTHER = "other"


class Answer(StrEnum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    PUT_RIGHT = "put_right"
    PASSED_ON = "passed_on"


WITHDRAWN = "withdrawn"
"""How a request ends which its student took back."""

ANSWERS: Mapping[Kind, tuple[Answer, ...]] = {
    Kind.OBJECTION: (Answer.UPHELD, Answer.PARTLY_UPHELD, Answer.NOT_UPHELD, Answer.PASSED_ON),
    Kind.CORRECTION: (Answer.PUT_RIGHT, Answer.PARTLY_UPHELD, Answer.NOT_UPHELD, Answer.PASSED_ON),
}


def due_on(made_on: date) -> date:
    """One calendar month later; where that month is shorter, its last day."""
    later = made_on.replace(day=1) + timedelta(days=monthrange(made_on.year, made_on.month)[1])
    return later.replace(day=min(made_on.day, monthrange(later.year, later.month)[1]))

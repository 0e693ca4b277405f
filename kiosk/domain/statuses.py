"""The statuses of one student at one lecture, which of them count, and how they read; knows no student."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    PRESENT = "present"
    PRESENT_LATE = "present_late"
    PRESENT_REMOTE = "present_remote"
    AUTHORISED = "authorised"
    EXEMPT = "exempt"
    UNABLE_TO_CHECK_IN = "unable_to_check_in"
    PRESENT_SELF_DECLARED = "present_self_declared"
    NOT_RECORDED = "not_recorded"
    ABSENT = "absent"
    VOID = "void"


class Count(StrEnum):
    """Whether a lecture counts at all: nobody was recorded at one that is not observed, and a void one is a decision."""

    COUNTS = "counts"
    NOT_OBSERVED = "not_observed"
    VOID = "void"


# A student's own statement counts until somebody decides otherwise.
_PRESENT = frozenset(
    {
        Status.PRESENT,
        Status.PRESENT_LATE,
        Status.PRESENT_REMOTE,
        Status.UNABLE_TO_CHECK_IN,
        Status.PRESENT_SELF_DECLARED,
    }
)
_NOT_COUNTED = frozenset({Status.AUTHORISED, Status.EXEMPT, Status.NOT_RECORDED, Status.VOID})

DECIDED_ELSEWHERE = frozenset({Status.AUTHORISED, Status.EXEMPT})
"""What was arranged ahead: a register shows it, nobody sets it there, and whoever comes all the same was there."""

SAYS_NOTHING = frozenset({Status.NOT_RECORDED, Status.ABSENT})
"""What says of a student that nothing was recorded; what was arranged ahead takes its place."""

OWN_WORD = frozenset({Status.UNABLE_TO_CHECK_IN, Status.PRESENT_SELF_DECLARED})
"""What a student says of themselves."""

SPEAKS_FOR_THEM = DECIDED_ELSEWHERE | OWN_WORD
"""What keeps a student from being called absent, even once it is changed."""


@dataclass(frozen=True)
class Tally:
    """How many were present, of how many that count."""

    present: int
    counted: int


def told_to_teachers(status: Status) -> Status:
    """What whoever teaches is told: that somebody need not come, and not by which kind of arrangement (R72)."""
    return Status.AUTHORISED if status is Status.EXEMPT else status


def counts_as_present(status: Status) -> bool:
    return status in _PRESENT


def is_counted(status: Status, *, disputed: bool = False) -> bool:
    """Whether a status is part of what attendance is measured against (R79)."""
    return status not in _NOT_COUNTED and not disputed


def tally(statuses: Iterable[Status], count: Count = Count.COUNTS) -> Tally:
    """Numerator and denominator of one lecture; a lecture that counts for nobody has neither."""
    counted = [status for status in statuses if is_counted(status)] if count is Count.COUNTS else []
    return Tally(sum(counts_as_present(status) for status in counted), len(counted))


def count_of(*, voided: bool, is_over: bool, present: int) -> Count:
    """How a lecture counts. A code that was never shown lets nobody in; a list on paper that staff typed in does count."""
    if voided:
        return Count.VOID
    return Count.NOT_OBSERVED if is_over and not present else Count.COUNTS


def read_as(status: Status, count: Count) -> str:
    """How a status reads at a lecture that counts like this: the name of a status, or "not_observed"."""
    if count is Count.VOID:
        return Status.VOID.value
    if count is Count.NOT_OBSERVED and status in (Status.NOT_RECORDED, Status.ABSENT):
        return Count.NOT_OBSERVED.value
    return status.value

"""The statuses of one student at one lecture, and which of them count; knows no student."""

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


def counts_as_present(status: Status) -> bool:
    return status in _PRESENT

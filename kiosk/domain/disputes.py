"""What a student may say is wrong with an entry, what may become of it, and why. Knows no student and no database."""

from enum import StrEnum

from kiosk.domain.corrections import settable, usual_mark
from kiosk.domain.lectures import Mode
from kiosk.domain.statuses import DECIDED_ELSEWHERE, Status, counts_as_present


class Says(StrEnum):
    """What a student says that an entry should be; a closed list, as every reason is."""

    WAS_THERE = "was_there"
    WAS_IN_TIME = "was_in_time"
    WAS_ONLINE = "was_online"
    NOT_ME = "not_me"


class Outcome(StrEnum):
    CHANGED = "changed"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """Why an entry stays as it is; why one is changed is a reason of corrections."""

    NOT_ON_LIST = "not_on_list"
    CODE_WAS_USED = "code_was_used"
    CAME_LATE = "came_late"
    TEACHER_ASKED = "teacher_asked"
    NOTHING_FOUND = "nothing_found"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As people read it."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.NOT_ON_LIST: "Not on the list of those in the room",
    Ground.CODE_WAS_USED: "The code was used from this account",
    Ground.CAME_LATE: "The check-in was after the start",
    Ground.TEACHER_ASKED: "Whoever taught it was asked",
    Ground.NOTHING_FOUND: "Nothing was found that shows it",
    Ground.OTHER: "Another reason, known to the office",
}


def sayable(status: Status, mode: Mode) -> tuple[Says, ...]:
    """What would make an entry another one: nobody is asked to say what it says already."""
    is_present = counts_as_present(status)
    says = {
        Says.WAS_THERE: not is_present and mode is not Mode.REMOTE,
        Says.WAS_IN_TIME: status is Status.PRESENT_LATE,
        Says.WAS_ONLINE: status is not Status.PRESENT_REMOTE,
        Says.NOT_ME: is_present,
    }
    return tuple(it for it, fits in says.items() if fits)


def wanted(says: Says, mode: Mode) -> Status:
    """The status that a student asks for."""
    if says is Says.WAS_ONLINE:
        return Status.PRESENT_REMOTE
    return Status.NOT_RECORDED if says is Says.NOT_ME else usual_mark(mode)


def decidable(says: Says, status: Status, mode: Mode) -> tuple[Status, ...]:
    """What a disputed entry may be changed to, what the student asks for first. Never absent (R78), nor what it is."""
    found = dict.fromkeys((wanted(says, mode), *settable(mode, absent=False)))
    return tuple(it for it in found if it is not status and (counts_as_present(it) or status not in DECIDED_ELSEWHERE))

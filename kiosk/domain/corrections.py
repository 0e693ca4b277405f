"""What staff may set in a register, for which listed reason, and until when; knows no student and no database."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.lectures import Lecture, Mode
from kiosk.domain.permissions import Permission, Role, matrix
from kiosk.domain.statuses import Status

MAX_NUMBERS = 5_000
"""How many student numbers are taken at once."""


class Reason(StrEnum):
    """Why a status was set; a closed list, since a free text would tell what nobody may keep."""

    WAS_THERE = "was_there"
    CODE_UNREADABLE = "code_unreadable"
    NO_DEVICE = "no_device"
    PAPER_LIST = "paper_list"
    OUTAGE = "outage"
    OTHER_GROUP = "other_group"
    MISTAKE = "mistake"
    NOT_THIS_SESSION = "not_this_session"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As people read it."""
        return _REASONS[self]


_REASONS = {
    Reason.WAS_THERE: "Was there",
    Reason.CODE_UNREADABLE: "Could not read the code",
    Reason.NO_DEVICE: "Had no device",
    Reason.PAPER_LIST: "On a paper list",
    Reason.OUTAGE: "Check-in did not work",
    Reason.OTHER_GROUP: "Came to another group",
    Reason.MISTAKE: "It was a mistake",
    Reason.NOT_THIS_SESSION: "Not for this session",
    Reason.OTHER: "Another reason, known to the desk",
}
REASONS = tuple(reason for reason in Reason if reason is not Reason.NOT_THIS_SESSION)
"""The reasons to choose from when a status is set; the one left out belongs to people who are not on the list."""


class Kind(StrEnum):
    """What sort of act changed a register; each can be undone as a whole."""

    ONE = "one"
    ALL = "all"
    NUMBERS = "numbers"
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DESK = "desk"
    UNDO = "undo"


FOR_EVERYBODY = frozenset({Kind.ALL, Kind.NUMBERS})
"""Acts that stand even when they changed nobody who can be seen: that they are there says nothing of who cannot."""

FOR_MANY = FOR_EVERYBODY | {Kind.PENDING, Kind.ACCEPTED}
"""Acts that reach whoever the actor cannot see, too, and are taken back for them as well."""


def usual_mark(mode: Mode) -> Status:
    """What "present" means at a lecture of this mode."""
    return Status.PRESENT_REMOTE if mode is Mode.REMOTE else Status.PRESENT


def settable(mode: Mode, *, absent: bool) -> tuple[Status, ...]:
    """What staff may set, the usual mark first.

    absent: whether R78 allows it to be said of anybody; nobody is made absent by hand before.
    """
    here = () if mode is Mode.REMOTE else (Status.PRESENT, Status.PRESENT_LATE)
    online = () if mode is Mode.IN_PERSON else (Status.PRESENT_REMOTE,)
    return (*here, *online, Status.NOT_RECORDED, *((Status.ABSENT,) if absent else ()))


def until(role: Role, ended_at: datetime) -> datetime | None:
    """Until when a role may change a register of its own; None when it may not at all."""
    cell = matrix()[role].get(Permission.REGISTER_SET)
    return None if cell is None or cell.days is None else ended_at + timedelta(days=cell.days)


def still_may(lecture: Lecture, now: datetime) -> tuple[tuple[Role, datetime], ...]:
    """The roles whose time to change a lecture's register is not over, with its end."""
    ends = ((role, until(role, lecture.ends_at)) for role in Role)
    return tuple((role, end) for role, end in ends if end is not None and now < end)


_BETWEEN = re.compile(r"[\s,;]+")


def read_numbers(typed: str) -> tuple[str, ...]:
    """The numbers in a pasted text, each once, whatever stands between them; words without a digit are none."""
    words = (word.strip("\"'\u200b\ufeff()[]") for word in _BETWEEN.split(unicodedata.normalize("NFKC", typed)))
    return tuple(dict.fromkeys(word for word in words if any(map(str.isdigit, word))))


def said_of(reasons: Sequence[Reason] = REASONS) -> tuple[tuple[str, str], ...]:
    """Pairs of value and label, for a list to choose from."""
    return tuple((reason.value, reason.label) for reason in reasons)

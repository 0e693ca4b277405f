"""The access log's entries and the chain that ties each to the one before; knows no database, no name and no clock."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

FIRST = "0" * 64
"""What the first entry follows."""


class Act(StrEnum):
    """What somebody did with students' data."""

    VIEW_ROSTER = "view roster"
    VIEW_STUDENT = "view student"
    CHANGE = "change"
    SEARCH = "search"
    DENY = "deny"
    BREAK_GLASS = "break-glass"
    READ_LOG = "read log"
    DELAY = "delay entry"


class Purpose(StrEnum):
    """Why; a closed list, which leaves out staff appraisal, marketing, marks and discipline."""

    TEACHING = "teaching"
    CORRECTION = "correction"
    SUPPORT = "support"
    TUTORING = "tutoring"
    ENGAGEMENT = "engagement"
    SPONSOR_DUTY = "sponsor duty"
    RIGHTS = "rights request"
    SAFETY = "safety"
    AUDIT = "audit"


class Data(StrEnum):
    """Classes of data that an entry may be about; students are told of these apart."""

    HISTORY_OF_REGISTER = "history of changes"
    HISTORY_OF_STATUS = "history of a status"
    STATUSES = "statuses"
    UNSEEN = "statuses, unseen"
    NAME_AND_STATUS = "name and status"
    STATUS = "status"
    SIGN_IN_LINK = "sign-in link"
    TUTOR_LINK = "tutor link"
    LOCK = "lock"
    CASE = "case"
    LISTS = "names, enrolments"
    NAME_AND_SESSIONS = "name and sessions"
    WHETHER_LISTED = "whether listed"
    ARRANGEMENT = "arrangement"
    ARRANGEMENTS = "names, arrangements"
    DISPUTE = "dispute"
    DISPUTES = "names, disputes"
    REQUEST = "request"
    REQUESTS = "names, requests"
    HELP = "request, with help"


UNSEEN = Data.UNSEEN.value
"""What an entry is about when its actor set something for everybody, and may not know of these students that they were there."""


@dataclass(frozen=True)
class Entry:
    """One look, change or refusal.

    Attributes:
        at: when, aware and UTC.
        staff_id, role, scope: who, by which role, and how far that reached then.
        act, purpose: what and why.
        thing, thing_id: through what, such as a lecture; never a name.
        data: the class of data touched, never a value.
        outcome: "shown", "changed", "refused" or what else became of it.
        request: which request it was, to tell one look from another.
        subjects: the opaque ids of the students concerned.
    """

    at: datetime
    staff_id: int
    role: str
    scope: str
    act: Act
    purpose: Purpose
    thing: str
    thing_id: int
    data: str
    outcome: str
    request: str
    subjects: frozenset[int]


@dataclass(frozen=True)
class Linked:
    """An entry as it is kept: in its place, with the hash before it and its own. None: what is kept there cannot be one."""

    id: int
    entry: Entry | None
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The last entry of a day (in UTC), as written down outside the database."""

    id: int
    hash: str
    day: date


@dataclass(frozen=True)
class Edited:
    """This entry is not what it was when it was written."""

    id: int


@dataclass(frozen=True)
class Missing:
    """Something that stood before this entry is gone, or was put in."""

    id: int


@dataclass(frozen=True)
class Rebuilt:
    """The head written down elsewhere is not in the chain: the past was written anew."""

    head: Head


Flaw = Edited | Missing | Rebuilt


def link(previous_hash: str, entry: Entry) -> str:
    """The hash of an entry that follows another: 64 hexadecimal digits of SHA-256 over both."""
    plain = [
        previous_hash,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.staff_id,
        entry.role,
        entry.scope,
        entry.act.value,
        entry.purpose.value,
        entry.thing,
        entry.thing_id,
        entry.data,
        entry.outcome,
        entry.request,
        sorted(entry.subjects),
    ]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def flaws(chain: Iterable[Linked], heads: Iterable[Head] = (), *, after: str = FIRST) -> list[Flaw]:
    """Everything that is wrong with a chain which begins after a hash, given in the order it was written."""
    found: list[Flaw] = []
    wanted: dict[int, list[Head]] = defaultdict(list)
    for head in heads:
        wanted[head.id].append(head)
    previous = after
    for it in chain:
        if it.previous_hash != previous:
            found.append(Missing(it.id))
        if it.entry is None or link(it.previous_hash, it.entry) != it.hash:
            found.append(Edited(it.id))
        found += [Rebuilt(head) for head in wanted.pop(it.id, []) if head.hash != it.hash]
        previous = it.hash
    return [*found, *(Rebuilt(head) for some in wanted.values() for head in some)]

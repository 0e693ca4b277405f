"""Checking in: what becomes of a scan or of typed digits for the one student who is there. Imports no Flask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from kiosk.checkin.boards import Board, Seen
from kiosk.domain.arrangements import minutes_longer
from kiosk.domain.arrivals import Arrival, Cancelled, Present, TooEarly, TooLate, Voided, WalkIn, judge, status_of
from kiosk.domain.codes import CodePolicy
from kiosk.domain.lectures import Lecture, Phase, WindowPolicy
from kiosk.domain.statuses import counts_as_present
from kiosk.store.doors import checkin as door
from kiosk.store.doors import more_time as wishes
from kiosk.store.doors.board import lecture_by_id
from kiosk.store.transactions import question, transaction


@dataclass(frozen=True)
class CheckedIn:
    """The register has this student at this lecture, from now or from before."""

    lecture_id: int
    recorded: door.Recorded


@dataclass(frozen=True)
class KeptWalkIn:
    """Not on the list: kept apart for a person to settle."""

    lecture_id: int
    kept: door.Kept


@dataclass(frozen=True)
class SetByStaff:
    """A member of staff has recorded something else; a scan does not overrule them."""

    lecture_id: int


@dataclass(frozen=True)
class NotTaken:
    """Nothing was recorded; `why` is the arrival as judged."""

    lecture: Lecture
    why: TooEarly | TooLate | Cancelled | Voided


@dataclass(frozen=True)
class ReceiptSpent:
    """This scan has checked somebody in already."""


@dataclass(frozen=True)
class WrongDigits:
    """No session of theirs shows these digits, or did in the last minutes."""


@dataclass(frozen=True)
class WhichOne:
    """Two sessions of theirs show the same digits."""

    lectures: tuple[Lecture, ...]


@dataclass(frozen=True)
class OpenNow:
    """One of a student's sessions whose check-in is open, and whether something is recorded of them there already."""

    lecture: Lecture
    is_recorded: bool


@dataclass(frozen=True)
class Scanned:
    """A receipt's content, as far as it matters here."""

    lecture: Lecture
    at: datetime
    nonce_hash: str


@dataclass(frozen=True)
class OldScan:
    """The content of a receipt for a code that no screen showed when it was scanned."""

    code: str
    at: datetime
    nonce_hash: str


@dataclass(frozen=True)
class Typed:
    """Digits, cleaned; which lecture, when asked; and the module's code, from somebody who is not on its list."""

    digits: str
    lecture_id: int | None = None
    module: str = ""


@dataclass(frozen=True)
class Coming:
    """Where somebody came in, when and how, and the enrolments that let them."""

    lecture: Lecture
    at: datetime
    method: str
    own: Sequence[door.Enrolment]


Outcome = CheckedIn | KeptWalkIn | SetByStaff | NotTaken | ReceiptSpent
TypedOutcome = Outcome | WrongDigits | WhichOne


@transaction
def check_in_scanned(session: Session, now: datetime, student_id: int, scan: Scanned, zone: tzinfo) -> Outcome:
    """Check a student in by a receipt, at the instant of its scan."""
    own = enrolled_in(scan.lecture, door.enrolments_of(session, student_id), zone)
    arrival = _judge(session, student_id, scan.lecture, scan.at, zone, enrolled=bool(own))
    if isinstance(arrival, TooEarly | TooLate | Cancelled | Voided):
        return NotTaken(scan.lecture, arrival)
    if not door.spend_receipt(session, scan.nonce_hash, now):
        return _standing(session, student_id, scan.lecture.id) or ReceiptSpent()
    return _record(session, student_id, Coming(scan.lecture, scan.at, "qr", own), arrival)


@transaction
def check_in_typed(
    session: Session, now: datetime, student_id: int, typed: Typed, board: Board, policy: CodePolicy, zone: tzinfo
) -> TypedOutcome:
    """Check a student in by digits, which are compared with the codes of their own sessions alone."""
    enrolments = door.enrolments_of(session, student_id)
    mine = _own_lectures(board, enrolments, zone)
    among = [it for it in board.lectures.values() if _is_of(it, typed.module)] if typed.module else mine
    if wishes.wishes_of(session, student_id).more_time:
        policy = policy.with_more_time()
    matches = _matches(board.find_typed(typed.digits, among, now, policy), typed.lecture_id)
    if not matches:
        return WrongDigits()
    if len(matches) > 1:
        return WhichOne(tuple(it.lecture for it in matches))
    lecture, at = matches[0].lecture, matches[0].shown_at
    own = enrolled_in(lecture, enrolments, zone)
    # Digits prove that somebody was there while they could be read, however long the typing took.
    arrival = _judge(session, student_id, lecture, at, zone, enrolled=bool(own))
    if isinstance(arrival, TooEarly | TooLate | Cancelled | Voided):
        return NotTaken(lecture, arrival)
    return _record(session, student_id, Coming(lecture, at, "digits", own), arrival)


@question
def judge_scan(session: Session, student_id: int, lecture: Lecture, at: datetime, zone: tzinfo) -> Arrival:
    """How a scan will be judged, with the time that was agreed with whoever made it."""
    return _judge(session, student_id, lecture, at, zone, enrolled=True)


@question
def old_scan(
    session: Session, student_id: int, scan: OldScan, board: Board, policy: CodePolicy, zone: tzinfo
) -> Scanned | None:
    """The scan of a code that had left the screen, of a session of their own, by somebody who asked for more time."""
    if not wishes.wishes_of(session, student_id).more_time:
        return None
    enrolments = door.enrolments_of(session, student_id)
    own = _own_lectures(board, enrolments, zone)
    seen = board.find_old_scan(scan.code, own, scan.at, policy.with_more_time())
    return None if seen is None else Scanned(seen.lecture, seen.shown_at, scan.nonce_hash)


@question
def sessions_on(session: Session, now: datetime, student_id: int, board: Board, zone: tzinfo) -> tuple[OpenNow, ...]:
    """The student's own sessions whose check-in is open."""
    enrolments = door.enrolments_of(session, student_id)
    own = [it for it in _own_lectures(board, enrolments, zone) if it.phase(now) is Phase.OPEN]
    return tuple(OpenNow(it, is_recorded=_standing(session, student_id, it.id) is not None) for it in own)


@question
def standing(session: Session, student_id: int, lecture_id: int) -> CheckedIn | KeptWalkIn | SetByStaff | None:
    """What is recorded of a student at a lecture."""
    return _standing(session, student_id, lecture_id)


@question
def lecture_of(session: Session, lecture_id: int, policy: WindowPolicy) -> Lecture | None:
    """A lecture that may be too long past for the board; whoever asks has settled that the student was there."""
    return lecture_by_id(session, lecture_id, policy)


def _standing(session: Session, student_id: int, lecture_id: int) -> CheckedIn | KeptWalkIn | SetByStaff | None:
    recorded = door.recorded(session, lecture_id, student_id)
    if recorded is not None:
        return CheckedIn(lecture_id, recorded) if counts_as_present(recorded.status) else SetByStaff(lecture_id)
    kept = door.kept(session, lecture_id, student_id)
    return None if kept is None else KeptWalkIn(lecture_id, kept)


def _judge(
    session: Session, student_id: int, lecture: Lecture, at: datetime, zone: tzinfo, *, enrolled: bool
) -> Arrival:
    """What becomes of an arrival. Whoever came in time by the timetable needs no longer time, and nothing is asked."""
    arrival = judge(lecture, at, enrolled=enrolled)
    if not isinstance(arrival, TooLate) and arrival != Present(late=True):
        return arrival
    local = lecture.starts_at.astimezone(zone), lecture.ends_at.astimezone(zone)
    minutes = minutes_longer(wishes.extensions_of(session, student_id), *local)
    return judge(lecture.longer_by(minutes), at, enrolled=enrolled)


def _matches(seen: Sequence[Seen], lecture_id: int | None) -> Sequence[Seen]:
    """Of several, those that were open while they showed the digits; the others only matter when nothing was."""
    matches = [it for it in seen if it.lecture.phase(it.shown_at) is Phase.OPEN] or seen[:1]
    return matches if lecture_id is None else [it for it in matches if it.lecture.id == lecture_id]


def _record(session: Session, student_id: int, coming: Coming, arrival: Present | WalkIn) -> Outcome:
    lecture = coming.lecture
    if isinstance(arrival, WalkIn):
        if door.recorded(session, lecture.id, student_id) is None:
            door.keep_walk_in(session, lecture.id, student_id, coming.method, coming.at)
    else:
        other_group = not any(is_same_group(lecture, it) for it in coming.own)
        how = (status_of(lecture, arrival), coming.method, other_group, coming.at)
        door.record_attendance(session, door.Arrived(lecture.id, student_id, *how))
    outcome = _standing(session, student_id, lecture.id)
    if outcome is None:
        raise LookupError("what was written a moment ago is not there")
    return outcome


def enrolled_in(lecture: Lecture, enrolments: Iterable[door.Enrolment], zone: tzinfo) -> list[door.Enrolment]:
    """A student's enrolments in the modules of a lecture, valid on the day it begins: it may end on the next."""
    day = lecture.starts_at.astimezone(zone).date()
    modules = {module.id for module in lecture.modules}
    return [it for it in enrolments if it.module_id in modules and it.is_valid_on(day)]


def _own_lectures(board: Board, enrolments: Sequence[door.Enrolment], zone: tzinfo) -> list[Lecture]:
    near = board.of_modules(it.module_id for it in enrolments)
    return [it for it in near if enrolled_in(it, enrolments, zone)]


def is_same_group(lecture: Lecture, enrolment: door.Enrolment) -> bool:
    groups = {module.group for module in lecture.modules if module.id == enrolment.module_id}
    return not enrolment.group or "" in groups or enrolment.group in groups


def _is_of(lecture: Lecture, code: str) -> bool:
    return any("".join(module.code.split()).casefold() == code for module in lecture.modules)

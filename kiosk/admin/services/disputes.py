"""Disputes: what students say is wrong in registers, decided by an engagement officer who did not set it. Knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting
from kiosk.admin.services.lectures import reach_of
from kiosk.admin.services.register_acts import do, take_back_decision
from kiosk.domain.access_log import Act, Data
from kiosk.domain.corrections import Kind, Reason
from kiosk.domain.disputes import Ground, Outcome, decidable
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import Status
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import corrections
from kiosk.store.doors.admin import disputes as door
from kiosk.store.doors.admin.disputes import Disputed, Setter
from kiosk.store.transactions import transaction

PERMISSION = Permission.DISPUTE_DECIDE
SHOWN_AT_ONCE = 50
UNDONE_WITHIN = timedelta(hours=12)
"""How long one's own decisions are offered to be taken back."""


class Overtaken(Exception):
    """Somebody else has decided it, taken it back or changed the entry in the meantime; nothing was done."""


class OwnEntry(Exception):
    """Whoever set the entry wants to decide about it."""


@dataclass(frozen=True)
class Wish:
    """What an entry is to become, of the version that somebody saw, and why."""

    version: int
    status: Status
    reason: Reason


@dataclass(frozen=True)
class Decided:
    """One's own decision, which can be taken back. Of the student it says nothing."""

    id: int
    lecture: Lecture
    outcome: Outcome


@dataclass(frozen=True)
class Numbers:
    """The page without names: how many wait, since when the oldest does, and one's own newest decisions."""

    waiting: int
    since: datetime | None
    own: tuple[Decided, ...]


@dataclass(frozen=True)
class Waiting:
    """A dispute by name, with who set the entry, and what it may be changed to; `is_own`: whoever looks set it."""

    it: Disputed
    lecture: Lecture
    setter: Setter | None
    choices: tuple[Status, ...]
    is_own: bool


@dataclass(frozen=True)
class Names:
    """The page with names: so many of those that wait, the oldest first."""

    rows: tuple[Waiting, ...]
    waiting: int


def numbers(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Numbers:
    reach = reach_of(staff, PERMISSION, now, settings)
    found = door.disputes_within(session, reach, door.waits())
    own = door.disputes_within(session, reach, door.decided_by(staff.id, now - UNDONE_WITHIN))
    lectures = _lectures(session, settings, own)
    decided = (Decided(it.id, lectures[it.lecture_id], it.outcome) for it in own if it.outcome)
    return Numbers(len(found), found[0].opened_at if found else None, tuple(decided))


@transaction
def names(session: Session, now: datetime, settings: AdminSettings, staff: Staff) -> Names:
    """Who says what; the access log's row is written first."""
    found = door.disputes_within(session, reach_of(staff, PERMISSION, now, settings), door.waits())
    shown = found[:SHOWN_AT_ONCE]
    subjects = [it.student_id for it in shown]
    note(session, now, staff, Look(PERMISSION, Act.VIEW_ROSTER, "disputes", 0, Data.DISPUTES, subjects))
    lectures = _lectures(session, settings, shown)
    return Names(tuple(_waiting(session, staff, it, lectures[it.lecture_id]) for it in shown), len(found))


@transaction
def change(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int, wish: Wish
) -> Disputed:
    """Change the entry, as any correction does, and close the dispute.

    Raises:
        NotFound: it is of nobody in reach, or the entry can't become that.
        OwnEntry: they set it themselves.
        Overtaken: somebody else was quicker.
    """
    it, lecture = _open(session, now, settings, staff, dispute_id)
    held = corrections.held_of(session, it.lecture_id, [it.student_id]).get(it.student_id, corrections.NOTHING)
    if held.version != wish.version:
        raise Overtaken
    if wish.status not in decidable(it.says, held.status, lecture.mode):
        raise NotFound
    acting = _acting(settings, staff, lecture)
    setting = corrections.Setting(it.student_id, held, wish.status)
    _, changed = do(session, now, acting, Kind.ONE, [setting], wish.reason, decides=True)
    if not changed:
        raise Overtaken
    return _close(session, now, staff, it, Outcome.CHANGED, wish.reason.value)


@transaction
def keep(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int, ground: Ground
) -> Disputed:
    """Leave the entry as it is, and close the dispute; raises as `change` does."""
    it, _ = _open(session, now, settings, staff, dispute_id)
    return _close(session, now, staff, it, Outcome.KEPT, ground.value)


def undo(session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int) -> bool:
    """Take one's own decision back: the dispute waits again, and the entry is what it was; False when it can't be any more.

    Raises:
        NotFound: it is of nobody in reach, or not their own.
    """
    try:
        _undo(session, now, settings, staff, dispute_id)
    except Overtaken:
        _note_unchanged(session, now, settings, staff, dispute_id)
        return False
    return True


@transaction
def _undo(session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int) -> None:
    it = _found(session, now, settings, staff, dispute_id)
    if it.closed_at is None:
        raise Overtaken
    if it.decided_by_staff_id != staff.id:
        raise NotFound
    # First this: whoever decides may set an entry for as long as its dispute is open, and no longer.
    if not door.reopen(session, it):
        raise Overtaken
    act_id = door.act_behind(session, it) if it.outcome is Outcome.CHANGED else None
    lecture = _lectures(session, settings, (it,))[it.lecture_id]
    if act_id and not take_back_decision(session, now, _acting(settings, staff, lecture), act_id, it.student_id):
        raise Overtaken
    _note(session, now, staff, it, "reopened")


@transaction
def _note_unchanged(session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int) -> None:
    """Of an act that was undone with all it had written: that somebody tried."""
    _note(session, now, staff, _found(session, now, settings, staff, dispute_id), "unchanged")


def _open(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int
) -> tuple[Disputed, Lecture]:
    """A dispute that this member of staff may decide now, and its lecture."""
    it = _found(session, now, settings, staff, dispute_id)
    if it.closed_at is not None:
        raise Overtaken
    if _is_own(staff, door.setter_of(session, it.lecture_id, it.student_id)):
        raise OwnEntry
    return it, _lectures(session, settings, (it,))[it.lecture_id]


def _close(session: Session, now: datetime, staff: Staff, it: Disputed, outcome: Outcome, reason_code: str) -> Disputed:
    verdict = door.Verdict(outcome, reason_code, now, staff.role_for(PERMISSION).value, staff.id)
    if not door.close(session, it.id, verdict):
        raise Overtaken
    _note(session, now, staff, it, outcome.value)
    return it


def _found(session: Session, now: datetime, settings: AdminSettings, staff: Staff, dispute_id: int) -> Disputed:
    found = door.dispute_within(session, reach_of(staff, PERMISSION, now, settings), dispute_id)
    if found is None:
        raise NotFound
    return found


def _waiting(session: Session, staff: Staff, it: Disputed, lecture: Lecture) -> Waiting:
    setter = door.setter_of(session, it.lecture_id, it.student_id)
    return Waiting(it, lecture, setter, decidable(it.says, it.status, lecture.mode), _is_own(staff, setter))


def _is_own(staff: Staff, setter: Setter | None) -> bool:
    """Nobody decides about what they set themselves (R47)."""
    return setter is not None and setter.staff_id == staff.id


def _acting(settings: AdminSettings, staff: Staff, lecture: Lecture) -> Acting:
    return Acting(staff, staff.role_for(PERMISSION), lecture, settings.institution.time_zone)


def _lectures(session: Session, settings: AdminSettings, some: tuple[Disputed, ...]) -> Mapping[int, Lecture]:
    return door.lectures_by_id(session, settings.windows, {it.lecture_id for it in some})


def _note(session: Session, now: datetime, staff: Staff, it: Disputed, outcome: str) -> None:
    note(session, now, staff, Look(PERMISSION, Act.CHANGE, "dispute", it.id, Data.DISPUTE, [it.student_id], outcome))

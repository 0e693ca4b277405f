"""Acts on many students of a register at once, answered in numbers of those whom the actor sees. Knows no request.

A student whose record is locked is on no list of the actor's, and was in the room as the others were: what is set for
everybody reaches them too, and neither the answer nor the history nor the actor's own entries in the log tell of it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting, acting_on
from kiosk.admin.services.register import day_of
from kiosk.admin.services.register_acts import Undone, do, doing_of, note_change, take_back
from kiosk.domain.access_log import Act
from kiosk.domain.arrivals import Present, status_of
from kiosk.domain.claims import read_claimed
from kiosk.domain.corrections import Kind, Reason, usual_mark
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import DECIDED_ELSEWHERE, SAYS_NOTHING, Status, counts_as_present
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import claims
from kiosk.store.doors.admin import corrections as door
from kiosk.store.identity import past_locks
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Bulk:
    """What an act for many did, in numbers alone."""

    act_id: int
    changed: int
    already: int = 0
    strangers: int = 0


_TAKES = {Kind.ALL: SAYS_NOTHING, Kind.NUMBERS: SAYS_NOTHING | DECIDED_ELSEWHERE}
"""What a mark for many turns into "present": whoever is on a paper list came, though their absence was arranged."""


@transaction
def mark_all(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, reason: Reason
) -> Bulk:
    """Mark everybody present of whom nothing else is recorded."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    day = day_of(acting.lecture, settings)
    seen = door.listed_ids(session, lecture_id, day, staff.id)
    with past_locks(session):
        everybody = door.listed_ids(session, lecture_id, day, None)
        return _mark(session, now, acting, Kind.ALL, everybody, seen, reason)[0]


@transaction
def mark_numbers(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, numbers: Collection[str]
) -> Bulk:
    """Mark present whose numbers were pasted; the answer never says which number is whose."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    day = day_of(acting.lecture, settings)
    listed = set(door.listed_ids(session, lecture_id, day, staff.id))
    with past_locks(session):
        by_number = door.listed_numbers(session, lecture_id, day)
        found = [by_number[number] for number in numbers if number in by_number]
        seen = listed.intersection(found)
        done, changed = _mark(session, now, acting, Kind.NUMBERS, found, seen, Reason.PAPER_LIST)
    already = seen - changed
    if already or not done.changed:
        # That a number is on the list is an answer too, and somebody's: of whoever the mark itself wrote no row for.
        look = Look(Permission.REGISTER_SET, Act.SEARCH, "lecture", lecture_id, "whether listed", already)
        note(session, now, acting.staff, look)
    return replace(done, strangers=len(numbers) - len(seen))


@transaction
def accept_pending(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> Bulk:
    """Take everybody's word who says that they could not check in."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    day = day_of(acting.lecture, settings)
    seen = {it.student_id for it in _waiting(session, now, acting, door.listed_ids(session, lecture_id, day, staff.id))}
    if not seen:
        note_change(session, now, acting, Permission.REGISTER_SET, (), seen)
        return Bulk(0, 0)
    with past_locks(session):
        waiting = _waiting(session, now, acting, door.listed_ids(session, lecture_id, day, None))
        act_id, done = do(session, now, acting, Kind.PENDING, waiting, Reason.CODE_UNREADABLE)
        note_change(session, now, acting, Permission.REGISTER_SET, done, seen)
    return Bulk(act_id, len(done & seen))


@transaction
def settle_walk_ins(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    student_id: int | None,
    *,
    accepted: bool,
) -> Bulk:
    """Take walk-ins into the register, or say that the session is not theirs: one, or all. Nobody unseen is sent away."""
    acting = acting_on(session, now, settings, staff, Permission.WALK_IN_SETTLE, lecture_id)
    came = door.came_of(session, lecture_id, staff.id, student_id)
    seen = {it.student_id for it in came}
    if student_id is not None or not accepted or not came:
        return settle(session, now, acting, came, seen, accepted=accepted)
    with past_locks(session):
        return settle(session, now, acting, door.came_of(session, lecture_id, None), seen, accepted=True)


@transaction
def undo_act(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, act_id: int
) -> Undone:
    """Take a whole act back; whatever somebody has set anew since then stays."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    return take_back(session, now, acting, act_id, None)


def settle(
    session: Session,
    now: datetime,
    acting: Acting,
    came: Sequence[door.Came],
    seen: Collection[int],
    *,
    accepted: bool,
) -> Bulk:
    """Settle some walk-ins in the transaction of whoever calls, who has settled the right to it."""
    if not came:
        note_change(session, now, acting, Permission.WALK_IN_SETTLE, (), seen)
        return Bulk(0, 0)
    doing = doing_of(acting, now, Kind.ACCEPTED if accepted else Kind.DECLINED)
    act_id = door.add_act(session, doing)
    reason = Reason.WAS_THERE if accepted else Reason.NOT_THIS_SESSION
    taken = [it for it in came if accepted and not counts_as_present(it.before.status)]
    door.write(session, doing, act_id, [_arrival(acting, it) for it in taken], reason)
    others = [door.Setting(it.student_id, it.before, it.before.status) for it in came if it not in taken]
    door.add_changes(session, doing, act_id, others, reason)
    students = {it.student_id for it in came}
    door.settle(session, acting.lecture.id, act_id, students, now)
    note_change(session, now, acting, Permission.WALK_IN_SETTLE, students, seen)
    return Bulk(act_id, len(students.intersection(seen)))


def _mark(
    session: Session,
    now: datetime,
    acting: Acting,
    kind: Kind,
    students: Iterable[int],
    seen: Collection[int],
    reason: Reason,
) -> tuple[Bulk, set[int]]:
    """What was done in numbers, and whom it changed."""
    held = door.held_of(session, acting.lecture.id)
    before = {who: held.get(who, door.NOTHING) for who in students}
    status = usual_mark(acting.lecture.mode)
    open_ = [door.Setting(who, it, status) for who, it in before.items() if it.status in _TAKES[kind]]
    act_id, done = do(session, now, acting, kind, open_, reason)
    note_change(session, now, acting, Permission.REGISTER_SET, done, seen)
    changed = len(done.intersection(seen))
    return Bulk(act_id, changed, already=len(seen) - changed), done


def _waiting(session: Session, now: datetime, acting: Acting, listed: Iterable[int]) -> list[door.Setting]:
    held = door.held_of(session, acting.lecture.id)
    made_at = claims.made_of(session, acting.lecture.id)
    read = {it: read_claimed(held[it].status, made_at.get(it), now) for it in listed if it in held}
    pending = (it for it, status in read.items() if status is Status.UNABLE_TO_CHECK_IN)
    return [door.Setting(it, held[it], Status.PRESENT_SELF_DECLARED) for it in pending]


def _arrival(acting: Acting, came: door.Came) -> door.Setting:
    late = came.arrived_at > acting.lecture.late_at
    status = status_of(acting.lecture, Present(late=late))
    return door.Setting(came.student_id, came.before, status, came.method, came.arrived_at)

"""Setting statuses in a register: one, many at once, and taking either back. Knows no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting, NotNow, acting_on
from kiosk.admin.services.register import choices_of, count_now, day_of
from kiosk.domain.access_log import Act
from kiosk.domain.arrivals import Present, status_of
from kiosk.domain.corrections import Kind, Numbers, Reason, usual_mark
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import Count, Status, counts_as_present
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import corrections as door
from kiosk.store.doors.admin import register
from kiosk.store.transactions import transaction

OPEN = frozenset({Status.NOT_RECORDED, Status.ABSENT})
"""What a mark for many turns into "present"; whatever somebody has recorded or decided stays."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants a student's row to say; `version` is that of the row they saw. No status: the usual mark."""

    student_id: int
    version: int
    status: Status | None
    reason: Reason


@dataclass(frozen=True)
class Marked:
    """A student's row as it is now, and how many are present.

    count: how the lecture counts.
    act_id: the act that made it so; 0 when nothing was changed.
    is_stale: somebody else was quicker, and what they set stands.
    """

    row: register.RegisterRow
    present: int
    count: Count
    act_id: int = 0
    is_stale: bool = False


@dataclass(frozen=True)
class Bulk:
    """What an act for many did, in numbers alone."""

    act_id: int
    changed: int
    already: int = 0
    strangers: int = 0


@dataclass(frozen=True)
class Undone:
    """How many changes were taken back, and how many were not, since somebody has set them anew."""

    changed: int
    left: int
    marked: Marked | None = None


@transaction
def set_status(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, wish: Wish
) -> Marked:
    """Set one listed student's status. What somebody else has set meanwhile is left, and shown.

    Raises:
        NotFound: the lecture is none of theirs, or its register doesn't list the student.
        NotNow: they may not change it, or not to this.
    """
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    held = door.held_of(session, lecture_id, [wish.student_id]).get(wish.student_id, door.NOTHING)
    row = _row(session, settings, acting, wish.student_id)
    status = wish.status or usual_mark(acting.lecture.mode)
    if status not in choices_of(session, acting.lecture, _counts(session, settings, acting), now):
        raise NotNow("This can't be set at this session. Choose one of the offered statuses.")
    if status is Status.ABSENT and held.status is not Status.NOT_RECORDED:
        raise NotNow("Only somebody of whom nothing is recorded can be set absent.")
    if held.status is status:
        return _answer(session, now, settings, acting, row, 0)
    if held.version != wish.version:
        return _answer(session, now, settings, acting, row, 0, is_stale=True)
    setting = door.Setting(wish.student_id, held, status)
    act_id, changed = _do(session, now, acting, Kind.ONE, [setting], wish.reason)
    return _answer(session, now, settings, acting, row, act_id if changed else 0, is_stale=not changed)


@transaction
def mark_all(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, reason: Reason
) -> Bulk:
    """Mark everybody present of whom nothing else is recorded."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    listed = door.listed_ids(session, lecture_id, day_of(acting.lecture, settings), staff.id)
    return _mark(session, now, acting, Kind.ALL, listed, reason)


@transaction
def mark_numbers(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, numbers: Numbers
) -> Bulk:
    """Mark present whose numbers were pasted; the answer never says which number is whose."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    listed = door.listed_numbers(session, lecture_id, day_of(acting.lecture, settings), staff.id)
    known = [listed[number] for number in numbers.found if number in listed]
    done = _mark(session, now, acting, Kind.NUMBERS, known, Reason.PAPER_LIST)
    if not done.changed:
        # That a number is on the list is an answer too, and somebody's.
        look = Look(Permission.REGISTER_SET, Act.SEARCH, "lecture", lecture_id, "whether listed", known)
        note(session, now, acting.staff, look)
    return replace(done, strangers=len(numbers.found) - len(known))


@transaction
def accept_pending(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> Bulk:
    """Take everybody's word who says that they could not check in."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    listed = door.listed_ids(session, lecture_id, day_of(acting.lecture, settings), staff.id)
    held = door.held_of(session, lecture_id)
    waiting = {it: held[it] for it in listed if it in held and held[it].status is Status.UNABLE_TO_CHECK_IN}
    settings_ = [door.Setting(who, it, Status.PRESENT_SELF_DECLARED) for who, it in waiting.items()]
    return Bulk(*_do(session, now, acting, Kind.PENDING, settings_, Reason.CODE_UNREADABLE))


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
    """Take walk-ins into the register, or say that the session is not theirs: one, or all."""
    acting = acting_on(session, now, settings, staff, Permission.WALK_IN_SETTLE, lecture_id)
    return settle(session, now, acting, door.came_of(session, lecture_id, staff.id, student_id), accepted=accepted)


def settle(session: Session, now: datetime, acting: Acting, came: Sequence[door.Came], *, accepted: bool) -> Bulk:
    """Settle some walk-ins in the transaction of whoever calls, who has settled the right to it."""
    if not came:
        return Bulk(0, 0)
    doing = _doing(acting, now, Kind.ACCEPTED if accepted else Kind.DECLINED)
    act_id = door.add_act(session, doing)
    reason = Reason.WAS_THERE if accepted else Reason.NOT_THIS_SESSION
    taken = [it for it in came if accepted and not counts_as_present(it.before.status)]
    door.write(session, doing, act_id, [_arrival(acting, it) for it in taken], reason)
    others = [door.Setting(it.student_id, it.before, it.before.status) for it in came if it not in taken]
    door.add_changes(session, doing, act_id, others, reason)
    students = [it.student_id for it in came]
    door.settle(session, acting.lecture.id, act_id, students, now)
    _note(session, now, acting, Permission.WALK_IN_SETTLE, students)
    return Bulk(act_id, len(students))


@transaction
def undo_act(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, act_id: int
) -> Undone:
    """Take a whole act back; whatever somebody has set anew since then stays."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    return take_back(session, now, acting, act_id, None)


@transaction
def undo_row(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    act_id: int,
    student_id: int,
) -> Undone:
    """Take back what an act did to one student."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    before = _row(session, settings, acting, student_id)
    done = take_back(session, now, acting, act_id, student_id)
    marked = _answer(session, now, settings, acting, before, done.changed)
    return replace(done, marked=marked)


def take_back(session: Session, now: datetime, acting: Acting, act_id: int, student_id: int | None) -> Undone:
    """Undo an act, for one student or for all, in the transaction of whoever calls; for one, the caller logs it."""
    lecture_id = acting.lecture.id
    changes = door.undoable(session, lecture_id, act_id, student_id)
    came = door.settled_by(session, lecture_id, act_id, student_id)
    held = door.held_of(session, lecture_id, came | {it.student_id for it in changes})
    back = [
        door.Setting(it.student_id, held[it.student_id], it.before)
        for it in changes
        if held[it.student_id].version == it.version
    ]
    left = {it.student_id for it in changes} - {it.student_id for it in back}
    opened = [door.Setting(it, now_, now_.status) for it in came - left for now_ in [held.get(it, door.NOTHING)]]
    concerned = {it.student_id for it in [*back, *opened]}
    if concerned:
        doing = replace(_doing(acting, now, Kind.UNDO), undoes_id=act_id)
        undo_id = door.add_act(session, doing)
        door.write(session, doing, undo_id, back, Reason.MISTAKE)
        alone = [it for it in opened if it.student_id not in {it.student_id for it in back}]
        door.add_changes(session, doing, undo_id, alone, Reason.MISTAKE)
        door.unsettle(session, lecture_id, came - left)
        if student_id is None:
            _note(session, now, acting, Permission.REGISTER_SET, concerned)
    return Undone(len(concerned), len(left))


def _mark(session: Session, now: datetime, acting: Acting, kind: Kind, students: Iterable[int], reason: Reason) -> Bulk:
    held, students = door.held_of(session, acting.lecture.id), list(students)
    before = {who: held.get(who, door.NOTHING) for who in students}
    status = usual_mark(acting.lecture.mode)
    open_ = [door.Setting(who, it, status) for who, it in before.items() if it.status in OPEN]
    act_id, changed = _do(session, now, acting, kind, open_, reason)
    return Bulk(act_id, changed, already=len(before) - changed)


def _do(
    session: Session, now: datetime, acting: Acting, kind: Kind, settings: Sequence[door.Setting], reason: Reason
) -> tuple[int, int]:
    """One act, and how many it changed, with its row in the access log; nothing at all when there is nothing to change."""
    if not settings:
        return 0, 0
    doing = _doing(acting, now, kind)
    act_id = door.add_act(session, doing)
    done = door.write(session, doing, act_id, settings, reason)
    if kind is not Kind.ONE:
        _note(session, now, acting, Permission.REGISTER_SET, done)
    return act_id, len(done)


def _arrival(acting: Acting, came: door.Came) -> door.Setting:
    late = came.arrived_at > acting.lecture.late_at
    status = status_of(acting.lecture, Present(late=late))
    return door.Setting(came.student_id, came.before, status, came.method, came.arrived_at)


def _doing(acting: Acting, now: datetime, kind: Kind) -> door.Doing:
    return door.Doing(acting.lecture.id, kind, now, acting.role.value, acting.staff.id)


def _note(session: Session, now: datetime, acting: Acting, permission: Permission, students: Iterable[int]) -> None:
    look = Look(permission, Act.CHANGE, "lecture", acting.lecture.id, "statuses", list(students), "changed")
    note(session, now, acting.staff, look)


def _answer(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    acting: Acting,
    before: register.RegisterRow,
    changed: int,
    *,
    is_stale: bool = False,
) -> Marked:
    """The row as it is now. Even when nothing was changed it carries a name, and no name goes out unwritten."""
    act, outcome = (Act.CHANGE, "changed") if changed else (Act.VIEW_STUDENT, "shown")
    data, subject = "name and status", before.student_id
    note(
        session,
        now,
        acting.staff,
        Look(Permission.REGISTER_SET, act, "lecture", acting.lecture.id, data, [subject], outcome),
    )
    row = register.row_of(session, acting.lecture.id, subject, day_of(acting.lecture, settings), acting.staff.id)
    # Whoever came without being enrolled leaves the list when that is taken back.
    row = row or register.RegisterRow(subject, before.known_as, Status.NOT_RECORDED)
    counts = _counts(session, settings, acting)
    return Marked(row, counts.present, count_now(acting.lecture, counts, now), changed, is_stale)


def _row(session: Session, settings: AdminSettings, acting: Acting, student_id: int) -> register.RegisterRow:
    row = register.row_of(session, acting.lecture.id, student_id, day_of(acting.lecture, settings), acting.staff.id)
    if row is None:
        raise NotFound
    return row


def _counts(session: Session, settings: AdminSettings, acting: Acting) -> register.Counts:
    return register.counts_of(session, acting.lecture.id, day_of(acting.lecture, settings), acting.staff.id)

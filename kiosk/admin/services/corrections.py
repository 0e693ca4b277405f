"""Setting one student's status in a register, and taking that back. Knows no request."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting, NotNow, acting_on
from kiosk.admin.services.register import choices_of, day_of, told
from kiosk.admin.services.register_acts import do, take_back
from kiosk.domain.access_log import Act
from kiosk.domain.corrections import Kind, Reason, usual_mark
from kiosk.domain.permissions import Permission
from kiosk.domain.records import count_at
from kiosk.domain.statuses import DECIDED_ELSEWHERE, Count, Status, counts_as_present
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import corrections as door
from kiosk.store.doors.admin import register
from kiosk.store.doors.admin import register_counts as numbers
from kiosk.store.doors.disputing import left_to_others
from kiosk.store.transactions import transaction


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
    row = _row(session, now, settings, acting, wish.student_id)
    status = wish.status or usual_mark(acting.lecture.mode)
    if status not in choices_of(session, acting.lecture, _counts(session, now, settings, acting), now):
        raise NotNow("This can't be set at this session. Choose one of the offered statuses.")
    if held.status is status:
        return _answer(session, now, settings, acting, row, 0)
    # As it reads now: what nobody decided for a week waits no longer.
    held = replace(held, status=row.status)
    _check_undisputed(session, lecture_id, row)
    _check_step(session, lecture_id, wish.student_id, held.status, status)
    if held.version != wish.version:
        return _answer(session, now, settings, acting, row, 0, is_stale=True)
    setting = door.Setting(wish.student_id, held, status)
    act_id, changed = do(session, now, acting, Kind.ONE, [setting], wish.reason)
    return _answer(session, now, settings, acting, row, act_id if changed else 0, is_stale=not changed)


def _check_undisputed(session: Session, lecture_id: int, row: register.RegisterRow) -> None:
    """See that nobody changes what a dispute decides, or has decided (R47).

    Raises:
        NotNow: an engagement officer decides it, or has.
    """
    if row.is_disputed:
        raise NotNow("The student disputes this entry. An engagement officer who did not set it decides.")
    if row.student_id in left_to_others(session, lecture_id):
        raise NotNow("The student disputed this entry, and it was decided. The register keeps what was decided.")


def _check_step(session: Session, lecture_id: int, student_id: int, before: Status, status: Status) -> None:
    """See that nothing which somebody else decides is lost by a change, nor by two in a row (R78).

    Raises:
        NotNow: it would be.
    """
    if before in DECIDED_ELSEWHERE and not counts_as_present(status):
        raise NotNow("This absence was excused. A register doesn't change that, unless they came all the same.")
    if before is Status.UNABLE_TO_CHECK_IN and status is Status.NOT_RECORDED:
        raise NotNow("They say they were there. Set them present, or decline what they say.")
    nothing = before is Status.NOT_RECORDED and not door.has_spoken(session, lecture_id, student_id)
    if status is Status.ABSENT and not nothing:
        raise NotNow("Only somebody of whom nothing was ever recorded here can be set absent.")


@transaction
def settle_claim(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    student_id: int,
    *,
    accepted: bool,
) -> Marked:
    """Take a student's word that they were there, or decline it. What was decided meanwhile stays, and is shown.

    Raises:
        NotFound: the lecture is none of theirs, or its register doesn't list the student.
        NotNow: they may not decide it.
    """
    acting = acting_on(session, now, settings, staff, Permission.WALK_IN_SETTLE, lecture_id)
    row = _row(session, now, settings, acting, student_id)
    act_id = decide_claim(session, now, acting, row, accepted=accepted)
    return _answer(session, now, settings, acting, row, act_id, is_stale=not act_id, by=Permission.WALK_IN_SETTLE)


def decide_claim(session: Session, now: datetime, acting: Acting, row: register.RegisterRow, *, accepted: bool) -> int:
    """The act that decides what somebody says, in the transaction of whoever calls; 0 when nothing waits to be decided.

    Declined it is as if nothing was recorded, and nobody can be called absent for having spoken (R78).
    """
    held = door.held_of(session, acting.lecture.id, [row.student_id]).get(row.student_id, door.NOTHING)
    if row.is_disputed or row.status is not Status.UNABLE_TO_CHECK_IN or held.version != row.version:
        return 0
    if accepted:
        setting = door.Setting(row.student_id, held, Status.PRESENT_SELF_DECLARED)
        return do(session, now, acting, Kind.PENDING, [setting], Reason.CODE_UNREADABLE)[0]
    setting = door.Setting(row.student_id, held, Status.NOT_RECORDED)
    return do(session, now, acting, Kind.DECLINED, [setting], Reason.NOT_THIS_SESSION)[0]


@transaction
def undo_row(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    act_id: int,
    student_id: int,
) -> Marked:
    """Take back what an act did to one student."""
    acting = acting_on(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    before = _row(session, now, settings, acting, student_id)
    _check_undisputed(session, lecture_id, before)
    done = take_back(session, now, acting, act_id, student_id)
    return _answer(session, now, settings, acting, before, done.changed)


def _answer(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    acting: Acting,
    before: register.RegisterRow,
    changed: int,
    *,
    is_stale: bool = False,
    by: Permission = Permission.REGISTER_SET,
) -> Marked:
    """The row as it is now. Even when nothing was changed it carries a name, and no name goes out unwritten."""
    act, outcome = (Act.CHANGE, "changed") if changed else (Act.VIEW_STUDENT, "shown")
    data, subject = "name and status", before.student_id
    note(
        session,
        now,
        acting.staff,
        Look(by, act, "lecture", acting.lecture.id, data, [subject], outcome),
    )
    row = _listed(session, now, settings, acting, subject)
    # Whoever came without being enrolled leaves the list when that is taken back.
    row = row or register.RegisterRow(subject, before.known_as, Status.NOT_RECORDED)
    counts = _counts(session, now, settings, acting)
    return Marked(
        told(row), counts.present, count_at(acting.lecture, now, is_observed=counts.is_observed), changed, is_stale
    )


def _row(
    session: Session, now: datetime, settings: AdminSettings, acting: Acting, student_id: int
) -> register.RegisterRow:
    row = _listed(session, now, settings, acting, student_id)
    if row is None:
        raise NotFound
    return row


def _listed(
    session: Session, now: datetime, settings: AdminSettings, acting: Acting, student_id: int
) -> register.RegisterRow | None:
    day = day_of(acting.lecture, settings)
    return register.row_of(session, acting.lecture.id, student_id, day, acting.staff.id, now)


def _counts(session: Session, now: datetime, settings: AdminSettings, acting: Acting) -> numbers.Counts:
    return numbers.counts_of(session, acting.lecture.id, day_of(acting.lecture, settings), acting.staff.id, now)

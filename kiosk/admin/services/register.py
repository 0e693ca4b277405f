"""One lecture's register: numbers, names after a row in the access log, marking by hand. Knows no request."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.access_log import Act
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import Status, counts_as_present
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import register as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class ClosedRegister:
    """A register with its curtain closed: numbers."""

    lecture: Lecture
    counts: door.Counts
    may_mark: bool


@dataclass(frozen=True)
class OpenRegister:
    """A register with its curtain open."""

    lecture: Lecture
    counts: door.Counts
    may_mark: bool
    rows: tuple[door.RegisterRow, ...]
    walk_ins: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """A student's row after somebody set it, and how many are there now."""

    row: door.RegisterRow
    counts: door.Counts
    changed: bool


def closed_register(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> ClosedRegister:
    lecture = lecture_for(session, staff, Permission.REGISTER_READ, lecture_id, now=now, settings=settings)
    return ClosedRegister(
        lecture, _counts(session, settings, staff, lecture), may_mark(session, now, settings, staff, lecture)
    )


@transaction
def open_register(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> OpenRegister:
    """The names. The access log's row is written in the same transaction: without it nobody gets a name."""
    lecture = lecture_for(session, staff, Permission.REGISTER_READ, lecture_id, now=now, settings=settings)
    rows = door.rows_of(session, lecture_id, day_of(lecture, settings), staff.id)
    walk_ins = door.walk_ins_of(session, lecture_id, staff.id)
    subjects = [*(row.student_id for row in rows), *(row.student_id for row in walk_ins)]
    look = Look(Permission.REGISTER_READ, Act.VIEW_ROSTER, "lecture", lecture_id, "names and statuses", subjects)
    note(session, now, staff, look)
    return OpenRegister(
        lecture,
        _counts(session, settings, staff, lecture),
        may_mark(session, now, settings, staff, lecture),
        rows,
        tuple(row.known_as for row in walk_ins),
    )


def may_mark(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture: Lecture) -> bool:
    """Whether somebody may set a status here now: from the time check-in opens, for seven days, if it counts at all."""
    if now < lecture.opens_at or lecture.cancelled or lecture.voided:
        return False
    try:
        lecture_for(session, staff, Permission.REGISTER_SET, lecture.id, now=now, settings=settings)
    except NotFound:
        return False
    return True


@transaction
def mark_present(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, student_id: int
) -> Marked:
    """Mark a listed student present by hand. Twice is the same as once.

    Raises:
        NotFound: the lecture is none of theirs, or its register doesn't list the student, or it is too late.
    """
    lecture, before = _row_to_set(session, now, settings, staff, lecture_id, student_id)
    changed = not counts_as_present(before.status)
    if changed:
        _set(session, now, staff, lecture_id, before, Status.PRESENT)
    _note_row(session, now, staff, lecture_id, student_id, changed=changed)
    return _marked(session, settings, staff, lecture, before.student_id, changed)


@transaction
def undo_mark(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, student_id: int
) -> Marked:
    """Take a mark by hand back, to the status before it; the history keeps both.

    Raises:
        NotFound: as for `mark_present`.
    """
    lecture, row = _row_to_set(session, now, settings, staff, lecture_id, student_id)
    if row.can_undo:
        changes = door.last_changes(session, lecture_id, student_id)
        earlier = changes[1].status if len(changes) > 1 else Status.NOT_RECORDED
        _set(session, now, staff, lecture_id, row, earlier)
    _note_row(session, now, staff, lecture_id, student_id, changed=row.can_undo)
    return _marked(session, settings, staff, lecture, student_id, row.can_undo)


def day_of(lecture: Lecture, settings: AdminSettings) -> date:
    """The day of the institution's calendar on which a lecture begins."""
    return lecture.starts_at.astimezone(settings.institution.time_zone).date()


def _row_to_set(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, student_id: int
) -> tuple[Lecture, door.RegisterRow]:
    lecture = lecture_for(session, staff, Permission.REGISTER_SET, lecture_id, now=now, settings=settings)
    row = door.row_of(session, lecture_id, student_id, day_of(lecture, settings), staff.id)
    if row is None or now < lecture.opens_at or lecture.cancelled or lecture.voided:
        raise NotFound
    return lecture, row


def _set(session: Session, now: datetime, staff: Staff, lecture_id: int, row: door.RegisterRow, status: Status) -> None:
    role = staff.role_for(Permission.REGISTER_SET)
    door.set_status(session, lecture_id, row.student_id, status, now)
    door.add_change(session, lecture_id, row.student_id, status, now, role=role, staff_id=staff.id)


def _note_row(
    session: Session, now: datetime, staff: Staff, lecture_id: int, student_id: int, *, changed: bool
) -> None:
    """Even when nothing was changed the answer carries a name, and no name goes out unwritten."""
    act, outcome = (Act.CHANGE, "changed") if changed else (Act.VIEW_STUDENT, "shown")
    look = Look(Permission.REGISTER_SET, act, "lecture", lecture_id, "name and status", [student_id], outcome)
    note(session, now, staff, look)


def _marked(
    session: Session, settings: AdminSettings, staff: Staff, lecture: Lecture, student_id: int, changed: bool
) -> Marked:
    row = door.row_of(session, lecture.id, student_id, day_of(lecture, settings), staff.id)
    if row is None:
        raise NotFound
    return Marked(row, _counts(session, settings, staff, lecture), changed)


def _counts(session: Session, settings: AdminSettings, staff: Staff, lecture: Lecture) -> door.Counts:
    return door.counts_of(session, lecture.id, day_of(lecture, settings), staff.id)

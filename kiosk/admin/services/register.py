"""One lecture's register: numbers, names after a row in the access log, its history. Knows no request."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import may_act
from kiosk.admin.services.headcounts import lecture_to_count
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.absence import Evidence, may_be_absent
from kiosk.domain.access_log import Act
from kiosk.domain.corrections import Kind, Reason, settable
from kiosk.domain.lectures import Lecture
from kiosk.domain.names import sharing, tell_apart
from kiosk.domain.permissions import Permission
from kiosk.domain.records import count_at
from kiosk.domain.statuses import Count, Status, read_as, told_to_teachers
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import register as door
from kiosk.store.doors.admin import register_counts as numbers
from kiosk.store.doors.admin.headcounts import Headcount, headcount_of
from kiosk.store.transactions import transaction

Row = TypeVar("Row", door.RegisterRow, door.WalkIn)


@dataclass(frozen=True)
class ClosedRegister:
    """A register with its curtain closed: numbers.

    count: how the lecture counts.
    choices: what may be set here now.
    why_not: why it may not be changed by whoever asks; empty when it may.
    """

    lecture: Lecture
    counts: numbers.Counts
    count: Count
    headcount: Headcount | None
    choices: tuple[Status, ...]
    why_not: str
    may_settle: bool
    may_count: bool

    @property
    def may_mark(self) -> bool:
        return not self.why_not

    def reads(self, status: Status) -> str:
        """How a status reads here: its name, or "not_observed"."""
        return read_as(status, self.count)


@dataclass(frozen=True)
class OpenRegister:
    """A register with its curtain open."""

    closed: ClosedRegister
    rows: tuple[door.RegisterRow, ...]
    walk_ins: tuple[door.WalkIn, ...]


@dataclass(frozen=True)
class History:
    """What was done to a register; `alone` names the student of an act about one, and `apart` tells names from each other."""

    lecture: Lecture
    acts: tuple[door.Act, ...]
    alone: Mapping[int, tuple[int, str]]
    apart: Mapping[int, str]
    may_mark: bool


@dataclass(frozen=True)
class ToldChange:
    """A change as whoever teaches is told it.

    at: when colleagues or the import made it. There is none for what the student did: beside how it reads, the minute
    in which somebody came gives away who has longer to check in (R63).
    """

    on: date
    at: datetime | None
    before: Status | None
    status: Status
    role: str
    by: str
    reason: Reason | None
    kind: Kind | None


@dataclass(frozen=True)
class StudentsHistory:
    """What became of one student's status."""

    lecture: Lecture
    row: door.RegisterRow
    changes: tuple[ToldChange, ...]


def closed_register(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> ClosedRegister:
    lecture = lecture_for(session, staff, Permission.REGISTER_READ, lecture_id, now=now, settings=settings)
    counts = numbers.counts_of(session, lecture_id, day_of(lecture, settings), staff.id, now)
    why_not, not_settled = (
        may_act(session, now, settings, staff, permission, lecture_id)
        for permission in (Permission.REGISTER_SET, Permission.WALK_IN_SETTLE)
    )
    return ClosedRegister(
        lecture=lecture,
        counts=counts,
        count=count_at(lecture, now, is_observed=counts.is_observed),
        headcount=headcount_of(session, lecture_id),
        choices=choices_of(session, lecture, counts, now),
        why_not=why_not,
        may_settle=not not_settled,
        may_count=_may_count(session, now, settings, staff, lecture),
    )


@transaction
def open_register(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> OpenRegister:
    """The names. The access log's row is written in the same transaction: without it nobody gets a name."""
    closed = closed_register(session, now, settings, staff, lecture_id)
    rows = _rows(session, now, settings, staff, closed.lecture)
    walk_ins = _told_apart(session, lecture_id, door.walk_ins_of(session, lecture_id, staff.id))
    subjects = [*(row.student_id for row in rows), *(row.student_id for row in walk_ins)]
    look = Look(Permission.REGISTER_READ, Act.VIEW_ROSTER, "lecture", lecture_id, "names and statuses", subjects)
    note(session, now, staff, look)
    return OpenRegister(closed, rows, walk_ins)


@transaction
def history(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> History:
    """All that staff did to a register. Acts about one student name them, so the access log has its row first."""
    lecture = lecture_for(session, staff, Permission.REGISTER_READ, lecture_id, now=now, settings=settings)
    alone = door.subjects_of(session, lecture_id, staff.id)
    subjects = {student_id for student_id, _ in alone.values()}
    look = Look(Permission.REGISTER_READ, Act.VIEW_ROSTER, "lecture", lecture_id, "history of changes", subjects)
    note(session, now, staff, look)
    acts = door.acts_of(session, lecture_id, staff.id)
    apart = _apart(session, settings, staff, lecture, {name for _, name in alone.values()})
    why_not = may_act(session, now, settings, staff, Permission.REGISTER_SET, lecture_id)
    return History(lecture, acts, alone, apart, not why_not)


@transaction
def students_history(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, student_id: int
) -> StudentsHistory:
    """What became of one student's status here.

    Raises:
        NotFound: the lecture is none of theirs, or its register doesn't list the student.
    """
    lecture = lecture_for(session, staff, Permission.REGISTER_READ, lecture_id, now=now, settings=settings)
    row = door.row_of(session, lecture_id, student_id, day_of(lecture, settings), staff.id, now)
    if row is None:
        raise NotFound
    row = replace(row, apart=_apart(session, settings, staff, lecture, {row.known_as}).get(student_id, ""))
    look = Look(Permission.REGISTER_READ, Act.VIEW_STUDENT, "lecture", lecture_id, "history of a status", [student_id])
    note(session, now, staff, look)
    changes = door.changes_of(session, lecture_id, student_id)
    return StudentsHistory(lecture, told(row), tuple(_told_change(it, settings) for it in changes))


def act_of(session: Session, staff: Staff, lecture_id: int, act_id: int) -> door.Act | None:
    """One act in numbers, for somebody whose right to the lecture is settled."""
    return door.act_of(session, lecture_id, act_id, staff.id)


def told(row: door.RegisterRow) -> door.RegisterRow:
    """A row as whoever teaches is told it; nobody else reads a register."""
    return replace(row, status=told_to_teachers(row.status))


def choices_of(session: Session, lecture: Lecture, counts: numbers.Counts, now: datetime) -> tuple[Status, ...]:
    """What staff may set at a lecture now; "absent" only once R78 lets anybody be called so."""
    evidence = Evidence(
        lecture.ends_at,
        lecture.closes_at,
        lecture.voided or lecture.cancelled,
        counts.checked_in,
        numbers.participation_of(session, lecture.id),
    )
    return settable(lecture.mode, absent=may_be_absent(evidence, Status.NOT_RECORDED, now))


def day_of(lecture: Lecture, settings: AdminSettings) -> date:
    """The day of the institution's calendar on which a lecture begins."""
    return settings.institution.day_of(lecture.starts_at)


def _rows(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture: Lecture
) -> tuple[door.RegisterRow, ...]:
    rows = door.rows_of(session, lecture.id, day_of(lecture, settings), staff.id, now)
    return _told_apart(session, lecture.id, tuple(told(row) for row in rows))


def _told_change(change: door.Change, settings: AdminSettings) -> ToldChange:
    return ToldChange(
        on=settings.institution.day_of(change.at),
        at=None if change.role == "student" else change.at,
        before=told_to_teachers(change.before) if change.before else None,
        status=told_to_teachers(change.status),
        role=change.role,
        by=change.by,
        reason=change.reason,
        kind=change.kind,
    )


def _told_apart(session: Session, lecture_id: int, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The same rows, where people of one name can be told from each other."""
    apart = _tell_apart(session, lecture_id, ((row.student_id, row.known_as) for row in rows))
    return tuple(replace(row, apart=apart.get(row.student_id, "")) for row in rows)


def _apart(
    session: Session, settings: AdminSettings, staff: Staff, lecture: Lecture, names: Collection[str]
) -> Mapping[int, str]:
    """What is said after these names where the register has more than one of them."""
    people = door.called(session, lecture.id, day_of(lecture, settings), staff.id, names)
    return _tell_apart(session, lecture.id, people)


def _tell_apart(session: Session, lecture_id: int, people: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    namesakes = sharing(people)
    if not namesakes:
        return {}
    return tell_apart(namesakes, door.groups_of(session, lecture_id, {it for ids in namesakes for it in ids}))


def _may_count(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture: Lecture) -> bool:
    try:
        lecture_to_count(session, now, settings, staff, lecture.id)
    except NotFound:
        return False
    return True

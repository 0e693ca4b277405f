"""The door to one lecture's register in numbers, as exact as its list is for whoever looks. Knows no name.

As in `register`, a student whose record is locked to the viewer is in none of them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Participation
from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.doors.admin.claims import pending_of
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.admin.register import is_listed
from kiosk.store.doors.disputing import disputed_at
from kiosk.store.tables.board import lecture_module, module
from kiosk.store.tables.register import attendance, student, walk_in

_PRESENT = [status.value for status in Status if counts_as_present(status)]
_PENDING = Status.UNABLE_TO_CHECK_IN


@dataclass(frozen=True)
class Counts:
    """A lecture's register in numbers.

    listed: how many names it has.
    disputed: how many of those dispute what it says; they are among neither the expected nor the present (R79).
    checked_in: how many came by a code, and not by a member of staff.
    pending: how many say that they could not check in, and nobody has decided.
    is_observed: whether it has anybody as present, disputed or not.
    """

    listed: int
    disputed: int
    present: int
    checked_in: int
    pending: int
    walk_ins: int
    is_observed: bool

    @property
    def expected(self) -> int:
        return self.listed - self.disputed


def counts_of(session: Session, lecture_id: int, on: date, viewer: int, now: datetime) -> Counts:
    count = select(func.count(student.c.id)).where(is_open_to(viewer))
    listed = count.where(is_listed(lecture_id, on))
    walk_ins = count.join(walk_in, walk_in.c.student_id == student.c.id).where(
        walk_in.c.lecture_id == lecture_id, walk_in.c.settled_at.is_(None)
    )
    of_lecture = (
        select(attendance.c.status, attendance.c.method, func.count(attendance.c.id))
        .join(student, student.c.id == attendance.c.student_id)
        .where(attendance.c.lecture_id == lecture_id, attendance.c.status.in_(_PRESENT), is_open_to(viewer))
        .group_by(attendance.c.status, attendance.c.method)
    )
    is_disputed = disputed_at(lecture_id, student.c.id)
    found, disputed = (session.execute(of_lecture.where(it)).all() for it in (~is_disputed, is_disputed))
    return Counts(
        listed=session.execute(listed).scalar_one(),
        disputed=session.execute(listed.where(is_disputed)).scalar_one(),
        present=sum(count for _, _, count in found),
        checked_in=sum(count for _, method, count in (*found, *disputed) if method in ("qr", "digits")),
        pending=pending_of(session, lecture_id, viewer, now) if any(it[0] == _PENDING for it in found) else 0,
        walk_ins=session.execute(walk_ins).scalar_one(),
        is_observed=bool(found or disputed),
    )


def participation_of(session: Session, lecture_id: int) -> tuple[Participation, ...]:
    """What the modules of a lecture say of taking part."""
    query = select(module.c.participation).join(lecture_module, lecture_module.c.module_id == module.c.id)
    found = session.execute(query.where(lecture_module.c.lecture_id == lecture_id)).scalars()
    return tuple(Participation(it) for it in found)

"""Saying that an entry of one's own record is wrong, for an office to decide. Imports no Flask and knows nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.checkin.record import Place, Row, read_session
from kiosk.domain.disputes import Outcome, Says, sayable
from kiosk.store.doors.own import disputes as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Contest:
    """What may be said of an entry now, and what was said last."""

    row: Row
    says: tuple[Says, ...]
    last: door.Dispute | None

    @property
    def is_open(self) -> bool:
        return self.last is not None and self.last.outcome is None

    @property
    def is_withdrawn(self) -> bool:
        return self.last is not None and self.last.outcome is Outcome.WITHDRAWN

    @property
    def is_sayable_again(self) -> bool:
        """Whether what was taken back still says something else than the entry does."""
        return self.is_withdrawn and self.last is not None and self.last.says in self.says


@dataclass(frozen=True)
class Sent:
    """The office has it, from now or from before."""


@dataclass(frozen=True)
class Changed:
    """The entry is another one by now, or nothing can be said of it any more."""


@transaction
def contest(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> Contest | None:
    """What can be said of the entry of one session; None when it is no session of the student's."""
    return _contest(session, now, place, student_id, lecture_id)


@transaction
def send(
    session: Session, now: datetime, place: Place, student_id: int, lecture_id: int, says: Says | None
) -> Sent | Changed | None:
    """Say what an entry should be; None when it is no session of the student's. The same twice is one."""
    found = _contest(session, now, place, student_id, lecture_id)
    if found is None:
        return None
    if found.is_open:
        return Sent()
    if says not in found.says:
        return Changed()
    door.add(session, student_id, lecture_id, says, now)
    return Sent()


@transaction
def withdraw(session: Session, now: datetime, student_id: int, lecture_id: int) -> bool:
    """Take back what nobody has decided; what somebody has stays as it is. False when nothing was ever said there."""
    last = door.newest_of(session, student_id, lecture_id)
    if last is not None:
        door.withdraw(session, last, now)
    return last is not None


@transaction
def reopen(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> bool:
    """Undo `withdraw`; the same answer. An entry that is another one by now stays as it is."""
    found = _contest(session, now, place, student_id, lecture_id)
    if found is None or found.last is None:
        return False
    if found.is_sayable_again:
        door.reopen(session, found.last)
    return True


def _contest(session: Session, now: datetime, place: Place, student_id: int, lecture_id: int) -> Contest | None:
    row = read_session(session, now, place, student_id, lecture_id)
    if row is None:
        return None
    last = door.newest_of(session, student_id, lecture_id)
    return Contest(row, sayable(row.status, row.lecture.mode) if _may_say(row, last, now) else (), last)


def _may_say(row: Row, last: door.Dispute | None, now: datetime) -> bool:
    """Whether there is an entry to dispute: a session that was and counts, and not what an office has decided to keep."""
    if row.lecture.cancelled or row.lecture.voided or now < row.lecture.starts_at:
        return False
    if not row.is_over and row.recorded is None:
        return False
    if last is None or last.outcome is Outcome.WITHDRAWN:
        return True
    return last.outcome is Outcome.CHANGED or (last.outcome is Outcome.KEPT and _is_another(row, last))


def _is_another(row: Row, last: door.Dispute) -> bool:
    """Whether the entry was changed after it was decided."""
    return row.last is not None and last.closed_at is not None and row.last.set_at > last.closed_at

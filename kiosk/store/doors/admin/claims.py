"""The staff's door to what students say who could not check in: when they said so, and how many wait for a decision."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kiosk.domain.claims import read_claimed
from kiosk.domain.statuses import Status
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.doors.disputing import disputed_at
from kiosk.store.tables.register import attendance
from kiosk.store.tables.wishes import claim

IS_CLAIMED = and_(claim.c.lecture_id == attendance.c.lecture_id, claim.c.student_id == attendance.c.student_id)
"""That a claim is about a row of the register."""


def made_of(session: Session, lecture_id: int) -> Mapping[int, datetime]:
    """When students said that they were at a lecture, by student."""
    query = select(claim.c.student_id, claim.c.made_at).where(claim.c.lecture_id == lecture_id)
    return {row.student_id: row.made_at for row in session.execute(query)}


def pending_of(session: Session, lecture_id: int, viewer: int, now: datetime) -> int:
    """How many wait for a decision, of those whom somebody sees; what is disputed waits for an office's."""
    waiting = attendance.c.status == Status.UNABLE_TO_CHECK_IN.value
    query = select(claim.c.made_at).select_from(attendance).join(claim, IS_CLAIMED, isouter=True)
    seen = (is_open_to(viewer, attendance.c.student_id), ~disputed_at(lecture_id, attendance.c.student_id))
    query = query.where(attendance.c.lecture_id == lecture_id, waiting, *seen)
    read = (read_claimed(Status.UNABLE_TO_CHECK_IN, made_at, now) for made_at in session.scalars(query))
    return sum(status is Status.UNABLE_TO_CHECK_IN for status in read)

"""The check-in wing's door to "I was here": one student's own sessions, and what they say of them. Never a list of people."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import UpdateBase, exists, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.claims import Code, Proof
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.statuses import DECIDED_ELSEWHERE, Status
from kiosk.store.doors.board import lectures_where
from kiosk.store.statements import insert_into
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.register import attendance, attendance_change
from kiosk.store.tables.wishes import claim

STUDENT = "student"
WORD = "word"
"""How somebody was recorded of whom there is their own word."""


def lectures_since(
    session: Session, module_ids: Collection[int], since: datetime, now: datetime, policy: WindowPolicy
) -> tuple[Lecture, ...]:
    """The lectures of some modules that ended after an instant and have begun."""
    of_modules = exists(
        select(lecture_module.c.lecture_id).where(
            lecture_module.c.lecture_id == lecture.c.id, lecture_module.c.module_id.in_(sorted(module_ids))
        )
    )
    return lectures_where(session, policy, [of_modules, lecture.c.ends_at > since, lecture.c.starts_at <= now])


def settled_among(
    session: Session, student_id: int, lecture_ids: Collection[int], code: Code = Code.NONE
) -> frozenset[int]:
    """At which of these lectures something is recorded of a student that gives no way, or was said by them before."""
    has_status = select(attendance.c.lecture_id).where(
        attendance.c.student_id == student_id, attendance.c.status.not_in(_giving_way(code))
    )
    said = select(claim.c.lecture_id).where(claim.c.student_id == student_id)
    found = {*session.scalars(has_status), *session.scalars(said)}
    return frozenset(found.intersection(lecture_ids))


def made_at(session: Session, lecture_id: int, student_id: int) -> datetime | None:
    """When a student said that they were at a lecture."""
    own = (claim.c.lecture_id == lecture_id, claim.c.student_id == student_id)
    return session.execute(select(claim.c.made_at).where(*own)).scalar_one_or_none()


def make_claim(
    session: Session, lecture_id: int, student_id: int, proof: Proof, now: datetime, *, other_group: bool
) -> bool:
    """Write down that a student says they were there, and that it counts until somebody decides; False when they have said
    it before. With a code that was shown it takes the place of what was arranged ahead, as a check-in does: declined, that
    holds again.

    Raises:
        AlreadyRecorded: the register has something else of them there.
    """
    key = {"lecture_id": lecture_id, "student_id": student_id}
    made = {**key, "made_at": now, "code": proof.code.value, "shown_at": proof.shown_at}
    if not _done(session, insert_into(session, claim).on_conflict_do_nothing().inline().values(made)):
        return False
    status = {"status": Status.UNABLE_TO_CHECK_IN.value, "method": WORD}
    arrival = {**status, "other_group": other_group, "arrived_at": proof.shown_at or now}
    new = insert_into(session, attendance).on_conflict_do_nothing().inline().values({**key, **arrival})
    own = [attendance.c[name] == it for name, it in key.items()]
    empty = attendance.c.status.in_(_giving_way(proof.code))
    again = update(attendance).where(*own, empty).values({**arrival, "version": attendance.c.version + 1})
    if not _done(session, new) and not _done(session, again):
        raise AlreadyRecorded
    change = {**key, "status": Status.UNABLE_TO_CHECK_IN.value, "set_at": now, "set_by_role": STUDENT}
    session.execute(insert(attendance_change).inline().values(change))
    return True


class AlreadyRecorded(Exception):
    """Somebody has recorded something meanwhile: nothing of the claim may stay."""


def _giving_way(code: Code) -> list[str]:
    """What gives way to a student's word, with a code or without."""
    arranged = DECIDED_ELSEWHERE if code is not Code.NONE else ()
    return [Status.NOT_RECORDED.value, *sorted(it.value for it in arranged)]


def _done(session: Session, statement: UpdateBase) -> bool:
    # Asked for, since psycopg's count of an insert is not kept otherwise.
    result = session.execute(statement.execution_options(preserve_rowcount=True))
    return int(result.rowcount) == 1  # type: ignore[attr-defined]

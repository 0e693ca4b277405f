"""The check-in wing's door: the one student who is signed in, their enrolments, their arrivals. Never a list of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.statuses import Status
from kiosk.store.statements import hits_one, unless_there
from kiosk.store.tables.register import (
    attendance,
    attendance_change,
    enrolment,
    spent_receipt,
    student,
    student_attempt,
    student_credential,
    student_link,
    walk_in,
)

STUDENT = "student"
"""Who changed a row of the register, when no role of staff did."""

_GIVES_WAY = (Status.NOT_RECORDED, Status.UNABLE_TO_CHECK_IN, Status.AUTHORISED, Status.EXEMPT)
_SET_PRESENT = (Status.PRESENT, Status.PRESENT_LATE, Status.PRESENT_REMOTE, Status.PRESENT_SELF_DECLARED)


@dataclass(frozen=True)
class Account:
    """A student who can sign in here; `password_hash` is None before the first password."""

    student_id: int
    login: str
    known_as: str
    epoch: int
    password_hash: str | None


@dataclass(frozen=True)
class Enrolment:
    module_id: int
    group: str
    from_on: date | None
    until_on: date | None

    def is_valid_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Recorded:
    """What the register says of one student at one lecture."""

    status: Status
    method: str
    other_group: bool
    arrived_at: datetime


@dataclass(frozen=True)
class Arrived:
    """A check-in to be written: who, where, how and when, and what it counts as."""

    lecture_id: int
    student_id: int
    status: Status
    method: str
    other_group: bool
    at: datetime

    @property
    def recorded(self) -> Recorded:
        """What the register says once it is written."""
        return Recorded(self.status, self.method, self.other_group, self.at)

    @property
    def key(self) -> Mapping[str, int]:
        return {"lecture_id": self.lecture_id, "student_id": self.student_id}

    @property
    def says(self) -> Mapping[str, object]:
        """What its row in the register says of the student."""
        how = {"method": self.method, "other_group": self.other_group, "arrived_at": self.at}
        return {"status": self.status, **how}

    @property
    def change(self) -> Mapping[str, object]:
        """Its row in the history."""
        return {**self.key, "status": self.status, "set_at": self.at, "set_by_role": STUDENT}


@dataclass(frozen=True)
class Kept:
    """An arrival kept apart, of a student who is not on the lecture's list."""

    arrived_at: datetime
    settled_at: datetime | None


# Accounts ----------------------------------------------------------------------------------------

# Written down once, as every statement of a plain check-in is: to make them anew costs as much as to carry them out.
_ACCOUNT = (
    select(
        student.c.id,
        student.c.login,
        student.c.known_as,
        student_credential.c.epoch,
        student_credential.c.password_hash,
    )
    .select_from(student)
    .join(student_credential, student_credential.c.student_id == student.c.id, isouter=True)
    .where(or_(student.c.left_on.is_(None), student.c.left_on >= bindparam("today")))
)
_ACCOUNT_BY_LOGIN = _ACCOUNT.where(student.c.login.in_(bindparam("logins", expanding=True)))
_ACCOUNT_BY_ID = _ACCOUNT.where(student.c.id == bindparam("student"))


def account_by_login(session: Session, login: str, today: date) -> Account | None:
    """Whoever signs in by this name and has not left."""
    # People type capitals; the timetable's own spelling wins when both exist.
    spellings = sorted({login, login.lower()}, key=lambda it: it != login)
    found = {row.login: row for row in session.execute(_ACCOUNT_BY_LOGIN, {"logins": spellings, "today": today})}
    return next((_account(found[it]) for it in spellings if it in found), None)


def account_by_id(session: Session, student_id: int, today: date) -> Account | None:
    """A student who has not left."""
    row = session.execute(_ACCOUNT_BY_ID, {"student": student_id, "today": today}).first()
    return None if row is None else _account(row)


def _account(row: Any) -> Account:
    return Account(row.id, row.login, row.known_as, row.epoch or 0, row.password_hash)


def raise_epoch(session: Session, student_id: int) -> None:
    """Make every sign-in of this student that stands today worthless."""
    own = student_credential.c.student_id == student_id
    session.execute(update(student_credential).where(own).values(epoch=student_credential.c.epoch + 1))


def account_of_link(session: Session, secret_hash: str, now: datetime, today: date) -> Account | None:
    """Whose first password a one-time link may set, while it may."""
    query = select(student_link.c.student_id).where(
        student_link.c.secret_hash == secret_hash, student_link.c.used_at.is_(None), student_link.c.expires_at > now
    )
    student_id = session.scalar(query)
    return None if student_id is None else account_by_id(session, student_id, today)


def use_link(session: Session, secret_hash: str, now: datetime) -> bool:
    """Spend a link; False when somebody was quicker."""
    unused = (student_link.c.secret_hash == secret_hash, student_link.c.used_at.is_(None))
    return hits_one(session, update(student_link).where(*unused, student_link.c.expires_at > now).values(used_at=now))


def spend_links(session: Session, student_id: int, now: datetime) -> None:
    """Make every other link of a student worthless: an older mail must not open the account again."""
    unused = (student_link.c.student_id == student_id, student_link.c.used_at.is_(None))
    session.execute(update(student_link).where(*unused).values(used_at=now))


def set_password(session: Session, student_id: int, password_hash: str, now: datetime) -> None:
    """Store a password; whatever was signed in with the one before is signed out."""
    credential = student_credential
    renewed = {"password_hash": password_hash, "epoch": credential.c.epoch + 1, "changed_at": now}
    if not hits_one(session, update(credential).where(credential.c.student_id == student_id).values(renewed)):
        values = {"student_id": student_id, "password_hash": password_hash, "epoch": 1, "changed_at": now}
        session.execute(insert(credential).inline().values(values))


# Tries -------------------------------------------------------------------------------------------


def add_attempts(session: Session, key_hashes: Sequence[str], now: datetime) -> None:
    """Write down one try under each key."""
    session.execute(insert(student_attempt).inline().values([{"key_hash": key, "at": now} for key in key_hashes]))


def attempts_of(session: Session, key_hash: str, since: datetime, until: datetime) -> list[datetime]:
    """When somebody tried, newest first."""
    when = student_attempt.c.at
    query = select(when).where(student_attempt.c.key_hash == key_hash, when > since, when <= until)
    return list(session.scalars(query.order_by(when.desc(), student_attempt.c.id.desc())))


def forget_attempts(session: Session, key_hash: str, *, at: datetime | None = None) -> None:
    """Forget the tries under a key: all of them, or those of one instant."""
    conditions = [student_attempt.c.key_hash == key_hash]
    if at is not None:
        conditions.append(student_attempt.c.at == at)
    session.execute(delete(student_attempt).where(*conditions))


# Arrivals ----------------------------------------------------------------------------------------


_ENROLMENTS = select(enrolment.c.module_id, enrolment.c.group_name, enrolment.c.from_on, enrolment.c.until_on).where(
    enrolment.c.student_id == bindparam("student")
)


def enrolments_of(session: Session, student_id: int) -> tuple[Enrolment, ...]:
    """Every module a student is or was enrolled in, with its dates."""
    found = session.execute(_ENROLMENTS, {"student": student_id})
    return tuple(Enrolment(row.module_id, row.group_name, row.from_on, row.until_on) for row in found)


def record_attendance(session: Session, arrived: Arrived) -> bool:
    """Write a check-in and its history; False when the register has it already, or something that staff decided.

    A row that staff took back ("not recorded") says nothing of the student, and one that waits for a decision says less than a
    check-in, so it fills them; so it does where their absence was arranged, and they came all the same. Where staff have set
    somebody present, that status stays; but the arrival is kept, so that taking the mark back does not lose it.
    """
    own = (attendance.c.lecture_id == arrived.lecture_id, attendance.c.student_id == arrived.student_id)
    if not hits_one(session, unless_there(session, attendance).values({**arrived.key, **arrived.says})):
        # Staff may be changing the row just now: what they make of it is read, and nobody changes it until this is written.
        held = Status(session.scalars(select(attendance.c.status).where(*own).with_for_update()).one())
        if held not in _GIVES_WAY and (
            held not in _SET_PRESENT or _last_change_by(session, **arrived.key) in (STUDENT, None)
        ):
            return False
        arrived = arrived if held in _GIVES_WAY else replace(arrived, status=held)
        values = {**arrived.says, "version": attendance.c.version + 1}
        session.execute(update(attendance).where(*own).values(values))
    # Inline: this wing may not read the history's key back.
    session.execute(insert(attendance_change).inline().values(arrived.change))
    return True


def _last_change_by(session: Session, lecture_id: int, student_id: int) -> str | None:
    """The role that changed a student's row last."""
    change = attendance_change.c
    own = select(change.set_by_role).where(change.lecture_id == lecture_id, change.student_id == student_id)
    return session.scalar(own.order_by(change.set_at.desc(), (change.set_by_role == STUDENT).desc()).limit(1))


_RECORDED = select(attendance.c.status, attendance.c.method, attendance.c.other_group, attendance.c.arrived_at).where(
    attendance.c.lecture_id == bindparam("lecture"), attendance.c.student_id == bindparam("student")
)


def recorded(session: Session, lecture_id: int, student_id: int) -> Recorded | None:
    """What the register says of this student at this lecture."""
    row = session.execute(_RECORDED, {"lecture": lecture_id, "student": student_id}).first()
    return None if row is None else Recorded(Status(row.status), row.method, row.other_group, row.arrived_at)


def keep_walk_in(session: Session, lecture_id: int, student_id: int, method: str, at: datetime) -> None:
    """Keep the arrival of a student who is not on the list, once."""
    row = {"lecture_id": lecture_id, "student_id": student_id, "method": method, "arrived_at": at}
    session.execute(unless_there(session, walk_in).values(row))


def kept(session: Session, lecture_id: int, student_id: int) -> Kept | None:
    """The arrival kept for this student at this lecture."""
    table = walk_in.c
    query = select(table.arrived_at, table.settled_at)
    row = session.execute(query.where(table.lecture_id == lecture_id, table.student_id == student_id)).first()
    return None if row is None else Kept(row.arrived_at, row.settled_at)


def spend_receipt(session: Session, nonce_hash: str, now: datetime) -> bool:
    """Spend a scan; False when it was spent before."""
    row = {"nonce_hash": nonce_hash, "spent_at": now}
    return hits_one(session, unless_there(session, spent_receipt).values(row))

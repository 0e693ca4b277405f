"""Cases about one student: while one is open, whoever opened it reaches that student. Knows no request."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.lectures import reach_of
from kiosk.admin.services.records import Record, Through, open_record
from kiosk.domain.access_log import Act, Purpose
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import cases as door
from kiosk.store.doors.admin.records import student_numbered
from kiosk.store.transactions import transaction


class Kind(StrEnum):
    """Why a case is opened; a closed list."""

    RIGHTS = "rights"
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    SAFETY = "safety"

    @property
    def purpose(self) -> Purpose:
        return Purpose.SAFETY if self is Kind.SAFETY else Purpose.RIGHTS


@transaction
def open_case(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str, kind: Kind
) -> int | None:
    """A case about the student with this number; None when there is none, or their record is locked."""
    reach = reach_of(staff, Permission.CASE_MANAGE, now, settings)
    student = student_numbered(session, reach, number)
    case_id = door.add_case(session, student.id, kind.value, staff.id, now) if student else 0
    subjects, outcome = ([student.id], "opened") if student else ([], "nobody found")
    note(session, now, staff, _look(case_id, Act.CHANGE, subjects, outcome, kind.purpose))
    return case_id or None


@transaction
def close_case(session: Session, now: datetime, staff: Staff, case_id: int) -> None:
    """Close a case; from now on it opens nothing.

    Raises:
        NotFound: it is none of theirs, or is closed.
    """
    case = case_for(session, staff, case_id)
    door.close_case(session, case.id, now)
    note(session, now, staff, _look(case.id, Act.CHANGE, [case.student_id], "closed", Kind(case.kind).purpose))


@transaction
def open_record_of_case(session: Session, now: datetime, settings: AdminSettings, staff: Staff, case_id: int) -> Record:
    """The record of the student a case is about.

    Raises:
        NotFound: the case is none of theirs, or is closed.
    """
    case = case_for(session, staff, case_id)
    through = Through(Permission.RECORD_READ, Kind(case.kind).purpose, "case", case.id)
    return open_record(session, now, settings, staff, case.student_id, through)


def own_cases(session: Session, staff: Staff) -> tuple[door.Case, ...]:
    return door.open_cases(session, staff.id)


def case_for(session: Session, staff: Staff, case_id: int) -> door.Case:
    """One of somebody's own open cases.

    Raises:
        NotFound: it is none of theirs, or is closed.
    """
    found = next((case for case in own_cases(session, staff) if case.id == case_id), None)
    if found is None:
        raise NotFound
    return found


def _look(case_id: int, act: Act, subjects: list[int], outcome: str, purpose: Purpose) -> Look:
    return Look(Permission.CASE_MANAGE, act, "case", case_id, "case", subjects, outcome, purpose)

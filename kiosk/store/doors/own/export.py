"""The door to what else is held about the one student who is signed in, table by table, by the columns' own names.

Members of staff are not in it: by whom something was done is a role. Nor is what would let somebody in: hashes and secrets.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.orm import Session

from kiosk.store.tables.board import module
from kiosk.store.tables.records import student_case, tutee
from kiosk.store.tables.register import enrolment, student, student_credential, student_link
from kiosk.store.tables.wishes import arrangement, arrangement_change, claim, dispute, student_request, student_setting

Fields = dict[str, Any]

SAFETY = "safety"
"""A kind of case that is left out: somebody else may have asked for help, and whoever they fear must not read of it here.

The data-protection officer answers for it by hand (docs/decisions/0018-what-a-student-can-read.md).
"""


def account_of(session: Session, student_id: int) -> Fields:
    """Who they are here."""
    return _all(session, _of(student, "id number login known_as left_on", student.c.id == student_id))[0]


def password_of(session: Session, student_id: int) -> Fields | None:
    """When the password was set; of the password itself there is nothing to read."""
    return next(iter(_own(session, student_credential, "changed_at", student_id)), None)


def links_of(session: Session, student_id: int) -> list[Fields]:
    """One-time addresses for a password that were made: until when they are good, and when one was used."""
    return _own(session, student_link, "expires_at used_at", student_id)


def settings_of(session: Session, student_id: int) -> Fields | None:
    """What they set for themselves, if anything."""
    return next(iter(_own(session, student_setting, "more_time language", student_id)), None)


def modules_of(session: Session, student_id: int) -> list[Fields]:
    """Their enrolments."""
    it = enrolment.c
    query = select(module.c.code, module.c.title, it.group_name, it.from_on, it.until_on)
    joined = query.join_from(enrolment, module, module.c.id == it.module_id)
    return _all(session, joined.where(it.student_id == student_id).order_by(module.c.code))


def claims_of(session: Session, student_id: int) -> list[Fields]:
    """Where they said that they were there."""
    return _own(session, claim, "lecture_id made_at code shown_at", student_id)


def disputes_of(session: Session, student_id: int) -> list[Fields]:
    """What they said is wrong, and what became of it."""
    names = "lecture_id opened_at says closed_at outcome reason_code decided_by_role"
    return _own(session, dispute, names, student_id)


def arrangements_of(session: Session, student_id: int) -> list[Fields]:
    """What was asked for and agreed ahead of time, each with its history."""
    names = "id kind minutes from_on until_on weekdays from_time until_time state"
    found = _own(session, arrangement, names, student_id)
    history = _changes_of_arrangements(session, student_id)
    return [{**it, "changes": history.get(it.pop("id"), [])} for it in found]


def requests_of(session: Session, student_id: int) -> list[Fields]:
    """Objections and corrections."""
    return _own(session, student_request, "kind about made_at due_on helped_by_role closed_at outcome", student_id)


def tutors_of(session: Session, student_id: int) -> list[Fields]:
    """The days on which they had a personal tutor."""
    return _own(session, tutee, "from_on until_on", student_id)


def cases_of(session: Session, student_id: int) -> list[Fields]:
    """Cases about them, but for those of one kind."""
    own = (student_case.c.student_id == student_id, student_case.c.kind != SAFETY)
    return _all(session, _of(student_case, "kind opened_at closed_at", *own).order_by(student_case.c.opened_at))


def _changes_of_arrangements(session: Session, student_id: int) -> Mapping[int, list[Fields]]:
    own = select(arrangement.c.id).where(arrangement.c.student_id == student_id)
    it = arrangement_change.c
    found: dict[int, list[Fields]] = {}
    query = _of(arrangement_change, "arrangement_id at state by_role", it.arrangement_id.in_(own)).order_by(it.at)
    for row in _all(session, query):
        found.setdefault(row.pop("arrangement_id"), []).append(row)
    return found


def _own(session: Session, table: Table, names: str, student_id: int) -> list[Fields]:
    query = _of(table, names, table.c.student_id == student_id)
    return _all(session, query.order_by(*(table.c[name] for name in names.split()[:2])))


def _of(table: Table, names: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*(table.c[name] for name in names.split())).where(*conditions)


def _all(session: Session, query: Select[Any]) -> list[Fields]:
    return [dict(row._mapping) for row in session.execute(query)]

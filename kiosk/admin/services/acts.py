"""What the access log says of somebody's own acts, and all of it for the data-protection officer. No name of a student, ever."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.cases import case_for
from kiosk.domain.access_log import UNSEEN, Act
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import log_pages as door
from kiosk.store.doors.admin.log_delays import Delay, delays_of
from kiosk.store.doors.admin.records import is_open
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Acts:
    """A page of entries, with the lectures they went through, and for the officer those that are held back, by number."""

    page: door.LogPage
    lectures: Mapping[int, Lecture]
    delays: Mapping[int, Delay] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the officer asked the log: `case_id` for the entries about the student of a case."""

    since: datetime
    until: datetime
    act: Act | None
    staff_id: int | None
    case_id: int | None
    page: int


def own_acts(
    session: Session, settings: AdminSettings, staff: Staff, since: datetime, until: datetime, page: int
) -> Acts:
    """Somebody's own entries between two instants. What they were refused is not named or counted: it may not exist.

    Nor is there an entry about students whom what they set for everybody reached, and whose record is locked to them.

    Raises:
        NotFound: there is no such page.
    """
    wanted = door.Wanted(since, until, staff_id=staff.id, without=UNSEEN)
    acts = _acts(session, settings, wanted, page, named={*Act} - {Act.DENY})
    rows = tuple(replace(row, students=0) if row.outcome == "refused" else row for row in acts.page.rows)
    return replace(acts, page=replace(acts.page, rows=rows))


@transaction
def all_acts(session: Session, now: datetime, settings: AdminSettings, staff: Staff, asked: Asked) -> Acts:
    """Entries for the data-protection officer, once the reading itself is in the log.

    Raises:
        NotFound: the case is none of theirs, or is closed, or its student's record is locked to them.
    """
    case = case_for(session, staff, asked.case_id) if asked.case_id is not None else None
    if case is not None and not is_open(session, case.student_id, staff.id):
        raise NotFound
    about = [case.student_id] if case else []
    thing = ("case", case.id) if case else ("log", 0)
    note(session, now, staff, Look(Permission.LOG_READ_ALL, Act.READ_LOG, *thing, "log entries", about))
    wanted = door.Wanted(asked.since, asked.until, asked.act, asked.staff_id, case.student_id if case else None)
    acts = _acts(session, settings, wanted, asked.page, named={*Act})
    return replace(acts, delays=delays_of(session, (row.id for row in acts.page.rows)))


def staff_called(session: Session, typed: str) -> int | None:
    """The number of the member of staff with a sign-in name or a number."""
    return door.staff_called(session, typed)


def _acts(session: Session, settings: AdminSettings, wanted: door.Wanted, page: int, *, named: set[Act]) -> Acts:
    found = door.log_page(session, wanted, page)
    if page and not found.rows:
        raise NotFound
    rows = (row for row in found.rows if row.act in named)
    return Acts(found, door.lectures_named(session, rows, settings.windows))

"""Something was shown: the screens go dark, and the data-protection officer is told. Asks for nothing. Knows no request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.control import darken
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import incidents as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Reported:
    """An incident as whoever reported it sees it; `lecture` is the session whose screens went dark."""

    incident: door.Incident
    lecture: Lecture | None


@transaction
def report(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, page: str, lecture_id: int | None
) -> int:
    """Keep what the incident register begins with: when, by whom, on which pages, at which session.

    A session that is not theirs is left out: somebody in a hurry is never told that anything was wrong with this.
    """
    lecture = None if lecture_id is None else _own(session, now, settings, staff, lecture_id)
    if lecture is not None:
        darken(session, now, staff, lecture.id)
    return door.report(session, staff.id, page, None if lecture is None else lecture.id, now)


def reported(session: Session, now: datetime, settings: AdminSettings, staff: Staff, incident_id: int) -> Reported:
    """An incident of one's own.

    Raises:
        NotFound: they reported no such thing.
    """
    incident = door.reported_by(session, staff.id, incident_id)
    if incident is None:
        raise NotFound
    lecture_id = incident.lecture_id
    return Reported(incident, None if lecture_id is None else _own(session, now, settings, staff, lecture_id))


@transaction
def withdraw(session: Session, now: datetime, staff: Staff, incident_id: int) -> None:
    """It was a mistake. The incident is kept; nobody is told of it any more.

    Raises:
        NotFound: they reported no such thing, or have withdrawn it.
    """
    if door.reported_by(session, staff.id, incident_id) is None or not door.withdraw(session, incident_id, now):
        raise NotFound


def _own(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> Lecture | None:
    try:
        return lecture_for(session, staff, Permission.LECTURE_CONTROL, lecture_id, now=now, settings=settings)
    except NotFound:
        return None

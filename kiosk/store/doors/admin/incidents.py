"""The door to incidents: that something was shown, by whoever saw it. Names no student."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kiosk.store.tables.records import incident, notice


@dataclass(frozen=True)
class Incident:
    id: int
    reported_at: datetime
    page: str
    lecture_id: int | None
    withdrawn_at: datetime | None


def report(session: Session, staff_id: int, page: str, lecture_id: int | None, at: datetime) -> int:
    """Keep an incident, and tell the data-protection officer in the same transaction."""
    values = {"reported_at": at, "reported_by": staff_id, "page": page, "lecture_id": lecture_id}
    incident_id = int(session.execute(insert(incident).values(**values).returning(incident.c.id)).scalar_one())
    # Whoever does this may tell of it and read nothing there: not even the new row's id comes back.
    session.execute(insert(notice).inline().values(at=at, kind="incident", thing_id=incident_id))
    return incident_id


def reported_by(session: Session, staff_id: int, incident_id: int) -> Incident | None:
    """An incident of somebody's own."""
    columns = [incident.c[name] for name in ("id", "reported_at", "page", "lecture_id", "withdrawn_at")]
    query = select(*columns).where(incident.c.id == incident_id, incident.c.reported_by == staff_id)
    row = session.execute(query).first()
    return None if row is None else Incident(*row)


def withdraw(session: Session, incident_id: int, at: datetime) -> bool:
    """Say that it was a mistake; False when that was said before."""
    query = update(incident).where(incident.c.id == incident_id, incident.c.withdrawn_at.is_(None))
    return bool(session.execute(query.values(withdrawn_at=at)).rowcount)  # type: ignore[attr-defined]

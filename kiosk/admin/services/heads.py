"""Writes a finished day's head of the access log outside the database, when a new day's first entry is there."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy.orm import Session

from kiosk import heads
from kiosk.store.doors import chain


def lodge_finished_day(session: Session, today: date, path: Path) -> bool:
    """Lodge the newest entry of the days before today (in UTC); whether a line was added.

    Raises:
        OSError: the file can't be written.
    """
    head = chain.newest_head(session, before=datetime.combine(today, time.min, UTC))
    session.rollback()
    return head is not None and heads.lodge(path, head)

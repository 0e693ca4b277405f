"""The journal's rows about somebody's own sign-in: devices, second factors, passwords. Knows no request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.store.doors.admin import journal

SELF = "self"


def write(
    session: Session, now: datetime, staff_id: int, act: str, thing: str = "staff", thing_id: int | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write one row; never a name somebody gave a device, nor a code."""
    about = staff_id if thing_id is None else thing_id
    journal.record(
        session, now=now, staff_id=staff_id, role=SELF, act=act, thing=thing, thing_id=about, after=after or {}
    )

"""The journal as services write it: who did what, and the role by which they might. Knows no request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.domain.permissions import Permission
from kiosk.store.doors.admin import journal as door


def record(
    session: Session,
    now: datetime,
    staff: Staff,
    permission: Permission,
    act: str,
    thing: str,
    thing_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one row for an act that `permission` allowed. No names among the values."""
    role = staff.role_for(permission)
    values = {"before": before, "after": after}
    door.record(session, now=now, staff_id=staff.id, role=role, act=act, thing=thing, thing_id=thing_id, **values)

"""What a colleague's own roles give them, for whoever hands them a task. Knows no request."""

from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.permissions import Permission, Width, scope_of
from kiosk.store.doors.admin import accounts


def give(session: Session, staff_id: int, on: date, permission: Permission, *widths: Width) -> bool:
    """Whether the roles somebody holds on a day give them a permission in one of these widths."""
    scope = scope_of(permission, accounts.grants_of(session, staff_id, on))
    return any(scope.has(width) for width in widths)

"""A member of staff as this wing knows them: who, and where each permission reaches. Knows no request and no database."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.permissions import Grant, Permission, Role, Scope, matrix, scope_of


class NotFound(LookupError):
    """There is no such thing, or it is none of theirs: whoever asks gets the same answer."""


class NotHere(PermissionError):
    """They may, but not in this browser: the device is not enrolled, or no second factor was given."""


@dataclass(frozen=True)
class Staff:
    """Whoever is signed in, with the grants they hold today; `request` tells one of their requests from another.

    is_enrolled: whether this browser is a device they enrolled.
    has_second: whether a second factor was given in this sign-in, on this device.
    names_until: until when the curtain of this sign-in is open, unless somebody closes it before.
    """

    id: int
    name: str
    grants: tuple[Grant, ...]
    request: str = ""
    is_enrolled: bool = False
    has_second: bool = False
    names_until: datetime | None = None

    @property
    def is_proven(self) -> bool:
        return self.is_enrolled and self.has_second

    def scope(self, permission: Permission) -> Scope:
        """Where a permission reaches for this person in this browser: the only place that decides it."""
        named = Permission(permission)  # templates say it as text
        if (named.shows_person or named.gives_power) and not self.is_proven:
            return Scope()
        return scope_of(named, self.grants)

    def may(self, *permissions: Permission) -> bool:
        """Whether one of the permissions reaches anything at all."""
        return any(self.scope(permission) for permission in permissions)

    def may_elsewhere(self, *permissions: Permission) -> bool:
        """Whether one of them would reach something on an enrolled device, after a second factor."""
        return not self.may(*permissions) and any(scope_of(permission, self.grants) for permission in permissions)

    @property
    def holds_more_elsewhere(self) -> bool:
        """Whether an enrolled device and a second factor would open more to them."""
        return any(self.may_elsewhere(permission) for permission in Permission)

    @property
    def sees_people_elsewhere(self) -> bool:
        """Whether some of that shows a student."""
        return any(self.may_elsewhere(permission) for permission in Permission if permission.shows_person)

    def role_for(self, permission: Permission) -> Role:
        """The role that gives a permission, for the journal.

        Raises:
            PermissionError: no role does, or not here.
        """
        for grant in self.grants if self.scope(permission) else ():
            if permission in matrix().get(grant.role, {}) and scope_of(permission, [grant]):
                return grant.role
        raise PermissionError(permission)

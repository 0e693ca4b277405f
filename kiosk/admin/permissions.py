"""A member of staff as this wing knows them: who, and where each permission reaches. Knows no request and no database."""

from dataclasses import dataclass

from kiosk.domain.permissions import Grant, Permission, Role, Scope, matrix, scope_of


class NotFound(LookupError):
    """There is no such thing, or it is none of theirs: whoever asks gets the same answer."""


@dataclass(frozen=True)
class Staff:
    """Whoever is signed in, with the grants they hold today; `request` tells one of their requests from another."""

    id: int
    name: str
    grants: tuple[Grant, ...]
    request: str = ""

    def scope(self, permission: Permission) -> Scope:
        """Where a permission reaches for this person: the only place that decides it."""
        return scope_of(permission, self.grants)

    def may(self, *permissions: Permission) -> bool:
        """Whether one of the permissions reaches anything at all."""
        return any(self.scope(permission) for permission in permissions)

    def role_for(self, permission: Permission) -> Role:
        """The role that gives a permission, for the journal.

        Raises:
            PermissionError: no role does.
        """
        for grant in self.grants:
            if permission in matrix().get(grant.role, {}) and scope_of(permission, [grant]):
                return grant.role
        raise PermissionError(permission)

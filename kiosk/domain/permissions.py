"""Who may do what, in which scope: reads `matrix.toml`, decides from grants. Knows no account and no database."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Permission(StrEnum):
    """thing:act"""

    LECTURE_SHOW = "lecture:show"
    LECTURE_CONTROL = "lecture:control"
    LECTURE_CHANGE = "lecture:change"
    LECTURE_COVER = "lecture:cover"
    REGISTER_READ = "register:read"
    REGISTER_SET = "register:set"
    MODULE_READ = "module:read"
    MODULE_CHANGE = "module:change"
    ROOM_MANAGE = "room:manage"
    IMPORT_RUN = "import:run"

    @property
    def shows_person(self) -> bool:
        """Whether using it shows a student to somebody."""
        return self in (Permission.REGISTER_READ, Permission.REGISTER_SET)


class Role(StrEnum):
    LECTURER = "lecturer"
    MODULE_ADMIN = "module_admin"
    ROOM_ADMIN = "room_admin"


class ScopeKind(StrEnum):
    OWN = "own"
    DEPARTMENT = "department"
    ALL = "all"


_WIDTH = {ScopeKind.OWN: 0, ScopeKind.DEPARTMENT: 1, ScopeKind.ALL: 2}


@dataclass(frozen=True)
class Grant:
    """A role somebody holds today, and where it reaches: `scope_value` names the department."""

    role: Role
    scope_kind: ScopeKind
    scope_value: str = ""


@dataclass(frozen=True)
class Scope:
    """Where one permission reaches for one person."""

    own: bool = False
    departments: frozenset[str] = frozenset()
    everywhere: bool = False

    def __bool__(self) -> bool:
        return self.own or self.everywhere or bool(self.departments)


@cache
def matrix() -> Mapping[Role, Mapping[Permission, ScopeKind]]:
    """The matrix file: role -> permission -> the widest scope."""
    table = tomllib.loads(files("kiosk.domain").joinpath("matrix.toml").read_text("utf-8"))
    return {
        Role(role): {Permission(name): ScopeKind(width) for name, width in cells.items()}
        for role, cells in table.items()
    }


def scope_of(permission: Permission, grants: Iterable[Grant]) -> Scope:
    """Where `permission` reaches with these grants: nowhere, unless a grant's role has the cell."""
    held = [_narrowed(grant, matrix().get(grant.role, {}).get(permission)) for grant in grants]
    return Scope(
        own=any(kind == ScopeKind.OWN for kind, _ in held),
        departments=frozenset(value for kind, value in held if kind == ScopeKind.DEPARTMENT and value),
        everywhere=any(kind == ScopeKind.ALL for kind, _ in held),
    )


def _narrowed(grant: Grant, widest: ScopeKind | None) -> tuple[ScopeKind | None, str]:
    """The narrower of what the grant says and what the matrix allows; nothing when they cannot meet."""
    if widest is None:
        return None, ""
    if _WIDTH[grant.scope_kind] <= _WIDTH[widest]:
        return grant.scope_kind, grant.scope_value
    # A grant for everything in a cell that reaches one department names no department: it reaches nobody.
    return (ScopeKind.OWN, "") if widest == ScopeKind.OWN else (None, "")

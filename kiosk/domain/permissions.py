"""Who may do what, and how far: reads `matrix.toml`, decides from grants. Knows no account and no database."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Permission(StrEnum):
    """thing:act; what each one means is a sentence in the matrix file."""

    LECTURE_SHOW = "lecture:show"
    LECTURE_CONTROL = "lecture:control"
    LECTURE_CHANGE = "lecture:change"
    LECTURE_COVER = "lecture:cover"
    HEADCOUNT_SET = "headcount:set"
    MODULE_READ = "module:read"
    MODULE_CHANGE = "module:change"
    MODULE_RENAME = "module:rename"
    LINK_CHANGE = "link:change"
    ROOM_MANAGE = "room:manage"
    IMPORT_RUN = "import:run"
    AGGREGATE_READ = "aggregate:read"
    REGISTER_READ = "register:read"
    REGISTER_SET = "register:set"
    MODULE_RECORD_READ = "module-record:read"
    RECORD_READ = "record:read"
    STUDENT_SEARCH = "student:search"
    DESK_RECORD = "desk:record"
    WALK_IN_SETTLE = "walk-in:settle"
    ABSENCE_GRANT = "absence:grant"
    ABSENCE_RECOMMEND = "absence:recommend"
    EXTENSION_READ = "extension:read"
    DISPUTE_DECIDE = "dispute:decide"
    ALERT_COUNT = "alert:count"
    ALERT_READ = "alert:read"
    OUTREACH_LOG = "outreach:log"
    SPONSOR_REPORT_RUN = "sponsor-report:run"
    NAMED_DATA_EXPORT = "named-data:export"
    ENROLMENT_SEARCH = "enrolment:search"
    REQUEST_ASSIST = "request:assist"
    REQUEST_ANSWER = "request:answer"
    BREAK_GLASS_USE = "break-glass:use"
    LOCK_REQUEST = "lock:request"
    LOCK_SET = "lock:set"
    LOCK_LIFT = "lock:lift"
    CASE_MANAGE = "case:manage"
    LOG_READ_OWN = "log:read-own"
    LOG_READ_ALL = "log:read-all"
    ACCOUNT_PROPOSE = "account:propose"
    GRANT_APPROVE = "grant:approve"
    GRANT_OBJECT = "grant:object"
    INCIDENT_MANAGE = "incident:manage"
    THRESHOLD_PROPOSE = "threshold:propose"
    THRESHOLD_APPROVE = "threshold:approve"

    @property
    def does(self) -> str:
        """What it lets somebody do, to follow "may"."""
        return str(_file()["permissions"][self.value]["does"])

    @property
    def shows_person(self) -> bool:
        """Whether using it shows a student, or a student's data, to somebody."""
        return bool(_file()["permissions"][self.value].get("person", False))

    @property
    def gives_power(self) -> bool:
        """Whether using it opens an account, a role or a register to somebody, and by that a way to students."""
        return bool(_file()["permissions"][self.value].get("power", False))

    @property
    def is_later(self) -> bool:
        """Whether no page uses it yet."""
        return bool(_file()["permissions"][self.value].get("later", False))


class Role(StrEnum):
    LECTURER = "lecturer"
    MODULE_LEAD = "module_lead"
    PERSONAL_TUTOR = "personal_tutor"
    ENGAGEMENT_OFFICER = "engagement_officer"
    VISA_OFFICER = "visa_officer"
    MODULE_ADMIN = "module_admin"
    ROOM_ADMIN = "room_admin"
    SUPPORT_DESK = "support_desk"
    DPO = "dpo"
    SYSTEM_ADMIN = "system_admin"
    DATA_OWNER = "data_owner"

    @property
    def label(self) -> str:
        """As people say it."""
        return str(_file()["roles"][self.value]["label"])

    @property
    def is_powerful(self) -> bool:
        """Whether only a second person can give it (R29)."""
        return bool(_file()["roles"][self.value].get("powerful", False))

    @property
    def has_departments(self) -> bool:
        """Whether it can be given for one department: a role without such a cell would not be narrowed by it."""
        return any(cell.width is Width.DEPARTMENT for cell in matrix()[self].values())


class ScopeKind(StrEnum):
    """How far a grant says that a role reaches."""

    OWN = "own"
    DEPARTMENT = "department"
    ALL = "all"


class Width(StrEnum):
    """How far a cell of the matrix reaches at most; the matrix file says what each word means."""

    OWN = "own"
    MODULES = "modules"
    TUTEES = "tutees"
    LIST = "list"
    ALERT = "alert"
    CASE = "case"
    ONE = "one"
    SELF = "self"
    DEPARTMENT = "department"
    ALL = "all"


@dataclass(frozen=True)
class Cell:
    """The widest reach a role may have with one permission; `days` is how long after a lecture's end it lasts."""

    width: Width
    days: int | None = None


@dataclass(frozen=True)
class Grant:
    """A role somebody holds today, and where it reaches: `scope_value` names the department."""

    role: Role
    scope_kind: ScopeKind
    scope_value: str = ""


@dataclass(frozen=True)
class Way:
    """One way in which a permission reaches something: by what is somebody's own, by a department, or everything."""

    width: Width
    department: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Scope:
    """Where one permission reaches for one person: any of the ways is enough, and without one it reaches nobody."""

    ways: frozenset[Way] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ways)

    def has(self, width: Width) -> bool:
        return any(way.width is width for way in self.ways)

    @property
    def everywhere(self) -> bool:
        return self.has(Width.ALL)

    @property
    def of_links(self) -> "Scope":
        """What is somebody's own by who teaches and leads what, alone."""
        return Scope(frozenset(way for way in self.ways if way.width in (Width.OWN, Width.MODULES)))

    @property
    def departments(self) -> frozenset[str]:
        return frozenset(way.department for way in self.ways if way.width is Width.DEPARTMENT)


@cache
def matrix() -> Mapping[Role, Mapping[Permission, Cell]]:
    """The matrix file: role -> permission -> cell."""
    return {
        Role(role): {Permission(name): _cell(value) for name, value in entry["cells"].items()}
        for role, entry in _file()["roles"].items()
    }


@cache
def forbidden_pairs() -> frozenset[frozenset[Role]]:
    """The pairs of roles that nobody may hold at one time."""
    return frozenset(frozenset({Role(it["one"]), Role(other)}) for it in _file()["forbidden"] for other in it["others"])


def clashes(role: Role, held: Iterable[Role]) -> frozenset[Role]:
    """Which of the roles held forbid this one."""
    return frozenset(other for other in held if frozenset({role, other}) in forbidden_pairs())


def without_clashes(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants but for those whose role may not be held beside another of them: of such a pair neither gives anything."""
    held = tuple(grants)
    roles = [grant.role for grant in held]
    return tuple(grant for grant in held if not clashes(grant.role, roles))


def scope_of(permission: Permission, grants: Iterable[Grant]) -> Scope:
    """Where `permission` reaches with these grants: nowhere, unless a grant's role has the cell."""
    cells = ((grant, matrix()[grant.role].get(permission)) for grant in grants)
    ways = (_narrowed(grant, cell) for grant, cell in cells if cell is not None)
    return Scope(frozenset(way for way in ways if way is not None))


_BY_GRANT = (Width.DEPARTMENT, Width.ALL)


def _narrowed(grant: Grant, cell: Cell) -> Way | None:
    """The narrower of what the grant says and what the matrix allows; nothing when they cannot meet."""
    if grant.scope_kind is ScopeKind.DEPARTMENT and not grant.role.has_departments:
        return None
    if cell.width not in _BY_GRANT:
        return Way(cell.width, days=cell.days)
    if grant.scope_kind is ScopeKind.DEPARTMENT:
        return Way(Width.DEPARTMENT, grant.scope_value, cell.days) if grant.scope_value else None
    # A grant for everything in a cell that reaches one department names no department: it reaches nobody.
    return Way(Width.ALL, days=cell.days) if cell.width is Width.ALL and grant.scope_kind is ScopeKind.ALL else None


def _cell(value: Any) -> Cell:
    return Cell(Width(value)) if isinstance(value, str) else Cell(Width(value["reach"]), int(value["days"]))


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(files("kiosk.domain").joinpath("matrix.toml").read_text("utf-8"))

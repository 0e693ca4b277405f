"""The matrix itself, cell by cell, against a table written by hand: a generated test would only agree with a mistake."""

import pytest

from kiosk.domain.permissions import (
    Grant,
    Permission,
    Role,
    ScopeKind,
    Width,
    clashes,
    forbidden_pairs,
    matrix,
    scope_of,
    without_clashes,
)
from tests.walls.table import TABLES

CELLS = """
                   lect   lead    tutor  eng   visa madm room desk dpo  sys  owner
lecture:show       own    mods    -      -     -    -    -    -    -    -    -
lecture:control    own    mods    -      -     -    dept -    -    -    -    -
lecture:change     own    mods    -      -     -    dept -    -    -    -    -
lecture:cover      own    mods    -      -     -    dept -    -    -    -    -
headcount:set      own    mods    -      -     -    -    -    -    -    -    -
module:read        -      mods    -      -     -    dept -    -    -    -    -
module:change      -      -       -      -     -    dept -    -    -    -    -
module:rename      -      mods    -      -     -    -    -    -    -    -    -
link:change        -      -       -      -     -    dept -    -    -    -    -
room:manage        -      -       -      -     -    -    all  -    -    -    -
import:run         -      -       -      -     -    all  -    -    -    -    -
aggregate:read     own    mods    -      dept  -    dept -    -    all  -    -
register:read      own+14 mods    -      alert -    -    -    -    case -    -
register:set       own+7  mods+28 -      -     -    -    -    -    -    -    -
module-record:read own    mods    tutees dept  list -    -    -    case -    -
record:read        -      -       tutees dept  list -    -    -    case -    -
student:search     -      -       tutees dept  list -    -    -    case -    -
desk:record        -      -       -      -     -    -    -    dept -    -    -
walk-in:settle     own+7  mods+28 -      -     -    -    -    dept -    -    -
absence:grant      -      -       -      dept  -    -    -    -    -    -    -
absence:recommend  -      -       tutees -     -    -    -    -    -    -    -
extension:read     -      -       -      dept  -    -    -    -    case -    -
dispute:decide     -      -       -      dept  -    -    -    -    -    -    -
alert:count        -      mods    -      -     -    -    -    -    -    -    -
alert:read         -      -       tutees dept  list -    -    -    case -    -
outreach:log       -      -       tutees dept  -    -    -    -    -    -    -
sponsor-report:run -      -       -      -     list -    -    -    -    -    -
named-data:export  -      -       -      dept  list -    -    -    case -    -
enrolment:search   -      -       -      -     -    dept -    -    -    -    -
request:assist     -      -       -      dept  -    -    -    -    -    -    -
request:answer     -      -       -      -     -    -    -    -    all  -    -
break-glass:use    one    one     one    one   -    -    -    -    -    -    -
lock:request       -      -       tutees -     -    -    -    -    -    -    -
lock:set           -      -       -      dept  -    -    -    -    -    -    -
lock:lift          -      -       -      dept  -    -    -    -    -    -    -
case:manage        -      -       -      -     -    -    -    -    all  -    -
log:read-own       self   self    self   self  self self self self self self self
log:read-all       -      -       -      -     -    -    -    -    all  -    -
account:propose    -      -       -      -     -    -    -    -    -    all  -
grant:approve      -      -       -      -     -    -    -    -    -    -    all
grant:object       -      -       -      -     -    -    -    -    all  -    -
incident:manage    -      -       -      -     -    -    -    -    all  -    -
threshold:propose  -      -       -      dept  -    -    -    -    -    -    -
threshold:approve  -      -       -      -     -    -    -    -    -    -    all
"""
SAID_SHORT = {
    "lect": "lecturer",
    "lead": "module_lead",
    "tutor": "personal_tutor",
    "eng": "engagement_officer",
    "visa": "visa_officer",
    "madm": "module_admin",
    "room": "room_admin",
    "desk": "support_desk",
    "dpo": "dpo",
    "sys": "system_admin",
    "owner": "data_owner",
    "dept": "department",
    "mods": "modules",
}

SHOW_NOBODY = set(
    "lecture:show lecture:control lecture:change lecture:cover headcount:set module:read module:change module:rename "
    "link:change room:manage import:run aggregate:read log:read-own account:propose grant:approve grant:object threshold:propose "
    "threshold:approve".split()
)


def cells() -> dict[tuple[str, str], str]:
    head, *lines = [line.split() for line in CELLS.strip().splitlines()]
    return {(_full(role), name): _full(cell) for name, *row in lines for role, cell in zip(head, row, strict=True)}


def _full(word: str) -> str:
    width, plus, days = word.partition("+")
    return SAID_SHORT.get(width, width) + plus + days


DEPARTMENTAL = ("engagement_officer", "module_admin", "support_desk")


def width(role: str, permission: str) -> str:
    return cells()[role, permission].partition("+")[0]


def test_every_cell_is_as_wide_and_lasts_as_long_as_written_here() -> None:
    found = {}
    for role in Role:
        for name in Permission:
            cell = matrix()[role].get(name)
            days = f"+{cell.days}" if cell and cell.days is not None else ""
            found[role, name] = f"{cell.width}{days}" if cell else "-"
    assert found == cells()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_grant_never_widens_a_cell(role: Role, permission: Permission) -> None:
    widest = width(role, permission)
    given = [scope_of(permission, [Grant(role, kind, "Computing")]) for kind in ScopeKind]
    assert any(scope.everywhere for scope in given) is (widest == "all")
    assert any(scope.departments for scope in given) is (role in DEPARTMENTAL and widest in ("all", "department"))
    assert any(given) is (widest != "-")


def test_nobody_holds_everywhere_what_shows_a_student_but_what_the_officer_who_audits_keeps() -> None:
    everywhere = {
        (role, permission)
        for role in Role
        for permission in Permission
        if permission.shows_person and scope_of(permission, [Grant(role, ScopeKind.ALL)]).everywhere
    }
    kept = (Permission.CASE_MANAGE, Permission.LOG_READ_ALL, Permission.REQUEST_ANSWER, Permission.INCIDENT_MANAGE)
    assert everywhere == {(Role.DPO, permission) for permission in kept}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", [ScopeKind.DEPARTMENT, ScopeKind.OWN])
def test_a_grant_that_names_no_place_reaches_only_what_is_somebodys_own(role: Role, kind: ScopeKind) -> None:
    reached = {way.width for permission in Permission for way in scope_of(permission, [Grant(role, kind, "")]).ways}
    assert not reached & {Width.DEPARTMENT, Width.ALL}


@pytest.mark.parametrize("role", Role)
def test_a_role_without_departments_is_not_given_for_one(role: Role) -> None:
    given = [Grant(role, ScopeKind.DEPARTMENT, "Computing")]
    reaches = {permission for permission in matrix()[role] if scope_of(permission, given)}
    assert bool(reaches) is role.has_departments is (role in DEPARTMENTAL)


def test_a_permission_says_by_itself_whether_it_shows_somebody() -> None:
    assert {permission.value for permission in Permission if not permission.shows_person} == SHOW_NOBODY


def test_what_no_page_uses_yet_is_marked_so_and_nothing_else() -> None:
    used = {need for row in TABLES["admin"] for need in row.need}
    assert {it.value for it in Permission if it.is_later} == {it.value for it in Permission} - used


def test_every_permission_and_every_role_is_said_in_words() -> None:
    assert all(permission.does for permission in Permission)
    assert len({role.label for role in Role}) == len(Role)


def test_a_cover_lecturer_or_a_role_of_nothing_is_no_way_to_a_student() -> None:
    assert scope_of(Permission.REGISTER_READ, []) == scope_of(
        Permission.REGISTER_READ, [Grant(Role.ROOM_ADMIN, ScopeKind.ALL)]
    )
    assert not scope_of(Permission.REGISTER_READ, [])


@pytest.mark.parametrize(
    ("role", "other"),
    [
        (Role.DPO, Role.LECTURER),
        (Role.DPO, Role.MODULE_ADMIN),
        (Role.DPO, Role.SYSTEM_ADMIN),
        (Role.DPO, Role.DATA_OWNER),
        (Role.SYSTEM_ADMIN, Role.ENGAGEMENT_OFFICER),
        (Role.SYSTEM_ADMIN, Role.VISA_OFFICER),
        (Role.SYSTEM_ADMIN, Role.DATA_OWNER),
    ],
)
def test_some_roles_nobody_holds_together(role: Role, other: Role) -> None:
    assert clashes(role, [other]) == {other}
    assert clashes(other, [role]) == {role}


def test_other_roles_may_be_held_together() -> None:
    assert not clashes(Role.LECTURER, [Role.PERSONAL_TUTOR, Role.MODULE_LEAD, Role.MODULE_ADMIN, Role.SUPPORT_DESK])
    assert len(forbidden_pairs()) == 12


def test_of_two_that_are_held_together_all_the_same_neither_gives_anything() -> None:
    dpo, lecturer, desk = (Grant(role, ScopeKind.ALL) for role in (Role.DPO, Role.LECTURER, Role.SUPPORT_DESK))
    tutor = Grant(Role.PERSONAL_TUTOR, ScopeKind.OWN)
    assert without_clashes([lecturer, tutor, desk]) == (lecturer, tutor, desk)
    assert without_clashes([lecturer, dpo]) == ()


@pytest.mark.parametrize(
    "role", [Role.DPO, Role.VISA_OFFICER, Role.ENGAGEMENT_OFFICER, Role.SYSTEM_ADMIN, Role.DATA_OWNER]
)
def test_the_powerful_roles_are_marked(role: Role) -> None:
    assert role.is_powerful


def test_the_roles_that_reach_what_is_ones_own_are_not_powerful() -> None:
    assert {role for role in Role if not role.is_powerful} == {
        Role.LECTURER, Role.MODULE_LEAD, Role.PERSONAL_TUTOR, Role.MODULE_ADMIN, Role.ROOM_ADMIN, Role.SUPPORT_DESK,
    }  # fmt: skip

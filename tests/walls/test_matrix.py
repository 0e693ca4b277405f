"""The matrix itself, cell by cell, against a table written by hand: a generated test would only agree with a mistake."""

import pytest

from kiosk.domain.permissions import Grant, Permission, Role, ScopeKind, matrix, scope_of

CELLS = """
                  lecturer   module_admin   room_admin
lecture:show      own        -              -
lecture:control   own        department     -
lecture:change    own        department     -
lecture:cover     own        department     -
register:read     own        -              -
register:set      own        -              -
module:read       -          department     -
module:change     -          department     -
room:manage       -          -              all
import:run        -          all            -
"""


def cells() -> dict[tuple[str, str], str]:
    head, *lines = [line.split() for line in CELLS.strip().splitlines()]
    return {(role, name): width for name, *widths in lines for role, width in zip(head, widths, strict=True)}


def test_every_cell_is_as_wide_as_written_here() -> None:
    found = {(role, name): matrix().get(role, {}).get(name, "-") for role in Role for name in Permission}
    assert found == cells()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_grant_never_widens_a_cell(role: Role, permission: Permission) -> None:
    widest = cells()[role, permission]
    given = [scope_of(permission, [Grant(role, kind, "Computing")]) for kind in ScopeKind]
    assert any(scope.everywhere for scope in given) is (widest == "all")
    assert any(scope.departments for scope in given) is (widest in ("all", "department"))
    assert any(given) is (widest != "-")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", [it for it in Permission if it not in ("room:manage", "import:run")])
def test_nobody_holds_a_permission_everywhere_but_over_rooms_and_imports(role: Role, permission: Permission) -> None:
    assert not any(scope_of(permission, [Grant(role, kind, "Computing")]).everywhere for kind in ScopeKind)


@pytest.mark.parametrize("role", Role)
def test_a_grant_of_a_department_that_names_none_reaches_nobody(role: Role) -> None:
    grant = Grant(role, ScopeKind.DEPARTMENT, "")
    reached = {permission for permission in Permission if scope_of(permission, [grant])}
    # A lecturer's scope is what they teach, whatever the grant says beside it.
    assert reached == (
        {name for (who, name), width in cells().items() if (who, width) == ("lecturer", "own")} & {*reached}
    )
    assert not reached or role is Role.LECTURER


@pytest.mark.parametrize("permission", [Permission.REGISTER_READ, Permission.REGISTER_SET])
def test_a_student_is_shown_to_whoever_teaches_them_and_to_no_other_role(permission: Permission) -> None:
    assert [role for role in Role if permission in matrix()[role]] == [Role.LECTURER]
    assert permission.shows_person

"""The wall of devices: every route whose permission shows a person, or gives power, is closed but for enrolled devices after a
second factor."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert
from werkzeug.test import TestResponse

from kiosk.admin.permissions import Staff
from kiosk.domain.permissions import Grant, Permission, Role, ScopeKind, matrix
from kiosk.store.tables import imports, records, staff
from tests.proofs import device_secret
from tests.stage import PASSWORD, Browser, Stage
from tests.walls import crawler
from tests.walls.asking import Asking, address, desk_first, fill, things
from tests.walls.table import TABLES, Row

CLOSED = [row for row in TABLES["admin"] if all(need in {p.value for p in Permission} for need in row.need)]
CLOSED = desk_first(
    row for row in CLOSED if all(Permission(n).shows_person or Permission(n).gives_power for n in row.need)
)
HATS = (
    (Role.DPO,),
    (Role.SYSTEM_ADMIN,),
    tuple(role for role in Role if role not in (Role.DPO, Role.SYSTEM_ADMIN)),
)
"""Every role there is, as many at one time as go together, since two that don't give nothing; who sets locks comes last."""
WAYS = ("not enrolled", "no second factor", "somebody else's device", "device revoked", "device lapsed")


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    """With Max, who teaches COMP1201 and holds as many roles at one time as go together."""
    crawler.seed(stage)
    fill(stage)
    stage.add_staff("max", "Max Power")
    _put_on(stage, HATS[-1])
    for leads in (False, True):
        stage.add("", staff.teaching, staff_id=stage.ids["max"], module_id=stage.ids["COMP1201"], leads=leads)
    _give_what_is_its_makers_own(stage)
    return stage


def _give_what_is_its_makers_own(stage: Stage) -> None:
    """A case, a broken glass and an import are there for whoever began them alone."""
    for name, table, column in (
        ("case of COMP1201", records.student_case, "opened_by"),
        ("opening of COMP1201", records.break_glass, "staff_id"),
        ("batch of mo", imports.import_batch, "staff_id"),
    ):
        stage.change(table, stage.ids[name], **{column: stage.ids["max"]})


def _put_on(stage: Stage, hats: tuple[Role, ...]) -> None:
    """Give Max these roles, as widely as anybody can hold them, in place of those held before."""
    about = {"staff_id": stage.ids["max"], "from_on": stage.start.date(), "until_on": stage.start.date()}
    scopes = (("own", ""), ("department", "Computing"), ("all", ""))
    grants = [
        {**about, "role": role.value, "scope_kind": kind, "scope_value": value}
        for role in hats
        for kind, value in scopes
    ]
    with stage.database.owner.begin() as connection:
        connection.execute(delete(staff.role_grant).where(staff.role_grant.c.staff_id == stage.ids["max"]))
        connection.execute(insert(staff.role_grant), grants)


def asked_with_each_hat(asking: Asking, rows: Iterable[Row]) -> Iterator[tuple[Row, TestResponse]]:
    """Every row, asked by Max with the roles that open it."""
    about, left = things(asking.stage, across=False), list(rows)
    # Whoever proposed a role takes it back, and nobody else.
    asking.stage.change(staff.grant_proposal, about["proposal_id"], proposed_by=asking.stage.ids["max"])
    for number, hats in enumerate(HATS):
        _put_on(asking.stage, hats)
        others = {permission for later in HATS[number + 1 :] for role in later for permission in matrix()[role]}
        given = {permission.value for role in hats for permission in matrix()[role] if permission not in others}
        for row in [it for it in left if it.need & given]:
            left.remove(row)
            yield row, asking.ask(row, about)
    assert left == []


def max_on(stage: Stage, way: str) -> Asking:
    """Max, signed in on something that is not enough."""
    asking = Asking(stage, "admin", "max" if way.startswith("device") else "stranger")
    if way == "device revoked":
        stage.change(staff.staff_device, stage.ids["device of max"], revoked_at=stage.clock())
    if way == "device lapsed":
        stage.change(staff.staff_device, stage.ids["device of max"], expires_at=stage.clock())
    owner = {"no second factor": "max", "somebody else's device": "day"}.get(way)
    if owner:
        asking.browser.set_cookie("kiosk_device", device_secret(f"device of {owner}"), domain="staff.kiosk.test")
    if not way.startswith("device"):
        asking.browser.send("/sign-in", login="max", password=PASSWORD)
    return asking


def test_there_are_such_routes() -> None:
    assert len(CLOSED) >= 6


def test_on_an_enrolled_device_after_a_second_factor_they_open(full_stage: Stage) -> None:
    """What follows proves something: the very same asker is let in."""
    asked = list(asked_with_each_hat(Asking(full_stage, "admin", "max"), CLOSED))

    assert [row.rule for row, answer in asked if answer.status_code == 404] == []


@pytest.mark.parametrize("way", WAYS)
def test_without_either_each_is_closed_and_says_why(full_stage: Stage, way: str) -> None:
    wrong = []
    for row, answer in asked_with_each_hat(max_on(full_stage, way), CLOSED):
        says = "second factor" if way == "no second factor" else "This device is not enrolled"
        if answer.status_code != 404 or says not in answer.text or crawler.found_in(answer):
            wrong.append(f"{row.method} {row.rule}: {answer.status_code}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_met_there_on_any_page(full_stage: Stage, way: str) -> None:
    browser: Browser = max_on(full_stage, way).browser
    seen, found = crawler.crawl(browser, ["/", *(address(row, things(full_stage, across=False)) for row in CLOSED)])

    assert found == {}
    assert len(seen) > 10


def test_what_shows_nobody_works_on_any_device(full_stage: Stage) -> None:
    open_anywhere = {p.value for p in Permission if not (p.shows_person or p.gives_power)}
    rows = [row for row in TABLES["admin"] if row.need <= open_anywhere]
    asked = asked_with_each_hat(max_on(full_stage, "not enrolled"), rows)

    assert [f"{row.method} {row.rule}" for row, answer in asked if answer.status_code == 404] == []


# Cell by cell -------------------------------------------------------------------------------------

OPEN_ANYWHERE = {
    "lecture:show",
    "lecture:control",
    "lecture:change",
    "headcount:set",
    "module:read",
    "module:change",
    "module:rename",
    "room:manage",
    "aggregate:read",
    "log:read-own",
}
"""Written by hand: what shows nobody, and opens no account, role or register to anybody."""


def grants_of(role: Role) -> tuple[Grant, ...]:
    """The role, as widely as anybody can hold it."""
    return tuple(Grant(role, kind, "Computing" if kind is ScopeKind.DEPARTMENT else "") for kind in ScopeKind)


@pytest.mark.parametrize(("is_enrolled", "has_second"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("role", Role)
def test_without_a_device_and_a_second_factor_a_role_is_what_shows_nobody(
    role: Role, is_enrolled: bool, has_second: bool
) -> None:
    here = Staff(1, "Max", grants_of(role), is_enrolled=is_enrolled, has_second=has_second)
    proven = replace(here, is_enrolled=True, has_second=True)

    open_here = {it.value for it in Permission if here.may(it)}

    assert open_here == {it.value for it in Permission if proven.may(it)} & OPEN_ANYWHERE


@pytest.mark.parametrize("role", Role)
def test_with_both_a_role_is_all_of_its_cells(role: Role) -> None:
    staff_member = Staff(1, "Max", grants_of(role), is_enrolled=True, has_second=True)

    assert {it for it in Permission if staff_member.may(it)} == set(matrix()[role])


@pytest.mark.parametrize("login", ["sid", "olu"])
def test_whoever_deals_with_roles_needs_both(stage: Stage, login: str) -> None:
    browser: Browser = stage.app("admin").test_client()  # type: ignore[assignment]
    stage.enter(browser, login, enrolled=False)

    answer = browser.get("/accounts")

    assert (answer.status_code, "This device is not enrolled" in answer.text) == (404, True)

"""Two who decide on one person's roles at the same time: nobody comes to hold two that nobody may hold together."""

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.admin.meanwhile import meanwhile
from tests.admin.test_grants import acts, held, propose
from tests.stage import START, Browser

TURN = "kiosk.store.doors.powers.take_roles_turn"
DPO, SYSTEM = ({"role": role, "scope_kind": "all"} for role in ("dpo", "system_admin"))


@pytest.fixture
def desk(any_desk: Desk) -> Desk:
    """With another system administrator, another data owner, and somebody who holds nothing yet."""
    any_desk.stage.add_staff("sue", "Sue System", "system_admin", "all")
    any_desk.stage.add_staff("oli", "Oli Owner", "data_owner", "all")
    any_desk.stage.add_staff("pat", "Pat New")
    return any_desk


def decide(browser: Browser, proposal: int, how: str = "approve") -> TestResponse:
    return browser.send(f"/proposals/{proposal}/{how}", "/")


def proposed(desk: Desk) -> list[str]:
    return [row.role for row in desk.stage.rows(staff.grant_proposal)]


def test_of_two_that_are_approved_at_once_the_second_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, olu, oli = desk.stage.ids, desk.sign_in("olu"), desk.sign_in("oli")
    row = {"staff_id": ids["pat"], "proposed_by": ids["sid"], "proposed_at": START, "until_on": START.date()}
    first, second = (desk.stage.add("", staff.grant_proposal, **row, **role) for role in (DPO, SYSTEM))
    came = meanwhile(monkeypatch, TURN, lambda: decide(oli, second))

    late = decide(olu, first)

    assert (came[0].status_code, late.status_code, "System administrator" in words(late)) == (303, 409, True)
    assert [it.role for it in held(desk, "pat")] == ["system_admin"]


def test_of_two_that_are_proposed_at_once_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sid, sue = desk.sign_in("sid"), desk.sign_in("sue")
    came = meanwhile(monkeypatch, TURN, lambda: propose(desk, sue, "pat", **SYSTEM))

    late = propose(desk, sid, "pat", **DPO)

    assert (came[0].status_code, late.status_code, "System administrator" in words(late)) == (303, 409, True)
    assert proposed(desk) == ["system_admin"]


def test_the_same_role_proposed_twice_at_once_is_proposed_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sid, sue = desk.sign_in("sid"), desk.sign_in("sue")
    meanwhile(monkeypatch, TURN, lambda: propose(desk, sue, "pat"))

    late = propose(desk, sid, "pat")

    assert (late.status_code, proposed(desk)) == (409, ["module_lead"])


@pytest.mark.parametrize(("role", "two"), [("data_owner", ("olu", "oli")), ("dpo", ("dot", "ned"))])
def test_of_the_last_two_who_watch_one_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, role: str, two: tuple[str, str]
) -> None:
    desk.stage.add_staff("ned", "Ned Next", "dpo", "all")
    sid, sue = desk.sign_in("sid"), desk.sign_in("sue")
    one, other = (held(desk, name)[0].id for name in two)
    came = meanwhile(monkeypatch, TURN, lambda: sue.send(f"/grants/{other}/end", "/"))

    late = sid.send(f"/grants/{one}/end", "/")

    assert (came[0].status_code, late.status_code) == (303, 409)
    assert acts(desk) == ["role ended"]


def test_whoever_holds_two_all_the_same_has_neither_until_one_is_ended(desk: Desk) -> None:
    days = {"from_on": START.date(), "until_on": START.date()}
    dpo = desk.stage.add("", staff.role_grant, staff_id=desk.stage.ids["day"], **DPO, **days)
    day, pages = desk.sign_in("day"), (desk.lecture(), "/cases")

    both = [day.get(page).status_code for page in pages]
    desk.sign_in("sid").send(f"/grants/{dpo}/end", "/")

    assert (both, [day.get(page).status_code for page in pages]) == ([404, 404], [200, 404])


def test_the_journal_keeps_the_last_day_that_a_role_had_before_it_was_ended(desk: Desk) -> None:
    (grant,) = held(desk, "ro")
    desk.sign_in("sid").send(f"/grants/{grant.id}/end", "/")

    (entry,) = desk.stage.rows(staff.journal)

    assert (entry.before["until"], entry.after["until"]) == (grant.until_on.isoformat(), "2026-11-23")

"""Accounts and roles: one person proposes, another approves, nobody gives anything to themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser

ROLE = {"role": "module_lead", "scope_kind": "own", "scope_value": "", "until_on": "2027-06-30"}


@pytest.fixture
def sid(desk: Desk) -> Browser:
    """The system administrator's browser."""
    return desk.sign_in("sid")


@pytest.fixture
def olu(desk: Desk) -> Browser:
    """The data owner's browser."""
    return desk.sign_in("olu")


def account(desk: Desk, name: str, rest: str = "") -> str:
    return f"/accounts/{desk.stage.ids[name]}{rest}"


def propose(desk: Desk, browser: Browser, name: str = "eve", **changes: str) -> TestResponse:
    return browser.send(account(desk, name, "/propose"), "/accounts", **{**ROLE, **changes})


def decide(desk: Desk, browser: Browser, how: str = "approve") -> TestResponse:
    newest = desk.stage.rows(staff.grant_proposal)[-1].id
    return browser.send(f"/proposals/{newest}/{how}", "/", follow_redirects=False)


def held(desk: Desk, name: str = "eve") -> list[Any]:
    return desk.stage.rows(staff.role_grant, staff.role_grant.c.staff_id == desk.stage.ids[name])


def acts(desk: Desk) -> list[str]:
    return [row.act for row in desk.stage.rows(staff.journal)]


def test_a_proposed_role_is_held_once_somebody_else_approves_it(any_desk: Desk) -> None:
    sid, olu = any_desk.sign_in("sid"), any_desk.sign_in("olu")
    assert propose(any_desk, sid).status_code == 303
    assert [row.role for row in held(any_desk)] == ["lecturer"]

    assert decide(any_desk, olu).status_code == 303

    lead = held(any_desk)[-1]
    assert (lead.role, lead.from_on, lead.until_on) == ("module_lead", START.date(), date(2027, 6, 30))
    assert acts(any_desk) == ["role proposed", "role approved"]


def test_a_role_whose_last_day_is_over_is_not_approved_but_can_be_refused(any_desk: Desk) -> None:
    sid = any_desk.sign_in("sid")
    propose(any_desk, sid)
    any_desk.stage.change(
        staff.grant_proposal, any_desk.stage.rows(staff.grant_proposal)[0].id, until_on=date(2026, 11, 23)
    )
    olu = any_desk.sign_in("olu")

    over = decide(any_desk, olu)

    assert (over.status_code, "Its last day is over" in words(over)) == (409, True)
    assert [row.role for row in held(any_desk)] == ["lecturer"]
    assert decide(any_desk, olu, "refuse").status_code == 303


def test_a_refused_role_is_held_by_nobody(desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(desk, sid)

    assert decide(desk, olu, "refuse").status_code == 303
    assert decide(desk, olu).status_code == 409

    assert [row.role for row in held(desk)] == ["lecturer"]


def test_whoever_proposed_a_role_takes_it_back_and_then_nobody_approves_it(any_desk: Desk) -> None:
    sid, olu = any_desk.sign_in("sid"), any_desk.sign_in("olu")
    propose(any_desk, sid)

    assert decide(any_desk, sid, "withdraw").status_code == 303
    assert decide(any_desk, olu).status_code == 409

    assert [row.role for row in held(any_desk)] == ["lecturer"]
    assert acts(any_desk) == ["role proposed", "role withdrawn"]


def test_nobody_takes_back_what_somebody_else_proposed(desk: Desk, sid: Browser) -> None:
    ids = desk.stage.ids
    role = {"role": "room_admin", "scope_kind": "all", "until_on": date(2027, 6, 30), "proposed_at": START}
    desk.stage.add("", staff.grant_proposal, staff_id=ids["eve"], proposed_by=ids["olu"], **role)

    assert decide(desk, sid, "withdraw").status_code == 404
    assert "Take back" not in sid.get(account(desk, "eve")).text
    assert desk.stage.rows(staff.grant_proposal)[-1].decided_at is None


def test_what_is_decided_is_not_taken_back(desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(desk, sid)
    assert 'aria-label="Take back: Module lead"' in sid.get(account(desk, "eve")).text
    decide(desk, olu)

    assert decide(desk, sid, "withdraw").status_code == 303

    assert held(desk)[-1].role == "module_lead"
    assert acts(desk) == ["role proposed", "role approved"]


def test_nobody_proposes_a_role_for_themselves(desk: Desk, sid: Browser) -> None:
    answer = propose(desk, sid, "sid", role="room_admin", scope_kind="all")

    assert (answer.status_code, "Nobody gives a role to themselves" in answer.text) == (409, True)
    assert "Propose a role" not in sid.get(account(desk, "sid")).text
    assert desk.stage.rows(staff.grant_proposal) == []


@pytest.mark.parametrize(("proposer", "holder"), [("olu", "eve"), ("sid", "olu")])
def test_whoever_proposed_a_role_or_is_to_hold_it_does_not_decide(
    desk: Desk, olu: Browser, proposer: str, holder: str
) -> None:
    ids = desk.stage.ids
    role = {"role": "room_admin", "scope_kind": "all", "until_on": date(2027, 6, 30), "proposed_at": START}
    desk.stage.add("", staff.grant_proposal, staff_id=ids[holder], proposed_by=ids[proposer], **role)

    answers = [decide(desk, olu, how).status_code for how in ("approve", "refuse")]

    assert answers == [409, 409]
    assert desk.stage.rows(staff.grant_proposal)[-1].decided_at is None


@pytest.mark.parametrize("wrong", [{"proposed_by": "eve"}, {"decided_by": "eve"}, {"decided_by": "sid"}])
def test_the_database_itself_refuses_one_person_for_two(any_desk: Desk, wrong: dict[str, str]) -> None:
    ids = any_desk.stage.ids
    row = {"staff_id": ids["eve"], "proposed_by": ids["sid"], "role": "dpo", "scope_kind": "all"}
    row |= {name: ids[who] for name, who in wrong.items()}

    with pytest.raises(IntegrityError):
        any_desk.stage.add("", staff.grant_proposal, **row, until_on=START.date(), proposed_at=START)


def test_roles_that_nobody_may_hold_together_are_not_proposed(desk: Desk, sid: Browser) -> None:
    answer = propose(desk, sid, role="dpo", scope_kind="all")

    assert (answer.status_code, "together with: Lecturer. End that one first." in answer.text) == (409, True)


def test_nor_approved_when_the_other_came_in_between(desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(desk, sid, "nell", role="system_admin", scope_kind="all")
    days = {"from_on": START.date(), "until_on": START.date()}
    desk.stage.add("", staff.role_grant, staff_id=desk.stage.ids["nell"], role="dpo", scope_kind="all", **days)

    answer = decide(desk, olu)

    assert (answer.status_code, "Data-protection officer" in answer.text) == (409, True)


def test_the_same_role_twice_is_told(desk: Desk, sid: Browser) -> None:
    propose(desk, sid)

    assert propose(desk, sid).status_code == 409
    assert len(desk.stage.rows(staff.grant_proposal)) == 1


def test_a_role_ends_at_once_with_the_page_still_open(desk: Desk, sid: Browser) -> None:
    ro = desk.sign_in("ro")
    assert ro.get("/rooms").status_code == 200

    sid.send(f"/grants/{held(desk, 'ro')[0].id}/end", "/accounts")

    assert ro.get("/rooms").status_code == 404
    assert acts(desk) == ["role ended"]


@pytest.mark.parametrize(("login", "role"), [("olu", "data_owner"), ("dot", "dpo")])
def test_the_last_one_who_watches_stays_until_there_is_another(any_desk: Desk, login: str, role: str) -> None:
    stage, (grant,) = any_desk.stage, held(any_desk, login)
    stage.add_staff("gone", "Gone Colleague", role, "all")
    stage.change(staff.staff, stage.ids["gone"], archived_at=START)
    stage.add_staff("past", "Past Colleague", role, "all")
    stage.change(staff.role_grant, held(any_desk, "past")[0].id, until_on=START.date() - timedelta(days=1))
    sid = any_desk.sign_in("sid")

    answer = sid.send(f"/grants/{grant.id}/end", "/accounts")

    assert (answer.status_code, "Nobody else is" in answer.text) == (409, True)
    assert (held(any_desk, login), acts(any_desk)) == ([grant], [])
    stage.add_staff("next", "Next Colleague", role, "all")
    assert sid.send(f"/grants/{grant.id}/end", "/accounts").status_code == 303


def test_a_role_lapses_by_itself(desk: Desk) -> None:
    desk.stage.change(staff.role_grant, held(desk, "ro")[0].id, until_on=START.date())
    ro = desk.sign_in("ro")
    assert ro.get("/rooms").status_code == 200

    desk.stage.clock.go_on(hours=14)

    assert desk.sign_in("ro").get("/rooms").status_code == 404


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"role": "superuser"}, "Choose a role."),
        ({"scope_kind": ""}, "a role without that sees nobody"),
        ({"scope_kind": "department"}, "Name the department"),
        ({"scope_value": "Computing"}, "Name the department"),
        ({"role": "module_admin", "scope_kind": "department", "scope_value": "x" * 81}, "at most 80"),
        ({"scope_kind": "department", "scope_value": "Computing"}, "cannot be given for one department"),
        ({"until_on": "2027-11-30"}, "to a year from now"),
        ({"until_on": "2026-11-23"}, "from today"),
        ({"until_on": "soon"}, "Choose a day"),
    ],
)
def test_a_form_that_does_not_fit_says_what_to_do(
    desk: Desk, sid: Browser, changes: dict[str, str], advice: str
) -> None:
    answer = propose(desk, sid, **changes)

    assert (answer.status_code, advice in answer.text) == (422, True)
    assert desk.stage.rows(staff.grant_proposal) == []


def test_a_new_account_sees_nobody(desk: Desk, sid: Browser) -> None:
    answer = sid.send("/accounts/new", login="New.Person", name="Nia  Person", unit="Registry")

    (row,) = desk.stage.rows(staff.staff, staff.staff.c.login == "new.person")
    assert (answer.location, row.name) == (f"/accounts/{row.id}", "Nia Person")
    assert "No role: this account sees nobody." in sid.get(f"/accounts/{row.id}").text


def test_a_sign_in_name_is_given_once(desk: Desk, sid: Browser) -> None:
    answer = sid.send("/accounts/new", login="DAY", name="Another", unit="")

    assert (answer.status_code, "has this sign-in name already" in answer.text) == (422, True)


def test_a_hostile_name_is_text(desk: Desk, sid: Browser) -> None:
    sid.send("/accounts/new", login="x", name="<script>alert(1)</script>", unit="'\"&")

    assert "<script>alert" not in sid.get("/accounts").text


def test_the_search_finds_by_part_of_a_name_and_says_when_nobody_fits(desk: Desk, sid: Browser) -> None:
    assert "Ro Rooms" in sid.send("/accounts/search", search="room").text
    assert "No account has “%_”" in words(sid.send("/accounts/search", search="%_"))


def test_the_one_who_proposes_sees_no_proposals_page_and_the_one_who_approves_proposes_nothing(
    desk: Desk, sid: Browser, olu: Browser
) -> None:
    assert sid.get("/proposals").status_code == 404
    assert propose(desk, olu).status_code == 404
    assert olu.get("/accounts/new").status_code == 404


def test_no_role_is_prolonged_past_a_year(desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(desk, sid, until_on=f"{START.date() + timedelta(days=366)}")
    decide(desk, olu)

    assert held(desk)[-1].until_on == START.date() + timedelta(days=365)

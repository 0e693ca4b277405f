"""Roles that take two people stay with two: no administrator opens such an account, and the officer is told of each."""

import re
from datetime import timedelta

import pytest

from kiosk.store.tables import records, staff
from tests.admin.conftest import Desk, words
from tests.admin.test_grants import account, decide, held, propose
from tests.admin.test_security import NEW, add_link
from tests.stage import Browser

VISA = {"role": "visa_officer", "scope_kind": "all"}
DPO = {"role": "dpo", "scope_kind": "all"}


@pytest.fixture
def sid(any_desk: Desk) -> Browser:
    """The system administrator's browser."""
    return any_desk.sign_in("sid")


@pytest.fixture
def olu(any_desk: Desk) -> Browser:
    """The data owner's browser."""
    return any_desk.sign_in("olu")


def approve(desk: Desk, sid: Browser, olu: Browser, name: str, role: dict[str, str]) -> None:
    assert propose(desk, sid, name, **role).status_code == 303
    assert decide(desk, olu).status_code == 303


def ask_for_link(browser: Browser, login: str) -> tuple[int, bool]:
    answer = browser.send("/sign-in-links", login=login)
    return answer.status_code, "made on the server" in answer.text


def links(desk: Desk) -> list[object]:
    return desk.stage.rows(staff.staff_link)


# No administrator opens such an account ------------------------------------------------------------


def test_an_administrator_who_proposed_a_role_does_not_become_the_one_who_approves_it(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    sid.send("/accounts/new", login="x1", name="X One", unit="Computing")
    any_desk.stage.ids["x1"] = any_desk.stage.rows(staff.staff, staff.staff.c.login == "x1")[0].id
    propose(any_desk, sid, "x1", **DPO)

    assert ask_for_link(sid, "olu") == (422, True)

    assert (links(any_desk), olu.get("/").status_code, held(any_desk, "x1")) == ([], 200, [])


@pytest.mark.parametrize("login", ["olu", "dot", "ona", "sam"])
def test_no_link_is_given_for_whoever_holds_a_powerful_role(any_desk: Desk, sid: Browser, login: str) -> None:
    any_desk.stage.add_staff("sam", "Sam Second", "system_admin", "all")

    assert ask_for_link(sid, login) == (422, True)

    page = sid.get(account(any_desk, login)).text
    assert ("Make a sign-in link" in page, "kiosk staff link" in page) == (False, True)
    assert links(any_desk) == []


def test_nor_for_whoever_is_to_hold_one_until_it_is_refused(any_desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(any_desk, sid, "ro", **VISA)
    assert ask_for_link(sid, "ro") == (422, True)
    assert "Make a sign-in link" not in sid.get(account(any_desk, "ro")).text

    decide(any_desk, olu, "refuse")

    assert "Make a sign-in link" in sid.get(account(any_desk, "ro")).text
    assert ask_for_link(sid, "ro")[0] == 200


def test_a_link_that_waits_is_worthless_once_a_powerful_role_is_approved(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    page = sid.send("/sign-in-links", login="ro").text
    found = re.search(r"/first-password/[\w-]+", page)
    assert found

    approve(any_desk, sid, olu, "ro", VISA)

    assert any_desk.stranger().get(found[0]).status_code == 404


def test_whoever_opened_an_account_before_it_had_power_has_it_no_more(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    ro, mo = any_desk.sign_in("ro"), any_desk.sign_in("mo")

    approve(any_desk, sid, olu, "ro", VISA)

    assert [it.get("/").status_code for it in (ro, mo)] == [303, 200]
    mine = staff.staff_device.c.staff_id == any_desk.stage.ids["ro"]
    assert all(row.revoked_at for row in any_desk.stage.rows(staff.staff_device, mine))


def test_whoever_has_a_powerful_role_keeps_their_devices_when_it_is_renewed(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    dot = any_desk.sign_in("dot")

    approve(any_desk, sid, olu, "dot", {**DPO, "until_on": f"{any_desk.stage.start.date() + timedelta(days=300)}"})

    assert dot.get("/").status_code == 200


def test_a_role_without_power_ends_nothing_and_nobody_is_told(any_desk: Desk, sid: Browser, olu: Browser) -> None:
    link, eve = add_link(any_desk, "eve"), any_desk.sign_in("eve")

    approve(any_desk, sid, olu, "eve", {})

    assert (eve.get("/").status_code, any_desk.stranger().get(link).status_code) == (200, 200)
    assert any_desk.stage.rows(records.notice) == []


def test_a_link_made_on_the_server_after_the_approval_opens_the_account(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    approve(any_desk, sid, olu, "ro", VISA)

    answer = any_desk.stranger().send(add_link(any_desk, "ro"), **NEW, name="Laptop")

    assert answer.headers["Location"] == "/security/app"


# The officer is told -------------------------------------------------------------------------------


def test_the_officer_is_told_which_role_was_approved_for_whom_and_by_whom(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    ids, dot = any_desk.stage.ids, any_desk.sign_in("dot")

    approve(any_desk, sid, olu, "ro", VISA)

    told = f"approved, Tuesday 24 November, 10:02, by staff {ids['olu']}: Visa compliance officer. Staff {ids['ro']}, Computing."
    assert told in words(dot.get("/"))
    (notice,) = any_desk.stage.rows(records.notice)
    assert dot.send(f"/notices/{notice.id}/seen", "/").status_code == 303
    assert "was approved" not in words(dot.get("/"))


def test_a_refused_role_is_told_to_nobody(any_desk: Desk, sid: Browser, olu: Browser) -> None:
    propose(any_desk, sid, "ro", **VISA)
    decide(any_desk, olu, "refuse")

    assert any_desk.stage.rows(records.notice) == []


def test_a_new_officer_does_not_hide_from_the_others_that_they_are_one(
    any_desk: Desk, sid: Browser, olu: Browser
) -> None:
    any_desk.stage.add_staff("new", "New Officer")
    approve(any_desk, sid, olu, "new", DPO)
    (notice,) = any_desk.stage.rows(records.notice)
    path = f"/notices/{notice.id}/seen"
    any_desk.stage.change(staff.staff_device, any_desk.stage.ids["device of new"], revoked_at=None)
    new, dot = any_desk.sign_in("new"), any_desk.sign_in("dot")

    page = words(new.get("/"))

    assert ("another officer reads it" in page, path in page) == (True, False)
    assert [new.send(path, "/").status_code, dot.send(path, "/").status_code] == [404, 303]


@pytest.mark.parametrize("other", ["archived", "lapsed", "own"])
def test_an_only_officer_reads_what_is_about_themselves(any_desk: Desk, other: str) -> None:
    stage, scope = any_desk.stage, "own" if other == "own" else "all"
    stage.add_staff("old", "Old Officer", "dpo", scope)
    if other == "archived":
        stage.change(staff.staff, stage.ids["old"], archived_at=stage.clock())
    if other == "lapsed":
        stage.change(staff.role_grant, held(any_desk, "old")[0].id, until_on=stage.start.date() - timedelta(days=1))
    notice = stage.add("", records.notice, at=stage.clock(), kind="link_made", thing_id=stage.ids["dot"])
    dot = any_desk.sign_in("dot")

    assert f"for somebody whose role takes two people. Staff {stage.ids['dot']}, Computing." in words(dot.get("/"))
    assert dot.send(f"/notices/{notice}/seen", "/").status_code == 303


def test_the_officer_reads_what_was_given_on_the_server(any_desk: Desk) -> None:
    (grant,) = held(any_desk, "ona")
    any_desk.stage.add("", records.notice, at=any_desk.stage.clock(), kind="role_given", thing_id=grant.id)

    told = f"given on the server, Tuesday 24 November, 10:02: Engagement officer. Staff {grant.staff_id}, Computing."
    assert told in words(any_desk.sign_in("dot").get("/"))

"""One's own sign-in on one page: what it lists, ending sign-ins, the password; and starting, and starting anew."""

import hashlib
from datetime import timedelta

import pytest

from kiosk.store.tables import factors, staff
from tests.admin.conftest import Desk, words
from tests.admin.test_second_factors import add_recovery_codes, enrolled, names, set_up
from tests.stage import PASSWORD, Browser

NEW = {"password": "three plain words", "again": "three plain words"}


def add_link(desk: Desk, login: str = "day", days: int = 14) -> str:
    secret = f"a link for {login}"
    secret_hash = hashlib.sha256(secret.encode()).hexdigest()
    expires_at = desk.stage.clock() + timedelta(days=days)
    desk.stage.add("", staff.staff_link, secret_hash=secret_hash, staff_id=desk.stage.ids[login], expires_at=expires_at)
    return f"/first-password/{secret}"


def acts(desk: Desk) -> list[str]:
    return [row.act for row in desk.stage.rows(staff.journal)]


def test_it_lists_devices_factors_codes_and_where_one_is_signed_in(any_desk: Desk) -> None:
    add_recovery_codes(any_desk, "K7Q2-M9XR", "AAAA-BBBB")
    any_desk.stage.add_passkey("key", "day")
    any_desk.sign_in("day", enrolled=False)

    text = words(any_desk.sign_in("day").get("/security"))

    assert "<strong>device of day</strong> · this device" in text
    assert "<strong>Key</strong> · passkey" in text
    assert "2 left" in text
    assert "<strong>device of day</strong> · here" in text
    assert "<strong>A device that is not enrolled</strong>" in text
    assert "Dr Eve" not in text


def test_it_keeps_no_address_and_nothing_a_browser_says_of_itself() -> None:
    columns = {name for table in (staff.staff_device, staff.staff_sign_in) for name in table.columns.keys()}  # noqa: SIM118
    assert not {it for it in columns for word in ("agent", "address", "ip", "browser") if word in it.split("_")}


def test_another_sign_in_of_mine_can_be_ended(any_desk: Desk) -> None:
    other, day = any_desk.sign_in("day", enrolled=False), any_desk.sign_in("day")
    ref = day.get("/security").text.split('name="ref" value="')[1].split('"')[0]

    day.send("/security/sign-ins/end", "/security", ref=ref)

    assert other.get("/").headers["Location"] == "/sign-in"
    assert day.get("/").status_code == 200
    assert "sign-in:end" in acts(any_desk)


def test_nobody_ends_somebody_elses_sign_in(desk: Desk, day: Browser, eve: Browser) -> None:
    mine = desk.stage.rows(staff.staff_sign_in, staff.staff_sign_in.c.staff_id == desk.stage.ids["eve"])
    for row in mine:
        assert day.send("/security/sign-ins/end", "/security", ref=row.id_hash[:16]).status_code == 404

    assert eve.get("/").status_code == 200


def test_signing_out_everywhere_ends_them_all_and_nobody_elses(desk: Desk, day: Browser, eve: Browser) -> None:
    other = desk.sign_in("day", enrolled=False)

    day.send("/security/sign-out-everywhere", "/security")

    assert [it.get("/").status_code for it in (day, other, eve)] == [303, 303, 200]
    assert "sign-in:end-all" in acts(desk)


def test_the_password_is_changed_by_whoever_knows_the_old_one(any_desk: Desk) -> None:
    other, day = any_desk.sign_in("day", enrolled=False), any_desk.sign_in("day")

    day.send("/security/password", old=PASSWORD, **NEW)

    assert [it.get("/").status_code for it in (day, other)] == [200, 303]
    assert any_desk.stranger().send("/sign-in", login="day", password=PASSWORD).status_code == 401
    assert any_desk.stranger().send("/sign-in", login="day", password=NEW["password"]).status_code == 303
    assert "password:change" in acts(any_desk)


def test_a_wrong_old_password_changes_nothing_and_is_tried_five_times(desk: Desk, day: Browser) -> None:
    statuses = [day.send("/security/password", old="not the password", **NEW).status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]
    assert day.send("/security/password", old=PASSWORD, **NEW).status_code == 429
    assert desk.stranger().send("/sign-in", login="day", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("path", ["/security/password", "/security/devices/new"])
def test_nothing_is_added_or_changed_by_a_password_alone(desk: Desk, path: str) -> None:
    for browser in (desk.sign_in("day", enrolled=False), enrolled(desk)):
        assert browser.get(path).status_code == 404
        assert browser.send(path, "/security", old=PASSWORD, **NEW).status_code == 404


def test_new_recovery_codes_need_the_second_factor(desk: Desk) -> None:
    for browser in (desk.sign_in("day", enrolled=False), enrolled(desk)):
        assert browser.send("/security/recovery-codes", "/security").status_code == 404
    assert desk.stage.rows(factors.staff_recovery_code) == []


def test_the_last_second_factor_stays_and_another_goes(desk: Desk, day: Browser) -> None:
    only = desk.stage.add_passkey("key", "day")
    with desk.stage.database.owner.begin() as connection:
        connection.execute(factors.staff_app.delete())

    day.send(f"/security/passkeys/{only}/remove", "/security")
    assert len(desk.stage.rows(factors.staff_passkey)) == 1
    desk.stage.add_passkey("second key", "day")
    day.send(f"/security/passkeys/{only}/remove", "/security")

    assert [row.credential_id for row in desk.stage.rows(factors.staff_passkey)] == ["second key"]


# Starting, and starting anew ---------------------------------------------------------------------


def test_the_first_link_leads_from_a_password_over_an_app_to_names(any_desk: Desk) -> None:
    browser = any_desk.stranger()

    answer = browser.send(add_link(any_desk), **NEW, name="Laptop")

    assert answer.headers["Location"] == "/security/app"
    assert "Your password is set" in browser.get("/security/app").text
    assert names(any_desk, browser).status_code == 404
    assert "Keep these recovery codes" in set_up(browser, any_desk).text
    assert "Ada Lovelace" in names(any_desk, browser).text


def test_whoever_begins_anew_loses_every_device_factor_and_sign_in_of_before(any_desk: Desk) -> None:
    add_recovery_codes(any_desk, "K7Q2-M9XR")
    any_desk.stage.add_passkey("key", "day")
    old, eve = any_desk.sign_in("day"), any_desk.sign_in("eve")

    any_desk.stranger().send(add_link(any_desk), **NEW, name="Laptop")

    assert old.get("/").headers["Location"] == "/sign-in"
    mine = any_desk.stage.ids["day"]
    assert all(row.staff_id != mine for row in any_desk.stage.rows(factors.staff_app))
    assert any_desk.stage.rows(factors.staff_passkey) == any_desk.stage.rows(factors.staff_recovery_code) == []
    assert old.send("/sign-in", login="day", password=NEW["password"]).headers["Location"] == "/"
    assert eve.get("/").status_code == 200


def test_a_link_that_was_used_says_so(desk: Desk) -> None:
    path = add_link(desk)
    late = desk.stranger()
    token = late.csrf(path)
    desk.stranger().send(path, **NEW, name="Laptop")

    answer = late.post(path, data={"csrf_token": token, **NEW, "name": "Laptop"})

    assert (answer.status_code, "opens nothing any more" in answer.text) == (404, True)


def test_a_sign_in_page_names_nobody(desk: Desk, day: Browser) -> None:
    pages = ("/sign-in", "/second-factor", "/security", "/security/app", "/security/devices/new", "/idle")

    assert not [path for path in pages if "Lovelace" in day.get(path, follow_redirects=True).text]


# A new link from an administrator -----------------------------------------------------------------


@pytest.fixture
def sue(any_desk: Desk) -> Browser:
    """Sue Systems, who looks after accounts."""
    any_desk.stage.add_staff("sue", "Sue Systems", "system_admin", "all")
    return any_desk.sign_in("sue")


def give(browser: Browser, login: str) -> str:
    shown = browser.send("/sign-in-links", login=login).text
    return "/first-password/" + shown.split("/first-password/")[1].split("<")[0]


def test_a_new_link_ends_devices_and_sign_ins_at_once_and_is_written_down(any_desk: Desk, sue: Browser) -> None:
    day, eve = any_desk.sign_in("day"), any_desk.sign_in("eve")

    link = give(sue, "day")

    assert [it.get("/").status_code for it in (day, eve)] == [303, 200]
    devices = any_desk.stage.rows(staff.staff_device, staff.staff_device.c.staff_id == any_desk.stage.ids["day"])
    assert all(row.revoked_at for row in devices)
    entry = next(row for row in any_desk.stage.rows(staff.journal) if row.act == "account:link")
    assert (entry.staff_id, entry.role, entry.thing_id) == (
        any_desk.stage.ids["sue"],
        "system_admin",
        any_desk.stage.ids["day"],
    )
    assert any_desk.stranger().send(link, **NEW, name="Laptop").headers["Location"] == "/security/app"


def test_a_second_new_link_makes_the_first_worthless(any_desk: Desk, sue: Browser) -> None:
    first, second = give(sue, "day"), give(sue, "day")

    assert [any_desk.stranger().get(link).status_code for link in (first, second)] == [404, 200]


@pytest.mark.parametrize(("days", "status"), [(1, 200), (2, 404)])
def test_a_new_link_lasts_two_days(any_desk: Desk, sue: Browser, days: int, status: int) -> None:
    link = give(sue, "day")
    any_desk.stage.clock.go_on(days=days)

    assert any_desk.stranger().get(link).status_code == status


@pytest.mark.parametrize(("login", "advice"), [("who", "No account"), ("sue", "another administrator"), ("", "No acc")])
def test_no_link_for_nobody_and_none_for_oneself(any_desk: Desk, sue: Browser, login: str, advice: str) -> None:
    answer = sue.send("/sign-in-links", login=login)

    assert (answer.status_code, advice in answer.text) == (422, True)
    assert any_desk.stage.rows(staff.staff_link) == []


def test_links_are_given_on_an_enrolled_device_alone_or_a_password_would_open_every_account(
    any_desk: Desk, sue: Browser
) -> None:
    borrowed = any_desk.sign_in("sue", enrolled=False)

    assert borrowed.get("/sign-in-links").status_code == 404
    assert borrowed.send("/sign-in-links", "/security", login="day").status_code == 404
    assert any_desk.stage.rows(staff.staff_link) == []

"""Enrolled devices: a link enrols one, once; a lost cookie only hides; a revoked device loses names at the next request."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.wrappers import Response

from kiosk.admin.access import remember_devices
from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.admin.test_second_factors import names
from tests.proofs import device_secret
from tests.stage import PASSWORD, Browser

NAME = "Ada Lovelace"


def make_link(browser: Browser) -> str:
    """The path of a link that an enrolled device gives."""
    shown = browser.send("/security/devices/new", "/security/devices/new").text
    return "/enrol/" + shown.split("/enrol/")[1].split("<")[0]


def device_cookie(browser: Browser) -> str:
    cookie = browser.get_cookie("kiosk_device", domain="staff.kiosk.test")
    assert cookie is not None
    return cookie.value


def test_a_link_from_an_enrolled_device_enrols_the_next(any_desk: Desk) -> None:
    link = make_link(any_desk.sign_in("day"))
    phone = any_desk.stranger()

    answer = phone.send(link, name="My phone")

    assert answer.headers["Location"] == "/sign-in"
    assert phone.send("/sign-in", login="day", password=PASSWORD).headers["Location"] == "/second-factor"
    phone.send("/second-factor", code=any_desk.stage.app_code("day"))
    assert NAME in names(any_desk, phone).text
    assert {"device:link", "device:enrol"} <= {row.act for row in any_desk.stage.rows(staff.journal)}


def test_enrolling_signs_nobody_in_and_is_no_second_factor(desk: Desk) -> None:
    phone = desk.stranger()
    phone.send(make_link(desk.sign_in("day")), name="My phone")

    assert phone.get("/").headers["Location"] == "/sign-in"
    phone.send("/sign-in", login="day", password=PASSWORD)
    assert names(desk, phone).status_code == 404


def test_a_link_works_once(any_desk: Desk) -> None:
    link = make_link(any_desk.sign_in("day"))
    late = any_desk.stranger()
    token = late.csrf(link)
    any_desk.stranger().send(link, name="My phone")

    answer = late.post(link, data={"csrf_token": token, "name": "Another"})

    assert (answer.status_code, "opens nothing any more" in answer.text) == (404, True)
    assert any_desk.stranger().get(link).status_code == 404


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 404)])
def test_a_link_lasts_a_quarter_of_an_hour(desk: Desk, minutes: int, status: int) -> None:
    link = make_link(desk.sign_in("day"))
    desk.stage.clock.go_on(minutes=minutes)

    assert desk.stranger().get(link).status_code == status


def test_a_link_that_enrols_sets_no_password_and_the_other_way_round(desk: Desk) -> None:
    secret = make_link(desk.sign_in("day")).removeprefix("/enrol/")
    start = "a link to start with"
    desk.stage.add(
        "",
        staff.staff_link,
        secret_hash=hashlib.sha256(start.encode()).hexdigest(),
        staff_id=desk.stage.ids["day"],
        expires_at=desk.stage.clock() + timedelta(days=1),
    )

    assert desk.stranger().get(f"/first-password/{secret}").status_code == 404
    assert desk.stranger().get(f"/enrol/{start}").status_code == 404


def test_somebody_elses_device_is_none_of_mine(desk: Desk) -> None:
    phone = desk.stranger()
    phone.send(make_link(desk.sign_in("eve")), name="Eve's phone")
    phone.send("/sign-in", login="day", password=PASSWORD)

    assert phone.get("/second-factor").status_code == 404
    assert "This device is not enrolled" in words(phone.get(desk.lecture(rest="/register")))


def test_a_lost_device_cookie_only_hides_names(desk: Desk, day: Browser) -> None:
    assert NAME in names(desk, day).text
    day.delete_cookie("kiosk_device", domain="staff.kiosk.test")

    assert names(desk, day).status_code == 404
    assert day.get("/pair").status_code == day.get(desk.lecture()).status_code == 200
    assert "This device is not enrolled" in words(day.get(desk.lecture()))


def test_a_device_cookie_without_a_sign_in_opens_nothing(desk: Desk) -> None:
    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")

    assert browser.get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("value", ["", ".", "x.y.z", "." * 300, "a" * 3000, "é", "'--"])
def test_a_cookie_somebody_made_up_is_no_device(any_desk: Desk, value: str) -> None:
    browser = any_desk.sign_in("day", enrolled=False)
    browser.set_cookie("kiosk_device", value, domain="staff.kiosk.test")

    assert names(any_desk, browser).status_code == 404


def test_a_revoked_device_loses_names_at_the_next_request_with_the_page_still_open(any_desk: Desk) -> None:
    laptop, open_page = any_desk.sign_in("day"), any_desk.sign_in("day")
    register = any_desk.lecture(rest="/register")
    token = open_page.csrf(register)
    any_desk.stage.change(staff.staff_device, any_desk.stage.ids["device of day"], revoked_at=any_desk.stage.clock())

    assert open_page.post(f"{register}/names", data={"csrf_token": token}).status_code == 404
    assert names(any_desk, laptop).status_code == 404


def test_revoking_a_device_ends_what_is_signed_in_on_it(desk: Desk) -> None:
    phone, laptop = desk.stranger(), desk.sign_in("day")
    phone.send(make_link(laptop), name="My phone")
    phone.send("/sign-in", login="day", password=PASSWORD)
    phone.send("/second-factor", code=desk.stage.app_code("day"))
    device = next(row for row in desk.stage.rows(staff.staff_device) if row.name == "My phone")

    laptop.send(f"/security/devices/{device.id}/revoke", "/security")

    assert phone.get("/").headers["Location"] == "/sign-in"
    assert NAME in names(desk, laptop).text


def test_revoking_this_device_leaves_the_sign_in_without_names(desk: Desk, day: Browser) -> None:
    day.send(f"/security/devices/{desk.stage.ids['device of day']}/revoke", "/security")

    assert day.get("/").status_code == 200
    assert names(desk, day).status_code == 404
    assert "device:revoke" in [row.act for row in desk.stage.rows(staff.journal)]


def test_a_stolen_laptop_can_be_revoked_from_a_borrowed_phone(desk: Desk) -> None:
    laptop, borrowed = desk.sign_in("day"), desk.sign_in("day", enrolled=False)

    borrowed.send(f"/security/devices/{desk.stage.ids['device of day']}/revoke", "/security")

    assert laptop.get("/").headers["Location"] == "/sign-in"


def test_only_a_proven_device_gives_a_link(desk: Desk) -> None:
    for enrolled in (False, True):
        browser = desk.stranger()
        if enrolled:
            browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
        browser.send("/sign-in", login="day", password=PASSWORD)
        assert browser.get("/security/devices/new").status_code == 404
        assert browser.send("/security/devices/new", "/security").status_code == 404
    assert desk.stage.rows(staff.staff_link) == []


@pytest.mark.parametrize(("days", "opens"), [(179, True), (180, False)])
def test_a_device_lapses_half_a_year_after_its_last_second_factor(desk: Desk, days: int, opens: bool) -> None:
    desk.sign_in("day")
    desk.stage.clock.go_on(days=days)

    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
    answer = browser.send("/sign-in", login="day", password=PASSWORD)

    assert (answer.headers["Location"] == "/second-factor") is opens


def test_each_second_factor_gives_the_device_another_half_year(desk: Desk) -> None:
    desk.stage.clock.go_on(days=100)
    desk.sign_in("day")

    (device,) = desk.stage.rows(staff.staff_device, staff.staff_device.c.staff_id == desk.stage.ids["day"])
    assert device.expires_at == desk.stage.clock() + timedelta(days=180)


def test_colleagues_share_a_computer_and_each_enrols_it(desk: Desk) -> None:
    shared = desk.stranger()
    for login in ("day", "eve"):
        shared.send(make_link(desk.sign_in(login)), name="Office")

    for login in ("day", "eve"):
        assert shared.send("/sign-in", login=login, password=PASSWORD).headers["Location"] == "/second-factor"
        shared.send("/sign-out", "/")


def test_the_cookie_is_256_bits_kept_from_scripts_and_only_its_hash_is_stored(desk: Desk) -> None:
    link = make_link(desk.sign_in("day"))
    phone = desk.stranger()

    answer = phone.send(link, name="My phone")

    line = next(it for it in answer.headers.getlist("Set-Cookie") if it.startswith("kiosk_device="))
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=15552000", "Path=/"} <= set(line.split("; "))
    secret = device_cookie(phone)
    assert len(secret) >= 43
    hashes = {row.secret_hash for row in desk.stage.rows(staff.staff_device)}
    assert hashlib.sha256(secret.encode()).hexdigest() in hashes
    assert secret not in hashes


def test_on_a_host_of_its_own_with_https_the_cookie_is_bound_to_the_host(desk: Desk) -> None:
    addresses = replace(desk.stage.settings("admin").addresses, admin="https://staff.kiosk.test")
    app = desk.stage.app("admin", addresses=addresses)
    with app.test_request_context(base_url="https://staff.kiosk.test"):
        line = remember_devices(Response(), "secret").headers["Set-Cookie"]
    assert line.startswith("__Host-kiosk_device=secret;")
    assert "Secure" in line


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "\u202e"])
def test_a_device_needs_a_name_that_can_be_read_in_a_list(desk: Desk, name: str) -> None:
    answer = desk.stranger().send(make_link(desk.sign_in("day")), name=name)

    assert (answer.status_code, "Give it a name" in answer.text) == (422, True)

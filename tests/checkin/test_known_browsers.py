"""Tries of a browser that has signed in before: strangers' don't slow it, its own don't slow strangers, and it buys no more."""

import pytest
from flask import Flask

from tests.checkin.conftest import Phone
from tests.checkin.test_signing_in import contents, cookie

DOMAIN = "in.kiosk.test"


def attack(phone: Phone, login: str = "ada", times: int = 5) -> list[int]:
    return [phone.sign_in(login, "wrong password").status_code for _ in range(times)]


def sign_out(phone: Phone) -> None:
    phone.browser.send("/sign-out", form_on="/account")


def known(phone: Phone, *logins: str, **fields: str) -> Phone:
    """A phone that was signed in to accounts, and is signed out."""
    for login in logins:
        phone.sign_in(login, **fields)
        sign_out(phone)
    return phone


def kept(phone: Phone) -> str:
    found = phone.browser.get_cookie("kiosk_checkin", DOMAIN)
    assert found is not None
    return found.value


def test_ones_own_phone_gets_in_during_an_attack_and_a_strangers_browser_waits(
    any_phone: Phone,
) -> None:
    attacker, fresh = (Phone(any_phone.stage, any_phone.browser.application) for _ in range(2))
    known(any_phone, "ada")
    attack(attacker)

    assert (any_phone.sign_in().status_code, fresh.sign_in().status_code) == (303, 429)


def test_the_attack_stays_slowed_once_its_victim_has_signed_in(phone: Phone, other_phone: Phone) -> None:
    known(phone, "ada")
    attack(other_phone)
    phone.sign_in(" ADA ")

    assert attack(other_phone, times=1) == [429]


def test_a_known_browser_has_five_tries_too_and_they_slow_nobody_else(phone: Phone, other_phone: Phone) -> None:
    known(phone, "ada")

    assert attack(phone, times=6) == [422] * 5 + [429]
    assert other_phone.sign_in().status_code == 303


def test_an_older_copy_of_the_cookie_has_no_tries_more(phone: Phone, other_phone: Phone) -> None:
    copy = kept(known(phone, "ada"))
    attack(phone)
    other_phone.browser.set_cookie("kiosk_checkin", copy, domain=DOMAIN)

    assert attack(other_phone, times=1) == [429]


def test_another_accounts_mark_buys_nothing(phone: Phone, other_phone: Phone) -> None:
    attack(other_phone)

    assert known(phone, "ben").sign_in().status_code == 429


def test_a_mark_beside_another_browsers_name_buys_nothing(phone: Phone, other_phone: Phone, app: Flask) -> None:
    """Even when the cookie were signed: who could do that would need the mark's key as well."""
    known(phone, "ada")
    other_phone.browser.get("/")
    attack(other_phone)
    mixed = {**contents(other_phone, app), "marks": contents(phone, app)["marks"]}
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    other_phone.browser.set_cookie("kiosk_checkin", signer.dumps(mixed), domain=DOMAIN)

    assert other_phone.sign_in().status_code == 429


def test_a_forged_cookie_buys_nothing(phone: Phone, other_phone: Phone) -> None:
    value = kept(known(phone, "ada"))
    attack(other_phone)
    forged = Phone(phone.stage, phone.browser.application)
    forged.browser.set_cookie("kiosk_checkin", value[:-4] + "AAAA", domain=DOMAIN)

    assert forged.sign_in().status_code == 429


@pytest.mark.parametrize("was_known", [True, False])
def test_a_shared_computer_keeps_no_mark_and_waits_with_strangers(
    phone: Phone, other_phone: Phone, app: Flask, *, was_known: bool
) -> None:
    if was_known:
        known(phone, "ada")
    known(phone, "ada", shared="yes")
    attack(other_phone)

    assert "marks" not in contents(phone, app)
    assert phone.sign_in().status_code == 429


def test_the_marks_say_nothing_and_are_four_at_most(phone: Phone, other_phone: Phone, app: Flask) -> None:
    for number in range(4):
        phone.stage.add_student(f"s{number}", f"3200000{number}", f"Student {number}", "COMP1201")
    both = known(phone, "s0", "s1", "s2", "s3", "ada", "ada"), known(other_phone, "ada")
    marks, others = ([str(it) for it in contents(it, app)["marks"]] for it in both)  # type: ignore[attr-defined]

    assert (len(set(marks)), len(others)) == (4, 1)
    assert {len(it) for it in (*marks, *others)} == {8}
    assert not set(marks) & set(others)


def test_a_known_browser_is_known_until_its_cookie_ends_signed_out_or_not(phone: Phone, other_phone: Phone) -> None:
    phone.sign_in()
    answer = phone.browser.send("/sign-out", form_on="/account")
    phone.stage.clock.go_on(days=100)
    attack(other_phone)

    assert cookie(answer)["kiosk_checkin"]["expires"]
    assert phone.sign_in().status_code == 303


def test_whoever_has_scanned_a_screen_is_not_slowed_by_strangers_elsewhere(any_phone: Phone) -> None:
    attacker = Phone(any_phone.stage, any_phone.browser.application)
    attack(attacker)
    any_phone.scan()

    assert any_phone.sign_in(on="/check-in").status_code == 303
    assert attack(attacker, times=1) == [429]


def test_a_scan_buys_five_tries_for_all_who_have_one(phone: Phone, other_phone: Phone) -> None:
    for it in (phone, other_phone):
        it.scan()

    assert attack(phone) + attack(other_phone, times=1) == [422] * 5 + [429]


@pytest.mark.parametrize("receipt", ["kept", "expired"])
def test_what_is_no_scan_of_a_screen_buys_nothing(phone: Phone, other_phone: Phone, receipt: str) -> None:
    if receipt == "kept":
        phone.browser.get("/0123456789")
    else:
        phone.scan()
        phone.stage.clock.go_on(minutes=60)
    attack(other_phone)

    assert phone.sign_in().status_code == 429

"""The second factor by code: it opens names, once a code, however the clock goes; guessing is limited; recovery codes."""

import hashlib
import re
from datetime import timedelta

import pyotp
import pytest
from werkzeug.test import TestResponse

from kiosk.admin.services.second_factors import recovery_hash, step_of
from kiosk.store.tables import factors, staff
from tests.admin.conftest import Desk, words
from tests.proofs import FACTOR_KEY, app_secret, device_secret
from tests.stage import PASSWORD, Browser

NAME = "Ada Lovelace"
# RFC 6238, appendix B, for SHA-1, of which six digits are kept.
VECTORS = ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"))
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def enrolled(desk: Desk, login: str = "day") -> Browser:
    """A browser on an enrolled device, signed in by password alone."""
    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret(f"device of {login}"), domain="staff.kiosk.test")
    assert browser.send("/sign-in", login=login, password=PASSWORD).headers["Location"] == "/second-factor"
    return browser


def give(browser: Browser, code: str) -> TestResponse:
    return browser.send("/second-factor", code=code)


def names(desk: Desk, browser: Browser) -> TestResponse:
    """The names of the register, by a POST as the page sends it."""
    return browser.send(desk.lecture(rest="/register/names"), "/security")


def add_recovery_codes(desk: Desk, *codes: str, login: str = "day") -> None:
    staff_id = desk.stage.ids[login]
    for code in codes:
        code_hash = recovery_hash(FACTOR_KEY, staff_id, code)
        desk.stage.add("", factors.staff_recovery_code, staff_id=staff_id, code_hash=code_hash)


@pytest.mark.parametrize(("seconds", "digits"), VECTORS)
def test_codes_are_those_of_the_standard(desk: Desk, seconds: int, digits: str) -> None:
    at = desk.stage.clock().replace(year=1970, month=1, day=1, hour=0, minute=0, second=0) + timedelta(seconds=seconds)
    assert step_of(RFC_SECRET, digits, at) == seconds // 30


def test_the_code_of_the_app_opens_names(any_desk: Desk) -> None:
    browser = enrolled(any_desk)
    assert names(any_desk, browser).status_code == 404

    answer = give(browser, any_desk.stage.app_code("day"))

    assert answer.headers["Location"] == "/"
    assert NAME in names(any_desk, browser).text


def test_without_it_codes_can_be_shown_and_the_page_says_why_names_are_closed(desk: Desk) -> None:
    browser = enrolled(desk)

    assert browser.get("/pair").status_code == browser.get(desk.lecture()).status_code == 200
    refused = browser.get(desk.lecture(rest="/register"))
    assert (refused.status_code, "Give your second factor" in refused.text) == (404, True)
    assert "until you give your second factor" in words(browser.get("/"))


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 303), (0, 303), (30, 303), (60, 401)])
def test_a_code_counts_one_step_either_side(desk: Desk, seconds: int, status: int) -> None:
    code = desk.stage.app_code("day", desk.stage.clock() + timedelta(seconds=seconds))

    assert give(enrolled(desk), code).status_code == status


def test_a_code_is_never_taken_twice(any_desk: Desk) -> None:
    code = any_desk.stage.app_code("day")
    assert give(enrolled(any_desk), code).status_code == 303

    again = give(enrolled(any_desk), code)

    assert (again.status_code, "has been used" in again.text) == (401, True)


def test_an_earlier_code_is_not_taken_after_a_later_one(desk: Desk) -> None:
    now = desk.stage.clock()
    early, late = (desk.stage.app_code("day", now + timedelta(seconds=it)) for it in (-30, 0))
    assert give(enrolled(desk), late).status_code == 303

    assert give(enrolled(desk), early).status_code == 401


def test_a_clock_that_goes_back_opens_no_used_code(desk: Desk) -> None:
    code = desk.stage.app_code("day")
    assert give(enrolled(desk), code).status_code == 303
    desk.stage.clock.go_on(hours=-1)

    assert give(enrolled(desk), code).status_code == 401
    assert give(enrolled(desk), pyotp.TOTP(app_secret("day")).at(desk.stage.clock())).status_code == 401


def test_the_sixth_wrong_code_in_five_minutes_must_wait_and_so_must_a_right_one(any_desk: Desk) -> None:
    browser = enrolled(any_desk)
    assert [give(browser, "000000").status_code for _ in range(6)] == [401] * 5 + [429]

    assert give(browser, any_desk.stage.app_code("day")).status_code == 429
    any_desk.stage.clock.go_on(minutes=5, seconds=1)
    assert give(browser, any_desk.stage.app_code("day")).status_code == 303


def test_a_new_sign_in_buys_no_more_guesses(desk: Desk) -> None:
    for _ in range(5):
        give(enrolled(desk), "000000")

    assert give(enrolled(desk), "000000").status_code == 429


@pytest.mark.parametrize("code", ["", "12345", "1234567", "\x00", "ⅥⅥⅥⅥⅥⅥ", "9" * 5000])
def test_strange_codes_are_wrong_codes(any_desk: Desk, code: str) -> None:
    assert give(enrolled(any_desk), code).status_code == 401


def test_somebody_elses_code_is_a_wrong_one(desk: Desk) -> None:
    assert give(enrolled(desk, "day"), desk.stage.app_code("eve")).status_code == 401


def test_a_second_factor_makes_a_new_sign_in_and_the_old_cookie_worthless(desk: Desk) -> None:
    browser = enrolled(desk)
    before = browser.get_cookie("kiosk_admin", domain="staff.kiosk.test")
    assert before is not None
    give(browser, desk.stage.app_code("day"))
    thief = desk.stranger()
    thief.set_cookie("kiosk_admin", before.value, domain="staff.kiosk.test")
    thief.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")

    assert thief.get("/").headers["Location"] == "/sign-in"


def test_it_does_not_make_the_twelve_hours_longer(desk: Desk) -> None:
    browser = enrolled(desk)
    for _ in range(71):
        desk.stage.clock.go_on(minutes=10)
        browser.get("/")
    give(browser, desk.stage.app_code("day"))
    desk.stage.clock.go_on(minutes=10)

    assert browser.get("/").headers["Location"] == "/sign-in"


def test_on_a_device_that_is_not_enrolled_no_code_is_asked_or_taken(desk: Desk) -> None:
    browser = desk.sign_in("day", enrolled=False)

    assert browser.get("/second-factor").status_code == 404
    assert browser.send("/second-factor", "/security", code=desk.stage.app_code("day")).status_code == 404
    assert names(desk, browser).status_code == 404


def test_the_apps_secret_stands_nowhere_in_the_clear(any_desk: Desk) -> None:
    row = any_desk.stage.rows(factors.staff_app)[0]
    assert app_secret("day") not in row.sealed_secret
    assert app_secret("day") not in enrolled(any_desk).get("/security").text


# Recovery codes ----------------------------------------------------------------------------------


def test_a_recovery_code_stands_in_for_the_app_once(any_desk: Desk) -> None:
    add_recovery_codes(any_desk, "K7Q2-M9XR")
    browser = enrolled(any_desk)
    assert give(browser, "k7q2 m9xr").status_code == 303
    assert NAME in names(any_desk, browser).text

    again = enrolled(any_desk).send("/second-factor", code="K7Q2-M9XR", recovery="1")

    assert (again.status_code, "or it has been used" in again.text) == (401, True)
    assert "recovery-code:use" in [row.act for row in any_desk.stage.rows(staff.journal)]


def test_a_recovery_code_is_its_owners_alone(desk: Desk) -> None:
    add_recovery_codes(desk, "K7Q2-M9XR", login="eve")

    assert give(enrolled(desk, "day"), "K7Q2-M9XR").status_code == 401


def test_recovery_codes_are_guessed_as_rarely_as_others(desk: Desk) -> None:
    add_recovery_codes(desk, "K7Q2-M9XR")
    browser = enrolled(desk)
    for _ in range(5):
        give(browser, "AAAA-AAAA")

    assert give(browser, "K7Q2-M9XR").status_code == 429


def test_ten_new_ones_are_shown_once_and_the_old_ones_are_worthless(any_desk: Desk) -> None:
    add_recovery_codes(any_desk, "K7Q2-M9XR")
    day = any_desk.sign_in("day")

    shown = day.send("/security/recovery-codes", "/security").text

    codes = [part.split("</li>")[0] for part in shown.split("<li>")[1:]]
    codes = [code for code in codes if len(code) == 9]
    assert len(set(codes)) == 10
    assert "10 left" in words(day.get("/security"))
    assert not any(code in day.get("/security").text for code in codes)
    assert give(enrolled(any_desk), "K7Q2-M9XR").status_code == 401
    assert give(enrolled(any_desk), codes[9]).status_code == 303


def test_recovery_codes_come_as_a_text_file_made_on_the_page_itself(day: Browser) -> None:
    shown = day.send("/security/recovery-codes", "/security").text

    assert 'href="data:text/plain;charset=utf-8,Kiosk' in shown
    assert 'download="kiosk-recovery-codes.txt"' in shown


def test_the_database_keeps_no_recovery_code_that_could_be_searched_for(desk: Desk) -> None:
    add_recovery_codes(desk, "K7Q2-M9XR")
    plain = {hashlib.sha256(it.encode()).hexdigest() for it in ("K7Q2-M9XR", "K7Q2M9XR")}

    assert not plain & {row.code_hash for row in desk.stage.rows(factors.staff_recovery_code)}


# Setting up an app -------------------------------------------------------------------------------


def set_up(browser: Browser, desk: Desk, *, wrong: bool = False) -> TestResponse:
    """Read the secret off the page, as an app would, and type the code it shows."""
    text = browser.get("/security/app").text
    secret = text.split('aria-labelledby="typed-label">')[1].split("<")[0].replace(" ", "")
    sealed = text.split('name="sealed" value="')[1].split('"')[0]
    code = "000000" if wrong else pyotp.TOTP(secret).at(desk.stage.clock())
    return browser.send("/security/app", sealed=sealed, code=code)


def without_factors(desk: Desk, login: str = "day") -> Browser:
    """A browser of somebody who has an enrolled device and no second factor yet."""
    with desk.stage.database.owner.begin() as connection:
        connection.execute(factors.staff_app.delete().where(factors.staff_app.c.staff_id == desk.stage.ids[login]))
    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret(f"device of {login}"), domain="staff.kiosk.test")
    assert browser.send("/sign-in", login=login, password=PASSWORD).headers["Location"] == "/security/app"
    return browser


def test_the_first_app_opens_names_and_comes_with_recovery_codes(any_desk: Desk) -> None:
    browser = without_factors(any_desk)

    answer = set_up(browser, any_desk)

    assert (answer.status_code, "Keep these recovery codes" in answer.text) == (200, True)
    assert NAME in names(any_desk, browser).text
    assert len(any_desk.stage.rows(factors.staff_recovery_code)) == 10
    assert {"app:set", "recovery-code:draw"} <= {row.act for row in any_desk.stage.rows(staff.journal)}


def test_a_code_that_does_not_fit_keeps_the_same_secret_on_the_page(desk: Desk) -> None:
    browser = without_factors(desk)

    answer = set_up(browser, desk, wrong=True)

    assert (answer.status_code, "clock of your phone" in answer.text) == (422, True)
    secret = answer.text.split('aria-labelledby="typed-label">')[1].split("<")[0].replace(" ", "")
    sealed = answer.text.split('name="sealed" value="')[1].split('"')[0]
    code = pyotp.TOTP(secret).at(desk.stage.clock())
    assert browser.send("/security/app", sealed=sealed, code=code).status_code == 200


def test_the_code_that_set_an_app_up_is_used_by_that(desk: Desk) -> None:
    browser = without_factors(desk)
    text = browser.get("/security/app").text
    secret = text.split('aria-labelledby="typed-label">')[1].split("<")[0].replace(" ", "")
    code = pyotp.TOTP(secret).at(desk.stage.clock())
    browser.send("/security/app", sealed=text.split('name="sealed" value="')[1].split('"')[0], code=code)

    assert give(enrolled(desk), code).status_code == 401


def test_another_app_takes_the_place_of_the_first_and_leaves_the_recovery_codes(desk: Desk) -> None:
    add_recovery_codes(desk, "K7Q2-M9XR")
    old = desk.stage.rows(factors.staff_app)[0].sealed_secret
    day = desk.sign_in("day")

    assert set_up(day, desk).headers["Location"] == "/security"

    assert desk.stage.rows(factors.staff_app)[0].sealed_secret != old
    assert give(enrolled(desk), "K7Q2-M9XR").status_code == 303


@pytest.mark.parametrize("path", ["/security/app", "/security/passkeys/new"])
def test_whoever_has_a_factor_adds_another_only_after_giving_it(desk: Desk, path: str) -> None:
    offered = enrolled(desk).get(path)
    assert offered.status_code == (404 if path.endswith("app") else 200)
    assert 'name="sealed"' not in offered.text
    assert enrolled(desk).send("/security/app", "/security", sealed="x", code="123456").status_code == 404


def test_nobody_sets_up_a_factor_on_a_device_that_is_not_enrolled(desk: Desk) -> None:
    without_factors(desk)
    browser = desk.sign_in("day", enrolled=False)

    assert browser.get("/security/app").status_code == 404


def test_the_symbol_says_what_the_letters_say(desk: Desk) -> None:
    text = without_factors(desk).get("/security/app").text

    assert 'role="img"' in text
    assert "otpauth" not in text


@pytest.mark.parametrize(("path", "field"), [("/sign-in", "login"), ("/second-factor", "code")])
def test_the_first_field_has_the_focus_and_one_that_was_wrong_too(desk: Desk, path: str, field: str) -> None:
    browser = desk.stranger() if path == "/sign-in" else enrolled(desk)

    pages = [browser.get(path).text, browser.send(path, **{field: "000000"}).text]

    focused = [re.findall(r'<input [^>]*?name="(\w+)"[^>]*? autofocus', page) for page in pages]
    assert focused == [[field], [field]]
    assert f'{field}-problem"' in pages[1]

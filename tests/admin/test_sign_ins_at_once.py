"""What ends sign-ins while another is begun or proven: none comes through in between."""

import pytest

from kiosk.store.tables import staff
from tests.admin.conftest import Desk
from tests.admin.meanwhile import meanwhile
from tests.admin.test_security import NEW
from tests.proofs import device_secret
from tests.stage import PASSWORD, Browser, Stage

TURN = "kiosk.store.doors.admin.accounts.take_turn"


def left(desk: Desk) -> int:
    """How many sign-ins go on."""
    return len(desk.stage.rows(staff.staff_sign_in, staff.staff_sign_in.c.ended_at.is_(None)))


def half_signed_in(desk: Desk) -> Browser:
    """Dr Day's own device, on which the password was given and the code not yet."""
    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
    browser.send("/sign-in", login="day", password=PASSWORD)
    return browser


def end_all(browser: Browser) -> int:
    return browser.send("/security/sign-out-everywhere", "/security").status_code


def prove(desk: Desk, browser: Browser) -> int:
    return browser.send("/second-factor", code=desk.stage.app_code("day")).status_code


def test_a_sign_in_that_was_ended_while_it_was_proven_does_not_go_on(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, half = any_desk.sign_in("day"), half_signed_in(any_desk)
    came = meanwhile(monkeypatch, "kiosk.admin.services.second_factors.clean_digits", lambda: end_all(day))

    assert (prove(any_desk, half), came, left(any_desk)) == (404, [303], 0)


def test_on_postgresql_not_even_just_before_the_new_one_is_written(
    postgres_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(postgres_stage, postgres_stage.app("admin"))
    day, half = desk.sign_in("day"), half_signed_in(desk)
    came = meanwhile(monkeypatch, TURN, lambda: end_all(day))

    assert (prove(desk, half), came, left(desk)) == (404, [303], 0)


def test_one_that_was_proven_while_all_were_ended_is_ended_with_them(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, half = any_desk.sign_in("day"), half_signed_in(any_desk)
    came = meanwhile(monkeypatch, TURN, lambda: prove(any_desk, half))

    assert (end_all(day), came, left(any_desk)) == (303, [303], 0)


def test_and_one_that_was_proven_while_it_was_ended_alone_is_not_said_to_be_over(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, day = half_signed_in(any_desk), any_desk.sign_in("day")
    page = day.get("/security").text
    ref = page.split('name="ref" value="')[1].split('"')[0]
    meanwhile(monkeypatch, TURN, lambda: prove(any_desk, half))

    assert day.send("/security/sign-ins/end", "/security", ref=ref).status_code == 404


def change_password(browser: Browser) -> int:
    return browser.send("/security/password", old=PASSWORD, **NEW).status_code


def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, thief = any_desk.sign_in("day"), any_desk.stranger()
    came = meanwhile(monkeypatch, "kiosk.web.passwords.matches", lambda: change_password(day))

    answer = thief.send("/sign-in", login="day", password=PASSWORD)

    assert (answer.status_code, came, left(any_desk)) == (401, [303], 1)


@pytest.mark.parametrize("first", ["another password", "the sign-in ended"])
def test_nor_does_it_choose_another_over_the_new_one(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    thief, day = any_desk.sign_in("day"), any_desk.sign_in("day")
    act = change_password if first == "another password" else end_all
    came = meanwhile(monkeypatch, "kiosk.web.passwords.matches", lambda: act(day))

    answer = thief.send("/security/password", old=PASSWORD, password="a thief's own words", again="a thief's own words")

    assert (answer.status_code, came) == (422, [303])
    assert any_desk.stranger().send("/sign-in", login="day", password="a thief's own words").status_code == 401

"""Standing in for one session: the right begins at once, ends with it, and cannot stretch itself."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.stage import Browser


def name(desk: Desk, browser: Browser, login: str = "eve") -> TestResponse:
    return browser.send(desk.lecture(rest="/cover"), login=login)


def test_the_right_begins_at_once(any_desk: Desk) -> None:
    day, eve = any_desk.sign_in("day"), any_desk.sign_in("eve")
    assert eve.get(any_desk.lecture()).status_code == 404

    name(any_desk, day)

    assert [eve.get(any_desk.lecture(rest=rest)).status_code for rest in ("", "/register")] == [200, 200]
    assert "COMP1201" in eve.get("/").text


def test_the_right_ends_with_the_session(desk: Desk, day: Browser) -> None:
    name(desk, day)
    desk.stage.clock.set(11, 0)
    eve = desk.sign_in("eve")

    assert [eve.get(desk.lecture(rest=rest)).status_code for rest in ("", "/register")] == [404, 404]


def test_whoever_stands_in_can_neither_move_the_session_nor_name_the_next(
    desk: Desk, day: Browser, eve: Browser
) -> None:
    name(desk, day)

    assert [eve.get(desk.lecture(rest=rest)).status_code for rest in ("/edit", "/cover")] == [404, 404]
    assert eve.send(desk.lecture(rest="/act/cancel"), "/").status_code == 404


def test_a_withdrawal_ends_the_right_and_naming_again_brings_it_back(desk: Desk, day: Browser, eve: Browser) -> None:
    name(desk, day)
    day.send(desk.lecture(rest="/cover/withdraw"), desk.lecture(rest="/cover"), staff=desk.stage.ids["eve"])
    withdrawn = eve.get(desk.lecture()).status_code

    name(desk, day)

    assert (withdrawn, eve.get(desk.lecture()).status_code) == (404, 200)
    acts = [row.act for row in desk.stage.rows(staff.journal)]
    assert acts == ["cover named", "cover withdrawn", "cover named"]


def withdraw(desk: Desk, browser: Browser) -> TestResponse:
    form = desk.lecture(rest="/cover")
    return browser.send(desk.lecture(rest="/cover/withdraw"), form, staff=desk.stage.ids["eve"])


def restore(desk: Desk, browser: Browser, form: str = "/pair") -> TestResponse:
    return browser.send(desk.lecture(rest="/cover/restore"), form, staff=desk.stage.ids["eve"])


def test_a_withdrawal_offers_its_undo_once_and_undo_brings_the_right_back(any_desk: Desk) -> None:
    day, eve = any_desk.sign_in("day"), any_desk.sign_in("eve")
    name(any_desk, day)
    withdraw(any_desk, day)
    first, second = (words(day.get(any_desk.lecture(rest="/cover"))) for _ in range(2))

    restore(any_desk, day)

    assert ["/cover/restore" in page for page in (first, second)] == [True, False]
    assert "They can no longer run this session." in first
    assert eve.get(any_desk.lecture()).status_code == 200
    assert [row.act for row in any_desk.stage.rows(staff.journal)][-1] == "cover named"


def test_there_is_nothing_to_undo_for_somebody_who_was_never_named(desk: Desk, day: Browser, eve: Browser) -> None:
    restore(desk, day)

    assert eve.get(desk.lecture()).status_code == 404
    assert desk.stage.rows(staff.journal) == []


def test_there_is_nothing_to_undo_for_somebody_who_still_stands_in(desk: Desk, day: Browser) -> None:
    name(desk, day)

    restore(desk, day)

    assert [row.act for row in desk.stage.rows(staff.journal)] == ["cover named"]


def test_whoever_is_no_lecturer_any_more_is_not_brought_back(desk: Desk, day: Browser) -> None:
    name(desk, day)
    withdraw(desk, day)
    for grant in desk.stage.rows(staff.role_grant, staff.role_grant.c.staff_id == desk.stage.ids["eve"]):
        desk.stage.change(staff.role_grant, grant.id, until_on=desk.stage.clock().date() - timedelta(days=1))

    restore(desk, day)

    assert desk.stage.rows(staff.cover)[0].withdrawn_at is not None


def test_nobody_is_brought_back_once_it_is_over(desk: Desk) -> None:
    desk.stage.clock.set(10, 58)
    day = desk.sign_in("day")
    name(desk, day)
    withdraw(desk, day)
    desk.stage.clock.set(11, 0)

    restore(desk, day)

    assert desk.stage.rows(staff.cover)[0].withdrawn_at is not None


def test_nobody_brings_themselves_back(desk: Desk, day: Browser, eve: Browser) -> None:
    name(desk, day)
    withdraw(desk, day)

    assert restore(desk, eve).status_code == 404


def test_somebody_who_names_themselves_is_told_that_they_run_it_already(desk: Desk, day: Browser) -> None:
    answer = name(desk, day, "DAY")

    assert (answer.status_code, "you run this session already" in words(answer)) == (422, True)
    assert desk.stage.rows(staff.cover) == []


def test_the_one_field_is_ready_for_typing(desk: Desk, day: Browser) -> None:
    page = day.get(desk.lecture(rest="/cover"))

    assert re.search(r'<input id="login"[^>]* autofocus', page.text)


@pytest.mark.parametrize("login", ["who", "", "ro"])
def test_somebody_who_cannot_stand_in_is_not_named_and_nobody_learns_who_exists(
    desk: Desk, day: Browser, login: str
) -> None:
    answer = name(desk, day, login)

    assert (answer.status_code, "No lecturer signs in with this name." in words(answer)) == (422, True)
    assert desk.stage.rows(staff.cover) == []


def test_nobody_stands_in_once_it_is_over(desk: Desk) -> None:
    desk.stage.clock.set(10, 59)
    day = desk.sign_in("day")
    token = day.csrf(desk.lecture(rest="/cover"))
    desk.stage.clock.set(11, 0)

    answer = day.post(desk.lecture(rest="/cover"), data={"csrf_token": token, "login": "eve"})

    assert (answer.status_code, "is over" in answer.text) == (422, True)


def test_a_lecturer_of_another_module_names_nobody(desk: Desk, eve: Browser) -> None:
    assert eve.send(desk.lecture(rest="/cover"), "/", login="eve").status_code == 404
    assert eve.send(desk.lecture(rest="/cover/withdraw"), "/", staff=1).status_code == 404


def test_withdrawing_is_a_post(desk: Desk, day: Browser) -> None:
    assert day.get(desk.lecture(rest="/cover/withdraw")).status_code == 405


def test_the_session_s_page_says_how_many_and_no_name(desk: Desk, day: Browser) -> None:
    name(desk, day)

    text = words(day.get(desk.lecture()))

    assert "Cover lecturer: 1 named" in text
    assert "Dr Eve" not in text

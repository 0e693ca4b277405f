"""Forms that a closed curtain refused: whatever fitted comes back whole, and what can't be read is not carried out."""

import json
import random
import string
import zlib

import pytest
from werkzeug.test import TestResponse

from kiosk.admin.forms.register import NUMBERS_BYTES
from kiosk.store.seals import seal_bytes
from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.admin.test_many_at_once import present
from tests.stage import Browser

LIMIT = 64 * 1024


def send(desk: Desk, browser: Browser, what: str, **fields: str) -> TestResponse:
    return browser.post(desk.lecture(rest=f"/register/{what}"), data={"csrf_token": browser.csrf("/"), **fields})


def go_on(desk: Desk, browser: Browser, what: str, refused: TestResponse) -> TestResponse:
    """Press the one button of the page that refused it."""
    assert refused.status_code == 423
    again = refused.text.split('name="again" value="')[1].split('"')[0]
    return send(desk, browser, what, curtain="open", again=again)


def letters(count: int) -> str:
    """Letters that no compression makes shorter than their six bits each, and that no form has to escape."""
    return "".join(random.Random(count).choices(f"{string.ascii_letters}{string.digits}-_", k=count))


def test_a_paste_as_large_as_its_form_takes_comes_back_whole(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    typed = letters(NUMBERS_BYTES - 400).translate(str.maketrans("0123456789", "abcdefghij"))

    refused = send(any_desk, day, "numbers", numbers=f"31000001 {typed} 31000002")
    answer = go_on(any_desk, day, "numbers", refused)

    assert "2 marked present" in words(day.get(answer.headers["Location"]))


@pytest.mark.parametrize("letter", ["\u00e9", "\U0001f600", "\x01", '"', "\r\n", " ", ""])
def test_any_other_form_comes_back_too(any_desk: Desk, letter: str) -> None:
    day = any_desk.sign_in("day")
    typed = letters(5_000) + letter * 4_000 if letter else letters(LIMIT - 400)

    refused = send(any_desk, day, "all", reason="outage", more=typed)
    answer = go_on(any_desk, day, "all", refused)

    assert (answer.status_code, present(any_desk)) == (303, {"ada", "ben"})


def test_the_room_for_sealed_forms_is_for_those_alone(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    answer = send(any_desk, day, "all", curtain="open", more=letters(LIMIT + 1))

    assert (answer.status_code, present(any_desk)) == (413, set())


@pytest.mark.parametrize("again", ["garbage", "", "A" * 400, "\u00e9"])
def test_a_sealed_form_that_can_not_be_read_is_not_carried_out(any_desk: Desk, again: str) -> None:
    day = any_desk.sign_in("day")

    answer = send(any_desk, day, "all", curtain="open", again=again)

    assert (answer.status_code, present(any_desk)) == (400, set())
    assert "This page could not be used" in words(answer)


def test_it_opens_nothing_either(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    send(any_desk, day, "all", curtain="open", again="garbage")

    assert {row.names_until for row in any_desk.stage.rows(staff.staff_sign_in)} == {None}


def test_a_form_sealed_with_a_key_of_before_is_not_carried_out(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    (sign_in,) = any_desk.stage.rows(staff.staff_sign_in, staff.staff_sign_in.c.ended_at.is_(None))
    purpose = f"again/{sign_in.id_hash}{any_desk.lecture(rest='/register/all')}"
    held = zlib.compress(json.dumps([any_desk.stage.clock().timestamp(), []]).encode())
    again = seal_bytes("a key of before, as long as it should be", purpose, held)

    answer = send(any_desk, day, "all", curtain="open", again=again)

    assert (answer.status_code, present(any_desk)) == (400, set())


def stay(desk: Desk, browser: Browser, minutes: int) -> None:
    """The time passes, with somebody at the page: the sign-in goes on."""
    for _ in range(minutes // 10):
        desk.stage.clock.go_on(minutes=10)
        browser.get("/")


def test_what_was_kept_comes_back_for_an_hour(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    refused = send(any_desk, day, "all", reason="outage")
    stay(any_desk, day, 50)

    assert (go_on(any_desk, day, "all", refused).status_code, present(any_desk)) == (303, {"ada", "ben"})


def test_and_then_no_more(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    refused = send(any_desk, day, "all", reason="outage")
    stay(any_desk, day, 60)

    answer = go_on(any_desk, day, "all", refused)

    assert (answer.status_code, present(any_desk)) == (400, set())
    assert "This page could not be used" in words(answer)


def test_nor_in_another_sign_in_of_the_same_person(any_desk: Desk) -> None:
    refused = send(any_desk, any_desk.sign_in("day"), "all", reason="outage")

    answer = go_on(any_desk, any_desk.sign_in("day"), "all", refused)

    assert (answer.status_code, present(any_desk)) == (400, set())

"""Saying that an entry is wrong: a link and one press, taken back while nobody has decided, and what became of it."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.checkin.dispute_words import GROUNDS, OUTCOMES, SAYS
from kiosk.domain.disputes import Ground, Outcome, Says
from kiosk.store.tables import board, register, wishes
from tests.checkin.conftest import Phone, words
from tests.checkin.past import held, set_status


@pytest.fixture
def ada(any_phone: Phone) -> Phone:
    """Ada, whom the register of last week calls absent, where Ben was."""
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week", "absent", method="hand", set_by_role="lecturer", reason_code="other")
    set_status(any_phone.stage, "last week", who="ben")
    any_phone.sign_in()
    return any_phone


def where(phone: Phone, rest: str = "", lecture: str = "last week") -> str:
    return f"/record/{phone.stage.ids[lecture]}{rest}"


def send(phone: Phone, says: str = "was_there", lecture: str = "last week") -> TestResponse:
    return phone.browser.send(where(phone, "/disputes", lecture), "/account", says=says)


def press(phone: Phone, what: str) -> TestResponse:
    return phone.browser.send(where(phone, f"/disputes/{what}"), "/account")


def disputes(phone: Phone) -> list[tuple[str, str | None, bool | None]]:
    return [(row.says, row.outcome, row.is_open) for row in phone.stage.rows(wishes.dispute)]


def decide(phone: Phone, outcome: str = "kept", reason: str = "nothing_found") -> None:
    about = {"outcome": outcome, "reason_code": reason, "decided_by_role": "engagement_officer"}
    about |= {"decided_by_staff_id": phone.stage.ids["ona"], "is_open": None}
    phone.stage.change(wishes.dispute, 1, **about, closed_at=phone.stage.clock())


# Two clicks -----------------------------------------------------------------------------------------


def test_from_the_list_it_is_a_link_and_one_press(ada: Phone) -> None:
    (link,) = re.findall(rf'<a href="({where(ada)})">', ada.browser.get("/record").text)
    form = ada.browser.get(link).text
    buttons = re.findall(r'<input type="hidden" name="says" value="(\w+)">', form)
    answer = ada.browser.send(where(ada, "/disputes"), link, says=buttons[0])

    assert (answer.status_code, buttons) == (303, ["was_there", "was_online"])
    assert disputes(ada) == [("was_there", None, True)]
    assert "You say “I was there”. It is passed on" in ada.read(answer.headers["Location"])


def test_until_it_is_decided_it_is_in_no_number(ada: Phone) -> None:
    before = ada.read("/record")
    send(ada)

    assert "Present at 0 of 1 that count" in before
    assert "Nothing counts yet" in ada.read("/record")


def test_twice_is_one(ada: Phone) -> None:
    assert [send(ada).status_code, send(ada, "was_online").status_code] == [303, 303]
    assert disputes(ada) == [("was_there", None, True)]


def test_nothing_more_is_said_while_a_dispute_is_open(ada: Phone) -> None:
    before = ada.read(where(ada))
    send(ada)
    assert ("Is this wrong?" in before, "Is this wrong?" in ada.read(where(ada))) == (True, False)


def test_it_is_taken_back_and_said_again(ada: Phone) -> None:
    send(ada)
    press(ada, "withdraw")
    taken = (disputes(ada), ada.read(where(ada)))
    press(ada, "reopen")

    assert taken[0] == [("was_there", "withdrawn", None)]
    assert "You took back that you say “I was there”." in taken[1]
    assert disputes(ada) == [("was_there", None, True)]


def test_after_taking_it_back_something_else_can_be_said(ada: Phone) -> None:
    send(ada)
    press(ada, "withdraw")
    send(ada, "was_online")
    press(ada, "reopen")

    assert disputes(ada) == [("was_there", "withdrawn", None), ("was_online", None, True)]


def test_what_the_entry_says_by_now_is_not_said_again(ada: Phone) -> None:
    send(ada)
    press(ada, "withdraw")
    offered = ada.read(where(ada))
    ada.stage.change(register.attendance, 1, status="present")
    press(ada, "reopen")

    assert disputes(ada) == [("was_there", "withdrawn", None)]
    assert ("Say it again" in offered, "Say it again" in ada.read(where(ada))) == (True, False)


# Which entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "says"), [("present", "not_me"), ("present_late", "was_in_time"), (None, "was_there")]
)
def test_whatever_an_entry_says_it_can_be_disputed(any_phone: Phone, status: str | None, says: str) -> None:
    held(any_phone.stage, "last week")
    if status:
        set_status(any_phone.stage, "last week", status)
    any_phone.sign_in()

    assert send(any_phone, says).status_code == 303
    assert disputes(any_phone) == [(says, None, True)]


def test_an_entry_of_years_ago_can_be_disputed(ada: Phone) -> None:
    held(ada.stage, "long ago", days_ago=1500)
    assert send(ada, lecture="long ago").status_code == 303


@pytest.mark.parametrize("column", ["voided_at", "cancelled_at"])
def test_what_counts_for_nobody_is_not_disputed(ada: Phone, column: str) -> None:
    ada.stage.change(board.lecture, ada.stage.ids["last week"], **{column: ada.stage.clock()})
    answer = send(ada)

    assert "Is this wrong?" not in ada.read(where(ada))
    assert (answer.status_code, disputes(ada)) == (409, [])


def test_what_is_still_on_is_checked_in_to_and_not_disputed(ada: Phone) -> None:
    assert (send(ada, lecture="algorithms").status_code, disputes(ada)) == (409, [])


def test_what_is_agreed_for_a_session_to_come_is_not_disputed(ada: Phone) -> None:
    held(ada.stage, "next week", days_ago=-7)
    set_status(ada.stage, "next week", "authorised", method="hand", set_by_role="engagement_officer")

    assert (send(ada, lecture="next week").status_code, disputes(ada)) == (409, [])


def test_what_the_entry_says_already_is_not_said_of_it(ada: Phone) -> None:
    ada.stage.change(register.attendance, 1, status="present")
    answer = send(ada)

    assert (answer.status_code, disputes(ada)) == (409, [])
    assert "The entry is another one by now" in words(answer)


@pytest.mark.parametrize("says", ["", "ill", "was_there "])
def test_what_is_said_is_one_of_the_list(ada: Phone, says: str) -> None:
    assert (send(ada, says).status_code, disputes(ada)) == (409, [])


def test_there_is_no_place_for_a_text(ada: Phone) -> None:
    page = ada.browser.get(where(ada)).text
    assert ("<textarea" in page, 'type="text"' in page) == (False, False)


# What becomes of it ---------------------------------------------------------------------------------


def test_what_was_decided_is_said_with_the_reason_and_by_which_role(ada: Phone) -> None:
    send(ada)
    decide(ada)
    text = ada.read(where(ada))

    assert "It stayed as it was.</b> Reason: Nothing was found that shows it. By staff: Engagement officer." in text
    assert "Ona" not in text


def test_what_was_decided_is_not_taken_back(ada: Phone) -> None:
    send(ada)
    decide(ada)
    press(ada, "withdraw")
    press(ada, "reopen")

    assert disputes(ada) == [("was_there", "kept", None)]


def test_what_an_office_keeps_is_closed_until_the_entry_is_changed(ada: Phone) -> None:
    send(ada)
    decide(ada)
    closed = send(ada).status_code
    ada.stage.clock.go_on(hours=1)
    key = {"lecture_id": ada.stage.ids["last week"], "student_id": ada.stage.ids["ada"], "set_by_role": "module_lead"}
    later = ada.stage.clock() - timedelta(minutes=1)
    ada.stage.add("", register.attendance_change, **key, status="absent", set_at=later)

    assert (closed, send(ada).status_code) == (409, 303)


def test_what_an_office_changed_is_an_entry_that_can_be_disputed(ada: Phone) -> None:
    send(ada)
    decide(ada, "changed", "was_there")
    ada.stage.change(register.attendance, 1, status="present")

    assert send(ada, "not_me").status_code == 303


def test_all_of_it_is_in_words_on_the_page_with_everything(ada: Phone) -> None:
    send(ada)
    decide(ada, "changed", "code_unreadable")
    text = ada.read("/record/export")

    assert "“I was there”" in text
    assert "By staff: Engagement officer. Reason: Could not read the code." in text


def test_everything_that_can_be_said_has_words() -> None:
    assert (set(SAYS), set(OUTCOMES)) == (set(Says), set(Outcome))
    assert {ground: ground.label for ground in Ground} == GROUNDS


# Others ---------------------------------------------------------------------------------------------


def test_nobody_disputes_or_takes_back_for_somebody_else(ada: Phone) -> None:
    send(ada)
    ben = Phone(ada.stage, ada.browser.application)
    ben.sign_in("ben")
    for what in ("withdraw", "reopen"):
        press(ben, what)

    assert "Is this wrong?" in ben.read(where(ben))
    assert disputes(ada) == [("was_there", None, True)]


def test_a_session_that_is_none_of_theirs_is_no_page(ada: Phone) -> None:
    paths = ["/record/2147483647/disputes", "/record/2147483647/disputes/withdraw"]
    assert [ada.browser.send(path, "/account").status_code for path in paths] == [404, 404]
    assert (send(ada, lecture="silk").status_code, disputes(ada)) == (404, [])


def test_somebody_who_is_not_signed_in_is_turned_away(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")
    assert any_phone.browser.send(where(any_phone, "/disputes"), "/", says="was_there").status_code == 404
    assert disputes(any_phone) == []

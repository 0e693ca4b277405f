"""Deciding what students say who could not check in: with what they noted in view, one or all, or by itself after a week."""

from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import register, wishes
from tests.admin.conftest import Desk, words
from tests.admin.test_corrections import changes, give_lead, mark, statuses, undo
from tests.admin.test_many_at_once import do
from tests.admin.test_register import check_in, logged
from tests.admin.test_support_desk import ask, sign_in
from tests.stage import START, Browser, Stage

SHOWN_AT = START + timedelta(minutes=12)


def say(desk: Desk, student: str = "ada", code: str = "digits", at: datetime = SHOWN_AT) -> None:
    """A student has said that they were there, at eleven."""
    desk.stage.clock.set(11, 0)
    claim_of(desk.stage, student, code, at)


def claim_of(stage: Stage, student: str, code: str = "digits", at: datetime = SHOWN_AT) -> None:
    """What the check-in wing writes down of it."""
    key = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids[student]}
    made = {"made_at": stage.clock(), "code": code, "shown_at": at if code else None}
    stage.add("", wishes.claim, **key, **made)
    stage.put_in_register(student, "unable_to_check_in", method="word")
    stage.add("", register.attendance_change, **key, status="unable_to_check_in", set_at=START, set_by_role="student")


def decide(desk: Desk, browser: Browser, how: str, student: str = "ada") -> TestResponse:
    path = desk.lecture(rest="/register")
    form = {how: desk.stage.ids[student], "csrf_token": browser.csrf(path), "curtain": "open"}
    return browser.post(f"{path}/claims", data=form, headers={"X-Kiosk-Part": "1"})


def names(desk: Desk, browser: Browser) -> str:
    return words(browser.send(desk.lecture(rest="/register/names"), desk.lecture(rest="/register")))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("digits", "They noted the digits that were on the screen at 10:12."),
        ("scan", "They noted the address that was on the screen at 10:12."),
        ("", "They noted no code."),
    ],
)
def test_whoever_decides_sees_what_they_noted(any_desk: Desk, code: str, says: str) -> None:
    say(any_desk, code=code)

    text = names(any_desk, any_desk.sign_in("day"))

    assert f"Says they were there. {says}" in text
    assert all(button in text for button in ("Take their word", "Decline"))


def test_nothing_of_it_is_on_the_page_before_it_is_opened(desk: Desk) -> None:
    say(desk)

    text = words(desk.sign_in("day").get(desk.lecture(rest="/register")))

    assert "They noted" not in text
    assert "1 could not check in and says they were there" in text


@pytest.mark.parametrize(("how", "status"), [("accept", "present_self_declared"), ("decline", "not_recorded")])
def test_one_is_decided_with_a_reason_a_history_and_a_way_back(any_desk: Desk, how: str, status: str) -> None:
    say(any_desk)
    day = any_desk.sign_in("day")

    answer = decide(any_desk, day, how)
    decided, change = statuses(any_desk), changes(any_desk)[-1]
    undo_answer = undo(any_desk, day)

    assert (answer.status_code, decided) == (200, [status])
    assert (change.status_before, change.set_by_role) == ("unable_to_check_in", "lecturer")  # type: ignore[attr-defined]
    assert change.reason_code  # type: ignore[attr-defined]
    assert (undo_answer.status_code, statuses(any_desk)) == (200, ["unable_to_check_in"])
    assert logged(any_desk)[0] == ("change", "changed", {"ada"})


@pytest.mark.parametrize("role", ["lecturer", "lead"])
def test_declining_lets_nobody_be_called_absent(any_desk: Desk, role: str) -> None:
    if role == "lead":
        give_lead(any_desk, "day")
    check_in(any_desk, "ben")
    say(any_desk)
    decide(any_desk, any_desk.sign_in("day"), "decline")
    any_desk.stage.clock.go_on(days=8 if role == "lead" else 6)

    answer = mark(any_desk, any_desk.sign_in("day"), status="absent", reason="other")

    assert (answer.status_code, sorted(statuses(any_desk))) == (409, ["not_recorded", "present"])


def test_what_was_decided_meanwhile_stays(any_desk: Desk) -> None:
    say(any_desk)
    day = any_desk.sign_in("day")
    decide(any_desk, day, "accept")

    answer = decide(any_desk, day, "decline")

    assert (answer.status_code, statuses(any_desk)) == (409, ["present_self_declared"])


def test_declining_is_for_what_somebody_says_and_for_nothing_else(any_desk: Desk) -> None:
    check_in(any_desk)

    assert decide(any_desk, any_desk.sign_in("day"), "decline").status_code == 409
    assert statuses(any_desk) == ["present"]


@pytest.mark.parametrize("who", ["eve", "mo"])
def test_a_claim_of_a_session_of_others_is_no_business_of_theirs(any_desk: Desk, who: str) -> None:
    say(any_desk)
    browser = any_desk.sign_in(who)
    form = {"decline": any_desk.stage.ids["ada"], "csrf_token": browser.csrf("/lectures"), "curtain": "open"}

    assert browser.post(any_desk.lecture(rest="/register/claims"), data=form).status_code == 404
    assert statuses(any_desk) == ["unable_to_check_in"]


@pytest.mark.parametrize(("lead", "days", "status"), [(False, 6, 200), (False, 8, 409), (True, 27, 409)])
def test_a_lecturer_decides_for_seven_days_and_what_stands_is_decided(
    any_desk: Desk, lead: bool, days: int, status: int
) -> None:
    if lead:
        give_lead(any_desk, "day")
    say(any_desk)
    any_desk.stage.clock.go_on(days=days)

    assert decide(any_desk, any_desk.sign_in("day"), "decline").status_code == status


@pytest.mark.parametrize(("days", "status"), [(20, 200), (28, 409)])
def test_a_lead_decides_for_twenty_eight_days_what_was_said_late(any_desk: Desk, days: int, status: int) -> None:
    give_lead(any_desk, "day")
    say(any_desk)
    (claim,) = any_desk.stage.rows(wishes.claim)
    any_desk.stage.clock.go_on(days=days)
    any_desk.stage.change(wishes.claim, claim.id, made_at=any_desk.stage.clock() - timedelta(days=1))

    assert decide(any_desk, any_desk.sign_in("day"), "decline").status_code == status


def test_after_a_week_it_stands_wherever_it_is_read(any_desk: Desk) -> None:
    give_lead(any_desk, "day")
    say(any_desk)
    any_desk.stage.clock.go_on(days=7)
    day = any_desk.sign_in("day")

    closed, opened = words(day.get(any_desk.lecture(rest="/register"))), names(any_desk, day)
    student = {"record": any_desk.stage.ids["ada"], "purpose": "teaching", "lecture": any_desk.stage.ids["algorithms"]}
    record = words(day.send("/records/show", any_desk.lecture(rest="/register"), **student))

    assert "could not check in" not in closed
    assert "Present, own word" in opened
    assert "They noted" not in opened
    assert "Present, own word" in record
    assert statuses(any_desk) == ["unable_to_check_in"]


def test_accepting_all_takes_those_who_wait_and_not_those_whose_word_stands(any_desk: Desk) -> None:
    give_lead(any_desk, "day")
    say(any_desk)
    say(any_desk, "ben")
    (claim, _) = any_desk.stage.rows(wishes.claim)
    any_desk.stage.change(wishes.claim, claim.id, made_at=START - timedelta(days=7))

    assert "1 accepted." in do(any_desk, any_desk.sign_in("day"), "pending")
    assert sorted(statuses(any_desk)) == ["present_self_declared", "unable_to_check_in"]


# At the desk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "status"), [("accept", "present_self_declared"), ("decline", "not_recorded")])
def test_the_desk_decides_for_whoever_stands_there(any_desk: Desk, how: str, status: str) -> None:
    say(any_desk)
    sue = sign_in(any_desk)

    seen = words(ask(sue))
    answer = ask(sue, "settle", **{how: any_desk.stage.ids["algorithms"]})

    assert "They noted the digits that were on the screen at 10:12." in seen
    assert (answer.status_code, statuses(any_desk)) == (200, [status])
    assert changes(any_desk)[-1].set_by_role == "support_desk"  # type: ignore[attr-defined]
    assert ("change", "changed", {"ada"}) in logged(any_desk)


def test_the_desk_takes_its_decision_back(any_desk: Desk) -> None:
    say(any_desk)
    sue = sign_in(any_desk)
    ask(sue, "settle", decline=any_desk.stage.ids["algorithms"])
    act = any_desk.stage.rows(register.attendance_act)[-1].id
    ask(sue, "undo", undo=f"{any_desk.stage.ids['algorithms']}:{act}")

    assert statuses(any_desk) == ["unable_to_check_in"]


def test_a_desk_of_another_department_decides_nothing(any_desk: Desk) -> None:
    say(any_desk)
    answer = ask(sign_in(any_desk, "History"), "settle", decline=any_desk.stage.ids["algorithms"])

    assert (answer.status_code, statuses(any_desk)) == (404, ["unable_to_check_in"])

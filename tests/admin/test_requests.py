"""Students' requests: numbers by the day they are due, a name after a step, an answer from a list; it opens no record."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.requests import ANSWERS, Answer, Kind
from kiosk.store.tables import log, wishes
from tests.admin.conftest import Desk
from tests.admin.crowds import lock
from tests.stage import START, Browser, words


@pytest.fixture
def dot(any_desk: Desk) -> Browser:
    return any_desk.sign_in("dot")


def ask(desk: Desk, who: str = "ada", kind: str = "objection", about: str = "", days: int = 30, **values: Any) -> int:
    """What a student asks, due in so many days."""
    due_on = START.date() + timedelta(days=days)
    row = {"student_id": desk.stage.ids[who], "kind": kind, "about": about, "made_at": START, "due_on": due_on}
    return desk.stage.add("", wishes.student_request, **row, **values)


def answer(browser: Browser, number: int, outcome: str = "upheld") -> TestResponse:
    return browser.send(f"/requests/{number}", "/requests", outcome=outcome)


def undo(browser: Browser, number: int) -> str:
    browser.send(f"/requests/{number}/undo", "/requests")
    return words(browser.get("/requests"))


def outcomes(desk: Desk) -> list[str | None]:
    return [row.outcome for row in desk.stage.rows(wishes.student_request)]


def logged(desk: Desk) -> list[tuple[str, str, str, str]]:
    rows = desk.stage.rows(log.access_entry)
    return [(row.act, row.thing, row.outcome, row.purpose) for row in rows if "request" in row.thing]


def test_numbers_come_by_the_day_they_are_due_overdue_ones_first_in_words(any_desk: Desk, dot: Browser) -> None:
    for days in (3, -2, 0, -2, 1):
        ask(any_desk, days=days)
    text = words(dot.get("/requests"))

    said = ["<strong>2 objections</strong> due on", "Overdue by 2 days", "Due today", "1 day left", "3 days left"]
    assert [text.index(it) for it in said] == sorted(text.index(it) for it in said)
    assert "Ada" not in text


def test_a_name_comes_after_a_step_and_is_written_down_as_a_rights_request(any_desk: Desk, dot: Browser) -> None:
    ask(any_desk, kind="correction", about="tutor")
    shown = words(dot.send("/requests/names", "/requests"))

    assert "Ada Lovelace" in shown
    assert "Correction: who their personal tutor is. Asked on Tuesday 24 November" in shown
    assert "31000001" not in shown
    assert logged(any_desk) == [("view roster", "requests", "shown", "rights request")]


@pytest.mark.parametrize("kind", Kind)
def test_a_request_is_answered_from_the_list(any_desk: Desk, dot: Browser, kind: Kind) -> None:
    numbers = {outcome: ask(any_desk, kind=kind.value) for outcome in Answer}
    answers = {outcome: answer(dot, number, outcome).status_code for outcome, number in numbers.items()}

    assert {outcome for outcome, status in answers.items() if status == 200} == set(ANSWERS[kind])
    assert {status for outcome, status in answers.items() if outcome not in ANSWERS[kind]} == {404}


def test_an_answer_is_written_down_and_said(any_desk: Desk, dot: Browser) -> None:
    number = ask(any_desk)
    said = words(answer(dot, number))

    (row,) = any_desk.stage.rows(wishes.student_request)
    assert (row.outcome, row.closed_at, row.closed_by_staff_id) == (
        "upheld",
        any_desk.stage.clock(),
        any_desk.stage.ids["dot"],
    )
    assert "Answered: upheld. The student sees it." in said
    assert logged(any_desk)[0] == ("change", "request", "upheld", "rights request")


def test_an_answer_is_undone(any_desk: Desk, dot: Browser) -> None:
    number = ask(any_desk)
    answer(dot, number)

    assert "Taken back. It waits for an answer again." in undo(dot, number)
    assert outcomes(any_desk) == [None]


def test_neither_a_colleagues_answer_nor_a_students_change_of_mind_is_undone(any_desk: Desk, dot: Browser) -> None:
    any_desk.stage.add_staff("di", "Di Dataprotection", "dpo", "all")
    number = ask(any_desk)
    answer(any_desk.sign_in("di"), number)
    withdrawn = ask(any_desk, "ben", closed_at=any_desk.stage.clock(), outcome="withdrawn")
    for it in (number, withdrawn):
        assert "Somebody else has just answered that" in undo(dot, it)

    assert outcomes(any_desk) == ["upheld", "withdrawn"]


@pytest.mark.parametrize("outcome", ["withdrawn", "not_upheld"])
def test_of_two_answers_the_first_one_stands(any_desk: Desk, dot: Browser, outcome: str) -> None:
    number = ask(any_desk, closed_at=any_desk.stage.clock(), outcome=outcome)
    late = answer(dot, number)

    assert (late.status_code, outcomes(any_desk)) == (409, [outcome])
    assert "Somebody else has just answered that" in words(late)


@pytest.mark.parametrize("outcome", ["withdrawn", "because"])
def test_only_what_is_on_the_list_is_an_answer(any_desk: Desk, dot: Browser, outcome: str) -> None:
    assert (answer(dot, ask(any_desk), outcome).status_code, outcomes(any_desk)) == (404, [None])


def test_with_no_answer_chosen_nothing_is_answered(any_desk: Desk, dot: Browser) -> None:
    refused = answer(dot, ask(any_desk), "")
    assert (refused.status_code, outcomes(any_desk)) == (422, [None])
    assert "Choose the answer first." in words(refused)


def test_a_request_opens_no_record(any_desk: Desk, dot: Browser) -> None:
    ask(any_desk)
    dot.send("/requests/names", "/requests")
    fields = {"record": any_desk.stage.ids["ada"], "purpose": "rights request"}

    assert dot.send("/records/show", "/", **fields).status_code == 404


def test_somebody_whose_record_is_locked_is_answered_without_a_name(any_desk: Desk, dot: Browser) -> None:
    number = ask(any_desk)
    lock(any_desk.stage, any_desk.stage.ids["ada"])
    shown = words(dot.send("/requests/names", "/requests"))

    assert ("Ada" in shown, "Name restricted" in shown) == (False, True)
    assert answer(dot, number).status_code == 200


def test_with_nothing_asked_it_says_so(any_desk: Desk, dot: Browser) -> None:
    assert "No request waits for an answer." in words(dot.get("/requests"))


@pytest.mark.parametrize("login", ["day", "eve", "tia", "mo", "ona", "sid", "olu"])
def test_nobody_else_answers_anything(any_desk: Desk, login: str) -> None:
    browser, number = any_desk.sign_in(login), ask(any_desk)
    paths = ("/requests/names", f"/requests/{number}", f"/requests/{number}/undo")
    answers = {browser.send(path, "/", outcome="upheld").status_code for path in paths}

    assert (answers, outcomes(any_desk)) == ({404}, [None])

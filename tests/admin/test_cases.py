"""Cases and broken glass: one student for one reason, until it is closed or the quarter of an hour is over."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from kiosk.store.tables import log, records, register
from tests.admin.conftest import Desk, words
from tests.stage import Browser

ADA, BEN, CY = "31000001", "31000002", "31000003"


def open_case(desk: Desk, number: str = ADA, login: str = "dot", **fields: Any) -> TestResponse:
    return desk.sign_in(login).send("/cases/new", "/cases", number=number, **{"kind": "rights", **fields})


def show(desk: Desk, case_id: int, login: str = "dot") -> TestResponse:
    return desk.sign_in(login).send(f"/cases/{case_id}/record", "/cases" if login == "dot" else "/")


def break_glass(desk: Desk, number: str = CY, login: str = "day", **fields: Any) -> TestResponse:
    sent = {"number": number, "reason": "safety", **fields}
    return desk.sign_in(login).send("/break-glass/new", "/break-glass", **sent)


def behind_glass(desk: Desk, opening_id: int = 1, login: str = "day") -> TestResponse:
    return desk.sign_in(login).send(f"/break-glass/{opening_id}/record", "/break-glass")


def logged(desk: Desk) -> list[tuple[str, str, str, list[int]]]:
    subjects = desk.stage.rows(log.access_subject)
    return [
        (it.act, it.purpose, it.outcome, [row.student_id for row in subjects if row.entry_id == it.id])
        for it in desk.stage.rows(log.access_entry)
    ]


# Cases ---------------------------------------------------------------------------------------------


def test_a_case_reaches_its_one_student_and_no_other(any_desk: Desk) -> None:
    assert open_case(any_desk).status_code == 303

    answer = show(any_desk, 1)

    assert (answer.status_code, "Ada Lovelace" in answer.text, ADA in answer.text) == (200, True, False)
    other = any_desk.sign_in("dot").send(
        "/records/show", "/", record=any_desk.stage.ids["ben"], purpose="rights request"
    )
    assert other.status_code == 404
    assert logged(any_desk)[:2] == [
        ("change", "rights request", "opened", [any_desk.stage.ids["ada"]]),
        ("view student", "rights request", "shown", [any_desk.stage.ids["ada"]]),
    ]


def test_a_case_finds_its_student_in_a_search(desk: Desk) -> None:
    open_case(desk)
    dot = desk.sign_in("dot")

    found = dot.send("/records/search", "/records", search="ada", purpose="rights request")
    other = dot.send("/records/search", "/records", search="ben", purpose="rights request")

    assert ("Ada Lovelace" in found.text, "Ben Okri" in other.text) == (True, False)


def test_a_case_that_is_closed_reaches_nobody(any_desk: Desk) -> None:
    open_case(any_desk)

    assert any_desk.sign_in("dot").send("/cases/1/close", "/cases").status_code == 303

    assert show(any_desk, 1).status_code == 404
    sent = {"record": any_desk.stage.ids["ada"], "purpose": "rights request"}
    assert any_desk.sign_in("dot").send("/records/show", "/", **sent).status_code == 404


def test_a_colleagues_case_is_not_there(desk: Desk) -> None:
    open_case(desk)
    desk.stage.add_staff("dex", "Dex", "dpo", "all")

    dex = desk.sign_in("dex")

    assert "Case 1" not in dex.get("/cases").text
    assert [dex.send(f"/cases/1/{act}", "/cases").status_code for act in ("record", "close")] == [404, 404]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": ""}, "Type all of the student number."),
        ({"number": "3100000"}, "No student was found"),
        ({"number": "Ada Lovelace"}, "No student was found"),
        ({"kind": "appraisal"}, "Choose one of the list."),
        ({"kind": ""}, "Choose one of the list."),
    ],
)
def test_a_case_that_can_not_be_opened_says_why(desk: Desk, fields: dict[str, str], said: str) -> None:
    answer = open_case(desk, **fields)

    assert (answer.status_code, said in answer.text) == (422, True)
    assert desk.stage.rows(records.student_case) == []


def test_the_page_of_cases_names_nobody(desk: Desk) -> None:
    open_case(desk)

    text = desk.sign_in("dot").get("/cases").text

    assert "Show the record of case 1" in text
    assert not [word for word in ("Lovelace", ADA) if word in text]


@pytest.mark.parametrize("login", ["day", "ona", "mo"])
def test_nobody_else_has_cases(desk: Desk, login: str) -> None:
    assert desk.sign_in(login).get("/cases").status_code == 404


# Break-glass -----------------------------------------------------------------------------------------


def test_the_glass_opens_one_record_for_fifteen_minutes(any_desk: Desk) -> None:
    assert break_glass(any_desk).status_code == 303
    any_desk.stage.clock.go_on(minutes=14, seconds=59)

    answer = behind_glass(any_desk)

    assert ("Cy Young" in answer.text, CY in answer.text) == (True, False)
    any_desk.stage.clock.go_on(seconds=1)
    assert behind_glass(any_desk).status_code == 404
    assert "Open until" not in any_desk.sign_in("day").get("/break-glass").text


def test_it_is_exactly_that_one(desk: Desk) -> None:
    desk.stage.add_student("di", "31000004", "Di Other", "HIST2002")
    break_glass(desk)

    sent = {"record": desk.stage.ids["di"], "purpose": "teaching"}

    assert desk.sign_in("day").send("/records/show", "/", **sent).status_code == 404
    assert behind_glass(desk, login="eve").status_code == 404


def test_it_shows_every_session_of_that_student(desk: Desk) -> None:
    desk.stage.add("", register.enrolment, student_id=desk.stage.ids["cy"], module_id=desk.stage.ids["COMP1201"])
    break_glass(desk)

    text = behind_glass(desk).text

    assert ("HIST2002" in text, "COMP1201" in text, "Mark" in text) == (True, True, False)


def test_every_opening_and_every_look_is_written_down(any_desk: Desk) -> None:
    break_glass(any_desk)
    behind_glass(any_desk)

    cy = any_desk.stage.ids["cy"]
    assert logged(any_desk) == [("break-glass", "safety", "opened", [cy]), ("break-glass", "safety", "shown", [cy])]


def test_the_officer_is_told_at_once_and_says_when_it_is_read(any_desk: Desk) -> None:
    before = any_desk.sign_in("dot").get("/").text
    break_glass(any_desk)
    dot = any_desk.sign_in("dot")

    told = words(dot.get("/"))
    dot.send("/notices/1/seen", "/")

    assert "To know now" not in before
    assert "To know now: 1" in told
    assert f"Somebody may be in danger. Staff {any_desk.stage.ids['day']}, Computing" in told
    assert not [word for word in ("Cy Young", CY, "Dr Day") if word in told]
    assert "To know now" not in dot.get("/").text
    (notice,) = any_desk.stage.rows(records.notice)
    assert (notice.seen_by, notice.seen_at) == (any_desk.stage.ids["dot"], any_desk.stage.clock())


def test_nobody_else_is_told(desk: Desk) -> None:
    break_glass(desk)

    assert [login for login in ("day", "eve", "mo", "ona") if "To know now" in desk.sign_in(login).get("/").text] == []


def test_a_number_nobody_has_opens_nothing_and_is_written_down(any_desk: Desk) -> None:
    answer = break_glass(any_desk, "39999999")

    assert (answer.status_code, "No record can be opened with this number." in answer.text) == (422, True)
    assert logged(any_desk) == [("break-glass", "safety", "refused", [])]
    assert any_desk.stage.rows(records.break_glass) == any_desk.stage.rows(records.notice) == []


@pytest.mark.parametrize("fields", [{"reason": ""}, {"reason": "curious"}, {"number": ""}])
def test_without_a_number_and_a_listed_reason_nothing_opens(desk: Desk, fields: dict[str, str]) -> None:
    assert break_glass(desk, **fields).status_code == 422
    assert (desk.stage.rows(records.break_glass), logged(desk)) == ([], [])


def test_a_new_opening_needs_a_new_reason_and_the_first_one_still_ends(desk: Desk) -> None:
    break_glass(desk)
    desk.stage.clock.go_on(minutes=10)
    break_glass(desk, reason="student_asked")
    desk.stage.clock.go_on(minutes=6)

    assert [behind_glass(desk, number).status_code for number in (1, 2)] == [404, 200]
    assert len(desk.stage.rows(records.notice)) == 2


def test_nothing_makes_an_opening_longer(any_desk: Desk) -> None:
    break_glass(any_desk)

    with (
        any_desk.stage.database.engine("admin").connect() as wing,
        pytest.raises(DBAPIError, match=r"not authorized|denied"),
    ):
        wing.execute(records.break_glass.update().values(until=any_desk.stage.clock()))


@pytest.mark.parametrize("table", [records.break_glass, records.notice, records.student_case, records.record_lock])
def test_none_of_it_is_deleted(any_desk: Desk, table: Any) -> None:
    with (
        any_desk.stage.database.engine("admin").connect() as wing,
        pytest.raises(DBAPIError, match=r"not authorized|denied"),
    ):
        wing.execute(delete(table))


@pytest.mark.parametrize("login", ["mo", "ro", "dot"])
def test_who_has_no_such_right_breaks_no_glass(desk: Desk, login: str) -> None:
    assert desk.sign_in(login).get("/break-glass").status_code == 404


def test_the_page_names_nobody(desk: Desk, day: Browser) -> None:
    break_glass(desk)

    text = day.get("/break-glass").text

    assert "Open until" in text
    assert not [word for word in ("Cy Young", CY) if word in text]

"""The support desk: one student by full number, in the desk's department, for seven days; each look written down."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.test import TestResponse

from kiosk.admin.views.support_desk import NOBODY
from kiosk.store.doors.admin import corrections
from kiosk.store.tables import board, log, register
from tests.admin.conftest import Desk, enter, words
from tests.admin.crowds import lock
from tests.admin.test_corrections import changes, statuses
from tests.admin.test_register import check_in, logged
from tests.conftest import NewPage
from tests.stage import START, Browser, tokenless

ADA, CY = "31000001", "31000003"
Ask = Callable[..., TestResponse]


@pytest.fixture
def sue(desk: Desk) -> Browser:
    """Sue's browser; she is at Computing's desk."""
    return sign_in(desk)


def sign_in(desk: Desk, department: str = "Computing") -> Browser:
    if "sue" not in desk.stage.ids:
        desk.stage.add_staff("sue", "Sue Desk", "support_desk", "department", department)
    return desk.sign_in("sue")


def ask(browser: Browser, what: str = "student", number: str = ADA, **fields: object) -> TestResponse:
    return browser.send(f"/desk/{what}", "/desk", number=number, **fields)


def ask_by_script(browser: Browser, what: str = "student", number: str = ADA, **fields: object) -> TestResponse:
    data = {"csrf_token": browser.csrf("/desk"), "curtain": "open", "number": number, **fields}
    return browser.post(f"/desk/{what}", data=data, headers={"X-Kiosk-Part": "1"})


ASK = pytest.mark.parametrize("ask_by", [ask, ask_by_script])


def spoken(answer: TestResponse) -> tuple[str, str]:
    """What an answer says as a status, and what as a problem; a plain sentence is said by the script."""
    if answer.mimetype == "text/plain":
        return (answer.text, "") if answer.status_code == 200 else ("", answer.text)
    said = re.findall(r'role="status"[^>]*>([^<]+)<', answer.text), re.findall(r'"problem"[^>]*>([^<]+)<', answer.text)
    return " ".join(said[0]), " ".join(said[1])


def test_the_page_opens_without_anybody(desk: Desk, sue: Browser) -> None:
    assert "No personal data on this page" in words(sue.get("/desk"))
    assert logged(desk) == []


def test_a_full_number_shows_one_name_and_their_sessions_and_is_written_down(any_desk: Desk) -> None:
    answer = ask(sign_in(any_desk))

    assert ("Ada Lovelace" in answer.text, "Ben Okri" in answer.text) == (True, False)
    assert ("COMP1201" in answer.text, "HIST2002" in answer.text) == (True, False)
    assert logged(any_desk) == [("search", "shown", {"ada"})]
    (entry,) = any_desk.stage.rows(log.access_entry)
    assert (entry.role, entry.scope, entry.purpose) == ("support_desk", "department:Computing", "correction")


@pytest.mark.parametrize("number", ["3100000", "31000001x", "99999999", "", "%", "Ada Lovelace", "31000001 31000002"])
def test_less_than_a_full_number_shows_nobody(desk: Desk, sue: Browser, number: str) -> None:
    answer = ask(sue, number=number)

    assert (answer.status_code, "Lovelace" in answer.text) == (422, False)
    assert logged(desk) == [("deny", "refused", set())]


def test_a_student_of_another_department_reads_like_a_number_nobody_has(desk: Desk, sue: Browser) -> None:
    theirs, nobodys = ask(sue, number=CY), ask(sue, number="99999999")

    assert (theirs.status_code, "Young" in theirs.text) == (422, False)
    assert tokenless(theirs.text) == tokenless(nobodys.text)
    assert logged(desk)[0] == ("deny", "refused", {"cy"})


@pytest.mark.parametrize("what", ["student", "record", "settle", "undo", "restart"])
def test_every_refusal_is_written_down_with_the_student_who_was_asked_for(any_desk: Desk, what: str) -> None:
    """Whom the desk cannot see is in the log all the same: for whoever reads it, not for whoever asked."""
    silk = any_desk.stage.ids["silk"]

    answer = ask(sign_in(any_desk), what, CY, lecture=silk, reason="no_device", accept=silk, undo=f"{silk}:1")

    assert answer.status_code == (422 if what == "student" else 404)
    assert logged(any_desk) == [("deny", "refused", {"cy"})]


@pytest.mark.parametrize("hidden", ["locked", "left"])
def test_so_is_one_whose_record_is_locked_or_who_has_left(any_desk: Desk, hidden: str) -> None:
    stage = any_desk.stage
    if hidden == "left":
        stage.change(register.student, stage.ids["ada"], left_on=date(2026, 11, 1))
    else:
        lock(stage, stage.ids["ada"])

    assert ask(sign_in(any_desk)).status_code == 422
    assert logged(any_desk) == [("deny", "refused", {"ada"})]


def test_so_is_one_whom_somebody_without_a_desk_asked_for(any_desk: Desk) -> None:
    assert ask(any_desk.sign_in("day"), number=CY).status_code == 404
    assert logged(any_desk)[-1] == ("deny", "refused", {"cy"})


@pytest.mark.parametrize(("days_ago", "status"), [(0, 200), (1, 422)])
def test_whoever_has_left_is_nobody_after_the_last_day(any_desk: Desk, days_ago: int, status: int) -> None:
    last_day = START.date() - timedelta(days=days_ago)
    any_desk.stage.change(register.student, any_desk.stage.ids["ada"], left_on=last_day)

    assert ask(sign_in(any_desk)).status_code == status


@pytest.mark.parametrize(("days", "status"), [(6, 200), (7, 422)])
def test_the_desk_reaches_back_seven_days(desk: Desk, days: int, status: int) -> None:
    desk.stage.clock.go_on(days=days, hours=1)

    assert ask(sign_in(desk)).status_code == status


def test_a_session_that_has_not_opened_is_not_there_yet(desk: Desk) -> None:
    desk.stage.clock.set(9, 44)

    assert ask(sign_in(desk)).status_code == 422


@pytest.mark.parametrize("column", ["cancelled_at", "voided_at"])
def test_a_session_that_counts_for_nobody_is_not_there(desk: Desk, sue: Browser, column: str) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **{column: START})

    assert ask(sue).status_code == 422


# Recording ---------------------------------------------------------------------------------------


def test_the_desk_records_with_a_reason(any_desk: Desk) -> None:
    answer = ask(sign_in(any_desk), "record", lecture=any_desk.stage.ids["algorithms"], reason="no_device")

    (change,) = changes(any_desk)
    assert "Recorded as present." in words(answer)
    assert (change.status, change.reason_code, change.set_by_role) == ("present", "no_device", "support_desk")
    assert logged(any_desk) == [("change", "changed", {"ada"}), ("search", "shown", {"ada"})]


def test_what_the_register_has_stays(desk: Desk, sue: Browser) -> None:
    check_in(desk, status="present_late")

    answer = ask(sue, "record", lecture=desk.stage.ids["algorithms"])

    assert ("has something for this session already" in words(answer), statuses(desk)) == (True, ["present_late"])


def test_whoever_could_not_check_in_is_settled_when_they_stand_there(desk: Desk, sue: Browser) -> None:
    check_in(desk, status="unable_to_check_in")

    ask(sue, "record", lecture=desk.stage.ids["algorithms"])

    assert statuses(desk) == ["present"]


def test_the_desk_takes_back_what_it_did(any_desk: Desk) -> None:
    sue, lecture_id = sign_in(any_desk), any_desk.stage.ids["algorithms"]
    ask(sue, "record", lecture=lecture_id)
    act = any_desk.stage.rows(register.attendance_act)[0].id

    answer = ask(sue, "undo", undo=f"{lecture_id}:{act}")

    assert ("Taken back." in words(answer), statuses(any_desk)) == (True, ["not_recorded"])


def test_where_somebody_set_it_anew_meanwhile_the_log_has_a_look_and_no_change(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sue, lecture_id = sign_in(any_desk), any_desk.stage.ids["algorithms"]
    ask(sue, "record", lecture=lecture_id)
    (act,) = any_desk.stage.rows(register.attendance_act)
    held_of = corrections.held_of

    def newer(*asked: Any) -> dict[int, corrections.Held]:
        return {who: replace(held, version=held.version + 1) for who, held in held_of(*asked).items()}

    monkeypatch.setattr("kiosk.store.doors.admin.corrections.held_of", newer)
    answer = ask(sue, "undo", undo=f"{lecture_id}:{act.id}")

    assert ("There is nothing left to take back" in words(answer), statuses(any_desk)) == (True, ["present"])
    assert logged(any_desk)[2:] == [("view student", "shown", {"ada"}), ("search", "shown", {"ada"})]


def test_the_desk_does_not_take_back_what_others_did(desk: Desk, sue: Browser) -> None:
    day, lecture_id = desk.sign_in("day"), desk.stage.ids["algorithms"]
    day.send(desk.lecture(rest="/register/present"), "/", student=f"{desk.stage.ids['ada']}:0")
    act = desk.stage.rows(register.attendance_act)[0].id

    assert ask(sue, "undo", undo=f"{lecture_id}:{act}").status_code == 404
    assert statuses(desk) == ["present"]


@pytest.mark.parametrize("what", ["record", "settle", "undo"])
def test_another_departments_session_is_not_there(desk: Desk, sue: Browser, what: str) -> None:
    silk = desk.stage.ids["silk"]

    for number in (ADA, CY):
        answer = ask(sue, what, number, lecture=silk, accept=silk, undo=f"{silk}:1")
        assert (answer.status_code, statuses(desk)) == (404, [])


# Walk-ins ----------------------------------------------------------------------------------------


def add_walk_in(desk: Desk) -> None:
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["cy"]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=START)


@pytest.mark.parametrize(("how", "recorded"), [("accept", ["present"]), ("decline", [])])
def test_the_desk_settles_whoever_came_without_being_on_the_list(any_desk: Desk, how: str, recorded: list[str]) -> None:
    add_walk_in(any_desk)
    sue = sign_in(any_desk)
    assert "Came, not on the list" in words(ask(sue, number=CY))

    answer = ask(sue, "settle", CY, **{how: any_desk.stage.ids["algorithms"]})

    assert (answer.status_code, statuses(any_desk)) == (200, recorded)
    assert any_desk.stage.rows(register.walk_in)[0].settled_at == any_desk.stage.clock()


def test_whoever_is_not_on_the_list_is_not_recorded_as_if_they_were(desk: Desk, sue: Browser) -> None:
    add_walk_in(desk)

    assert ask(sue, "record", CY, lecture=desk.stage.ids["algorithms"]).status_code == 404


# What it says -----------------------------------------------------------------------------------


@ASK
def test_after_the_last_thing_to_do_success_is_said_and_nobody_is_shown(desk: Desk, sue: Browser, ask_by: Ask) -> None:
    add_walk_in(desk)

    answer = ask_by(sue, "settle", CY, decline=desk.stage.ids["algorithms"])

    assert (answer.status_code, spoken(answer)) == (200, ("Settled as not for this session.", ""))
    assert "Young" not in answer.text


@ASK
def test_success_beside_a_student_is_said_as_success(desk: Desk, sue: Browser, ask_by: Ask) -> None:
    answer = ask_by(sue, "record", lecture=desk.stage.ids["algorithms"])

    assert (answer.status_code, spoken(answer)) == (200, ("Recorded as present.", ""))


@ASK
def test_what_was_not_done_is_said_as_a_problem(desk: Desk, sue: Browser, ask_by: Ask) -> None:
    check_in(desk, status="present_late")

    answer = ask_by(sue, "record", lecture=desk.stage.ids["algorithms"])

    said = "The register has something for this session already."
    assert (answer.status_code, spoken(answer)) == (200, ("", said))


@ASK
def test_a_number_of_nobodys_is_a_problem(sue: Browser, ask_by: Ask) -> None:
    answer = ask_by(sue, number="99999999")

    assert (answer.status_code, spoken(answer)) == (422, ("", NOBODY))


# A new password ----------------------------------------------------------------------------------


def test_a_new_password_is_an_address_good_once_for_half_an_hour(any_desk: Desk) -> None:
    answer = ask(sign_in(any_desk), "restart")

    (secret,) = re.findall(r"http://in\.kiosk\.test/first-password/([\w-]{43})<", answer.text)
    (link,) = any_desk.stage.rows(register.student_link)
    assert (link.secret_hash, link.student_id) == (
        hashlib.sha256(secret.encode()).hexdigest(),
        any_desk.stage.ids["ada"],
    )
    assert link.expires_at == any_desk.stage.clock() + timedelta(minutes=30)
    assert logged(any_desk)[0] == ("change", "changed", {"ada"})
    assert '<svg class="symbol"' in answer.text


def test_the_student_chooses_a_password_with_it(desk: Desk, sue: Browser) -> None:
    text = ask(sue, "restart").text
    path = re.findall(r"http://in\.kiosk\.test(/first-password/[\w-]+)<", text)[0]
    student = Browser(desk.stage.app("checkin"))

    student.send(path, password="another long one", again="another long one")

    assert student.send("/sign-in", "/", login="ada", password="another long one").status_code == 303


def test_nobody_outside_the_department_gets_one(desk: Desk, sue: Browser) -> None:
    assert ask(sue, "restart", CY).status_code == 404
    assert desk.stage.rows(register.student_link) == []


# In a browser ------------------------------------------------------------------------------------


def test_the_name_comes_and_goes_with_the_curtain(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    sign_in(desk)
    page = new_page()
    enter(page, staff_origin, desk.stage, "sue")
    page.goto(f"{staff_origin}/desk")
    page.get_by_label("Student number").fill(ADA)
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Record as present").click()
    expect(page.get_by_text("Recorded as present.")).to_be_visible()
    assert page.url.endswith("/desk")
    page.keyboard.press("Escape")

    expect(page.get_by_text("Ada Lovelace")).to_have_count(0)
    assert "Lovelace" not in page.content()
    assert page.get_by_label("Student number").input_value() == ""
    assert statuses(desk) == ["present"]


def test_after_the_last_thing_to_do_the_name_goes_and_success_is_said(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    add_walk_in(desk)
    sign_in(desk)
    page = new_page()
    enter(page, staff_origin, desk.stage, "sue")
    page.goto(f"{staff_origin}/desk")
    page.get_by_label("Student number").fill(CY)
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Not for this session").click()

    expect(page.locator("#status")).to_have_text("Settled as not for this session.")
    expect(page.get_by_text("A name is showing.")).to_be_hidden()
    assert "Young" not in page.content()


def test_an_unknown_number_is_said_and_opens_nothing(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    sign_in(desk)
    page = new_page()
    enter(page, staff_origin, desk.stage, "sue")
    page.goto(f"{staff_origin}/desk")
    page.get_by_label("Student number").fill("99999999")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text(re.compile("No student with this number"))
    expect(page.get_by_text("A name is showing.")).to_be_hidden()
    expect(page.get_by_label("Student number")).to_have_value("99999999")

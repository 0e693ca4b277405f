"""Disputes: in no number while they are open, changed by nobody in a register, decided by an officer who did not set the entry."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.disputes import Says, decidable, sayable
from kiosk.domain.lectures import Mode
from kiosk.domain.statuses import Status
from kiosk.store.tables import board, log, register, wishes
from tests.admin.conftest import Desk, words
from tests.admin.crowds import lock
from tests.admin.test_claims import claim_of
from tests.admin.test_claims import decide as decline_claim
from tests.admin.test_corrections import PART, give_lead, mark, post, version
from tests.admin.test_many_at_once import do
from tests.admin.test_records import record
from tests.admin.test_register import open_names
from tests.stage import Browser


@pytest.fixture
def ona(any_desk: Desk) -> Browser:
    return any_desk.sign_in("ona")


def dispute(desk: Desk, says: str = "was_there", who: str = "ada", lecture: str = "algorithms", **values: Any) -> int:
    """What a student says is wrong."""
    about = {"lecture_id": desk.stage.ids[lecture], "student_id": desk.stage.ids[who], "says": says}
    return desk.stage.add("", wishes.dispute, **about, opened_at=desk.stage.clock(), **values)


def change(browser: Browser, number: int, seen: int = 0, status: str = "present", **fields: Any) -> TestResponse:
    about = {"version": seen, "status": status, "reason": "was_there", **fields}
    return browser.send(f"/disputes/{number}/change", "/disputes", **about)


def keep(browser: Browser, number: int, ground: str = "not_on_list") -> TestResponse:
    return browser.send(f"/disputes/{number}/keep", "/disputes", ground=ground)


def undo(browser: Browser, number: int) -> str:
    browser.send(f"/disputes/{number}/undo", "/disputes")
    return words(browser.get("/disputes"))


def statuses(desk: Desk) -> dict[str, str]:
    names = {desk.stage.ids[name]: name for name in ("ada", "ben", "cy")}
    return {names[row.student_id]: row.status for row in desk.stage.rows(register.attendance)}


def outcomes(desk: Desk) -> list[tuple[str | None, str | None, str | None]]:
    return [(row.outcome, row.reason_code, row.decided_by_role) for row in desk.stage.rows(wishes.dispute)]


def logged(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row.act, row.thing, row.outcome) for row in desk.stage.rows(log.access_entry) if "dispute" in row.thing]


# In no number, and in nobody else's hands -----------------------------------------------------------


def test_a_disputed_entry_is_in_no_number_of_the_register_and_says_so(any_desk: Desk) -> None:
    for who in ("ada", "ben"):
        any_desk.stage.put_in_register(who)
    dispute(any_desk, "not_me")
    day = any_desk.sign_in("day")
    closed, shown = words(day.get(any_desk.lecture(rest="/register"))), words(open_names(any_desk, day))

    assert ">1</strong> of 1 recorded as present, 1 disputed by the student" in closed
    assert "engagement officer who did not set it has decided" in closed
    assert "Present, disputed" in shown
    assert "The office decides" in shown


def test_a_register_offers_no_decision_about_a_claim_that_is_disputed(any_desk: Desk) -> None:
    claim_of(any_desk.stage, "ada")
    day = any_desk.sign_in("day")
    before = words(open_names(any_desk, day))
    dispute(any_desk)
    shown = words(open_names(any_desk, day))

    assert [("Take their word" in it, "Decline" in it) for it in (before, shown)] == [(True, True), (False, False)]
    assert "Says they were there, disputed" in shown


def test_of_two_claims_the_one_that_is_disputed_does_not_wait_in_the_register(any_desk: Desk) -> None:
    for who in ("ada", "ben"):
        claim_of(any_desk.stage, who)
    dispute(any_desk)

    closed = words(any_desk.sign_in("day").get(any_desk.lecture(rest="/register")))

    assert "1 could not check in" in closed


def test_the_script_is_told_which_entries_are_disputed(desk: Desk, day: Browser) -> None:
    dispute(desk)
    path = desk.lecture(rest="/register/names")
    answer = day.post(path, data={"csrf_token": day.csrf(path[:-6]), "curtain": "open"}, headers=PART)

    assert [row[6] for row in answer.get_json()["rows"]] == [1, 0]


def test_a_session_whose_only_arrival_is_disputed_was_observed_all_the_same(desk: Desk, day: Browser) -> None:
    desk.stage.put_in_register("ada")
    dispute(desk, "not_me")
    desk.stage.clock.set(11, 30)

    assert "Not observed" not in words(day.get(desk.lecture(rest="/register")))


def test_a_disputed_entry_leaves_the_sums_of_a_record_and_says_so(any_desk: Desk) -> None:
    any_desk.stage.put_in_register("ada", "absent")
    before = words(record(any_desk, "tia"))
    number = dispute(any_desk)
    during = words(record(any_desk, "tia"))
    any_desk.stage.change(
        wishes.dispute, number, is_open=None, closed_at=any_desk.stage.clock(), outcome="kept", reason_code="other"
    )

    assert "0&nbsp;of&nbsp;1 recorded" in before
    assert "0&nbsp;of&nbsp;0 recorded" in during
    assert "Absent, disputed" in during
    assert words(record(any_desk, "tia")).count("disputed") == during.count("disputed") - 1


@pytest.mark.parametrize("outcome", [None, "kept"])
def test_nobody_changes_in_a_register_what_is_or_was_disputed(any_desk: Desk, outcome: str | None) -> None:
    any_desk.stage.put_in_register("ada", "absent")
    closed = {"is_open": None, "closed_at": any_desk.stage.clock(), "outcome": outcome} if outcome else {}
    dispute(any_desk, **closed)
    day = any_desk.sign_in("day")
    one = mark(any_desk, day)
    for kind, fields in (("all", {}), ("numbers", {"numbers": "31000001"})):
        do(any_desk, day, kind, **fields)

    assert (one.status_code, statuses(any_desk)["ada"]) == (409, "absent")
    assert "disputes" in one.get_json()["said"] or "it was decided" in one.get_json()["said"]


def test_what_is_disputed_is_not_taken_back_by_whoever_did_it(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day)
    (act,) = any_desk.stage.rows(register.attendance_act)
    dispute(any_desk, "not_me")
    one = post(any_desk, day, "undo", student=f"{any_desk.stage.ids['ada']}:1:{act.id}")
    post(any_desk, day, "undo-act", act=act.id)

    assert (one.status_code, statuses(any_desk)) == (409, {"ada": "present"})


def test_what_was_withdrawn_is_as_if_it_had_never_been_said(any_desk: Desk) -> None:
    dispute(any_desk, is_open=None, closed_at=any_desk.stage.clock(), outcome="withdrawn")
    assert mark(any_desk, any_desk.sign_in("day")).status_code == 200


def test_nobody_whose_entry_is_disputed_is_set_absent(desk: Desk) -> None:
    desk.stage.put_in_register("ben", method="qr")
    give_lead(desk, "day")
    dispute(desk)
    desk.stage.clock.go_on(days=8)

    assert mark(desk, desk.sign_in("day"), status="absent", reason="other").status_code == 409


def test_the_desk_records_nobody_whose_entry_is_disputed(any_desk: Desk) -> None:
    any_desk.stage.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    dispute(any_desk)
    sue = any_desk.sign_in("sue")
    fields = {"number": "31000001", "lecture": any_desk.stage.ids["algorithms"], "reason": "no_device"}
    shown = words(sue.send("/desk/student", "/desk", number="31000001"))
    sue.send("/desk/record", "/desk", **fields)

    assert statuses(any_desk) == {}
    assert ("Not recorded, disputed" in shown, "Record as present" in shown) == (True, False)


# What may be said, and what may become of it --------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "mode", "says"),
    [
        (Status.NOT_RECORDED, Mode.IN_PERSON, ["was_there", "was_online"]),
        (Status.ABSENT, Mode.REMOTE, ["was_online"]),
        (Status.PRESENT_LATE, Mode.BOTH, ["was_in_time", "was_online", "not_me"]),
        (Status.PRESENT_REMOTE, Mode.REMOTE, ["not_me"]),
        (Status.PRESENT, Mode.IN_PERSON, ["was_online", "not_me"]),
        (Status.AUTHORISED, Mode.IN_PERSON, ["was_there", "was_online"]),
    ],
)
def test_nobody_is_asked_to_say_what_the_entry_says_already(status: Status, mode: Mode, says: list[str]) -> None:
    assert list(sayable(status, mode)) == says


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("says", Says)
def test_what_is_decided_is_something_else_and_never_absent(status: Status, says: Says) -> None:
    assert not {status, Status.ABSENT} & set(decidable(says, status, Mode.BOTH))


def test_what_the_student_asks_for_comes_first_and_an_excuse_is_not_lost(desk: Desk) -> None:
    assert decidable(Says.WAS_ONLINE, Status.ABSENT, Mode.IN_PERSON)[0] is Status.PRESENT_REMOTE
    assert Status.NOT_RECORDED not in decidable(Says.WAS_THERE, Status.AUTHORISED, Mode.IN_PERSON)


# Deciding -------------------------------------------------------------------------------------------


def test_an_entry_is_changed_as_by_any_correction_and_the_dispute_is_closed(any_desk: Desk, ona: Browser) -> None:
    number = dispute(any_desk)
    said = words(change(ona, number))

    (row,) = any_desk.stage.rows(register.attendance_change)
    assert (statuses(any_desk), outcomes(any_desk)) == (
        {"ada": "present"},
        [("changed", "was_there", "engagement_officer")],
    )
    assert (row.status_before, row.status, row.set_by_staff_id) == (
        "not_recorded",
        "present",
        any_desk.stage.ids["ona"],
    )
    assert "Changed: present. The student sees it, and why." in said
    assert logged(any_desk)[0] == ("change", "dispute", "changed")


@pytest.mark.parametrize(
    ("code", "noted"),
    [("digits", "They noted the digits that were on the screen at 10:12."), ("", "They noted no code."), (None, "")],
)
def test_whoever_decides_sees_what_the_student_noted_before(any_desk: Desk, code: str | None, noted: str) -> None:
    any_desk.stage.clock.set(11, 0)
    if code is not None:
        claim_of(any_desk.stage, "ada", code)
        decline_claim(any_desk, any_desk.sign_in("day"), "decline")
    dispute(any_desk)
    said = f"Before that they said that they could not check in and were there, Tuesday 24 November, 11:00. {noted}"
    ona = any_desk.sign_in("ona")
    closed, shown = words(ona.get("/disputes")), words(ona.send("/disputes/names", "/disputes"))

    assert (said in shown, "They noted" in shown, "They noted" in closed) == (bool(noted), bool(noted), False)


def test_an_entry_is_kept_with_a_reason(any_desk: Desk, ona: Browser) -> None:
    any_desk.stage.put_in_register("ada", "absent")
    keep(ona, dispute(any_desk))

    assert (statuses(any_desk), outcomes(any_desk)) == (
        {"ada": "absent"},
        [("kept", "not_on_list", "engagement_officer")],
    )
    assert logged(any_desk)[0] == ("change", "dispute", "kept")


@pytest.mark.parametrize("decide", ["change", "keep"])
def test_a_decision_is_taken_back_and_made_anew(any_desk: Desk, ona: Browser, decide: str) -> None:
    any_desk.stage.put_in_register("ada", "absent")
    number = dispute(any_desk)
    change(ona, number, 1) if decide == "change" else keep(ona, number)
    said = undo(ona, number)
    between = (statuses(any_desk), outcomes(any_desk))
    again = keep(ona, number)

    assert between == ({"ada": "absent"}, [(None, None, None)])
    assert "Taken back. It waits again" in said
    assert (again.status_code, outcomes(any_desk)[0][0]) == (200, "kept")


def test_a_session_of_another_department_is_decided_where_its_student_is(any_desk: Desk, ona: Browser) -> None:
    stage = any_desk.stage
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    number = dispute(any_desk, lecture="silk")
    change(ona, number)
    decided = statuses(any_desk)
    undo(ona, number)

    assert (decided, statuses(any_desk)) == ({"ada": "present"}, {"ada": "not_recorded"})


def test_somebody_who_has_left_the_module_is_decided_about_all_the_same(any_desk: Desk, ona: Browser) -> None:
    number = dispute(any_desk)
    any_desk.stage.clock.go_on(days=90)
    with any_desk.stage.database.owner.begin() as connection:
        connection.execute(register.enrolment.update().values(until_on=any_desk.stage.start.date()))

    assert change(any_desk.sign_in("ona"), number).status_code == 200


# Who set it -----------------------------------------------------------------------------------------


def set_by(desk: Desk, who: str, status: str = "not_recorded") -> None:
    desk.stage.put_in_register("ada", status)
    key = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["ada"]}
    by = {"set_by_role": "engagement_officer", "set_by_staff_id": desk.stage.ids[who], "reason_code": "other"}
    desk.stage.add("", register.attendance_change, **key, **by, status=status, set_at=desk.stage.clock())


@pytest.mark.parametrize("decide", ["change", "keep"])
def test_whoever_set_an_entry_does_not_decide_about_it(any_desk: Desk, ona: Browser, decide: str) -> None:
    set_by(any_desk, "ona")
    number = dispute(any_desk)
    answer = change(ona, number, 1) if decide == "change" else keep(ona, number)

    assert (answer.status_code, outcomes(any_desk)) == (409, [(None, None, None)])
    assert "Another engagement officer of the department decides: ask a colleague." in words(answer)
    assert "Change it" not in words(answer)


def test_a_colleague_of_whoever_set_it_decides(any_desk: Desk) -> None:
    any_desk.stage.add_staff("oda", "Oda Officer", "engagement_officer", "department", "Computing")
    set_by(any_desk, "ona")

    assert change(any_desk.sign_in("oda"), dispute(any_desk), 1).status_code == 200


# Two at once ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["withdrawn", "kept"])
def test_what_is_closed_is_not_decided_again(any_desk: Desk, ona: Browser, outcome: str) -> None:
    number = dispute(any_desk, is_open=None, closed_at=any_desk.stage.clock(), outcome=outcome)
    answers = [change(ona, number), keep(ona, number)]

    assert ([it.status_code for it in answers], statuses(any_desk)) == ([409, 409], {})
    assert "Somebody else has just decided it" in words(answers[0])


def test_an_entry_that_was_changed_meanwhile_is_looked_at_again(any_desk: Desk, ona: Browser) -> None:
    number = dispute(any_desk)
    any_desk.stage.put_in_register("ada", "present_late", method="qr")
    assert (change(ona, number).status_code, statuses(any_desk)) == (409, {"ada": "present_late"})


def test_a_decision_is_not_taken_back_once_the_student_disputes_it(any_desk: Desk, ona: Browser) -> None:
    number = dispute(any_desk)
    change(ona, number)
    dispute(any_desk, "not_me")
    said = undo(ona, number)

    assert (statuses(any_desk), outcomes(any_desk)[0][0]) == ({"ada": "present"}, "changed")
    assert "Somebody else has just decided it, or the entry was changed." in said


def test_a_colleagues_decision_is_not_taken_back(any_desk: Desk, ona: Browser) -> None:
    any_desk.stage.add_staff("oda", "Oda Officer", "engagement_officer", "department", "Computing")
    number = dispute(any_desk)
    keep(ona, number)

    assert any_desk.sign_in("oda").send(f"/disputes/{number}/undo", "/disputes").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"status": "absent"}, {"status": "not_recorded"}, {"status": "x"}, {"reason": "because"}, {"version": "x"}],
)
def test_only_what_is_offered_is_taken(any_desk: Desk, ona: Browser, fields: dict[str, str]) -> None:
    answer = change(ona, dispute(any_desk), **fields)
    assert (answer.status_code, outcomes(any_desk)) == (404, [(None, None, None)])


def test_a_reason_to_keep_it_is_one_of_the_list(any_desk: Desk, ona: Browser) -> None:
    assert keep(ona, dispute(any_desk), "because").status_code == 404


def test_with_no_reason_chosen_nothing_is_decided(any_desk: Desk, ona: Browser) -> None:
    refused = keep(ona, dispute(any_desk), "")
    assert (refused.status_code, outcomes(any_desk)) == (422, [(None, None, None)])
    assert "Choose why it stays" in words(refused)


# Names, and others ----------------------------------------------------------------------------------


def test_the_page_shows_numbers_until_somebody_asks_for_names(any_desk: Desk, ona: Browser) -> None:
    any_desk.stage.put_in_register("ada", "present_late", method="qr")
    dispute(any_desk, "was_in_time")
    closed = words(ona.get("/disputes"))
    shown = words(ona.send("/disputes/names", "/disputes"))

    assert "<strong>1</strong> waits for a decision, the oldest since Tuesday 24 November, 10:02" in closed
    assert "Ada" not in closed
    assert "Ada Lovelace" in shown
    assert "The student says “I was in time”" in shown
    assert logged(any_desk) == [("view roster", "disputes", "shown")]


def test_with_nothing_disputed_it_says_so(any_desk: Desk, ona: Browser) -> None:
    assert "No student of your department disputes an entry." in words(ona.get("/disputes"))


@pytest.mark.parametrize("login", ["day", "eve", "tia", "mo", "dot", "sid", "olu"])
def test_nobody_else_decides_anything(any_desk: Desk, login: str) -> None:
    browser, number = any_desk.sign_in(login), dispute(any_desk)
    paths = ("names", f"{number}/change", f"{number}/keep", f"{number}/undo")
    form = {"version": 0, "status": "present", "reason": "was_there", "ground": "other"}
    answers = {browser.send(f"/disputes/{path}", "/", **form).status_code for path in paths}

    assert (answers, outcomes(any_desk)) == ({404}, [(None, None, None)])


def test_an_officer_of_another_department_finds_no_such_dispute(any_desk: Desk) -> None:
    any_desk.stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "History")
    oz, number = any_desk.sign_in("oz"), dispute(any_desk)

    assert (change(oz, number).status_code, keep(oz, number).status_code) == (404, 404)
    assert "No student of your department" in words(oz.get("/disputes"))


def test_whoever_is_not_named_in_a_lock_finds_no_such_dispute(any_desk: Desk, ona: Browser) -> None:
    number = dispute(any_desk)
    lock(any_desk.stage, any_desk.stage.ids["ada"])

    assert keep(ona, number).status_code == 404
    assert "No student of your department" in words(ona.get("/disputes"))


def test_a_session_that_is_void_is_decided_too(any_desk: Desk, ona: Browser) -> None:
    any_desk.stage.change(board.lecture, any_desk.stage.ids["algorithms"], voided_at=any_desk.stage.clock())
    assert version(any_desk, "ada") == 0
    assert keep(ona, dispute(any_desk)).status_code == 200

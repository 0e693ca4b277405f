"""Setting statuses in a register: one row with its reason, history and undo; who may until when; two people at once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kiosk.store.tables import board, log, register, staff
from tests.admin.conftest import Desk, words
from tests.admin.test_register import check_in, logged, open_names
from tests.stage import START, Browser
from tests.walls.acting import sign_in as sign_in_anywhere

PART = {"X-Kiosk-Part": "1"}


def post(desk: Desk, browser: Browser, what: str, **fields: object) -> TestResponse:
    """Send a form of the register as its script does."""
    data = {"csrf_token": browser.csrf("/"), "curtain": "open", **fields}
    return browser.post(desk.lecture(rest=f"/register/{what}"), data=data, headers=PART)


def mark(desk: Desk, browser: Browser, student: str = "ada", **fields: object) -> TestResponse:
    return post(desk, browser, "present", student=f"{desk.stage.ids[student]}:{version(desk, student)}", **fields)


def undo(desk: Desk, browser: Browser, student: str = "ada") -> TestResponse:
    acts = [row.act_id for row in changes(desk, student) if row.act_id]
    return post(desk, browser, "undo", student=f"{desk.stage.ids[student]}:1:{acts[0] if acts else 1}")


def version(desk: Desk, student: str) -> int:
    rows = desk.stage.rows(register.attendance, register.attendance.c.student_id == desk.stage.ids[student])
    return rows[0].version if rows else 0


def changes(desk: Desk, student: str = "ada") -> list[object]:
    return desk.stage.rows(
        register.attendance_change, register.attendance_change.c.student_id == desk.stage.ids[student]
    )


def statuses(desk: Desk) -> list[str]:
    return [row.status for row in desk.stage.rows(register.attendance)]


# One row -----------------------------------------------------------------------------------------


def test_a_mark_keeps_who_by_which_role_when_why_and_what_was_before(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    answer = mark(any_desk, day, reason="paper_list")

    (change,) = changes(any_desk)
    assert (answer.get_json()["row"][2], answer.headers["X-Kiosk-Present"]) == ("present", "1")
    assert statuses(any_desk) == ["present"]
    assert (change.status_before, change.status, change.reason_code) == ("not_recorded", "present", "paper_list")
    assert (change.set_by_role, change.set_by_staff_id, change.set_at) == (
        "lecturer",
        any_desk.stage.ids["day"],
        any_desk.stage.clock(),
    )
    assert logged(any_desk) == [("change", "changed", {"ada"})]


def test_twice_is_the_same_as_once(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    for _ in range(2):
        mark(any_desk, day)

    assert statuses(any_desk) == ["present"]
    assert len(changes(any_desk)) == 1


@pytest.mark.parametrize("status", ["present", "present_late", "not_recorded"])
def test_staff_set_these_in_a_room(desk: Desk, day: Browser, status: str) -> None:
    check_in(desk, status="absent")

    assert mark(desk, day, status=status, reason="mistake").get_json()["row"][2] == status


@pytest.mark.parametrize(
    "status", ["present_remote", "absent", "authorised", "exempt", "void", "present_self_declared"]
)
def test_staff_do_not_set_these(desk: Desk, day: Browser, status: str) -> None:
    answer = mark(desk, day, status=status)

    assert (answer.status_code, statuses(desk)) == (409, [])
    assert "can't be set at this session" in answer.get_json()["said"]


def test_online_is_set_where_the_session_is_online_and_is_its_usual_mark(desk: Desk, day: Browser) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], mode="remote")

    assert mark(desk, day).get_json()["row"][2] == "present_remote"


def test_absent_is_set_by_hand_only_once_r78_lets_anybody_be_absent(desk: Desk) -> None:
    check_in(desk, "ben")
    desk.stage.add("", staff.teaching, staff_id=desk.stage.ids["eve"], module_id=desk.stage.ids["COMP1201"], leads=True)
    give_lead(desk)
    desk.stage.clock.go_on(days=6, hours=23)
    early = mark(desk, desk.sign_in("eve"), status="absent", reason="other")
    desk.stage.clock.go_on(hours=2)

    late = mark(desk, desk.sign_in("eve"), status="absent", reason="other")

    assert (early.status_code, late.status_code, statuses(desk)) == (409, 200, ["present", "absent"])


def test_whoever_has_checked_in_is_never_set_absent(desk: Desk) -> None:
    check_in(desk)
    give_lead(desk, "day")
    desk.stage.clock.go_on(days=8)

    answer = mark(desk, desk.sign_in("day"), status="absent", reason="other")

    assert (answer.status_code, statuses(desk)) == (409, ["present"])


@pytest.mark.parametrize("status", ["exempt", "authorised"])
def test_an_excused_absence_is_not_changed_in_a_register(any_desk: Desk, status: str) -> None:
    check_in(any_desk, status=status)

    answer = mark(any_desk, any_desk.sign_in("day"), status="not_recorded", reason="mistake")

    assert (answer.status_code, statuses(any_desk)) == (409, [status])
    assert "excused" in answer.get_json()["said"]


def test_whoever_says_they_could_not_check_in_is_not_made_unrecorded(desk: Desk, day: Browser) -> None:
    check_in(desk, status="unable_to_check_in")

    answer = mark(desk, day, status="not_recorded", reason="mistake")

    assert (answer.status_code, statuses(desk)) == (409, ["unable_to_check_in"])
    assert "Set them present, or decline what they say." in answer.get_json()["said"]


@pytest.mark.parametrize("first", ["unable_to_check_in", "checked in"])
def test_two_changes_in_a_row_make_nobody_absent_who_came_or_spoke(any_desk: Desk, first: str) -> None:
    give_lead(any_desk, "day")
    check_in(any_desk, "ben")
    if first == "checked in":
        scan(any_desk)
    else:
        check_in(any_desk, status=first)
        mark(any_desk, any_desk.sign_in("day"))
    any_desk.stage.clock.go_on(days=8)
    day = any_desk.sign_in("day")
    assert mark(any_desk, day, status="not_recorded", reason="mistake").status_code == 200

    answer = mark(any_desk, day, status="absent", reason="other")

    assert (answer.status_code, sorted(statuses(any_desk))) == (409, ["not_recorded", "present"])


def scan(desk: Desk) -> None:
    """Ada scans the code, signs in and presses."""
    phone = sign_in_anywhere(desk.stage, "checkin", "ada")
    phone.get(f"/{desk.stage.qr()}")
    assert phone.send("/check-in", lecture=desk.stage.ids["algorithms"]).status_code == 303


@pytest.mark.parametrize("by", ["one", "all"])
def test_a_check_in_after_a_mark_stays_when_the_mark_is_taken_back(any_desk: Desk, by: str) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day) if by == "one" else post(any_desk, day, "all", reason="was_there")
    act = any_desk.stage.rows(register.attendance_act)[0].id
    any_desk.stage.clock.go_on(minutes=1)
    scan(any_desk)

    fields = {"student": f"{any_desk.stage.ids['ada']}:2:{act}"}
    post(any_desk, day, "undo", **fields) if by == "one" else post(any_desk, day, "undo-act", act=act)

    (row,) = any_desk.stage.rows(register.attendance, register.attendance.c.student_id == any_desk.stage.ids["ada"])
    assert (row.status, row.method, row.arrived_at) == ("present", "qr", any_desk.stage.clock())
    assert [it.set_by_role for it in changes(any_desk)] == ["lecturer", "student"]


def test_a_second_scan_after_a_mark_adds_nothing(any_desk: Desk) -> None:
    mark(any_desk, any_desk.sign_in("day"))
    for _ in range(2):
        any_desk.stage.clock.go_on(minutes=1)
        scan(any_desk)

    assert [it.set_by_role for it in changes(any_desk)] == ["lecturer", "student"]


def test_a_scan_leaves_the_status_that_staff_set(any_desk: Desk) -> None:
    mark(any_desk, any_desk.sign_in("day"), status="present_late")
    any_desk.stage.clock.go_on(minutes=1)

    scan(any_desk)

    assert statuses(any_desk) == ["present_late"]
    assert [it.status for it in changes(any_desk)] == ["present_late", "present_late"]


def give_lead(desk: Desk, login: str = "eve") -> None:
    """Make somebody the lead of COMP1201 as well."""
    day = desk.stage.start.date()
    grant = {"role": "module_lead", "scope_kind": "own", "scope_value": ""}
    dates = {"from_on": day - timedelta(days=80), "until_on": day + timedelta(days=280)}
    desk.stage.add("", staff.role_grant, staff_id=desk.stage.ids[login], **grant, **dates)
    if login == "day":
        (link,) = desk.stage.rows(staff.teaching, staff.teaching.c.staff_id == desk.stage.ids["day"])
        desk.stage.change(staff.teaching, link.id, leads=True)


@pytest.mark.parametrize("reason", ["because", "", "not_this_session"])
def test_a_reason_is_one_of_the_list(desk: Desk, day: Browser, reason: str) -> None:
    assert mark(desk, day, reason=reason).status_code == 404
    assert statuses(desk) == []


def test_somebody_who_is_not_listed_is_not_marked(desk: Desk, day: Browser) -> None:
    assert mark(desk, day, "cy").status_code == 404
    assert statuses(desk) == []


@pytest.mark.parametrize("student", ["", "x", "0:0", "-1:0", "1", "1:0:0", "1 or 1=1:0", "9" * 20 + ":0", "1\x00:0"])
def test_a_student_that_does_not_exist_is_not_marked(any_desk: Desk, student: str) -> None:
    answer = post(any_desk, any_desk.sign_in("day"), "present", student=student)

    assert (answer.status_code, statuses(any_desk)) == (404, [])


def test_an_answer_that_changed_nothing_is_a_look_and_is_written_down(desk: Desk, day: Browser) -> None:
    check_in(desk)

    assert "Ada Lovelace" in mark(desk, day).text
    assert logged(desk) == [("view student", "shown", {"ada"})]


def test_without_scripts_a_mark_answers_with_the_whole_page_and_a_row_in_the_access_log(
    desk: Desk, day: Browser
) -> None:
    answer = day.send(desk.lecture(rest="/register/present"), "/", student=f"{desk.stage.ids['ada']}:0")

    assert ("<title>" in answer.text, ">Present.</p>" in answer.text, "Ben Okri" in answer.text) == (True, True, True)
    assert [act for act, _, _ in logged(desk)] == ["change", "view roster"]


# Two people at one row ---------------------------------------------------------------------------


def test_whoever_is_second_is_told_and_the_first_ones_work_stands(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day, status="present_late", reason="paper_list")

    answer = post(any_desk, day, "present", student=f"{any_desk.stage.ids['ada']}:0", status="present")

    assert (answer.status_code, answer.get_json()["row"][2:4]) == (409, ["present_late", 1])
    assert "Somebody else has just changed this row, and their change stands." in answer.get_json()["said"]
    assert statuses(any_desk) == ["present_late"]


def test_whoever_is_second_and_wants_the_same_is_not_troubled(desk: Desk, day: Browser) -> None:
    mark(desk, day)

    answer = post(desk, day, "present", student=f"{desk.stage.ids['ada']}:0")

    assert (answer.status_code, answer.get_json()["said"]) == (200, "Nothing to change: present.")


# Undo --------------------------------------------------------------------------------------------


def test_somebody_absent_becomes_present_and_undo_makes_them_absent_again(any_desk: Desk) -> None:
    check_in(any_desk, status="absent")
    day = any_desk.sign_in("day")

    mark(any_desk, day)
    marked = statuses(any_desk)
    undo(any_desk, day)

    assert (marked, statuses(any_desk)) == (["present"], ["absent"])
    assert [row.status for row in changes(any_desk)] == ["absent", "present", "absent"]


def test_an_undo_stands_in_the_history_with_the_act_it_takes_back(desk: Desk, day: Browser) -> None:
    mark(desk, day)
    undo(desk, day)

    acts = desk.stage.rows(register.attendance_act)
    assert [(act.kind, act.undoes_id) for act in acts] == [("one", None), ("undo", acts[0].id)]


def test_a_second_undo_changes_nothing_and_is_a_look(desk: Desk, day: Browser) -> None:
    mark(desk, day)
    undo(desk, day)

    answer = undo(desk, day)

    assert "nothing left to take back" in answer.get_json()["said"]
    assert statuses(desk) == ["not_recorded"]
    assert (len(changes(desk)), logged(desk)[-1]) == (2, ("view student", "shown", {"ada"}))


def test_what_somebody_has_set_anew_is_not_taken_back(desk: Desk, day: Browser) -> None:
    mark(desk, day)
    mark(desk, day, status="present_late", reason="mistake")

    undo(desk, day)

    assert statuses(desk) == ["present_late"]


def test_what_a_student_did_cannot_be_undone(desk: Desk, day: Browser) -> None:
    check_in(desk)

    answer = undo(desk, day)

    assert (answer.get_json()["row"][4], statuses(desk)) == (0, ["present"])


def test_the_history_is_never_rewritten(desk: Desk, day: Browser) -> None:
    mark(desk, day)
    before = changes(desk)

    undo(desk, day)

    assert changes(desk)[: len(before)] == before


# Until when, and who else ------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "status"), [(6, 200), (7, 409)])
def test_a_lecturer_marks_for_seven_days(desk: Desk, days: int, status: int) -> None:
    desk.stage.clock.go_on(days=days, hours=1)
    day = desk.sign_in("day")

    assert ("Mark present" in open_names(desk, day).text) == (status == 200)
    assert mark(desk, day).status_code == status


def test_afterwards_the_page_says_who_still_can_and_until_when(desk: Desk) -> None:
    desk.stage.clock.go_on(days=8)
    day = desk.sign_in("day")
    said = "It can still be changed by a module lead until Tuesday 22 December, 11:00."

    assert said in words(day.get(desk.lecture(rest="/register")))
    assert said in mark(desk, day).get_json()["said"]
    assert said in words(day.send(desk.lecture(rest="/register/all"), "/"))


@pytest.mark.parametrize(("days", "status"), [(27, 200), (28, 409)])
def test_a_module_lead_marks_for_twenty_eight_days(desk: Desk, days: int, status: int) -> None:
    give_lead(desk, "day")
    desk.stage.clock.go_on(days=days, hours=1)

    answer = mark(desk, desk.sign_in("day"))

    assert answer.status_code == status
    if status == 409:
        assert "an engagement officer decides" in answer.get_json()["said"]


def test_the_history_names_the_role_that_gave_the_right(desk: Desk) -> None:
    give_lead(desk, "day")
    desk.stage.clock.go_on(days=8)

    mark(desk, desk.sign_in("day"))

    assert changes(desk)[0].set_by_role == "module_lead"
    assert desk.stage.rows(log.access_entry)[-1].role == "module_lead"


@pytest.mark.parametrize(("column", "word"), [("cancelled_at", "cancelled"), ("voided_at", "void")])
def test_a_session_that_counts_for_nobody_takes_no_mark(desk: Desk, day: Browser, column: str, word: str) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **{column: START})

    assert "Mark present" not in open_names(desk, day).text
    assert f"This session is {word}" in mark(desk, day).get_json()["said"]


def test_nobody_is_marked_before_check_in_opens(desk: Desk) -> None:
    desk.stage.clock.set(9, 44)

    answer = mark(desk, desk.sign_in("day"))

    assert (answer.status_code, statuses(desk)) == (409, [])
    assert "has not opened yet" in answer.get_json()["said"]


@pytest.mark.parametrize("what", ["present", "undo", "undo-act", "all", "numbers", "pending", "walk-ins", "history"])
def test_a_lecturer_of_another_module_changes_nothing(desk: Desk, eve: Browser, what: str) -> None:
    fields = {"student": f"{desk.stage.ids['ada']}:0", "act": 1, "numbers": "31000001", "accept": "all"}
    if what == "undo":
        fields["student"] = "1:1:1"
    if what == "history":
        del fields["student"]

    assert (post(desk, eve, what, **fields).status_code, statuses(desk)) == (404, [])


def test_the_right_to_one_lecture_marks_nobody_at_another(desk: Desk, eve: Browser) -> None:
    path = desk.lecture("silk", "/register/present")

    assert eve.send(path, "/", student=f"{desk.stage.ids['ada']}:0").status_code == 404
    assert eve.send(path, "/", student=f"{desk.stage.ids['cy']}:0").status_code == 200


def test_a_right_that_is_taken_away_ends_at_once(desk: Desk, day: Browser) -> None:
    with desk.stage.database.owner.begin() as connection:
        connection.execute(delete(staff.teaching).where(staff.teaching.c.staff_id == desk.stage.ids["day"]))

    assert mark(desk, day).status_code == 404


def test_whoever_stands_in_marks_until_the_session_ends(desk: Desk) -> None:
    cover = {"lecture_id": desk.stage.ids["algorithms"], "staff_id": desk.stage.ids["eve"]}
    desk.stage.add("", staff.cover, **cover, named_at=START)
    marked = mark(desk, desk.sign_in("eve")).status_code
    desk.stage.clock.go_on(hours=1)

    assert (marked, mark(desk, desk.sign_in("eve"), "ben").status_code) == (200, 404)


# What was changed, and by whom -------------------------------------------------------------------


def test_the_history_of_a_student_says_who_when_what_and_why(any_desk: Desk) -> None:
    check_in(any_desk)
    day = any_desk.sign_in("day")
    mark(any_desk, day, status="present_late", reason="mistake")

    text = words(post(any_desk, day, "history", student=any_desk.stage.ids["ada"]))

    assert "Ada Lovelace" in text
    assert "<del>Present</del>" in text
    assert "<ins>Present, late</ins>" in text
    assert "It was a mistake. Dr Day, lecturer" in text
    assert text.index("Present, late") < text.index("The student")
    assert logged(any_desk)[-1] == ("view student", "shown", {"ada"})


def test_the_history_of_a_session_names_the_student_of_a_single_act_and_is_written_down(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day, reason="no_device")

    text = words(post(any_desk, day, "history"))

    assert "Had no device: <bdi>Ada Lovelace</bdi>" in text
    assert "Dr Day, lecturer" in text
    assert logged(any_desk)[-1] == ("view roster", "shown", {"ada"})


def test_a_history_is_the_answer_to_a_form_and_a_page_of_its_own_without_script(desk: Desk, day: Browser) -> None:
    path = desk.lecture(rest="/register/history")

    assert day.get(path).status_code == 405
    assert "Names are on this page" in day.send(path, "/").text


def test_nobody_reads_the_history_of_somebody_who_is_not_listed(desk: Desk, day: Browser) -> None:
    assert post(desk, day, "history", student=desk.stage.ids["cy"]).status_code == 404
    assert logged(desk) == [("deny", "refused", {"cy"})]

"""The register: numbers on opening, names by a POST that the access log knows of, marking by hand."""

from datetime import date

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kiosk.store.tables import board, log, register, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser

NUMBERS = ("31000001", "31000002", "31000003")


def open_names(desk: Desk, browser: Browser, lecture: str = "algorithms") -> TestResponse:
    return browser.send(desk.lecture(lecture, "/register/names"), desk.lecture(lecture, "/register"))


def mark(desk: Desk, browser: Browser, student: str = "ada", how: str = "present") -> TestResponse:
    path = desk.lecture(rest=f"/register/{how}")
    fields = {"student": desk.stage.ids[student], "curtain": "open"}
    data = {"csrf_token": browser.csrf(desk.lecture(rest="/register")), **fields}
    return browser.post(path, data=data, headers={"X-Kiosk-Part": "1"})


def check_in(desk: Desk, student: str = "ada", status: str = "present", lecture: str = "algorithms") -> None:
    desk.stage.put_in_register(student, status, method="qr", lecture=lecture)
    shared = {"lecture_id": desk.stage.ids[lecture], "student_id": desk.stage.ids[student], "status": status}
    desk.stage.add("", register.attendance_change, **shared, set_at=START, set_by_role="student")


def logged(desk: Desk) -> list[tuple[str, str, set[str]]]:
    """What the access log has: act, outcome, and the cast it concerns."""
    names = {desk.stage.ids[name]: name for name in ("ada", "ben", "cy")}
    subjects = desk.stage.rows(log.access_subject)
    return [
        (row.act, row.outcome, {names[it.student_id] for it in subjects if it.entry_id == row.id})
        for row in desk.stage.rows(log.access_entry)
    ]


def statuses(desk: Desk) -> list[str]:
    return [row.status for row in desk.stage.rows(register.attendance)]


def test_the_page_opens_with_numbers_and_a_button_that_says_what_it_shows(desk: Desk, day: Browser) -> None:
    answer = day.get(desk.lecture(rest="/register"))

    assert "Show 2 names for COMP1201, 10:00" in words(answer)
    assert "Lovelace" not in answer.text
    assert logged(desk) == []


def test_names_come_with_a_row_in_the_access_log(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    answer = open_names(any_desk, day)

    assert ("Ada Lovelace" in answer.text, "Ben Okri" in answer.text, "Cy Young" in answer.text) == (True, True, False)
    assert logged(any_desk) == [("view roster", "shown", {"ada", "ben"})]
    (row,) = any_desk.stage.rows(log.access_entry)
    assert (row.staff_id, row.role, row.scope, row.purpose) == (
        any_desk.stage.ids["day"],
        "lecturer",
        "own",
        "teaching",
    )
    assert (row.thing, row.thing_id, row.at) == ("lecture", any_desk.stage.ids["algorithms"], any_desk.stage.clock())
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_its_row_in_the_access_log_there_is_no_name(
    desk: Desk, day: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)

    answer = open_names(desk, day)

    assert (answer.status_code, "Lovelace" in answer.text) == (503, False)


def test_no_student_number_is_anywhere_in_it(desk: Desk, day: Browser) -> None:
    text = open_names(desk, day).text

    assert not [number for number in NUMBERS if number in text]


def test_names_are_a_post_with_a_csrf_value(desk: Desk, day: Browser) -> None:
    path = desk.lecture(rest="/register/names")

    assert (day.get(path).status_code, day.post(path).status_code) == (405, 400)
    assert logged(desk) == []


def test_a_lecturer_of_another_module_gets_no_name(desk: Desk, eve: Browser) -> None:
    answer = eve.send(desk.lecture(rest="/register/names"), "/")

    assert (answer.status_code, logged(desk)) == (404, [("deny", "refused", set())])


@pytest.mark.parametrize("login", ["mo", "ro", "nell"])
def test_no_other_role_gets_a_name(desk: Desk, login: str) -> None:
    browser = desk.sign_in(login)

    assert browser.send(desk.lecture(rest="/register/names"), "/").status_code == 404
    assert browser.send(desk.lecture(rest="/register/present"), "/", student=1).status_code == 404


def test_a_stranger_is_turned_to_the_sign_in_page(desk: Desk) -> None:
    stranger = desk.stranger()

    answer = stranger.send(desk.lecture(rest="/register/names"), "/sign-in")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


@pytest.mark.parametrize(("days", "status"), [(13, 200), (14, 404)])
def test_a_register_is_readable_for_fourteen_days(desk: Desk, days: int, status: int) -> None:
    desk.stage.clock.go_on(days=days, hours=1)

    assert open_or_not(desk).status_code == status


def open_or_not(desk: Desk) -> TestResponse:
    return desk.sign_in("day").get(desk.lecture(rest="/register"))


def test_names_from_every_script_are_text(desk: Desk, day: Browser) -> None:
    strange = "<script>alert(1)</script> & “Zoë” 林小姐 عائشة"
    desk.stage.add_student("zo", "31000009", strange, "COMP1201")

    text = open_names(desk, day).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “Zoë” 林小姐 عائشة" in text
    assert "<script>alert" not in text


def test_walk_ins_are_a_number_first_and_names_of_their_own_later(desk: Desk, day: Browser) -> None:
    desk.stage.keep_walk_in()

    closed, opened = day.get(desk.lecture(rest="/register")).text, open_names(desk, day).text

    assert ("Cy Young" in closed, "Show 3 names" in closed) == (False, True)
    assert opened.index("<h2>Came, not enrolled</h2>") < opened.index("Cy Young")


@pytest.mark.parametrize(
    ("changes", "is_listed"),
    [
        ({"from_on": date(2026, 11, 25)}, False),
        ({"until_on": date(2026, 11, 23)}, False),
        ({"until_on": date(2026, 11, 24)}, True),
        ({"group_name": "B"}, True),
    ],
)
def test_the_list_is_of_those_enrolled_on_the_day(
    desk: Desk, day: Browser, changes: dict[str, object], is_listed: bool
) -> None:
    with desk.stage.database.owner.begin() as connection:
        own = update(register.enrolment).where(register.enrolment.c.student_id == desk.stage.ids["ada"])
        connection.execute(own.values(**changes))

    assert ("Ada Lovelace" in open_names(desk, day).text) == is_listed


def test_a_group_s_session_lists_the_group_and_whoever_came(desk: Desk, day: Browser) -> None:
    desk.stage.add_student("di", "31000004", "Di Ng", "COMP1201", group="A")
    desk.stage.add_lecture("group a", group="A")
    check_in(desk, "ben", lecture="group a")

    text = open_names(desk, day, "group a").text

    assert ("Di Ng" in text, "Ben Okri" in text, "Ada Lovelace" in text) == (True, True, False)


def test_somebody_who_left_the_university_is_off_the_list(desk: Desk, day: Browser) -> None:
    desk.stage.change(register.student, desk.stage.ids["ada"], left_on=date(2026, 11, 1))

    assert "Ada Lovelace" not in open_names(desk, day).text


# Marking by hand ---------------------------------------------------------------------------------


def test_a_mark_keeps_who_and_when(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    answer = mark(any_desk, day)

    change = any_desk.stage.rows(register.attendance_change)[-1]
    assert ("Present" in answer.text, "Undo" in answer.text, answer.headers["X-Kiosk-Present"]) == (True, True, "1")
    assert statuses(any_desk) == ["present"]
    assert (change.status, change.set_by_role, change.set_by_staff_id, change.set_at) == (
        "present",
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
    assert len(any_desk.stage.rows(register.attendance_change)) == 1


def test_somebody_absent_becomes_present_and_undo_makes_them_absent_again(any_desk: Desk) -> None:
    check_in(any_desk, status="absent")
    day = any_desk.sign_in("day")

    mark(any_desk, day)
    marked = statuses(any_desk)
    mark(any_desk, day, how="undo")

    assert (marked, statuses(any_desk)) == (["present"], ["absent"])
    history = [row.status for row in any_desk.stage.rows(register.attendance_change)]
    assert history == ["absent", "present", "absent"]


def test_a_second_undo_changes_nothing(desk: Desk, day: Browser) -> None:
    mark(desk, day)
    for _ in range(2):
        mark(desk, day, how="undo")

    assert statuses(desk) == ["not_recorded"]
    assert len(desk.stage.rows(register.attendance_change)) == 2


@pytest.mark.parametrize("how", ["present", "undo"])
def test_an_answer_that_changed_nothing_is_a_look_and_is_written_down(desk: Desk, day: Browser, how: str) -> None:
    check_in(desk)

    assert "Ada Lovelace" in mark(desk, day, how=how).text
    assert logged(desk) == [("view student", "shown", {"ada"})]


def test_what_a_student_did_cannot_be_undone(desk: Desk, day: Browser) -> None:
    check_in(desk)

    answer = mark(desk, day, how="undo")

    assert ("Undo" in answer.text, statuses(desk)) == (False, ["present"])


def test_somebody_who_is_not_listed_is_not_marked(desk: Desk, day: Browser) -> None:
    assert mark(desk, day, "cy").status_code == 404
    assert statuses(desk) == []


@pytest.mark.parametrize("student", ["", "x", "0", "-1", "1 or 1=1", "99999999999999999999", "1\x00"])
def test_a_student_that_does_not_exist_is_not_marked(any_desk: Desk, student: str) -> None:
    day = any_desk.sign_in("day")

    answer = day.send(any_desk.lecture(rest="/register/present"), any_desk.lecture(rest="/register"), student=student)

    assert (answer.status_code, statuses(any_desk)) == (404, [])


def test_the_student_is_never_in_an_address(desk: Desk, day: Browser) -> None:
    rules = [rule.rule for rule in desk.app.url_map.iter_rules()]

    assert not [rule for rule in rules if "student" in rule]
    assert day.get(desk.lecture(rest=f"/register/present?student={desk.stage.ids['ada']}")).status_code == 405


@pytest.mark.parametrize(("days", "is_offered"), [(6, True), (7, False)])
def test_a_lecturer_marks_for_seven_days(desk: Desk, days: int, is_offered: bool) -> None:
    desk.stage.clock.go_on(days=days, hours=1)
    day = desk.sign_in("day")

    assert ("Mark present" in open_names(desk, day).text) == is_offered
    assert (mark(desk, day).status_code == 200) == is_offered


@pytest.mark.parametrize("column", ["cancelled_at", "voided_at"])
def test_a_session_that_counts_for_nobody_takes_no_mark(desk: Desk, day: Browser, column: str) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **{column: START})

    assert "Mark present" not in open_names(desk, day).text
    assert mark(desk, day).status_code == 404


def test_nobody_is_marked_before_check_in_opens(desk: Desk) -> None:
    desk.stage.clock.set(9, 44)

    assert mark(desk, desk.sign_in("day")).status_code == 404


def test_a_lecturer_of_another_module_marks_nobody(desk: Desk, eve: Browser) -> None:
    answer = eve.send(desk.lecture(rest="/register/present"), "/", student=desk.stage.ids["ada"])

    assert (answer.status_code, statuses(desk)) == (404, [])


def test_the_right_to_one_lecture_marks_nobody_at_another(desk: Desk, eve: Browser) -> None:
    path = desk.lecture("silk", "/register/present")

    assert eve.send(path, "/", student=desk.stage.ids["ada"]).status_code == 404
    assert eve.send(path, "/", student=desk.stage.ids["cy"]).status_code == 200


def test_a_right_that_is_taken_away_ends_at_once(desk: Desk, day: Browser) -> None:
    with desk.stage.database.owner.begin() as connection:
        connection.execute(delete(staff.teaching).where(staff.teaching.c.staff_id == desk.stage.ids["day"]))

    assert mark_without_page(desk, day).status_code == 404


def mark_without_page(desk: Desk, browser: Browser) -> TestResponse:
    return browser.send(desk.lecture(rest="/register/present"), "/", student=desk.stage.ids["ada"])


def test_without_scripts_a_mark_answers_with_the_whole_page_and_a_row_in_the_access_log(
    desk: Desk, day: Browser
) -> None:
    answer = mark_without_page(desk, day)

    assert ("<title>" in answer.text, "Marked present." in answer.text, "Ben Okri" in answer.text) == (True, True, True)
    assert [act for act, _, _ in logged(desk)] == ["change", "view roster"]


def test_the_log_keeps_no_name(desk: Desk, day: Browser, caplog: pytest.LogCaptureFixture) -> None:
    open_names(desk, day)
    mark(desk, day)

    kept = caplog.text + str(
        [desk.stage.rows(table) for table in (staff.journal, log.access_entry, log.access_subject)]
    )
    assert "Lovelace" not in kept

"""The register: numbers on opening, names by a POST that the access log knows of; how a session counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kiosk.store.tables import board, log, register, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser

NUMBERS = ("31000001", "31000002", "31000003")


def open_names(desk: Desk, browser: Browser, lecture: str = "algorithms", **fields: str) -> TestResponse:
    return browser.send(desk.lecture(lecture, "/register/names"), desk.lecture(lecture, "/register"), **fields)


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
    assert opened.index("<h2>Came, not on the list</h2>") < opened.index("Cy Young")


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


@pytest.mark.parametrize(("days_ago", "is_listed"), [(0, True), (1, False)])
def test_somebody_who_leaves_the_university_is_on_the_list_until_the_last_day(
    any_desk: Desk, days_ago: int, is_listed: bool
) -> None:
    last_day = START.date() - timedelta(days=days_ago)
    any_desk.stage.change(register.student, any_desk.stage.ids["ada"], left_on=last_day)

    assert ("Ada Lovelace" in open_names(any_desk, any_desk.sign_in("day")).text) == is_listed


def test_the_student_is_never_in_an_address(desk: Desk, day: Browser) -> None:
    parts = [name for rule in desk.app.url_map.iter_rules() for name in rule.arguments]

    assert not [name for name in parts if "student" in name or "number" in name]
    assert day.get(desk.lecture(rest=f"/register/present?student={desk.stage.ids['ada']}")).status_code == 405


def test_the_log_keeps_no_name(desk: Desk, day: Browser, caplog: pytest.LogCaptureFixture) -> None:
    open_names(desk, day)

    kept = caplog.text + str(
        [desk.stage.rows(table) for table in (staff.journal, log.access_entry, log.access_subject)]
    )
    assert "Lovelace" not in kept


# How a session counts ----------------------------------------------------------------------------


def test_a_session_at_which_nobody_was_recorded_reads_not_observed(desk: Desk) -> None:
    desk.stage.clock.go_on(hours=1)
    day = desk.sign_in("day")

    closed, opened = day.get(desk.lecture(rest="/register")), open_names(desk, day)

    assert "Not observed: nobody was recorded here, so it counts for nobody." in words(closed)
    assert opened.text.count(">Not observed</span>") == 2
    assert "Not observed" in words(day.get(desk.lecture()))


def test_while_it_is_on_nobody_reads_not_observed(desk: Desk, day: Browser) -> None:
    assert ">Not observed<" not in open_names(desk, day).text


def test_one_check_in_and_a_session_counts_with_no_action_by_anyone(desk: Desk) -> None:
    check_in(desk)
    desk.stage.clock.go_on(hours=1)

    text = open_names(desk, desk.sign_in("day")).text

    assert [text.count(f">{word}</span>") for word in ("Present", "Not recorded", "Not observed")] == [1, 1, 0]


@pytest.mark.parametrize(("column", "word"), [("voided_at", "Void"), ("cancelled_at", "Cancelled")])
def test_a_void_session_reads_void_for_all(desk: Desk, day: Browser, column: str, word: str) -> None:
    check_in(desk)
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **{column: START})

    text = open_names(desk, day).text

    assert (text.count(">Void</span>"), ">Present</span>" in text) == (2, False)
    assert f"{word}. It counts for nobody." in text


# For a browser without script --------------------------------------------------------------------


def test_a_few_letters_find_a_name_and_offer_it(desk: Desk, day: Browser) -> None:
    answer = open_names(desk, day, letters="LOV")

    assert ("Ada Lovelace" in answer.text, "Ben Okri" in answer.text) == (True, False)
    assert answer.text.count('type="radio" name="student"') == 1


@pytest.mark.parametrize(("show", "names"), [("all", 2), ("open", 1), ("present", 1), ("anything", 2)])
def test_a_group_is_shown_by_itself(desk: Desk, day: Browser, show: str, names: int) -> None:
    check_in(desk)

    assert open_names(desk, day, show=show).text.count('class="grow name"') == names


def test_a_long_register_comes_in_pages(desk: Desk, day: Browser) -> None:
    for number in range(200):
        student_id = desk.stage.add("", register.student, number=f"N{number}", login=f"n{number}", known_as="Zo Zo")
        desk.stage.add("", register.enrolment, student_id=student_id, module_id=desk.stage.ids["COMP1201"])

    first, second = open_names(desk, day), open_names(desk, day, page="2")

    assert (first.text.count('class="grow name"'), second.text.count('class="grow name"')) == (200, 2)
    assert "Page 1 of 2" in words(first)


# For the script ----------------------------------------------------------------------------------


def test_the_script_gets_rows_and_nothing_else(desk: Desk, day: Browser) -> None:
    check_in(desk)
    path = desk.lecture(rest="/register/names")

    answer = day.post(path, data={"csrf_token": day.csrf(path[:-6]), "curtain": "open"}, headers={"X-Kiosk-Part": "1"})

    ada, ben = desk.stage.ids["ada"], desk.stage.ids["ben"]
    assert answer.get_json() == {
        "rows": [[ada, "Ada Lovelace", "present", 1, 0, "", 0], [ben, "Ben Okri", "not_recorded", 0, 0, "", 0]],
        "walkIns": [],
    }
    assert (answer.headers["X-Kiosk-Part"], answer.headers["X-Kiosk-Present"]) == ("1", "1")


# People of one name -------------------------------------------------------------------------------------


def apart(desk: Desk, browser: Browser) -> list[str]:
    """What stands after each name of the script's register."""
    path = desk.lecture(rest="/register/names")
    answer = browser.post(
        path, data={"csrf_token": browser.csrf(path[:-6]), "curtain": "open"}, headers={"X-Kiosk-Part": "1"}
    )
    return [row[5] for row in answer.get_json()["rows"]]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (("A", "B"), ["group A", "group B", ""]),
        (("A", "A"), ["1 of 2", "2 of 2", ""]),
        (("A", ""), ["1 of 2", "2 of 2", ""]),
    ],
)
def test_people_of_one_name_are_told_apart(any_desk: Desk, groups: tuple[str, str], said: list[str]) -> None:
    for student, number, group in (("ab", "31000011", groups[0]), ("ac", "31000012", groups[1])):
        any_desk.stage.add_student(student, number, "Abe Namesake", "COMP1201", group=group)
    any_desk.stage.change(register.student, any_desk.stage.ids["ada"], left_on=date(2026, 11, 1))

    assert apart(any_desk, any_desk.sign_in("day")) == said


def test_nobody_else_s_group_is_shown(desk: Desk, day: Browser) -> None:
    desk.stage.add_student("ab", "31000011", "Abe Namesake", "COMP1201", group="A")

    assert apart(desk, day) == ["", "", ""]


def test_without_scripts_a_button_says_whose_it_is(desk: Desk, day: Browser) -> None:
    for student, number in (("ab", "31000011"), ("ac", "31000012")):
        desk.stage.add_student(student, number, "Abe Namesake", "COMP1201")

    text = open_names(desk, day).text

    assert 'aria-label="Mark present: Ada Lovelace"' in text
    assert 'aria-label="Details: Abe Namesake (2 of 2)"' in text


def test_a_history_tells_people_of_one_name_apart_too_and_asks_for_nobody_else(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, day = any_desk, any_desk.sign_in("day")
    for student, number, name in (("ab", "31000011", "Abe NAMESAKE"), ("ac", "31000012", "Abe Namesake")):
        desk.stage.add_student(student, number, name, "COMP1201")
    page = desk.lecture(rest="/register")
    day.send(f"{page}/present", page, student=f"{desk.stage.ids['ac']}:0")
    monkeypatch.delattr("kiosk.store.doors.admin.register.rows_of")

    whole = day.send(f"{page}/history", page).text
    one = day.send(f"{page}/history", page, student=desk.stage.ids["ac"]).text

    assert "<bdi>Abe Namesake</bdi> (2 of 2)" in whole
    assert '<bdi>Abe Namesake</bdi> <span class="thin">(2 of 2)</span>' in one

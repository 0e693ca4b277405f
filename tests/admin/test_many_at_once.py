"""Acts for many at once: an answer in numbers, an undo for the whole, and never whose number is whose."""

import html

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kiosk.domain.corrections import MAX_NUMBERS
from kiosk.store.tables import board, log, register, staff
from tests.admin.conftest import Desk, words
from tests.admin.test_corrections import changes, mark, post, statuses
from tests.admin.test_register import check_in, logged, open_names
from tests.stage import START, Browser


def do(desk: Desk, browser: Browser, what: str, **fields: object) -> str:
    """Send a form of the closed register; what the page says afterwards."""
    answer = browser.send(desk.lecture(rest=f"/register/{what}"), desk.lecture(rest="/register"), **fields)
    assert answer.status_code == 303, words(answer)
    return html.unescape(words(browser.get(answer.headers["Location"])))


def undo_last(desk: Desk, browser: Browser) -> str:
    return do(desk, browser, "undo-act", act=desk.stage.rows(register.attendance_act)[-1].id)


def add_walk_in(desk: Desk, student: str = "cy", at: object = START) -> None:
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids[student]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=at)


def present(desk: Desk) -> set[str]:
    names = {desk.stage.ids[name]: name for name in ("ada", "ben", "cy")}
    return {names[row.student_id] for row in desk.stage.rows(register.attendance) if row.status.startswith("present")}


def break_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("all", {}),
        ("numbers", {"numbers": "31000001"}),
        ("pending", {}),
        ("walk-ins", {"accept": "all"}),
        ("walk-ins", {"decline": "all"}),
        ("present", {"student": "{ada}:0"}),
        ("undo", {"student": "{ada}:1:3"}),
        ("undo-act", {"act": "3"}),
        ("history", {}),
        ("history", {"student": "{ada}"}),
    ],
)
def test_without_its_row_in_the_access_log_nothing_is_shown_or_changed(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str, fields: dict[str, str]
) -> None:
    day = any_desk.sign_in("day")
    check_in(any_desk, "ben", status="unable_to_check_in")
    add_walk_in(any_desk)
    mark(any_desk, day, "ben", status="present_late")
    undo_last(any_desk, day)
    mark(any_desk, day, "ada", status="present_late")
    tables = (register.attendance, register.attendance_change, register.attendance_act, register.walk_in)
    before = [any_desk.stage.rows(table) for table in tables]
    break_log(monkeypatch)

    sent = {name: value.format(ada=any_desk.stage.ids["ada"]) for name, value in fields.items()}
    answer = post(any_desk, day, what, **sent)

    assert (answer.status_code, "Lovelace" in answer.text) == (503, False)
    assert [any_desk.stage.rows(table) for table in tables] == before


# Everybody ---------------------------------------------------------------------------------------


def test_everybody_is_marked_present_in_one_act_and_taken_back_in_one(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    said = do(any_desk, day, "all", reason="outage")

    assert "2 marked present, 0 were recorded already." in said
    assert present(any_desk) == {"ada", "ben"}
    assert {row.reason_code for row in changes(any_desk)} == {"outage"}
    assert "2 taken back." in undo_last(any_desk, day)
    assert present(any_desk) == set()
    assert logged(any_desk) == [("change", "changed", {"ada", "ben"})] * 2


def test_what_is_recorded_already_stays(desk: Desk, day: Browser) -> None:
    check_in(desk, status="authorised")

    assert "1 marked present, 1 was recorded already." in do(desk, day, "all")
    assert sorted(statuses(desk)) == ["authorised", "present"]


def test_undo_leaves_what_was_set_anew_since(desk: Desk, day: Browser) -> None:
    do(desk, day, "all")
    act = desk.stage.rows(register.attendance_act)[-1].id
    mark(desk, day, status="present_late", reason="mistake")

    said = do(desk, day, "undo-act", act=act)

    assert "1 taken back. 1 stays as it is: it was changed since." in said
    assert sorted(statuses(desk)) == ["not_recorded", "present_late"]


def test_an_act_for_everybody_is_one_even_when_it_changed_nobody(desk: Desk, day: Browser) -> None:
    """It may have reached somebody whose record is locked, and must not tell."""
    do(desk, day, "all")
    page = do(desk, day, "all")

    assert len(desk.stage.rows(register.attendance_act)) == 2
    assert "The last change can be taken back." in page
    assert "Everybody marked present: 0 students" in words(post(desk, day, "history"))


def test_nobody_waiting_leaves_no_act(desk: Desk, day: Browser) -> None:
    page = do(desk, day, "pending")

    assert desk.stage.rows(register.attendance_act) == []
    assert "The last change can be taken back." not in page


def test_an_act_on_another_register_is_not_taken_back(desk: Desk, day: Browser) -> None:
    eve = desk.sign_in("eve")
    eve.send(desk.lecture("silk", "/register/all"), "/")

    said = undo_last(desk, day)

    assert ("nothing left to take back" in said, present(desk)) == (True, {"cy"})


# A list of numbers -------------------------------------------------------------------------------


def test_a_pasted_list_is_answered_in_numbers(any_desk: Desk) -> None:
    check_in(any_desk, "ben")
    day = any_desk.sign_in("day")

    said = do(any_desk, day, "numbers", numbers="31000001, 31000002\t31000001\n\n 31000003 \n99999999")

    assert "1 marked present, 1 was recorded already, 2 numbers are not on this session's list." in said
    assert present(any_desk) == {"ada", "ben"}
    assert not [number for number in ("31000001", "31000003", "99999999") if number in said]


def test_a_stranger_in_a_list_becomes_nothing(desk: Desk, day: Browser) -> None:
    assert "1 number is not on this session's list." in do(desk, day, "numbers", numbers="31000003")
    assert desk.stage.rows(register.attendance) == []


def test_a_whole_paste_is_taken_back_at_once(desk: Desk, day: Browser) -> None:
    do(desk, day, "numbers", numbers="31000001 31000002")

    assert "2 taken back." in undo_last(desk, day)
    assert present(desk) == set()


def test_five_thousand_lines_with_strangers_and_blanks_are_taken(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    lines = [f"{number}" if number % 3 else "  " for number in range(10_000_000, 10_000_000 + MAX_NUMBERS - 4)]

    said = do(any_desk, day, "numbers", numbers="\r\n".join([*lines, "31000001", "31000001", "\t31000002,", ""]))

    assert "2 marked present, 0 were recorded already" in said


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ("\n".join(map(str, range(MAX_NUMBERS + 1))), "That is more than 5,000 numbers. Paste them in parts."),
        (" ".join(map(str, range(MAX_NUMBERS + 1))), "That is more than 5,000 numbers. Paste them in parts."),
        (" \n,\t", "Paste at least one student number."),
        ("Ada Lovelace", "Paste at least one student number."),
    ],
)
def test_what_is_no_list_is_answered_beside_the_field(any_desk: Desk, numbers: str, why: str) -> None:
    desk, day = any_desk, any_desk.sign_in("day")
    answer = day.send(desk.lecture(rest="/register/numbers"), desk.lecture(rest="/register"), numbers=numbers)

    assert (answer.status_code, why in words(answer)) == (422, True)


def test_five_thousand_on_one_line_are_taken_and_a_number_that_comes_twice_is_one(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    numbers = [str(number) for number in range(10_000_000, 10_000_000 + MAX_NUMBERS - 1)]

    said = do(any_desk, day, "numbers", numbers=" ".join([*numbers, "31000001", "31000001"]))

    assert "1 marked present" in said


def test_what_is_far_too_large_is_not_read(desk: Desk, day: Browser) -> None:
    answer = day.send(desk.lecture(rest="/register/numbers"), desk.lecture(rest="/register"), numbers="1" * 600_000)

    assert answer.status_code == 413


def test_other_forms_stay_small(desk: Desk, day: Browser) -> None:
    answer = day.send(desk.lecture(rest="/register/all"), desk.lecture(rest="/register"), reason="1" * 100_000)

    assert answer.status_code == 413


def test_a_paste_of_one_number_does_not_say_whose_it_is(desk: Desk, day: Browser) -> None:
    said = do(desk, day, "numbers", numbers="31000001")

    assert "Lovelace" not in said
    assert "Marked present by a list of numbers: 1 student" in words(post(desk, day, "history"))
    assert "Lovelace" not in post(desk, day, "history").text


def test_a_paste_that_changed_nothing_still_said_who_is_listed_and_is_written_down(desk: Desk, day: Browser) -> None:
    check_in(desk)

    do(desk, day, "numbers", numbers="31000001")

    assert logged(desk) == [("change", "unchanged", set()), ("search", "shown", {"ada"})]


def test_whoever_was_recorded_already_is_written_down_beside_those_a_paste_changed(any_desk: Desk) -> None:
    check_in(any_desk)

    assert "1 marked present, 1 was recorded already" in do(
        any_desk, any_desk.sign_in("day"), "numbers", numbers="31000001 31000002"
    )

    assert logged(any_desk) == [("change", "changed", {"ben"}), ("search", "shown", {"ada"})]


# Those who could not check in ------------------------------------------------------------------------


def test_all_pending_are_accepted_at_once_and_the_page_offers_it_only_then(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    before = words(day.get(any_desk.lecture(rest="/register")))
    check_in(any_desk, status="unable_to_check_in")

    offered = words(day.get(any_desk.lecture(rest="/register")))

    assert ("could not check in" in before, "1 could not check in" in offered) == (False, True)
    assert "1 accepted." in do(any_desk, day, "pending")
    assert statuses(any_desk) == ["present_self_declared"]
    undo_last(any_desk, day)
    assert statuses(any_desk) == ["unable_to_check_in"]


# Those who are not on the list ---------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "status"), [(10, "present"), (11, "present_late")])
def test_a_walk_in_that_is_accepted_counts_as_they_came(any_desk: Desk, minutes: int, status: str) -> None:
    add_walk_in(any_desk, at=START.replace(minute=minutes))

    said = do(any_desk, any_desk.sign_in("day"), "walk-ins", accept="all")

    (row,) = any_desk.stage.rows(register.attendance)
    assert "1 taken into the register." in said
    assert (row.status, row.method, row.arrived_at) == (status, "qr", START.replace(minute=minutes))


def test_undo_makes_a_walk_in_one_again(any_desk: Desk) -> None:
    add_walk_in(any_desk)
    day = any_desk.sign_in("day")
    do(any_desk, day, "walk-ins", accept="all")

    undo_last(any_desk, day)

    (came,) = any_desk.stage.rows(register.walk_in)
    assert (came.settled_at, came.act_id, present(any_desk)) == (None, None, set())
    assert "Came, not on the list" in open_names(any_desk, day).text


def test_a_walk_in_that_is_declined_leaves_nothing_in_the_register_and_a_row_in_the_history(any_desk: Desk) -> None:
    add_walk_in(any_desk)
    day = any_desk.sign_in("day")

    said = do(any_desk, day, "walk-ins", decline=any_desk.stage.ids["cy"])

    assert "1 settled as not for this session." in said
    assert any_desk.stage.rows(register.attendance) == []
    assert [(row.status, row.reason_code) for row in changes(any_desk, "cy")] == [("not_recorded", "not_this_session")]
    undo_last(any_desk, day)
    assert any_desk.stage.rows(register.walk_in)[0].settled_at is None


def test_one_walk_in_is_settled_and_the_others_wait(desk: Desk, day: Browser) -> None:
    desk.stage.add_student("di", "31000004", "Di Ng")
    for name in ("cy", "di"):
        add_walk_in(desk, name)

    answer = post(desk, day, "walk-ins", accept=desk.stage.ids["cy"])

    assert answer.get_json()["said"] == "1 taken into the register."
    assert [row.settled_at is None for row in desk.stage.rows(register.walk_in)] == [False, True]


@pytest.mark.parametrize("fields", [{}, {"accept": ""}, {"accept": "x"}, {"decline": "-1"}])
def test_a_form_that_names_nobody_settles_nobody(desk: Desk, day: Browser, fields: dict[str, str]) -> None:
    add_walk_in(desk)

    assert post(desk, day, "walk-ins", **fields).status_code == 404
    assert desk.stage.rows(register.walk_in)[0].settled_at is None


def test_a_walk_in_accepted_and_then_set_anew_stays_when_the_acceptance_is_taken_back(desk: Desk, day: Browser) -> None:
    add_walk_in(desk)
    do(desk, day, "walk-ins", accept="all")
    act = desk.stage.rows(register.attendance_act)[-1].id
    mark(desk, day, "cy", status="present_late", reason="mistake")

    do(desk, day, "undo-act", act=act)

    assert (statuses(desk), desk.stage.rows(register.walk_in)[0].settled_at is None) == (["present_late"], False)


# No name on the way ------------------------------------------------------------------------------


def test_no_act_for_many_shows_a_name(desk: Desk, day: Browser) -> None:
    add_walk_in(desk)
    check_in(desk, "ben", status="unable_to_check_in")

    pages = [
        do(desk, day, "pending"),
        do(desk, day, "walk-ins", accept="all"),
        do(desk, day, "numbers", numbers="31000001"),
        do(desk, day, "all"),
        undo_last(desk, day),
    ]

    assert not [name for name in ("Lovelace", "Okri", "Young") if name in "".join(pages)]


# Head-count --------------------------------------------------------------------------------------


def count(desk: Desk, browser: Browser, people: str, **fields: str) -> TestResponse:
    return browser.send(desk.lecture(rest="/headcount"), "/", people=people, **fields)


def test_a_head_count_stands_beside_the_number_of_check_ins(any_desk: Desk) -> None:
    check_in(any_desk)
    day = any_desk.sign_in("day")

    answer = count(any_desk, day, "43")

    assert answer.headers["Location"] == any_desk.lecture()
    for place in ("", "/register"):
        page = words(day.get(any_desk.lecture(rest=place)))
        assert '<strong class="number" id="present">1</strong> of 2 recorded as present.' in page
        assert '<strong class="number">43</strong> in the room, counted 10:02 by Dr Day.' in page


def test_a_head_count_is_changed_and_taken_back_and_every_one_is_kept(desk: Desk, day: Browser) -> None:
    for people in ("43", "44", ""):
        count(desk, day, people, back="register")

    assert "in the room, counted" not in words(day.get(desk.lecture()))
    kept = [(row.people, row.staff_id, row.role) for row in desk.stage.rows(staff.headcount)]
    assert kept == [(people, desk.stage.ids["day"], "lecturer") for people in (43, 44, None)]


@pytest.mark.parametrize("people", ["-1", "4.5", "many", "10000"])
def test_what_is_no_count_is_not_kept(desk: Desk, day: Browser, people: str) -> None:
    page = day.get(count(desk, day, people).headers["Location"])

    assert "a whole number up to 9,999" in words(page)
    assert desk.stage.rows(staff.headcount) == []


@pytest.mark.parametrize("people", ["43", "many"])
def test_somebody_elses_room_is_not_counted(desk: Desk, eve: Browser, people: str) -> None:
    assert count(desk, eve, people).status_code == 404
    assert desk.stage.rows(staff.headcount) == []


def test_no_heads_are_counted_at_a_session_that_counts_for_nobody(desk: Desk, day: Browser) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], voided_at=START)

    assert count(desk, day, "43").status_code == 404
    assert "How many people" not in day.get(desk.lecture()).text


def test_a_head_count_is_no_look_at_a_student(desk: Desk, day: Browser) -> None:
    count(desk, day, "43")

    assert desk.stage.rows(log.access_entry) == []

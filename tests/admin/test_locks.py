"""A locked record: for those named it is there, for everybody else there is no such student, wherever they look."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import log, records, register
from tests.admin.conftest import Desk, words
from tests.admin.test_acts import ask
from tests.admin.test_cases import break_glass, open_case
from tests.admin.test_corrections import mark, post
from tests.admin.test_many_at_once import add_walk_in, do, present, undo_last
from tests.admin.test_records import record, search
from tests.admin.test_register import check_in, open_names
from tests.stage import START, Browser, tokenless

ADA, BEN, CY, NOBODY = "31000001", "31000002", "31000003", "39999999"


def lock(desk: Desk, number: str = ADA, to: str = "eve", login: str = "ona") -> TestResponse:
    return desk.sign_in(login).send("/locks/new", "/locks", number=number, staff=to)


def lift(desk: Desk, login: str, lock_id: int = 1) -> TestResponse:
    return desk.sign_in(login).send(f"/locks/{lock_id}/lift", "/locks")


def plain(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, tokenless(answer.text)


@pytest.fixture
def locked(any_desk: Desk) -> Desk:
    """Ada's record is open to Dr Eve alone."""
    assert lock(any_desk).status_code == 303
    any_desk.stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "Computing")
    return any_desk


# Everybody else ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["day", "tia", "ona"])
def test_a_locked_record_reads_like_no_such_student(locked: Desk, login: str) -> None:
    assert plain(record(locked, login)) == plain(record(locked, login, record=999_999))


@pytest.mark.parametrize("typed", [ADA, "ada"])
def test_a_search_finds_no_such_student(locked: Desk, typed: str) -> None:
    answer = search(locked, "ona", typed)

    assert plain(answer) == plain(search(locked, "ona", "zz" if typed == "ada" else NOBODY))


def test_break_glass_says_the_same_as_for_a_number_nobody_has(locked: Desk) -> None:
    one, other = break_glass(locked, ADA, "tia"), break_glass(locked, NOBODY, "tia")

    assert plain(one) == plain(other)
    assert locked.stage.rows(records.break_glass) == []


def test_my_acts_tell_the_two_from_each_other_no_more(locked: Desk) -> None:
    for number in (ADA, NOBODY):
        break_glass(locked, number, "tia")

    answer = locked.sign_in("tia").get("/my-acts")

    assert (words(answer).count("Refused"), "1 student" in answer.text) == (2, False)


def test_a_case_from_before_the_lock_opens_no_log(desk: Desk) -> None:
    open_case(desk, ADA)
    assert ask(desk, case=1).status_code == 200
    lock(desk)

    assert ask(desk, case=1).status_code == 404
    assert ask(desk).status_code == 200


def test_a_glass_that_was_broken_before_the_lock_shows_nothing_after_it(desk: Desk) -> None:
    break_glass(desk, ADA, "eve")
    lock(desk, to="ona")

    assert desk.sign_in("eve").send("/break-glass/1/record", "/break-glass").status_code == 404


def test_a_case_says_no_such_student(locked: Desk) -> None:
    assert "No student was found" in open_case(locked, ADA).text
    assert locked.stage.rows(records.student_case) == []


def test_an_officer_who_is_not_named_can_not_lock_it_again(locked: Desk) -> None:
    assert plain(lock(locked, to="oz", login="oz"))[0] == 422


# The register ----------------------------------------------------------------------------------------


def test_a_register_is_that_of_a_session_without_the_student(locked: Desk) -> None:
    closed = locked.sign_in("day").get(locked.lecture(rest="/register"))
    opened = open_names(locked, locked.sign_in("day"))

    assert "Show 1 names" in words(closed)
    assert ("Ada" in opened.text, "Ben Okri" in opened.text) == (False, True)
    (entry,) = locked.stage.rows(log.access_entry, log.access_entry.c.act == "view roster")
    subjects = locked.stage.rows(log.access_subject, log.access_subject.c.entry_id == entry.id)
    assert [row.student_id for row in subjects] == [locked.stage.ids["ben"]]


def test_no_number_moves_when_the_student_checks_in(locked: Desk) -> None:
    day = locked.sign_in("day")
    pages = [locked.lecture(), locked.lecture(rest="/register")]
    before = [plain(day.get(page)) for page in pages]

    shared = {"student_id": locked.stage.ids["ada"], "method": "qr", "arrived_at": START}
    locked.stage.add("", register.attendance, lecture_id=locked.stage.ids["algorithms"], status="present", **shared)
    locked.stage.add("", register.walk_in, lecture_id=locked.stage.ids["algorithms"], **shared)

    assert [plain(day.get(page)) for page in pages] == before


def test_what_a_register_says_of_restrictions_it_says_always(desk: Desk, day: Browser) -> None:
    said = "Somebody whose record is restricted is on no list"
    before = open_names(desk, day).text
    lock(desk)

    assert (said in before, said in open_names(desk, day).text) == (True, True)


def test_the_student_is_not_marked_by_somebody_who_can_not_see_them(locked: Desk) -> None:
    assert mark(locked, locked.sign_in("day")).status_code == 404
    assert locked.stage.rows(register.attendance) == []


# What is set for everybody -------------------------------------------------------------------------------


def both(locked: Desk, what: str, **fields: object) -> tuple[str, str]:
    """What Dr Day reads after an act for many, with Ada in the room and with a session that has no such student."""
    day = locked.sign_in("day")
    with_ada = tokenless(do(locked, day, what, **fields))
    history = tokenless(words(post(locked, day, "history")))
    return with_ada, history


def test_marking_all_reaches_the_student_and_tells_of_one_less(locked: Desk) -> None:
    said, history = both(locked, "all")

    assert present(locked) == {"ada", "ben"}
    assert "1 marked present, 0 were recorded already." in said
    assert ("Ada" in history, "Everybody marked present: <bdi>Ben Okri</bdi>" in history) == (False, True)


def test_marking_all_again_says_the_same_whoever_is_locked(locked: Desk) -> None:
    day = locked.sign_in("day")
    mark(locked, day, "ben")

    said, history = both(locked, "all")

    assert present(locked) == {"ada", "ben"}
    assert "0 marked present, 1 was recorded already." in said
    assert ("The last change can be taken back." in said, "Everybody marked present: 0 students" in history) == (
        True,
        True,
    )


def test_what_was_marked_for_all_is_taken_back_for_all(locked: Desk) -> None:
    day = locked.sign_in("day")
    do(locked, day, "all")

    assert "1 taken back." in undo_last(locked, day)
    assert present(locked) == set()
    assert "Took a change back: <bdi>Ben Okri</bdi>" in words(post(locked, day, "history"))


def test_to_take_back_what_reached_the_student_alone_says_what_it_says_without_them(locked: Desk) -> None:
    day = locked.sign_in("day")
    mark(locked, day, "ben")
    do(locked, day, "all")

    assert "There is nothing left to take back" in undo_last(locked, day)
    assert present(locked) == {"ben"}
    assert "Took a change back" not in words(post(locked, day, "history"))


def test_the_number_of_the_student_is_marked_and_read_as_nobody_s(locked: Desk) -> None:
    said, history = both(locked, "numbers", numbers=f"{ADA}, {NOBODY}")

    assert present(locked) == {"ada"}
    assert "0 marked present, 0 were recorded already, 2 numbers are not on this session's list." in said
    assert "Marked present by a list of numbers: 0 students" in history


def test_the_student_s_word_is_taken_with_that_of_the_others(locked: Desk) -> None:
    for student in ("ada", "ben"):
        check_in(locked, student, status="unable_to_check_in")

    said, _ = both(locked, "pending")

    assert "1 accepted." in said
    assert {row.status for row in locked.stage.rows(register.attendance)} == {"present_self_declared"}


@pytest.mark.parametrize(("how", "waits"), [("accept", False), ("decline", True)])
def test_a_locked_walk_in_is_taken_in_with_the_others_and_never_sent_away_unseen(
    any_desk: Desk, how: str, waits: bool
) -> None:
    for student in ("cy", "ben"):
        add_walk_in(any_desk, student)
    any_desk.stage.add_staff("hob", "Hob Officer", "engagement_officer", "department", "History")
    assert lock(any_desk, CY, login="hob").status_code == 303

    do(any_desk, any_desk.sign_in("day"), "walk-ins", **{how: "all"})

    rows = any_desk.stage.rows(register.walk_in, register.walk_in.c.student_id == any_desk.stage.ids["cy"])
    assert [row.settled_at is None for row in rows] == [waits]


def test_an_act_on_the_student_alone_is_not_there_for_others(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    mark(any_desk, day)
    act = any_desk.stage.rows(register.attendance_act)[0].id
    lock(any_desk)

    assert "Nobody has changed anything here by hand." in words(post(any_desk, day, "history"))
    assert "There is nothing left to take back" in do(any_desk, day, "undo-act", act=act)
    assert present(any_desk) == {"ada"}


def test_the_log_has_the_student_and_one_s_own_acts_do_not(locked: Desk) -> None:
    day = locked.sign_in("day")
    do(locked, day, "all")

    changed = locked.stage.rows(
        log.access_entry, log.access_entry.c.act == "change", log.access_entry.c.thing == "lecture"
    )
    subjects = {row.entry_id: row.student_id for row in locked.stage.rows(log.access_subject)}
    assert [subjects[row.id] for row in changed] == [locked.stage.ids["ben"], locked.stage.ids["ada"]]
    assert words(day.get("/my-acts")).count("1 student") == 1


def test_whoever_is_named_reads_of_everybody(any_desk: Desk) -> None:
    lock(any_desk, to="day")
    day = any_desk.sign_in("day")

    assert "2 marked present" in do(any_desk, day, "all")
    assert "Everybody marked present: 2 students" in words(post(any_desk, day, "history"))


def test_a_walk_in_is_not_named(desk: Desk, eve: Browser) -> None:
    shared = {"student_id": desk.stage.ids["ada"], "method": "qr", "arrived_at": START}
    desk.stage.add("", register.walk_in, lecture_id=desk.stage.ids["silk"], **shared)
    before = open_names(desk, eve, "silk").text
    lock(desk, to="day")

    assert ("Ada" in before, "Ada" in open_names(desk, eve, "silk").text) == (True, False)


# Those who are named -----------------------------------------------------------------------------------


def test_whoever_is_named_sees_as_much_as_before(any_desk: Desk) -> None:
    lock(any_desk, to="day Tia")

    assert [record(any_desk, login).status_code for login in ("day", "tia", "ona")] == [200, 200, 404]
    assert "Ada Lovelace" in open_names(any_desk, any_desk.sign_in("day")).text


def test_to_be_named_widens_no_scope(locked: Desk) -> None:
    assert record(locked, "eve").status_code == 404


def test_a_second_lock_of_another_officer_holds_too(desk: Desk) -> None:
    lock(desk, to="day ona")
    lock(desk, to="tia ona")

    assert [record(desk, login).status_code for login in ("day", "tia", "ona")] == [404, 404, 200]


# Setting and lifting -------------------------------------------------------------------------------------


def test_the_officer_who_set_it_can_not_lift_it(locked: Desk) -> None:
    assert lift(locked, "ona").status_code == 404
    assert "A colleague can lift it" in locked.sign_in("ona").get("/locks").text
    assert record(locked, "day").status_code == 404


def test_a_second_officer_lifts_it_and_the_history_stays(locked: Desk) -> None:
    assert lift(locked, "oz").status_code == 303

    assert record(locked, "day").status_code == 200
    (row,) = locked.stage.rows(records.record_lock)
    assert (row.set_by, row.lifted_by) == (locked.stage.ids["ona"], locked.stage.ids["oz"])
    assert lift(locked, "oz").status_code == 404


def test_an_officer_of_another_department_sets_and_lifts_none(locked: Desk) -> None:
    locked.stage.add_staff("hal", "Hal", "engagement_officer", "department", "History")

    assert lift(locked, "hal").status_code == 404
    assert "Lock 1" not in locked.sign_in("hal").get("/locks").text
    assert lock(locked, BEN, login="hal").status_code == 422


def test_setting_and_lifting_are_written_down(locked: Desk) -> None:
    lift(locked, "oz")

    rows = [(it.act, it.purpose, it.thing, it.outcome) for it in locked.stage.rows(log.access_entry)]
    assert rows == [("change", "safety", "lock", "locked"), ("change", "safety", "lock", "lifted")]
    assert {row.student_id for row in locked.stage.rows(log.access_subject)} == {locked.stage.ids["ada"]}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": ""}, "Type all of the student number."),
        ({"number": NOBODY}, "No student was found"),
        ({"number": CY}, "No student was found"),
        ({"to": ""}, "Type at least one sign-in name."),
        ({"to": "day nobody"}, "Nobody has the sign-in name nobody."),
    ],
)
def test_a_lock_that_can_not_be_set_says_why(desk: Desk, fields: dict[str, Any], said: str) -> None:
    answer = lock(desk, **fields)

    assert (answer.status_code, said in answer.text) == (422, True)
    assert desk.stage.rows(records.record_lock) == []


def test_no_reason_is_kept() -> None:
    names = {column.name for table in (records.record_lock, records.record_lock_staff) for column in table.columns}
    assert not [name for name in names if re.search("reason|note|text|why", name)]


def test_the_page_of_locks_names_nobody(locked: Desk) -> None:
    text = locked.sign_in("oz").get("/locks").text

    assert "Lift lock 1" in text
    assert not [word for word in ("Lovelace", ADA, "Ona Officer", "Dr Eve") if word in text]

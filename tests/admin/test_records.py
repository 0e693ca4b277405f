"""Finding a student and reading one record: within reach, behind a form, written down first; out of reach is no such student."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kiosk.store.tables import board, log, records, register, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser, tokenless

PURPOSES = {"tia": "tutoring", "ona": "engagement", "day": "teaching", "eve": "teaching", "dot": "rights request"}
PURPOSES |= {"lea": "teaching", "vic": "sponsor duty"}


def record(desk: Desk, login: str, student: str = "ada", **fields: Any) -> TestResponse:
    sent = {"record": desk.stage.ids[student], "purpose": PURPOSES[login], **fields}
    return desk.sign_in(login).send("/records/show", "/", **sent)


def search(desk: Desk, login: str, typed: str, **fields: Any) -> TestResponse:
    return desk.sign_in(login).send("/records/search", "/records", search=typed, purpose=PURPOSES[login], **fields)


def logged(desk: Desk) -> list[tuple[str, str, str, list[int]]]:
    subjects = desk.stage.rows(log.access_subject)
    return [
        (it.act, it.purpose, it.outcome, [row.student_id for row in subjects if row.entry_id == it.id])
        for it in desk.stage.rows(log.access_entry)
    ]


def attend(desk: Desk, student: str, lecture: str, status: str = "present") -> None:
    ids = desk.stage.ids
    values = {"status": status, "method": "qr", "arrived_at": START}
    desk.stage.add("", register.attendance, lecture_id=ids[lecture], student_id=ids[student], **values)


@pytest.fixture
def two_modules(any_desk: Desk) -> Desk:
    """Ada takes both modules."""
    stage = any_desk.stage
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    return any_desk


# Who reaches whom ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "student", "sees"),
    [
        ("day", "ada", {"COMP1201"}),
        ("day", "cy", None),
        ("eve", "ada", {"HIST2002"}),
        ("eve", "ben", None),
        ("tia", "ada", {"COMP1201", "HIST2002"}),
        ("tia", "ben", None),
        ("ona", "ada", {"COMP1201"}),
        ("ona", "cy", None),
        ("dot", "ada", None),
    ],
)
def test_a_record_shows_the_sessions_a_role_reaches(
    two_modules: Desk, login: str, student: str, sees: set[str] | None
) -> None:
    answer = record(two_modules, login, student)

    assert answer.status_code == (404 if sees is None else 200)
    assert {code for code in ("COMP1201", "HIST2002") if code in answer.text} == (sees or set())


def test_a_module_lead_reaches_the_modules_they_lead(desk: Desk) -> None:
    stage = desk.stage
    stage.add_staff("lea", "Dr Lea", "module_lead")
    stage.add("", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["COMP1201"], leads=True)
    stage.add("", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["HIST2002"], leads=False)

    assert [record(desk, "lea", student).status_code for student in ("ada", "cy")] == [200, 404]


def test_the_visa_officers_list_reaches_nobody_yet(desk: Desk) -> None:
    desk.stage.add_staff("vic", "Vic Visa", "visa_officer", "all")

    assert record(desk, "vic").status_code == 404
    assert "No student was found" in words(search(desk, "vic", "31000001"))


def test_a_link_to_one_group_reaches_that_group(desk: Desk) -> None:
    with desk.stage.database.owner.begin() as owner:
        owner.execute(update(staff.teaching).values(group_name="A"))
        owner.execute(update(register.enrolment).where(register.enrolment.c.student_id == 1).values(group_name="B"))

    assert record(desk, "day").status_code == 404


@pytest.mark.parametrize(("days", "status"), [(14, 200), (15, 404)])
def test_teaching_that_is_over_reaches_for_fourteen_days(desk: Desk, days: int, status: int) -> None:
    with desk.stage.database.owner.begin() as owner:
        owner.execute(update(staff.teaching).values(until_on=START.date() - timedelta(days=days)))

    assert record(desk, "day").status_code == status


@pytest.mark.parametrize(("days", "sees"), [(14, {"COMP1201", "HIST2002"}), (15, {"HIST2002"})])
def test_of_two_modules_the_one_whose_teaching_is_over_is_not_seen(
    two_modules: Desk, days: int, sees: set[str]
) -> None:
    stage = two_modules.stage
    until = START.date() - timedelta(days=days)
    stage.add("", staff.teaching, staff_id=stage.ids["eve"], module_id=stage.ids["COMP1201"], until_on=until)
    stage.change(
        board.lecture, stage.ids["algorithms"], starts_at=START - timedelta(days=20), ends_at=START - timedelta(days=19)
    )

    answer = record(two_modules, "eve")

    assert {code for code in ("COMP1201", "HIST2002") if code in answer.text} == sees


def test_a_tutee_who_changes_is_out_of_reach_at_once(desk: Desk) -> None:
    with desk.stage.database.owner.begin() as owner:
        owner.execute(update(records.tutee).values(until_on=START.date() - timedelta(days=1)))

    assert record(desk, "tia").status_code == 404


def test_a_right_that_is_taken_away_ends_at_once(desk: Desk) -> None:
    browser = desk.sign_in("ona")
    with desk.stage.database.owner.begin() as owner:
        owner.execute(delete(staff.role_grant).where(staff.role_grant.c.staff_id == desk.stage.ids["ona"]))

    assert browser.send("/records/show", "/", record=desk.stage.ids["ada"], purpose="engagement").status_code == 404


# What it says -------------------------------------------------------------------------------------


def test_a_record_says_what_was_recorded_and_no_source(two_modules: Desk) -> None:
    attend(two_modules, "ada", "algorithms", "present_late")

    text = words(record(two_modules, "tia")).split('id="names"')[1]

    assert "Ada Lovelace" in text
    assert "1&nbsp;of&nbsp;1 recorded" in text
    assert "Present, late" in text
    assert "0&nbsp;of&nbsp;0 recorded" in text
    assert not [word for word in ("31000001", "qr", "digits", "%<") if word in text]


def test_five_recorded_sessions_have_a_percentage(desk: Desk) -> None:
    for number in range(5):
        desk.stage.add_lecture(f"week {number}", starts_at=START - timedelta(days=7 * number + 1))
        attend(desk, "ada", f"week {number}", "present" if number else "absent")
    attend(desk, "ben", "week 0")

    assert "4&nbsp;of&nbsp;5 recorded, 80&nbsp;%" in words(record(desk, "tia"))


@pytest.mark.parametrize(("column", "said"), [("voided_at", ">Void<"), ("cancelled_at", ">Cancelled<")])
def test_a_session_that_counts_for_nobody_says_why(desk: Desk, column: str, said: str) -> None:
    attend(desk, "ada", "algorithms")
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **{column: START})

    text = words(record(desk, "tia"))

    assert "0&nbsp;of&nbsp;0 recorded" in text
    assert said in text


def test_sessions_to_come_and_those_of_another_group_are_not_in_it(desk: Desk) -> None:
    desk.stage.add_lecture("tomorrow", starts_at=START + timedelta(days=1), kind="Seminar")
    desk.stage.add_lecture("other", starts_at=START - timedelta(days=1), group="B", kind="Lab")

    text = record(desk, "tia").text

    assert ("Seminar" in text, "Lab<" in text) == (False, False)


def test_it_closes_by_itself_without_scripts(desk: Desk) -> None:
    answer = record(desk, "tia")

    assert '<noscript><meta http-equiv="refresh" content="60;url=/records"></noscript>' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Ada" not in answer.text.split("</title>")[0]


# Written down -------------------------------------------------------------------------------------


def test_a_record_has_its_row_before_it_is_shown(any_desk: Desk) -> None:
    record(any_desk, "tia", purpose="support")

    assert logged(any_desk) == [("view student", "support", "shown", [any_desk.stage.ids["ada"]])]


def test_a_record_out_of_reach_has_a_row_that_says_refused(desk: Desk) -> None:
    record(desk, "day", "cy")

    assert logged(desk) == [("deny", "teaching", "refused", [desk.stage.ids["cy"]])]


@pytest.mark.parametrize(("login", "purpose"), [("tia", "teaching"), ("tia", ""), ("day", "staff appraisal")])
def test_a_purpose_that_is_not_on_the_list_shows_nobody(desk: Desk, login: str, purpose: str) -> None:
    answer = record(desk, login, purpose=purpose)

    assert (answer.status_code, "Lovelace" in answer.text, logged(desk)) == (400, False, [])


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999", "-1", "1; drop"])
def test_a_student_that_does_not_exist_reads_like_one_out_of_reach(desk: Desk, value: str) -> None:
    one, other = record(desk, "tia", record=value), record(desk, "tia", "ben")

    assert one.status_code == other.status_code == 404
    assert tokenless(one.text) == tokenless(other.text)


# Finding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["31000001", "Ad", "love", " ADA  lovelace ", "Lovel"])
def test_a_student_is_found_by_full_number_or_the_first_letters_of_a_name(any_desk: Desk, typed: str) -> None:
    text = words(search(any_desk, "ona", typed))

    assert ("Ada Lovelace" in text, "Ben Okri" in text, "31000001" in text) == (True, False, False)


def test_accents_do_not_matter(desk: Desk) -> None:
    desk.stage.add_student("zo", "31000009", "Zoë Ångström", "COMP1201")

    assert "Zoë" in search(desk, "ona", "angs").text


@pytest.mark.parametrize("typed", ["3100000", "31000003", "Cy", "velace", "%%", "__", "12", "31000001x"])
def test_what_is_out_of_reach_or_half_a_number_is_nobody(desk: Desk, typed: str) -> None:
    text = words(search(desk, "ona", typed))

    assert "No student was found" in text
    assert not [name for name in ("Lovelace", "Okri", "Young") if name in text]


@pytest.mark.parametrize("typed", ["", " ", "A", " a "])
def test_one_letter_is_not_enough(desk: Desk, typed: str) -> None:
    answer = search(desk, "ona", typed)

    assert (answer.status_code, "at least two letters" in answer.text, logged(desk)) == (422, True, [])


def test_at_most_twenty_are_shown_and_it_says_that_there_are_more(desk: Desk) -> None:
    for number in range(21):
        desk.stage.add_student(f"an{number}", f"4{number:07}", f"Anna {number:02}", "COMP1201")

    answer = search(desk, "ona", "anna")

    assert (answer.text.count("Show record"), "There are more." in answer.text) == (20, True)
    assert len(logged(desk)[0][3]) == 20


def test_a_search_is_written_down_with_those_it_shows(any_desk: Desk) -> None:
    search(any_desk, "ona", "ada")
    search(any_desk, "ona", "Cy")

    assert logged(any_desk) == [
        ("search", "engagement", "shown", [any_desk.stage.ids["ada"]]),
        ("search", "engagement", "nobody found", []),
    ]


def test_a_search_leads_to_the_record_with_its_purpose(desk: Desk) -> None:
    text = search(desk, "tia", "ada").text

    assert '<input type="hidden" name="purpose" value="tutoring">' in text


def test_a_lecturer_has_no_search(desk: Desk, day: Browser) -> None:
    assert day.get("/records").status_code == 404


def test_the_details_of_a_register_s_row_lead_to_a_record_that_closes_to_the_register(desk: Desk, day: Browser) -> None:
    page, ada = desk.lecture(rest="/register"), desk.stage.ids["ada"]
    details = day.send(f"{page}/history", page, student=ada).text
    answer = record(desk, "day", lecture=desk.stage.ids["algorithms"])

    assert f'name="record" value="{ada}"' in details
    assert f'data-closed="{page}"' in answer.text


@pytest.mark.parametrize("lecture", ["", "x", "-1", "//elsewhere"])
def test_a_record_from_nowhere_closes_to_where_one_is_looked_for(desk: Desk, lecture: str) -> None:
    assert 'data-closed="/"' in record(desk, "day", lecture=lecture).text


def test_among_the_names_a_record_is_a_part_of_the_page(desk: Desk, day: Browser) -> None:
    data = {"csrf_token": day.csrf("/"), "curtain": "open", "record": desk.stage.ids["ada"], "purpose": "teaching"}

    answer = day.post("/records/show", data=data, headers={"X-Kiosk-Part": "1"})

    assert ("Ada Lovelace" in answer.text, "<html" in answer.text) == (True, False)
    assert answer.headers["X-Kiosk-Part"] == "1"


# A broken log ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/records/search", "/records/show"])
def test_without_its_row_there_is_no_name(desk: Desk, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    browser = desk.sign_in("tia")
    token = browser.csrf("/records")

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)
    asked = {"search": "ada", "record": desk.stage.ids["ada"], "purpose": "tutoring"}
    sent = {"csrf_token": token, "curtain": "open", **asked}
    answer = browser.post(path, data=sent)

    assert (answer.status_code, "Lovelace" in answer.text) == (503, False)

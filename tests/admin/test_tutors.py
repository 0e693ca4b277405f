"""Whose tutor somebody is: numbers come in, numbers of students come out, and never who; never for oneself."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from kiosk.store.tables import log, records, register, staff
from tests.admin.conftest import Desk, words
from tests.admin.meanwhile import meanwhile
from tests.stage import START, Browser, Stage

TODAY = START.date()
ADA, BEN, CY = "31000001", "31000002", "31000003"


def page(stage: Stage, rest: str = "", who: str = "tia") -> str:
    return f"/tutors/{stage.ids[who]}{rest}"


def do(stage: Stage, browser: Browser, what: str, **fields: object) -> str:
    """Send a form of the tutor's page; what the page says afterwards."""
    answer = browser.send(page(stage, f"/{what}"), page(stage), **fields)
    assert answer.status_code == 303, words(answer)
    return html.unescape(words(browser.get(str(answer.location))))


def undo_newest(stage: Stage, browser: Browser) -> str:
    return do(stage, browser, "undo", entry=stage.rows(staff.journal, staff.journal.c.thing == "tutor")[-1].id)


def tutees(stage: Stage, who: str = "tia", on: date = TODAY) -> set[str]:
    """Whose tutor somebody is on a day."""
    names = {stage.ids[name]: name for name in ("ada", "ben", "cy")}
    rows = stage.rows(records.tutee, records.tutee.c.staff_id == stage.ids[who])
    return {
        names[row.student_id]
        for row in rows
        if (row.from_on is None or row.from_on <= on) and (row.until_on is None or row.until_on >= on)
    }


def record(stage: Stage, browser: Browser, student: str) -> int:
    asked = {"record": stage.ids[student], "purpose": "tutoring"}
    return int(browser.send("/records/show", "/records", **asked).status_code)


def lock(stage: Stage, student: str) -> None:
    values = {"student_id": stage.ids[student], "department": "Computing", "set_by": stage.ids["ona"], "set_at": START}
    stage.add("", records.record_lock, **values)


def subjects(stage: Stage) -> list[tuple[str, str, set[int]]]:
    """Act, outcome and students of each entry of the log that went through a tutor's page."""
    rows = stage.rows(log.access_subject)
    return [
        (it.act, it.outcome, {row.student_id for row in rows if row.entry_id == it.id})
        for it in stage.rows(log.access_entry, log.access_entry.c.thing == "tutor")
    ]


def test_a_tutor_is_found_by_sign_in_name_and_shown_with_a_count_and_no_student(stage: Stage, mo: Browser) -> None:
    answer = mo.send("/tutors", login="TIA")
    text = words(mo.get(str(answer.location)))
    assert "<h1>Tutees of Tia Tutor</h1>" in text
    assert "<strong>1</strong> student of your department has this tutor today" in text
    assert not any(word in text for word in ("Ada", ADA, "Ben", BEN))


@pytest.mark.parametrize("login", ["nobody at all", "day", "ro", ""])
def test_a_name_nobody_has_and_somebody_who_is_no_tutor_are_answered_alike(mo: Browser, login: str) -> None:
    answer = mo.send("/tutors", login=login)
    assert (answer.status_code, "No personal tutor signs in with this name. Check it" in words(answer)) == (422, True)


@pytest.mark.parametrize("who", ["day", "ro", "mo"])
def test_somebody_who_is_no_tutor_has_no_such_page(stage: Stage, mo: Browser, who: str) -> None:
    assert mo.get(page(stage, who=who)).status_code == 404
    assert mo.send(page(stage, "/add", who), "/tutors", numbers=BEN).status_code == 404


def test_tutees_added_are_in_the_tutors_reach_at_once(any_desk: Desk) -> None:
    stage, mo, tia = any_desk.stage, any_desk.sign_in("mo"), any_desk.sign_in("tia")
    before = record(stage, tia, "ben")
    text = do(stage, mo, "add", numbers=f"{BEN}\n{ADA}\n{BEN}\n\n{CY}; 999")
    assert "1 added, 1 was there already, 2 numbers are nobody in your reach." in text
    assert (before, record(stage, tia, "ben"), tutees(stage)) == (404, 200, {"ada", "ben"})


def test_a_tutee_ended_is_out_of_the_tutors_reach_with_the_next_request(any_desk: Desk) -> None:
    stage, mo, tia = any_desk.stage, any_desk.sign_in("mo"), any_desk.sign_in("tia")
    before = record(stage, tia, "ada")
    text = do(stage, mo, "end", numbers=f"{ADA} {BEN} {CY}")
    assert "1 ended, 1 was no tutee of theirs, 1 number is nobody in your reach." in text
    assert (before, record(stage, tia, "ada"), tutees(stage)) == (200, 404, set())


@pytest.mark.parametrize("what", ["add", "end"])
@pytest.mark.parametrize("number", ["999", CY, ADA])
def test_unknown_out_of_reach_and_locked_are_the_same_answer(any_desk: Desk, what: str, number: str) -> None:
    """Ada, whose record is locked, is a tutee; Cy takes nothing of the department."""
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    lock(stage, "ada")
    text = do(stage, mo, what, numbers=number)
    assert f"0 {'added' if what == 'add' else 'ended'}, 0 were" in text
    assert "1 number is nobody in your reach." in text
    assert "<strong>0</strong> students of your department" in text
    assert len(stage.rows(records.tutee)) == 1
    assert tutees(stage) == {"ada"}
    assert subjects(stage) == [("search", "nobody found", set())]


def test_whoever_left_the_module_can_be_ended_and_not_added(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    with stage.database.owner.begin() as owner:
        owner.execute(register.enrolment.update().values(until_on=TODAY - timedelta(days=1)))
    assert "1 number is nobody in your reach" in do(stage, mo, "add", numbers=BEN)
    assert "1 ended" in do(stage, mo, "end", numbers=ADA)


@pytest.mark.parametrize(
    ("days_ago", "said"), [(0, "1 added"), (1, "0 added, 0 were there already, 1 number is nobody in your reach.")]
)
def test_whoever_left_the_university_is_not_added_after_the_last_day(any_desk: Desk, days_ago: int, said: str) -> None:
    any_desk.stage.change(register.student, any_desk.stage.ids["ben"], left_on=TODAY - timedelta(days=days_ago))
    assert said in do(any_desk.stage, any_desk.sign_in("mo"), "add", numbers=BEN)


def test_every_student_touched_is_in_the_access_log_and_no_number_in_any_answer(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    texts = [do(stage, mo, what, numbers=f"{ADA} {BEN} {CY}") for what in ("add", "add", "end")]
    ada, ben = {stage.ids["ada"]}, {stage.ids["ben"]}
    assert subjects(stage) == [
        ("change", "changed", ben), ("search", "unchanged", ada), ("search", "unchanged", ada | ben),
        ("change", "changed", ada | ben),
    ]  # fmt: skip
    assert not any(number in text for text in texts for number in (ADA, BEN, CY))
    assert f"Tutees of member of staff {stage.ids['tia']}" in mo.get("/my-acts").text


def test_who_is_found_and_stays_as_they_are_is_in_the_log_as_found_and_not_as_changed(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    ada, ben = {stage.ids["ada"]}, {stage.ids["ben"]}
    do(stage, mo, "end", numbers=f"{ADA} {BEN}")
    do(stage, mo, "add", numbers=f"{ADA} {BEN}")
    stage.change(records.tutee, stage.rows(records.tutee)[-1].id, until_on=TODAY)
    undo_newest(stage, mo)
    assert subjects(stage) == [
        ("change", "changed", ada), ("search", "unchanged", ben), ("change", "changed", ada | ben),
        ("change", "changed", ada), ("search", "unchanged", ben),
    ]  # fmt: skip


@pytest.mark.parametrize(("what", "fields"), [("add", {"numbers": BEN}), ("end", {"numbers": ADA}), ("undo", {})])
def test_what_can_not_be_written_down_is_not_done(
    stage: Stage, mo: Browser, monkeypatch: pytest.MonkeyPatch, what: str, fields: dict[str, str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    if what == "undo":
        do(stage, mo, "add", numbers=BEN)
        fields = {"entry": str(stage.rows(staff.journal)[-1].id)}
    before = stage.rows(records.tutee)
    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)
    assert mo.send(page(stage, f"/{what}"), page(stage), **fields).status_code == 503
    assert stage.rows(records.tutee) == before


def test_first_and_last_day_are_kept_and_the_count_says_who_comes_later(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    first, last = TODAY + timedelta(days=7), TODAY + timedelta(days=30)
    text = do(stage, mo, "add", numbers=BEN, from_on=first.isoformat(), until_on=last.isoformat())
    assert "<strong>1</strong> more begins later." in text
    assert "From 1 December 2026 until 24 December 2026" in text
    assert [tutees(stage, on=day) for day in (TODAY, first, last, last + timedelta(days=1))] == [
        {"ada"}, {"ada", "ben"}, {"ada", "ben"}, {"ada"},
    ]  # fmt: skip


def test_a_tutee_who_is_added_for_longer_keeps_one_link(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    soon = (TODAY + timedelta(days=7)).isoformat()
    do(stage, mo, "add", numbers=BEN, until_on=soon)
    assert "0 added, 1 was there already" in do(stage, mo, "add", numbers=BEN, until_on=soon)
    assert "1 added, 0 were there already" in do(stage, mo, "add", numbers=BEN)
    _, row = stage.rows(records.tutee)
    assert (row.from_on, row.until_on) == (TODAY, None)


def test_undo_takes_back_what_was_added_ended_and_undone(any_desk: Desk) -> None:
    stage, mo, tia = any_desk.stage, any_desk.sign_in("mo"), any_desk.sign_in("tia")
    do(stage, mo, "add", numbers=BEN)
    assert "1 taken back." in undo_newest(stage, mo)
    assert (tutees(stage), record(stage, tia, "ben")) == ({"ada"}, 404)
    undo_newest(stage, mo)
    assert tutees(stage) == {"ada", "ben"}
    do(stage, mo, "end", numbers=f"{ADA} {BEN}")
    assert "2 taken back." in undo_newest(stage, mo)
    assert (tutees(stage), record(stage, tia, "ada")) == ({"ada", "ben"}, 200)


def test_undo_leaves_what_was_changed_since_and_whoever_left(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    do(stage, mo, "add", numbers=BEN)
    do(stage, mo, "end", numbers=f"{ADA} {BEN}")
    left = register.enrolment.c.student_id == stage.ids["ada"]
    with stage.database.owner.begin() as owner:
        owner.execute(register.enrolment.update().where(left).values(until_on=TODAY - timedelta(days=1)))
    assert "1 taken back. 1 stays as it is." in undo_newest(stage, mo)
    assert tutees(stage) == {"ben"}


def test_an_act_that_is_not_the_newest_or_is_not_there_is_not_undone(stage: Stage, mo: Browser) -> None:
    do(stage, mo, "add", numbers=BEN)
    first = stage.rows(staff.journal)[-1].id
    do(stage, mo, "end", numbers=BEN)
    for entry in (first, 999_999, "x"):
        assert "There is nothing left to take back" in do(stage, mo, "undo", entry=entry)
    assert tutees(stage) == {"ada"}


def test_the_history_says_who_did_what_for_how_many_and_the_journal_names_nobody(stage: Stage, mo: Browser) -> None:
    text = do(stage, mo, "add", numbers=f"{ADA} {BEN}")
    assert "Mo Admin added 1 tutee" in text
    row = stage.rows(staff.journal)[-1]
    new = stage.rows(records.tutee)[-1]
    assert (row.act, row.thing, row.thing_id) == ("tutee.add", "tutor", stage.ids["tia"])
    assert row.after == {"students": 1, "departments": ["Computing"], "days": [["2026-11-24", None, [new.id]]]}
    assert row.before == {"days": [["2026-11-24", "2026-11-23", [new.id]]]}


def test_another_departments_acts_are_theirs_to_see_and_undo(desk: Desk, mo: Browser) -> None:
    stage = desk.stage
    stage.add_staff("hal", "Hal History", "module_admin", "department", "History")
    hal = desk.sign_in("hal")
    do(stage, hal, "add", numbers=CY)
    entry = stage.rows(staff.journal)[-1].id
    assert "Hal History" not in mo.get(page(stage)).text
    assert "There is nothing left to take back" in do(stage, mo, "undo", entry=entry)
    assert tutees(stage) == {"ada", "cy"}
    assert "<strong>1</strong> student of your department" in words(hal.get(page(stage)))


def test_nobody_says_whose_tutor_they_are_themselves(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    days = {"from_on": TODAY, "until_on": TODAY + timedelta(days=9)}
    stage.add("", staff.role_grant, staff_id=stage.ids["mo"], role="personal_tutor", scope_kind="own", **days)
    stage.add("", records.tutee, staff_id=stage.ids["mo"], student_id=stage.ids["ada"])
    answer = mo.send("/tutors", login="mo")
    assert (answer.status_code, "nobody does this for themselves" in words(answer)) == (422, True)
    statuses = [mo.get(page(stage, who="mo")).status_code]
    for what, fields in (("add", {"numbers": BEN}), ("end", {"numbers": ADA}), ("undo", {"entry": 1})):
        statuses.append(mo.send(page(stage, f"/{what}", "mo"), "/tutors", **fields).status_code)
    assert (statuses, tutees(stage, "mo")) == ([404] * 4, {"ada"})


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"numbers": ""}, "Paste at least one student number"),
        ({"numbers": "nobody here"}, "Paste at least one student number"),
        ({"numbers": " ".join(map(str, range(5_001)))}, "more than 5,000 numbers"),
        ({"numbers": BEN, "from_on": "tomorrow"}, "Choose a day, such as 2026-10-05"),
        ({"numbers": BEN, "until_on": "2026-11-23"}, "This day is over"),
        ({"numbers": BEN, "from_on": "2026-12-09", "until_on": "2026-12-08"}, "The last day is before the first"),
    ],
)
def test_bad_input_is_told_what_to_do_and_no_number_comes_back(
    stage: Stage, mo: Browser, fields: dict[str, str], advice: str
) -> None:
    answer = mo.send(page(stage, "/add"), page(stage), **fields)
    assert (answer.status_code, advice in answer.text, BEN in answer.text) == (422, True, False)
    assert tutees(stage) == {"ada"}


def test_an_empty_paste_to_end_is_told_so_beside_that_field(stage: Stage, mo: Browser) -> None:
    answer = mo.send(page(stage, "/end"), page(stage), numbers=" ")
    assert (answer.status_code, 'id="numbers-end-problem"' in answer.text) == (422, True)


def test_five_thousand_lines_with_strangers_duplicates_and_blanks_are_taken(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    rows: list[dict[str, Any]] = [
        {"number": f"4{place:07}", "login": f"many{place}", "known_as": f"Many {place}"} for place in range(2_400)
    ]
    with stage.database.owner.begin() as owner:
        owner.execute(insert(register.student), rows)
        many = owner.scalars(register.student.select().where(register.student.c.login.startswith("many"))).all()
        taken = {"module_id": stage.ids["COMP1201"], "group_name": ""}
        owner.execute(insert(register.enrolment), [{"student_id": it, **taken} for it in many])
    lines = [row["number"] for row in rows] * 2 + ["", *(f"9{place}" for place in range(200))]
    text = do(stage, mo, "add", numbers="\r\n".join(lines))
    assert "2400 added, 0 were there already, 200 numbers are nobody in your reach." in text
    assert "2400 taken back." in undo_newest(stage, mo)


@pytest.mark.parametrize("name", ["day", "tia", "ona", "nell"])
def test_any_other_role_finds_nothing(desk: Desk, name: str) -> None:
    browser = desk.sign_in(name)
    assert [browser.get(path).status_code for path in ("/tutors", page(desk.stage))] == [404, 404]
    assert browser.send(page(desk.stage, "/add"), "/", numbers=BEN).status_code == 404


def test_on_a_device_nobody_enrolled_there_is_no_such_page(desk: Desk) -> None:
    mo = desk.sign_in("mo", enrolled=False)
    assert (mo.get("/tutors").status_code, mo.get(page(desk.stage)).status_code) == (404, 404)


@pytest.mark.parametrize("what", ["add", "end", "undo"])
def test_get_changes_nothing(stage: Stage, mo: Browser, what: str) -> None:
    assert mo.get(page(stage, f"/{what}")).status_code == 405


def test_of_two_who_add_a_tutee_at_once_the_second_is_told_that_it_was_so_already(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = any_desk.stage
    stage.add_staff("max", "Max Admin", "module_admin", "department", "Computing")
    mo, other = any_desk.sign_in("mo"), any_desk.sign_in("max")
    meanwhile(monkeypatch, "kiosk.store.doors.admin.tutors.take_turn", lambda: do(stage, other, "add", numbers=BEN))

    assert "1 was there already" in do(stage, mo, "add", numbers=BEN)
    assert len(stage.rows(records.tutee, records.tutee.c.student_id == stage.ids["ben"])) == 1

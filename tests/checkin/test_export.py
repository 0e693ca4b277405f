"""Everything that is held about a student, compared with the tables: nothing is forgotten, and nothing is about anybody else."""

import html
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kiosk.store.tables import records, register, wishes
from kiosk.store.tables.every import metadata
from tests.checkin.conftest import Phone, words
from tests.checkin.past import held, set_status, signed_in
from tests.checkin.test_record_looks import hold_back, look, roster
from tests.stage import Stage, tokenless
from tests.walls import crawler

PATHS = ("/record/export", "/record/export.json")

LEFT_OUT = {
    "break_glass": "each opening is an entry of the access log, with its purpose",
    "record_lock": "who is kept from a record would learn of it; the access log says that one was set",
}
"""Tables about students that are not in the export, and why."""

COLUMNS_LEFT_OUT = {
    "password_hash": "would help whoever guesses the password",
    "secret_hash": "would help whoever guesses the address",
    "epoch": "how often everything was signed out, for the cookies",
    "version": "how often a row was changed, against lost edits",
    "is_open": "the same as that nothing has closed it",
    "student_id": "the export says whose it is",
    "id": "the number of the row",
    "act_id": "what staff did to many at once",
    "lecture_id": "the session is there in words",
    "module_id": "the module is there in words",
    "entry_id": "the entry itself is there",
    "arrangement_id": "the arrangement itself is there",
    "set_by_staff_id": "staff are named by role",
    "decided_by_staff_id": "staff are named by role",
    "by_staff_id": "staff are named by role",
    "closed_by_staff_id": "staff are named by role",
    "staff_id": "staff are named by role",
    "opened_by": "staff are named by role",
}


def kept_about_ada(stage: Stage, who: str = "ada") -> None:
    """One row about a student in every table."""
    now, student_id = stage.clock(), stage.ids[who]
    about = {"student_id": student_id, "lecture_id": stage.ids["algorithms"]}
    set_status(stage, "algorithms", who=who, reason_code="was_there", status_before="absent", set_by_role="lecturer")
    arrival = {"method": "digits", "arrived_at": now, "settled_at": now}
    stage.add("", register.walk_in, **{**about, "lecture_id": stage.ids["silk"]}, **arrival)
    stage.add("", wishes.student_setting, student_id=student_id, more_time=True, language="cy")
    link = {"secret_hash": f"secret of {who}", "expires_at": now, "used_at": now}
    stage.add("", register.student_link, student_id=student_id, **link)
    stage.add("", wishes.claim, **about, made_at=now, code="digits", shown_at=now)
    decided = {"closed_at": now, "outcome": "kept", "reason_code": "mistake", "decided_by_role": "module_lead"}
    stage.add("", wishes.dispute, **about, opened_at=now, says="was_in_time", is_open=None, **decided)
    days = {"from_on": stage.start.date(), "until_on": stage.start.date()}
    when = {"weekdays": "25", "from_time": "12:30", "until_time": "14:00", "minutes": 20}
    agreed = stage.add("", wishes.arrangement, student_id=student_id, kind="extension", state="agreed", **days, **when)
    change = {"arrangement_id": agreed, "at": now, "state": "agreed", "by_role": "engagement_officer"}
    stage.add("", wishes.arrangement_change, **change, by_staff_id=stage.ids["ona"])
    due = {"made_at": now, "due_on": stage.start.date(), "closed_at": now, "outcome": "withdrawn"}
    due |= {"helped_by_role": "engagement_officer"}
    stage.add("", wishes.student_request, student_id=student_id, kind="objection", about="alerts", **due)
    opened = {"opened_by": stage.ids["dot"], "opened_at": now, "closed_at": now}
    stage.add("", records.student_case, student_id=student_id, kind="rights", **opened)
    roster(stage, who=who)


def exported(phone: Phone, who: str = "ada") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(signed_in(phone, who).browser.get("/record/export.json").text)
    return found


def rows_of(export: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What the export has of each table about students."""
    sessions, arrangements = export["sessions"], export["arrangements"]
    return {
        "student": [export["account"]],
        "student_credential": [export["password"]],
        "student_link": export["password_links"],
        "student_setting": [export["settings"]],
        "enrolment": export["modules"],
        "attendance": [it["attendance"] for it in sessions if it["attendance"]],
        "attendance_change": [change for it in sessions for change in it["changes"]],
        "walk_in": [it["walk_in"] for it in sessions if it["walk_in"]],
        "claim": export["claims"],
        "dispute": export["disputes"],
        "arrangement": arrangements,
        "arrangement_change": [change for it in arrangements for change in it["changes"]],
        "student_request": export["requests"],
        "tutee": export["personal_tutor"],
        "student_case": export["cases"],
        "access_subject": export["looks"],
    }


def about_students() -> set[str]:
    """Every table with a row for a student, as the schema has them."""
    found = {table.name for table in metadata.sorted_tables if "student_id" in table.columns}
    return found | {"student", "arrangement_change"}


# Nothing is forgotten ----------------------------------------------------------------------------


def test_every_table_about_students_is_in_the_export_or_left_out_for_a_reason(any_phone: Phone) -> None:
    kept_about_ada(any_phone.stage)
    rows = rows_of(exported(any_phone))

    assert set(rows) | set(LEFT_OUT) == about_students()
    assert [name for name, found in rows.items() if not found or found == [None]] == []


def test_every_column_of_them_is_in_the_export_or_left_out_for_a_reason(phone: Phone) -> None:
    kept_about_ada(phone.stage)
    rows = rows_of(exported(phone))
    lacking = {
        f"{name}.{column}"
        for name, found in rows.items()
        for column in metadata.tables[name].columns.keys()  # noqa: SIM118  a collection of columns, not of names
        if column not in found[0] and column not in COLUMNS_LEFT_OUT
    }

    assert lacking == set()


def test_every_reason_is_still_about_something() -> None:
    columns = {column.name for table in metadata.sorted_tables for column in table.columns}

    assert set(COLUMNS_LEFT_OUT) <= columns
    assert set(LEFT_OUT) <= set(metadata.tables)


def test_an_entry_of_the_log_is_exported_with_all_that_its_student_may_read(phone: Phone) -> None:
    roster(phone.stage)

    assert exported(phone)["looks"] == [
        {
            "at": "2026-11-24T10:02:00+00:00",
            "role": "lecturer",
            "scope": "own",
            "act": "view roster",
            "purpose": "teaching",
            "thing": "lecture",
            "data": "names and statuses",
            "outcome": "shown",
            "held_until": None,
            "session": exported(phone)["sessions"][0]["session"],
        }
    ]


def test_a_session_has_its_place_in_the_timetable_its_status_and_its_history(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week", "present_late")

    assert exported(any_phone)["sessions"][-1] == {
        "session": {
            "modules": [{"code": "COMP1201", "title": "Algorithms", "group": ""}],
            "kind": "Lecture",
            "starts_at": "2026-11-17T10:00:00+00:00",
            "ends_at": "2026-11-17T11:00:00+00:00",
            "mode": "in_person",
            "rooms": ["4/4053"],
        },
        "reads": "present_late",
        "is_counted": True,
        "is_disputed": False,
        "attendance": {
            "status": "present_late",
            "method": "qr",
            "other_group": False,
            "arrived_at": "2026-11-17T10:05:00+00:00",
        },
        "walk_in": None,
        "changes": [
            {
                "set_at": "2026-11-17T10:05:00+00:00",
                "status_before": None,
                "status": "present_late",
                "set_by_role": "student",
                "reason_code": None,
            }
        ],
    }


def test_what_is_agreed_for_a_session_to_come_is_held_and_so_is_exported(any_phone: Phone) -> None:
    stage = any_phone.stage
    stage.add_lecture("next week", starts_at=stage.start + timedelta(days=7))
    set_status(stage, "next week", "authorised", method="hand", set_by_role="engagement_officer")

    first = exported(any_phone)["sessions"][0]

    assert (first["session"]["starts_at"][:10], first["attendance"]["status"]) == ("2026-12-01", "authorised")


def test_the_sums_are_those_of_the_record(phone: Phone) -> None:
    held(phone.stage, "last week")
    set_status(phone.stage, "last week")

    assert exported(phone)["sums"] == [{"module": "COMP1201", "present": 1, "counted": 1, "percent": None}]


def test_who_has_nothing_but_an_account_gets_that(phone: Phone) -> None:
    phone.stage.add_student("di", "31000008", "Di Young")
    export = exported(phone, "di")

    assert export["account"] == {
        "id": phone.stage.ids["di"],
        "number": "31000008",
        "login": "di",
        "known_as": "Di Young",
        "left_on": None,
    }
    assert not any(export[it] for it in ("modules", "sessions", "claims", "disputes", "arrangements", "looks"))


# The page ----------------------------------------------------------------------------------------


def test_the_page_says_all_of_it_in_words(any_phone: Phone) -> None:
    kept_about_ada(any_phone.stage)

    text = " ".join(re.sub("<[^>]+>", " ", signed_in(any_phone).read("/record/export")).split())

    for said in (
        "Known as: Ada Lovelace", "Student number: 31000001", "Login: ada", "More time for codes: yes", "Cymraeg",
        "COMP1201 Algorithms; from no limit to no limit", "from “Absent” to “Present”", "By staff: Lecturer",
        "Reason: Was there.", "with the digits from the screen", "“I was in time”", "It stayed as it was",
        "Longer to check in, 20 minutes more: from 24 November 2026 to 24 November 2026; Tuesday, Friday, 12:30–14:00",
        "Agreed, By staff: Engagement officer.", "An objection (alerts)", "answer due by 24 November 2026",
        "You have or had one from no limit to no limit.", "A rights request", "Opened a register with your name",
    ):  # fmt: skip
        assert said in text, said


def test_the_file_is_named_after_the_day_and_nobody(phone: Phone) -> None:
    answer = signed_in(phone).browser.get("/record/export.json")

    assert answer.headers["Content-Disposition"] == "attachment; filename=record-2026-11-24.json"
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")


def test_a_name_in_any_script_arrives_as_it_is(phone: Phone) -> None:
    phone.stage.change(register.student, phone.stage.ids["ada"], known_as="نועה </script> 😀")

    assert exported(phone)["account"]["known_as"] == "نועה </script> 😀"


# What is not in it -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_case_about_safety_is_not_there_and_its_entries_are_held_back_by_the_officer(
    any_phone: Phone, path: str
) -> None:
    stage = any_phone.stage
    opened = {"opened_by": stage.ids["dot"], "opened_at": stage.clock()}
    stage.add("", records.student_case, student_id=stage.ids["ada"], kind="safety", **opened)

    assert "safety" not in signed_in(any_phone).read(path).replace("somebody’s safety: ask", "")


@pytest.mark.parametrize("path", PATHS)
def test_an_entry_that_is_held_back_is_not_there_until_its_day(any_phone: Phone, path: str) -> None:
    stage = any_phone.stage
    hold_back(stage, look(stage, role="visa_officer"), hours=1)

    held_back = signed_in(any_phone).read(path)
    stage.clock.go_on(hours=1)

    visa = re.compile("visa_officer|Visa compliance officer")
    assert [bool(visa.search(it)) for it in (held_back, any_phone.read(path))] == [False, True]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_in_it_lets_anybody_in_or_names_staff(any_phone: Phone, path: str) -> None:
    stage = any_phone.stage
    kept_about_ada(stage)

    text = html.unescape(signed_in(any_phone).read(path))

    secret = (
        "secret of ada",
        stage.password_hash,
        "argon2",
        "Dr Day",
        "Ona Officer",
        "Dot Dataprotection",
        "Tia Tutor",
    )
    assert [it for it in secret if it in text] == []


@pytest.mark.parametrize("path", PATHS)
def test_not_a_byte_is_about_anybody_else(any_phone: Phone, path: str) -> None:
    """Another student has a row in every table too, at the same sessions; the log's entries are about both."""
    stage = any_phone.stage
    crawler.seed(stage)
    stage.ids["canary"] = stage.ids[crawler.CANARIES[3]]
    for table in (register.attendance, register.walk_in):
        with stage.database.owner.begin() as connection:
            connection.execute(table.delete())
    kept_about_ada(stage)
    before = signed_in(any_phone).browser.get(path)
    kept_about_ada(stage, "canary")

    after = any_phone.browser.get(path)

    assert crawler.found_in(after) == set()
    assert tokenless(words(after)) == tokenless(words(before))


def test_a_stranger_gets_neither(phone: Phone) -> None:
    assert [phone.browser.get(path).status_code for path in PATHS] == [404, 404]

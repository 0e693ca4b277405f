"""The log as pages: my own acts for everybody, all of it for the officer, whose reading is written down; no name on either."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kiosk.domain.access_log import Act, Entry, Purpose
from kiosk.store.doors import access_log as door
from kiosk.store.tables import log, records
from kiosk.store.transactions import transaction
from tests.admin.conftest import Desk, words
from tests.admin.test_register import open_names
from tests.stage import START, Browser

ROOT = Path(__file__).resolve().parents[2]
append = transaction(door.append)
DAYS = {"since": "2026-11-01", "until": "2026-11-30"}


def entry(desk: Desk, login: str = "day", **changes: Any) -> Entry:
    staff_id, lecture_id = desk.stage.ids[login], desk.stage.ids["algorithms"]
    made = Entry(
        START, staff_id, "lecturer", "own", Act.VIEW_ROSTER, Purpose.TEACHING, "lecture", lecture_id, "names", "shown", "r",
        frozenset({desk.stage.ids["ada"]}),
    )  # fmt: skip
    return replace(made, **changes)


def add(desk: Desk, *entries: Entry) -> None:
    for staff_id, own in groupby(entries, key=lambda it: it.staff_id):
        with desk.stage.database.asking(staff_id) as session:
            for it in own:
                append(session, it)


def ask(desk: Desk, login: str = "dot", **fields: Any) -> TestResponse:
    return desk.sign_in(login).send("/access-log/entries", "/access-log", **{**DAYS, **fields})


def hours(answer: TestResponse) -> list[str]:
    return re.findall(r'<span class="time">([^<]+)</span>', answer.text)


# My own ------------------------------------------------------------------------------------------


def test_my_acts_say_what_why_and_through_which_session_and_how_many(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    open_names(any_desk, day)

    text = words(day.get("/my-acts"))

    for said in ("Tuesday 24 November", "You opened a list of names", "COMP1201", "10:00", "Teaching", "2 students"):
        assert said in text
    assert not [name for name in ("Lovelace", "Okri", "31000001") if name in text]
    assert "No personal data on this page" in text


def test_what_somebody_was_refused_is_not_named_to_them(desk: Desk, eve: Browser) -> None:
    eve.get(desk.lecture(rest="/register"))

    text = words(eve.get("/my-acts"))

    assert "You asked for something your role does not reach" in text
    assert ("Refused" in text, "COMP1201" in text) == (True, False)
    assert '<span class="why"></span>' in text


def test_nobody_reads_a_colleagues_acts(desk: Desk, eve: Browser) -> None:
    add(desk, entry(desk, "day"))

    assert "Nothing in this week." in words(eve.get("/my-acts"))


@pytest.mark.parametrize(
    ("day", "count"), [("2026-11-24", 1), ("2026-11-29", 1), ("2026-11-30", 0), ("2026-11-17", 0), ("x", 1)]
)
def test_a_week_is_chosen_by_any_day_in_it(desk: Desk, day: str, count: int) -> None:
    add(desk, entry(desk))

    assert len(hours(desk.sign_in("day").get(f"/my-acts?from={day}"))) == count


def test_a_page_has_a_hundred(desk: Desk, day: Browser) -> None:
    add(desk, *(entry(desk, at=START + timedelta(seconds=number)) for number in range(101)))

    first, second = day.get("/my-acts"), day.get("/my-acts?page=1")

    assert (len(hours(first)), len(hours(second))) == (100, 1)
    assert ("Older" in first.text, "Newer" in first.text, "Older" in second.text) == (True, False, False)
    assert day.get("/my-acts?page=2").status_code == 404


def test_a_day_is_one_of_the_institutions_calendar(desk: Desk) -> None:
    """Half an hour before midnight in UTC is the next day in a British summer."""
    desk.stage.clock.instant = datetime(2026, 10, 1, 12, tzinfo=UTC)
    add(desk, entry(desk, at=datetime(2026, 10, 1, 23, 30, tzinfo=UTC)))

    assert "Friday 2 October" in desk.sign_in("day").get("/my-acts?from=2026-10-01").text


# All of it -----------------------------------------------------------------------------------------


def test_the_officer_reads_entries_without_a_name_or_a_number(any_desk: Desk) -> None:
    open_names(any_desk, any_desk.sign_in("day"))

    text = words(ask(any_desk))

    assert f"Lecturer, staff {any_desk.stage.ids['day']}" in text
    assert "2 students" in text
    assert not [name for name in ("Lovelace", "Okri", "31000001", "Dr Day") if name in text]


def test_the_reading_is_written_down_before_the_answer(any_desk: Desk) -> None:
    answer = ask(any_desk)

    (row,) = any_desk.stage.rows(log.access_entry)
    assert (row.act, row.staff_id, row.thing, row.purpose) == ("read log", any_desk.stage.ids["dot"], "log", "audit")
    assert "Read the access log" in words(answer)


def test_the_page_opens_without_reading(desk: Desk) -> None:
    assert "Show entries" in desk.sign_in("dot").get("/access-log").text
    assert desk.stage.rows(log.access_entry) == []


def test_a_log_that_can_not_be_written_can_not_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    add(desk, entry(desk))
    dot = desk.sign_in("dot")
    token = dot.csrf("/access-log")

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)
    answer = dot.post("/access-log/entries", data={"csrf_token": token, "curtain": "open", **DAYS})

    assert (answer.status_code, hours(answer)) == (503, [])


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"act": "search"}, 1),
        ({"staff": "eve"}, 1),
        ({"staff": "EVE"}, 1),
        ({"until": "2026-11-20"}, 1),
        ({"since": "2026-11-24", "until": "2026-11-24"}, 3),
        ({"staff": "eve", "act": "view roster"}, 0),
    ],
)
def test_the_officer_chooses_days_an_act_and_a_member_of_staff(desk: Desk, fields: dict[str, str], count: int) -> None:
    add(desk, entry(desk, at=START - timedelta(days=10)), entry(desk), entry(desk, "eve", act=Act.SEARCH))

    assert len(hours(ask(desk, **fields))) == count


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "2026-12-01"}, "the earlier one first"),
        ({"since": "soon"}, "the earlier one first"),
        ({"until": "9999-12-31"}, ""),
        ({"act": "praise"}, "Choose one of the list"),
        ({"staff": "nobody"}, "Nobody has this sign-in name or number"),
        ({"staff": "9" * 40}, "Nobody has this sign-in name or number"),
    ],
)
def test_what_can_not_be_asked_is_said_beside_the_field(desk: Desk, fields: dict[str, str], said: str) -> None:
    answer = ask(desk, **fields)

    assert (answer.status_code, said in answer.text, hours(answer)) == (422, True, [])


def test_older_entries_come_with_the_same_choice(desk: Desk) -> None:
    add(desk, *(entry(desk, at=START + timedelta(seconds=number)) for number in range(101)))

    first = ask(desk, staff="day")
    second = ask(desk, staff="day", page="1")

    assert (len(hours(first)), len(hours(second))) == (100, 1)
    assert '<input type="hidden" name="staff" value="day">' in first.text


@pytest.mark.parametrize("login", ["day", "mo", "ona", "tia", "nell"])
def test_nobody_else_reads_it(desk: Desk, login: str) -> None:
    browser = desk.sign_in(login)

    assert browser.get("/access-log").status_code == 404
    assert browser.send("/access-log/entries", "/", **DAYS).status_code == 404


# One student, in a case ------------------------------------------------------------------------------


def case(desk: Desk, student: str, **values: Any) -> int:
    made = {"kind": "rights", "opened_by": desk.stage.ids["dot"], "opened_at": START, **values}
    return desk.stage.add(f"case {student}", records.student_case, student_id=desk.stage.ids[student], **made)


def test_the_entries_about_one_student_are_read_in_an_open_case(any_desk: Desk) -> None:
    add(any_desk, entry(any_desk), entry(any_desk, subjects=frozenset({any_desk.stage.ids["ben"]})))

    answer = ask(any_desk, case=case(any_desk, "ada"))

    assert (len(hours(answer)), "Lovelace" in answer.text) == (2, False)  # one look, and this reading
    (own,) = any_desk.stage.rows(log.access_entry, log.access_entry.c.act == "read log")
    assert (own.thing, own.thing_id) == ("case", any_desk.stage.ids["case ada"])
    assert [
        row.student_id for row in any_desk.stage.rows(log.access_subject, log.access_subject.c.entry_id == own.id)
    ] == [any_desk.stage.ids["ada"]]


@pytest.mark.parametrize("values", [{"closed_at": START}, {"opened_by": 1}])
def test_a_case_that_is_closed_or_a_colleagues_opens_no_log(desk: Desk, values: dict[str, Any]) -> None:
    answer = ask(desk, case=case(desk, "ada", **values))

    assert (answer.status_code, hours(answer)) == (404, [])


def test_an_open_case_is_offered_by_its_number(desk: Desk) -> None:
    number = case(desk, "ada")

    assert f"The student of case {number}" in desk.sign_in("dot").get("/access-log").text


# Nothing by member of staff ---------------------------------------------------------------------------


def test_nothing_adds_up_or_sorts_by_member_of_staff() -> None:
    """R44: no query over the log groups, counts or orders by who did it, and no page asks for that."""
    doors = [ROOT / "kiosk/store/doors/admin/log_pages.py", ROOT / "kiosk/store/doors/chain.py"]
    code = "".join(path.read_text("utf-8") for path in doors)
    pages = "".join(
        (ROOT / "kiosk/templates/admin" / name).read_text("utf-8") for name in ("access_log.html", "my_acts.html")
    )

    assert "group_by(" not in code
    assert re.findall(r"order_by\(([^)]*)\)?", code) == [
        "access_entry.c.id.desc(", "staff.c.id", "access_entry.c.id", "access_entry.c.id.desc(",
    ]  # fmt: skip
    assert not re.search(r"sort|total|groupby", pages)


def test_a_role_this_version_does_not_know_is_shown_as_it_was_written(desk: Desk) -> None:
    add(desk, entry(desk, role="old_role", outcome="something else", thing="page"))

    assert "old_role, staff" in words(ask(desk))


def test_a_page_of_a_log_with_an_entry_of_somebody_gone_is_shown(desk: Desk) -> None:
    add(desk, entry(desk, staff_id=999_999))

    assert "staff 999999" in words(ask(desk))

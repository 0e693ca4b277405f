"""One's own record: every session with its status, how, when and by which role, and the sums behind any figure."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from kiosk.checkin.record_words import REASONS, STATUSES
from kiosk.domain.corrections import Reason
from kiosk.domain.permissions import Role
from kiosk.domain.statuses import Status
from kiosk.store.database import db
from kiosk.store.tables import board, register, wishes
from tests.checkin.conftest import Phone
from tests.checkin.past import held, set_status, signed_in, term


def entries(text: str) -> list[str]:
    """What the record says of each session, without markup."""
    found = re.findall(r'<ul class="entries">(.*?)</ul>', text)
    items = [item for part in found for item in re.findall("<li>(.*?)</li>", part)]
    return [" ".join(re.sub("<[^>]+>", " ", item).split()).replace(" .", ".").replace(" ,", ",") for item in items]


def one(phone: Phone, path: str = "/record") -> str:
    """What the record says of its newest session that is over."""
    return entries(signed_in(phone).read(path))[-1]


def sums(text: str) -> str:
    return re.findall(r'<ul class="plain">(.*?)</ul>', text)[0]


def statements(phone: Phone, path: str) -> int:
    """How often a page asks the database."""
    asked: list[str] = []
    with phone.browser.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    phone.read(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


# Each session ------------------------------------------------------------------------------------


def test_a_session_says_when_where_what_how_and_at_which_minute(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week")

    said = one(any_phone)

    assert "COMP1201 Lecture, Tuesday 17 November, 10:00" in said
    assert "● Present. You scanned the code, 10:05. Room 4/4053." in said


@pytest.mark.parametrize(
    ("status", "method", "words"),
    [
        ("present_late", "digits", "● Present, late. You typed the digits, 10:05."),
        ("present_remote", "qr", "● Present, online. You scanned the code, 10:05."),
        ("unable_to_check_in", "word", "● You said you were there. It counts until somebody decides. By your own word"),
        ("present_self_declared", "word", "● Present, by your own word. By your own word, 10:05."),
    ],
)
def test_each_way_to_be_recorded_is_said(phone: Phone, status: str, method: str, words: str) -> None:
    held(phone.stage, "last week")
    set_status(phone.stage, "last week", status, method=method)

    assert words in one(phone)


def test_what_staff_set_is_said_with_their_role_their_reason_and_the_day(any_phone: Phone) -> None:
    stage = any_phone.stage
    held(stage, "last week")
    by = {"set_by_role": "lecturer", "set_by_staff_id": stage.ids["day"], "reason_code": "code_unreadable"}
    set_status(stage, "last week", method="hand", **by, set_at=stage.start + timedelta(hours=-20))

    said = one(any_phone)

    assert "● Present. By staff: Lecturer, Monday 23 November, 14:00. Reason: Could not read the code." in said
    assert "Dr Day" not in any_phone.read("/record")


@pytest.mark.parametrize("role", [*Role, "import", "somebody"])
def test_every_role_has_words(phone: Phone, role: str) -> None:
    held(phone.stage, "last week")
    set_status(phone.stage, "last week", method="hand", set_by_role=role)
    said = {"import": "Counted when you were put on the list", "somebody": "By staff: Staff"}

    assert (said.get(role) or f"By staff: {Role(role).label}") in one(phone)


def test_every_status_and_every_reason_has_words() -> None:
    assert set(Status) < set(STATUSES)
    assert {reason: reason.label for reason in Reason} == REASONS


# What does not count -----------------------------------------------------------------------------


def test_a_session_at_which_nobody_was_recorded_says_so(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")

    assert "– Nobody was recorded here. Counts for nobody." in one(any_phone)


def test_one_at_which_somebody_else_was_recorded_reads_not_recorded(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week", who="ben")

    assert "– Not recorded. Does not count." in one(any_phone)


def test_whoever_was_only_made_absent_makes_no_session_observed(any_phone: Phone) -> None:
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week", "absent", who="ben")

    assert "Nobody was recorded here" in one(any_phone)


@pytest.mark.parametrize(
    ("column", "words"),
    [("voided_at", "– Made void. Counts for nobody."), ("cancelled_at", "– Cancelled. Counts for nobody.")],
)
def test_what_is_void_or_cancelled_says_so(any_phone: Phone, column: str, words: str) -> None:
    stage = any_phone.stage
    stage.change(board.lecture, held(stage, "last week"), **{column: stage.clock()})
    set_status(stage, "last week")

    assert words in one(any_phone)
    assert "Nothing counts yet" in sums(any_phone.read("/record"))


@pytest.mark.parametrize("status", ["authorised", "exempt", "not_recorded"])
def test_what_was_agreed_or_taken_back_does_not_count(any_phone: Phone, status: str) -> None:
    held(any_phone.stage, "last week")
    set_status(any_phone.stage, "last week", status)
    set_status(any_phone.stage, "last week", who="ben")

    assert "Does not count" in one(any_phone)
    assert "Nothing counts yet" in sums(any_phone.read("/record"))


def test_a_session_that_is_on_is_not_recorded_yet(any_phone: Phone) -> None:
    assert "– Not recorded yet." in one(any_phone)


def test_an_arrival_kept_apart_is_in_the_record_and_counts_nowhere(any_phone: Phone) -> None:
    stage = any_phone.stage
    arrival = {"lecture_id": stage.ids["silk"], "student_id": stage.ids["ada"], "method": "digits"}
    row = stage.add("walk-in", register.walk_in, **arrival, arrived_at=stage.clock())

    said = entries(signed_in(any_phone).read("/record"))[0]
    stage.change(register.walk_in, row, settled_at=stage.clock())

    assert "– You came, and are not on the list yet. Does not count yet. You typed the digits, 10:02." in said
    assert "You came, and were not on the list. Does not count." in entries(any_phone.read("/record"))[0]
    assert "HIST2002" not in sums(any_phone.read("/record"))


# Which sessions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "seen"),
    [
        ({}, True),
        ({"from_on": date(2026, 11, 17)}, True),
        ({"from_on": date(2026, 11, 18)}, False),
        ({"until_on": date(2026, 11, 17)}, True),
        ({"until_on": date(2026, 11, 16)}, False),
    ],
)
def test_a_session_is_expected_on_the_days_of_the_enrolment(
    any_phone: Phone, dates: dict[str, date], seen: bool
) -> None:
    stage = any_phone.stage
    stage.add_student("di", "31000008", "Di Young")
    stage.add("", register.enrolment, student_id=stage.ids["di"], module_id=stage.ids["COMP1201"], **dates)
    held(stage, "last week")

    assert ("17 November" in signed_in(any_phone, "di").read("/record")) is seen


def test_another_groups_session_is_there_once_they_came(any_phone: Phone) -> None:
    stage = any_phone.stage
    stage.add_student("di", "31000008", "Di Young", "COMP1201", group="A")
    held(stage, "group b", group="B")

    before = signed_in(any_phone, "di").read("/record")
    set_status(stage, "group b", who="di")

    assert "17 November" not in before
    assert "17 November" in any_phone.read("/record")


def test_a_session_to_come_is_not_there_unless_they_are_checked_in(any_phone: Phone) -> None:
    stage = any_phone.stage
    stage.add_lecture("soon", starts_at=stage.clock() + timedelta(minutes=10))

    before = signed_in(any_phone).read("/record")
    set_status(stage, "soon")

    assert "10:12" not in before
    assert "10:12" in any_phone.read("/record")


def test_what_is_agreed_ahead_is_in_the_record_once_the_session_begins(any_phone: Phone) -> None:
    stage = any_phone.stage
    lecture_id = stage.add_lecture("next week", starts_at=stage.start + timedelta(days=7))
    set_status(stage, "next week", "authorised", method="hand", set_by_role="engagement_officer", set_at=stage.clock())

    before = signed_in(any_phone).read("/record")
    stage.clock.go_on(days=7)

    assert "1 December" not in before
    assert "1 December" in any_phone.read("/record")
    assert any_phone.browser.get(f"/record/{lecture_id}").status_code == 200


# The sums ----------------------------------------------------------------------------------------


def test_the_sums_show_both_numbers_and_a_percentage_from_five_on(any_phone: Phone) -> None:
    term(any_phone.stage, 4)
    few = sums(signed_in(any_phone).read("/record"))
    held(any_phone.stage, "fifth", days_ago=9)
    set_status(any_phone.stage, "fifth", "absent")
    set_status(any_phone.stage, "fifth", who="ben")

    assert "Present at 4 of 4 that count</li>" in few
    assert "Present at 4 of 5 that count, 80&nbsp;%" in sums(any_phone.read("/record"))


def test_what_is_disputed_leaves_the_sums_until_it_is_decided(any_phone: Phone) -> None:
    stage = any_phone.stage
    held(stage, "last week")
    set_status(stage, "last week", "absent")
    set_status(stage, "last week", who="ben")
    about = {"lecture_id": stage.ids["last week"], "student_id": stage.ids["ada"], "says": "was_there"}
    row = stage.add("dispute", wishes.dispute, **about, opened_at=stage.clock())

    said, disputed = one(any_phone), sums(any_phone.read("/record"))
    stage.change(wishes.dispute, row, is_open=None, closed_at=stage.clock(), outcome="kept")

    assert "– Absent. You disputed this. It does not count until somebody decides." in said
    assert "Nothing counts yet" in disputed
    assert "Present at 0 of 1 that count" in sums(any_phone.read("/record"))


def test_a_dispute_of_somebody_elses_changes_nothing(phone: Phone) -> None:
    stage = phone.stage
    held(stage, "last week")
    set_status(stage, "last week")
    about = {"lecture_id": stage.ids["last week"], "student_id": stage.ids["ben"], "says": "was_there"}
    stage.add("", wishes.dispute, **about, opened_at=stage.clock())

    assert "disputed this" not in one(phone)


def test_a_session_of_two_modules_is_added_to_ones_own(any_phone: Phone) -> None:
    stage = any_phone.stage
    held(stage, "joint", modules=("COMP1201", "HIST2002"))
    set_status(stage, "joint")

    added = sums(signed_in(any_phone).read("/record"))

    assert "<b>COMP1201</b> Algorithms<br>Present at 1 of 1 that count" in added
    assert "HIST2002" not in added


# Pages -------------------------------------------------------------------------------------------


def test_fifty_sessions_make_a_page_and_older_ones_are_a_link_away(any_phone: Phone) -> None:
    term(any_phone.stage, 102)

    pages = [signed_in(any_phone).read("/record"), *(any_phone.read(f"/record?page={it}") for it in (1, 2))]

    assert [len(entries(it)) for it in pages] == [50, 50, 3]
    assert [("Older sessions" in it, "Newer sessions" in it) for it in pages] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert "Present at 102 of 102 that count" in sums(pages[0])


def test_a_page_that_is_not_there_is_no_page(phone: Phone) -> None:
    signed_in(phone)

    assert phone.browser.get("/record?page=1").status_code == 404
    assert phone.browser.get("/record?page=x").status_code == 200


def test_sessions_stand_under_their_month_the_newest_first(phone: Phone) -> None:
    held(phone.stage, "october", days_ago=30)

    text = signed_in(phone).read("/record")

    assert re.findall("<h2>(.*?)</h2>", text) == ["What it adds up to", "November 2026", "October 2026"]


def test_a_student_without_sessions_is_told_when_there_will_be_some(phone: Phone) -> None:
    phone.stage.add_student("di", "31000008", "Di Young")

    assert "No session of yours has begun yet" in signed_in(phone, "di").read("/record")


def test_a_record_of_a_term_asks_the_database_as_often_as_one_of_a_session(phone: Phone) -> None:
    """Whatever is shown of a session is read for all of them at once."""
    held(phone.stage, "first")
    signed_in(phone)
    few = statements(phone, "/record")
    term(phone.stage, 60)

    assert statements(phone, "/record") == few


# One session -------------------------------------------------------------------------------------


def test_a_session_has_its_whole_history_the_newest_first(any_phone: Phone) -> None:
    stage = any_phone.stage
    lecture_id = held(stage, "last week")
    came = set_status(stage, "last week", "present_late")
    by = {"set_by_role": "lecturer", "set_by_staff_id": stage.ids["day"], "reason_code": "mistake"}
    key = {"lecture_id": lecture_id, "student_id": stage.ids["ada"]}
    later = {"set_at": came + timedelta(hours=4), "status_before": "present_late", "status": "present"}
    stage.add("", register.attendance_change, **key, **later, **by)

    text = signed_in(any_phone).read(f"/record/{lecture_id}")

    first = (
        "Tuesday 17 November, 14:05: from “Present, late” to “Present”. By staff: Lecturer. Reason: It was a mistake."
    )
    assert first in text
    assert text.index(first) < text.index("10:05: “Present, late”. You scanned the code.")
    assert "Dr Day" not in text


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("decided", ["", "not_recorded", "present_self_declared"])
def test_ones_own_word_was_said_and_nobody_came_in_by_it_nor_chose_a_reason_to_decline_it(
    any_phone: Phone, shown: bool, decided: str
) -> None:
    stage, lecture_id = any_phone.stage, held(any_phone.stage, "last week")
    said_at = stage.start - timedelta(days=6, hours=1)
    key = {"lecture_id": lecture_id, "student_id": stage.ids["ada"]}
    shown_at = said_at - timedelta(hours=22, minutes=52) if shown else None
    stage.add("", wishes.claim, **key, made_at=said_at, code="digits" if shown else "", shown_at=shown_at)
    set_status(stage, "last week", "unable_to_check_in", method="word", set_at=said_at)
    if decided:
        stage.change(register.attendance, 1, status=decided)
        reason = "not_this_session" if decided == "not_recorded" else "was_there"
        change = {"status_before": "unable_to_check_in", "status": decided, "set_by_role": "lecturer"}
        stage.add("", register.attendance_change, **key, **change, set_at=stage.start, reason_code=reason)
    one, whole = signed_in(any_phone).read(f"/record/{lecture_id}"), any_phone.read("/record/export")

    assert "You said that you were there: Wednesday 18 November, 09:00." in one
    assert ("The code that you noted was on the screen at 10:08." in one) is shown
    assert [it for it in ("You came in", "Not for this session") if it in one + whole] == []
    assert "By your own word," not in whole


def test_what_became_of_somebody_else_is_in_no_history(any_phone: Phone) -> None:
    stage = any_phone.stage
    lecture_id = held(stage, "last week")
    set_status(stage, "last week", who="ben", set_by_role="support_desk", method="hand", reason_code="no_device")

    text = signed_in(any_phone).read(f"/record/{lecture_id}")

    assert "Nothing was recorded." in text
    assert [it for it in ("Support desk", "no device", "10:05") if it in text] == []


def test_a_session_that_is_none_of_theirs_is_no_page(any_phone: Phone) -> None:
    signed_in(any_phone)
    for lecture_id in (any_phone.stage.ids["silk"], 2**31 - 1, 10**30):
        assert any_phone.browser.get(f"/record/{lecture_id}").status_code == 404


def test_a_stranger_is_turned_away_from_all_of_it(phone: Phone) -> None:
    for path in ("/record", f"/record/{phone.stage.ids['algorithms']}", "/record/calendars/2026-11"):
        assert phone.browser.get(path).status_code == 404

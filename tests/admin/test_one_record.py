"""One record, whoever reads it: the staff's page and the student's own say the same words and the same sums."""

import re
from datetime import timedelta

import pytest

from kiosk.domain.statuses import Status
from kiosk.store.tables import board, register, staff, wishes
from tests.admin.conftest import Desk, words
from tests.admin.crowds import lock
from tests.admin.test_records import record
from tests.checkin.conftest import Phone
from tests.checkin.past import held, set_status, signed_in
from tests.checkin.test_record import entries

PAIRS = {
    "Present": "Present",
    "Present, late": "Present, late",
    "Present, online": "Present, online",
    "Present, own word": "Present, by your own word",
    "Says they were there": "You said you were there. It counts until somebody decides",
    "Authorised": "Authorised. Does not count",
    "Exempt": "Exempt. Does not count",
    "Not recorded": "Not recorded. Does not count",
    "Absent": "Absent",
    "Void": "Made void. Counts for nobody",
    "Cancelled": "Cancelled. Counts for nobody",
    "Not observed": "Nobody was recorded here. Counts for nobody",
    "Not yet": "Not recorded yet",
}
"""How the staff's page says what the student's own says."""


def staff_says(desk: Desk, login: str = "tia") -> dict[str, str]:
    """What the staff's page says of Ada's sessions, by their time."""
    text = words(record(desk, login)).split('id="names"')[1]
    found = re.findall(r'<span class="when">(.*?)</span> <span class="status[^>]*>(.*?)</span>', text)
    return dict(found)


def student_says(phone: Phone) -> dict[str, str]:
    """What Ada reads of them herself, by their time."""
    found = (
        re.match(r"\S+ [^,]+, (\w+ \d+ \w+, [\d:]+) \S (.*)", it) for it in entries(signed_in(phone).read("/record"))
    )
    return {it[1]: it[2] for it in found if it}


def staff_adds(desk: Desk, login: str = "tia") -> dict[str, tuple[str, str]]:
    """The sums of the staff's page: the module, present, of how many."""
    found = re.findall(r"<dt>(\w+)</dt> <dd[^>]*>(\d+)&nbsp;of&nbsp;(\d+) recorded", words(record(desk, login)))
    return {code: (present, counted) for code, present, counted in found}


def student_adds(phone: Phone) -> dict[str, tuple[str, str]]:
    text = signed_in(phone).read("/record")
    found = re.findall(r"<b>(\w+)</b> [^<]*<br>(?:Present at (\d+) of (\d+)|Nothing counts yet)", text)
    return {code: (present or "0", counted or "0") for code, present, counted in found}


@pytest.fixture
def phone(any_desk: Desk) -> Phone:
    return Phone(any_desk.stage, any_desk.stage.app("checkin"))


@pytest.fixture
def term(any_desk: Desk) -> Desk:
    """A session for every status at which Ben was, one for every status at which nobody was, and those that did not take place."""
    stage = any_desk.stage
    for number, status in enumerate(Status):
        for name, days_ago in ((f"{status} with Ben", 2 + number), (f"{status} alone", 30 + number)):
            held(stage, name, days_ago=days_ago)
            set_status(stage, name, status)
        set_status(stage, f"{status} with Ben", who="ben")
    for number, column in enumerate(("cancelled_at", "voided_at")):
        stage.change(board.lecture, held(stage, column, days_ago=60 + number), **{column: stage.clock()})
        set_status(stage, column)
    held(stage, "disputed", days_ago=70)
    set_status(stage, "disputed", "absent")
    set_status(stage, "disputed", who="ben")
    about = {"lecture_id": stage.ids["disputed"], "student_id": stage.ids["ada"], "says": "was_there"}
    stage.add("", wishes.dispute, **about, opened_at=stage.clock())
    return any_desk


def test_the_two_pages_say_the_same_of_every_status_and_add_up_to_the_same(term: Desk, phone: Phone) -> None:
    staffs, own = staff_says(term), student_says(phone)
    words_of = {when: said.removesuffix(", disputed") for when, said in staffs.items()}

    assert set(words_of.values()) == set(PAIRS)
    assert own.keys() == staffs.keys()
    assert {when: own[when] for when, said in words_of.items() if not own[when].startswith(f"{PAIRS[said]}.")} == {}
    assert {when for when in own if "You disputed this" in own[when]} == {
        when for when in own if staffs[when] != words_of[when]
    }
    assert staff_adds(term) == student_adds(phone) == {"COMP1201": ("10", "11")}


@pytest.mark.parametrize("login", ["day", "ona"])
def test_whoever_reaches_the_module_reads_the_same_sum(term: Desk, phone: Phone, login: str) -> None:
    assert staff_adds(term, login) == student_adds(phone)


def test_an_arrival_before_the_session_begins_is_in_both(any_desk: Desk, phone: Phone) -> None:
    stage = any_desk.stage
    stage.add_lecture("soon", starts_at=stage.clock() + timedelta(minutes=10))
    set_status(stage, "soon")

    assert staff_says(any_desk)["Tuesday 24 November, 10:12"] == "Present"
    assert staff_adds(any_desk) == student_adds(phone) == {"COMP1201": ("1", "1")}


def test_a_session_of_two_modules_is_added_to_the_students_own_in_both(any_desk: Desk, phone: Phone) -> None:
    held(any_desk.stage, "joint", modules=("COMP1201", "HIST2002"))
    set_status(any_desk.stage, "joint")

    for login in ("day", "tia", "ona"):
        assert staff_adds(any_desk, login) == student_adds(phone) == {"COMP1201": ("1", "1")}


def test_a_module_out_of_reach_has_no_sum_though_it_shares_a_session(any_desk: Desk, phone: Phone) -> None:
    """Of half its sessions a sum would be another than the student reads, and would tell which modules they take."""
    stage = any_desk.stage
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    for name, modules in (("joint", ("COMP1201", "HIST2002")), ("alone", ("HIST2002",))):
        held(stage, name, days_ago=7 + len(name), modules=modules)
        set_status(stage, name)

    assert staff_adds(any_desk) == student_adds(phone) == {"COMP1201": ("1", "1"), "HIST2002": ("2", "2")}
    assert [staff_adds(any_desk, login) for login in ("day", "ona")] == [{"COMP1201": ("1", "1")}] * 2


def test_an_arrival_that_is_kept_apart_is_told_to_the_student_alone(any_desk: Desk, phone: Phone) -> None:
    any_desk.stage.keep_walk_in("ada")

    assert "You came, and are not on the list yet" in student_says(phone)["Tuesday 24 November, 10:00"]
    assert staff_says(any_desk) == {"Tuesday 24 November, 10:00": "Not yet"}


def test_nobody_is_told_that_somebody_was_there_whose_record_is_locked(any_desk: Desk) -> None:
    """As in a register: for whoever is not named there is no such student."""
    stage = any_desk.stage
    held(stage, "last week")
    before = staff_says(any_desk)
    set_status(stage, "last week", who="ben")
    during = staff_says(any_desk)
    lock(stage, stage.ids["ben"])

    said = {staff_says(any_desk, login)["Tuesday 17 November, 10:00"] for login in ("tia", "day", "ona")}
    assert (before == during, said) == (False, {"Not observed"})


def test_a_link_to_a_module_that_is_over_leaves_no_sum_of_it(any_desk: Desk) -> None:
    stage = any_desk.stage
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    until = stage.start.date() - timedelta(days=15)
    stage.add("", staff.teaching, staff_id=stage.ids["day"], module_id=stage.ids["HIST2002"], until_on=until)
    held(stage, "joint", modules=("COMP1201", "HIST2002"))

    assert staff_adds(any_desk, "day") == {"COMP1201": ("0", "0")}

"""What whoever teaches is told of a student: that they need not come, and the day of a check-in; never the kind, nor the minute."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.store.tables import register
from tests.admin.conftest import Desk, words
from tests.admin.test_cases import behind_glass, break_glass, open_case, show
from tests.admin.test_corrections import mark
from tests.admin.test_records import record
from tests.admin.test_register import open_names
from tests.stage import Browser

ADA = "31000001"
FRESH = re.compile(r'name="(csrf_token|again)" value="[^"]+"')
"""What is another on each page."""
SCRIPT = {"X-Kiosk-Part": "1"}


def come(desk: Desk, student: str, status: str, minutes: int = 18) -> None:
    """A student checks in by the code, some minutes after the session's start."""
    at = desk.stage.start.replace(minute=0) + timedelta(minutes=minutes)
    key = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids[student], "status": status}
    desk.stage.add("", register.attendance, **key, method="qr", arrived_at=at)
    desk.stage.add("", register.attendance_change, **key, set_at=at, set_by_role="student")


def excuse(desk: Desk, kind: str) -> None:
    """What an officer arranged stands in the register."""
    with desk.stage.database.owner.begin() as connection:
        connection.execute(update(register.attendance).values(status=kind))
        connection.execute(update(register.attendance_change).values(status=kind, set_by_role="engagement_officer"))


def history(desk: Desk, browser: Browser, student: str = "ada") -> str:
    page = desk.lecture(rest="/register")
    return words(browser.send(f"{page}/history", page, student=desk.stage.ids[student]))


def rows(desk: Desk, browser: Browser) -> str:
    """What the register's script gets."""
    page = desk.lecture(rest="/register")
    sent = {"csrf_token": browser.csrf(page), "curtain": "open"}
    return browser.post(f"{page}/names", data=sent, headers=SCRIPT).text


# When they came --------------------------------------------------------------------------------------


def test_a_lecturer_reads_the_day_of_a_check_in_and_not_the_minute(any_desk: Desk) -> None:
    """Both came at 10:18. One of them has longer to check in, which nobody works out."""
    come(any_desk, "ada", "present")
    come(any_desk, "ben", "present_late")
    day = any_desk.sign_in("day")

    told = {name: history(any_desk, day, name) for name in ("ada", "ben")}

    assert ["10:18" in text for text in told.values()] == [False, False]
    assert ['<span class="when mute">24 November 2026</span>' in text for text in told.values()] == [True, True]


def test_no_other_page_of_a_lecturer_has_the_minute_either(any_desk: Desk) -> None:
    come(any_desk, "ada", "present")
    day, page = any_desk.sign_in("day"), any_desk.lecture(rest="/register")

    texts = [
        open_names(any_desk, day).text,
        rows(any_desk, day),
        day.send(f"{page}/history", page).text,
        record(any_desk, "day").text,
        *(day.get(it).text for it in ("/", page, any_desk.lecture(), any_desk.lecture(rest="/history"))),
        *(day.get(it).text for it in ("/numbers", any_desk.lecture(rest="/arrivals"))),
        day.get("/my-acts").text,
    ]

    assert [text for text in texts if "10:18" in text] == []
    assert "Ada Lovelace" in texts[0]


def test_what_a_colleague_set_keeps_its_minute(any_desk: Desk) -> None:
    come(any_desk, "ada", "present", minutes=1)
    day = any_desk.sign_in("day")
    mark(any_desk, day, status="present_late", reason="mistake")

    assert "Tuesday 24 November, 10:02" in history(any_desk, day)


# Whether it was an absence or an exemption --------------------------------------------------------------


def test_authorised_and_exempt_read_alike_to_a_lecturer(any_desk: Desk) -> None:
    come(any_desk, "ada", "authorised")
    break_glass(any_desk, ADA)
    page, said = any_desk.lecture(rest="/register"), dict[str, list[str]]()
    for kind in ("authorised", "exempt"):
        excuse(any_desk, kind)
        day = any_desk.sign_in("day")
        texts = [open_names(any_desk, day).text, rows(any_desk, day), history(any_desk, day), day.get(page).text]
        texts += [record(any_desk, "day").text, behind_glass(any_desk).text]
        said[kind] = [FRESH.sub("", it) for it in texts]

    assert said["exempt"] == said["authorised"]
    assert ["uthorised" in text for text in said["exempt"]] == [True] * 6
    assert "Exempt" not in "".join(said["exempt"])


def test_the_row_after_an_undo_does_not_tell_them_apart_either(any_desk: Desk) -> None:
    come(any_desk, "ada", "exempt")
    day, page = any_desk.sign_in("day"), any_desk.lecture(rest="/register")
    mark(any_desk, day, version=1)
    act_id = any_desk.stage.rows(register.attendance_act)[-1].id
    student = f"{any_desk.stage.ids['ada']}:2:{act_id}"
    sent = {"csrf_token": day.csrf(page), "curtain": "open", "student": student}

    answer = day.post(f"{page}/undo", data=sent, headers=SCRIPT)

    assert any_desk.stage.rows(register.attendance)[0].status == "exempt"
    assert answer.get_json()["row"][2] == "authorised"


@pytest.mark.parametrize("login", ["ona", "tia"])
def test_an_office_that_decides_and_a_tutor_read_which_it_is(any_desk: Desk, login: str) -> None:
    come(any_desk, "ada", "exempt")

    assert ">Exempt</span>" in words(record(any_desk, login))


def test_so_do_a_case_and_the_support_desk(any_desk: Desk) -> None:
    come(any_desk, "ada", "exempt")
    any_desk.stage.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    open_case(any_desk)

    assert ">Exempt</span>" in words(show(any_desk, 1))
    assert "Exempt" in words(any_desk.sign_in("sue").send("/desk/student", "/desk", number=ADA))

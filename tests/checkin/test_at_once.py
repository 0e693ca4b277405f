"""Things done in the same moment: two tabs, one receipt, a hundred guesses, on both engines."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, text, update

from kiosk.checkin import requests
from kiosk.checkin.limits import DIGITS_OF_STUDENT, key, seconds_to_wait
from kiosk.store.database import db
from kiosk.store.tables import register, wishes
from tests.checkin.conftest import Phone
from tests.stage import Browser, Stage

AT_ONCE = 8


def together(act: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def copies(phone: Phone, *names: str) -> list[Browser]:
    """The same browser's cookies in as many windows."""
    made = [Browser(phone.browser.application) for _ in range(AT_ONCE)]
    for window in made:
        for name in names:
            found = phone.browser.get_cookie(name, "in.kiosk.test")
            assert found is not None
            window.set_cookie(name, found.value, domain="in.kiosk.test")
    return made


def test_pressing_in_many_tabs_at_once_checks_in_once(any_phone: Phone) -> None:
    any_phone.scan()
    any_phone.sign_in(on="/check-in")
    form = {"csrf_token": any_phone.browser.csrf("/check-in"), "lecture": any_phone.stage.ids["algorithms"]}
    tabs = copies(any_phone, "kiosk_checkin", "kiosk_receipt")
    places = together(lambda number: tabs[number].post("/check-in", data=form).headers.get("Location"))

    assert set(places) == {f"/check-ins/{any_phone.stage.ids['algorithms']}"}
    for table in (register.attendance, register.attendance_change, register.spent_receipt):
        assert len(any_phone.stage.rows(table)) == 1


def test_of_many_guesses_at_once_only_the_free_ones_count(any_phone: Phone) -> None:
    app: Flask = any_phone.browser.application
    now = any_phone.stage.clock()
    guessing = key("secret", "digits/student", "1", DIGITS_OF_STUDENT)

    def guess(_: int) -> int:
        with app.app_context():
            return seconds_to_wait(db.session(), now, [guessing])

    assert together(guess).count(0) <= DIGITS_OF_STUDENT.free


@pytest.mark.parametrize("becomes", ["not_recorded", "present_late", "authorised"])
def test_a_check_in_while_staff_change_the_row_waits_for_them_and_is_not_lost(any_phone: Phone, becomes: str) -> None:
    """The lecturer's undo is under way: what it makes of the row is not committed yet when the student presses."""
    stage = any_phone.stage
    stage.put_in_register("ada")
    key = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids["ada"]}
    stage.add("", register.attendance_change, **key, status="present", set_at=stage.start, set_by_role="lecturer")
    any_phone.scan()
    any_phone.sign_in(on="/check-in")
    with ThreadPoolExecutor(1) as pool, stage.database.owner.connect() as staff:
        staff.execute(update(register.attendance).values(status=becomes, version=register.attendance.c.version + 1))
        pressed = pool.submit(any_phone.press)
        wait_for_the_lock(stage)
        staff.commit()
        text = any_phone.read(pressed.result().headers["Location"])

    (row,) = stage.rows(register.attendance)
    assert "You are checked in" in text
    assert (row.status.startswith("present"), row.method) == (True, "qr")
    assert [row.set_by_role for row in stage.rows(register.attendance_change)] == ["lecturer", "student"]


def wait_for_the_lock(stage: Stage) -> None:
    """Until somebody waits for a row on PostgreSQL; on SQLite whoever writes second asks again and again."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while stage.database.owner.dialect.name == "postgresql":
        with stage.database.owner.connect() as connection:
            if connection.scalar(waiting):
                return


ASKED_AHEAD = {"from_on": "27/11/2026", "from_time": "10:00", "until_time": "11:00"}


@pytest.mark.parametrize(
    ("address", "fields", "table"),
    [
        ("/absences", ASKED_AHEAD, wishes.arrangement),
        ("/requests", {"kind": "objection"}, wishes.student_request),
        ("/requests", {"kind": "correction", "about": "name"}, wishes.student_request),
    ],
    ids=["absence", "objection", "correction"],
)
def test_a_button_pressed_twice_at_once_passes_one_thing_on(
    any_phone: Phone, monkeypatch: pytest.MonkeyPatch, address: str, fields: dict[str, str], table: Table
) -> None:
    waits = requests._waits

    def look_and_dawdle(*about: Any) -> bool:
        found = waits(*about)
        time.sleep(0.1)
        return found

    monkeypatch.setattr(requests, "_waits", look_and_dawdle)
    any_phone.sign_in()
    form = {"csrf_token": any_phone.browser.csrf(address), **fields}
    tabs = copies(any_phone, "kiosk_checkin")
    answers = together(lambda number: tabs[number].post(address, data=form).status_code)

    assert set(answers) == {303}
    assert len(any_phone.stage.rows(table)) == 1

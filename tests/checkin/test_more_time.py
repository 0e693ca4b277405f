"""Time as a student needs it: the setting, what it does to codes, and that nobody on the staff can tell."""

from datetime import date, timedelta
from http.cookies import SimpleCookie

import pytest

from kiosk.store.database import metadata
from kiosk.store.tables import register, wishes
from tests.checkin.conftest import Outage, Phone, attendance, disposed, words
from tests.stage import START, Stage


def ask_for_more_time(phone: Phone, login: str = "ada") -> None:
    phone.sign_in(login)
    phone.browser.send("/settings", more_time="yes")


def scan_old(phone: Phone, seconds: float, lecture: str = "algorithms") -> str:
    """Open the address that was in the symbol some seconds ago; what it answers."""
    code = phone.stage.qr(lecture)
    phone.stage.clock.go_on(seconds=seconds)
    return words(phone.browser.get(f"/{code}", follow_redirects=True))


# The setting ---------------------------------------------------------------------------------------


def test_more_time_is_there_for_the_asking_and_the_page_says_what_it_does(any_phone: Phone) -> None:
    any_phone.sign_in()
    text = any_phone.read("/settings")
    answer = words(any_phone.browser.send("/settings", more_time="yes"))

    assert "Digits are taken until 30 minutes after they left the screen. The usual time is 3 minutes." in text
    assert "A scanned code is taken until 5 minutes after it came on the screen. The usual time is 30 seconds." in text
    assert "you stay signed in for 100 minutes after the last page. The usual time is 10 minutes." in text
    assert "You have more time from now on." in answer
    assert [it.more_time for it in any_phone.stage.rows(wishes.student_setting)] == [True]


def test_a_change_can_be_taken_back_and_nothing_changed_is_said_too(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    same = words(any_phone.browser.send("/settings", more_time="yes"))
    back = words(any_phone.browser.send("/settings"))

    assert "Nothing was changed." in same
    assert "You have the usual time from now on." in back
    assert [it.more_time for it in any_phone.stage.rows(wishes.student_setting)] == [False]


def test_settings_are_the_same_in_another_browser_and_without_cookies(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    other = Phone(any_phone.stage, any_phone.browser.application)
    other.sign_in()

    assert 'value="yes" checked' in other.read("/settings")


def test_a_setting_is_ones_own(phone: Phone, other_phone: Phone) -> None:
    ask_for_more_time(phone)
    other_phone.sign_in("ben")

    assert "checked" not in other_phone.read("/settings")


def test_a_stranger_sets_nothing(phone: Phone) -> None:
    answer = phone.browser.send("/settings", form_on="/", more_time="yes")

    assert answer.status_code == 404
    assert phone.stage.rows(wishes.student_setting) == []


# Typed digits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "status"), [(30, 303), (31, 422)])
def test_with_more_time_digits_are_good_for_thirty_minutes(any_phone: Phone, minutes: int, status: int) -> None:
    ask_for_more_time(any_phone)
    digits = any_phone.stage.digits()
    any_phone.stage.clock.go_on(minutes=minutes)

    assert any_phone.type(digits).status_code == status


def test_without_it_they_are_not(phone: Phone) -> None:
    phone.sign_in()
    digits = phone.stage.digits()
    phone.stage.clock.go_on(minutes=4)

    assert phone.type(digits).status_code == 422


def test_typed_digits_count_from_the_last_moment_they_were_on_the_screen(any_phone: Phone) -> None:
    any_phone.sign_in()
    any_phone.stage.clock.set(10, 9, 50)
    digits = any_phone.stage.digits()
    any_phone.stage.clock.set(10, 12, 20)
    any_phone.type(digits)

    row = any_phone.stage.rows(register.attendance)[0]
    assert row.status == "present"
    assert row.arrived_at == START + timedelta(minutes=10, microseconds=-1)


def test_a_slow_typist_at_the_end_of_the_window_is_not_too_late(any_phone: Phone) -> None:
    any_phone.sign_in()
    any_phone.stage.clock.set(10, 19, 59)
    digits = any_phone.stage.digits()
    any_phone.stage.clock.set(10, 22, 30)

    assert any_phone.type(digits).status_code == 303


def test_digits_on_the_screen_are_counted_from_now(phone: Phone) -> None:
    phone.sign_in()
    phone.type(phone.stage.digits())

    assert phone.stage.rows(register.attendance)[0].arrived_at == phone.stage.clock()


def agree(stage: Stage, student: str = "ada", minutes: int = 15, **changes: object) -> None:
    """A longer time that was agreed with a student for the term."""
    term = {"from_on": date(2026, 10, 1), "until_on": date(2026, 12, 11)}
    about = {"student_id": stage.ids[student], "kind": "extension", "state": "agreed", "minutes": minutes}
    stage.add("", wishes.arrangement, **{**about, **term, **changes})


@pytest.mark.parametrize(("minute", "status"), [(12, "present"), (24, "present"), (26, "present_late")])
def test_a_longer_time_by_agreement_moves_what_is_late_and_the_end(any_phone: Phone, minute: int, status: str) -> None:
    agree(any_phone.stage)
    any_phone.stage.clock.set(10, minute)
    any_phone.sign_in()
    any_phone.scan()
    any_phone.press()

    assert attendance(any_phone.stage)[0][2:] == (status, "qr")


def test_it_ends_too_and_the_page_says_when_it_did(phone: Phone) -> None:
    agree(phone.stage)
    phone.stage.clock.set(10, 35)
    phone.scan()
    phone.sign_in()

    assert "It closed at 10:35" in phone.read("/check-in")


@pytest.mark.parametrize(
    "changes",
    [
        {"student": "ben"},
        {"state": "asked"},
        {"state": "withdrawn"},
        {"kind": "authorised", "minutes": None},
        {"until_on": date(2026, 11, 23)},
        {"weekdays": "13"},
        {"from_time": "11:00", "until_time": "12:00"},
    ],
)
def test_a_longer_time_of_somebody_else_or_not_agreed_or_for_other_days_changes_nothing(
    any_phone: Phone, changes: dict[str, object]
) -> None:
    agree(any_phone.stage, **changes)  # type: ignore[arg-type]
    any_phone.stage.clock.set(10, 12)
    any_phone.check_in()

    assert attendance(any_phone.stage)[0][2] == "present_late"


def test_somebody_who_is_not_signed_in_yet_is_told_to_when_it_is_too_late(phone: Phone) -> None:
    agree(phone.stage)
    phone.stage.clock.set(10, 25)
    phone.scan()
    text = phone.read("/check-in")
    phone.sign_in(on="/")

    assert '<a href="/">Sign in</a> if a longer time was agreed with you' in text
    assert "<title>Confirm check-in</title>" in phone.read("/check-in")


# Scans ---------------------------------------------------------------------------------------------


def test_with_more_time_a_code_that_changed_minutes_ago_still_checks_in(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    text = scan_old(any_phone, 290)
    any_phone.press()

    assert "<title>Confirm check-in</title>" in text
    row = any_phone.stage.rows(register.attendance)[0]
    assert (row.status, row.method) == ("present", "qr")
    assert row.arrived_at < START + timedelta(minutes=3)


def test_after_more_than_five_minutes_it_does_not(phone: Phone) -> None:
    ask_for_more_time(phone)

    assert "This code has changed" in scan_old(phone, 320)


def test_without_the_setting_an_old_code_has_changed(phone: Phone) -> None:
    phone.sign_in()

    assert "This code has changed" in scan_old(phone, 40)
    assert "No scan is waiting" in phone.read("/check-in")


def test_a_scan_before_signing_in_is_judged_by_the_setting_of_whoever_signs_in(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    signed_out = [Phone(any_phone.stage, any_phone.browser.application) for _ in range(2)]
    code = any_phone.stage.qr()
    any_phone.stage.clock.go_on(seconds=120)
    for phone in signed_out:
        phone.browser.get(f"/{code}")
    any_phone.stage.clock.go_on(minutes=25)
    answers = [phone.sign_in(login, on="/check-in") for phone, login in zip(signed_out, ("ada", "ben"), strict=True)]

    assert [it.headers["Location"] for it in answers] == ["/check-in", "/"]
    assert "<title>Confirm check-in</title>" in signed_out[0].read("/check-in")
    assert "This code has changed" in signed_out[1].read("/check-in")


def test_a_stranger_is_told_the_same_of_an_old_code_and_of_one_that_never_was(phone: Phone) -> None:
    old, never = phone.stage.qr(), "0123456789"
    phone.stage.clock.go_on(seconds=60)
    answers = [Phone(phone.stage, phone.browser.application).browser.get(f"/{it}") for it in (old, never)]

    pages = [words(it).replace(code, "") for it, code in zip(answers, (old, never), strict=True)]
    receipts = [SimpleCookie(it.headers["Set-Cookie"])["kiosk_receipt"].value for it in answers]
    assert pages[0] == pages[1]
    assert [it.status_code for it in answers] == [404, 404]
    assert [it.split(":")[:2] for it in receipts] == [["0", "0"]] * 2


def test_the_sign_in_page_after_an_old_scan_names_no_session(phone: Phone) -> None:
    text = scan_old(phone, 60) + phone.read("/check-in")

    assert "<title>Sign in</title>" in text
    assert "COMP1201" not in text


def test_an_old_code_takes_no_good_scan_away(phone: Phone) -> None:
    old = phone.stage.qr("silk")
    phone.stage.clock.go_on(seconds=60)
    phone.scan()
    phone.browser.get(f"/{old}")

    assert "COMP1201 Algorithms" in phone.read("/check-in")


def test_an_old_scan_is_used_once(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    scan_old(any_phone, 100)
    used = any_phone.browser.get_cookie("kiosk_receipt", "in.kiosk.test")
    any_phone.press()
    any_phone.browser.send("/sign-out", form_on="/account")
    ask_for_more_time(any_phone, "ben")
    assert used is not None
    any_phone.browser.set_cookie("kiosk_receipt", used.value, domain="in.kiosk.test")

    assert "This scan is used" in words(any_phone.press())


def test_an_old_code_of_somebody_elses_session_has_changed(phone: Phone) -> None:
    ask_for_more_time(phone)

    assert "This code has changed" in scan_old(phone, 60, "silk")


def test_an_old_code_while_the_database_is_away_reads_as_before_and_is_kept(phone: Phone, outage: Outage) -> None:
    ask_for_more_time(phone)
    code = phone.stage.qr()
    phone.scan("silk")
    phone.press("silk")
    phone.stage.clock.go_on(seconds=60)
    outage.begin()
    away = phone.browser.get(f"/{code}")
    outage.end()

    assert "This code has changed" in words(away)
    assert "<title>Confirm check-in</title>" in phone.read("/check-in")


def test_an_expired_old_scan_is_too_old(phone: Phone) -> None:
    scan_old(phone, 60)
    phone.stage.clock.go_on(minutes=60)

    assert "Your scan is too old" in phone.read("/check-in")


# Nobody on the staff ----------------------------------------------------------------------------------


def rows_of(stage: Stage, student: str) -> list[dict[str, object]]:
    """All that the staff's wing may read of a student, without the ids that tell one row from another."""
    found = []
    for table in metadata.sorted_tables:
        readable = table.info["rights"]["admin"].readable(table) if "admin" in table.info["rights"] else ()
        if "student_id" in table.c and readable:
            mine = stage.rows(table, table.c.student_id == stage.ids[student])
            found += [
                {"table": table.name} | {name: row._mapping[name] for name in readable - {"id", "student_id"}}
                for row in mine
                if table.name not in ("enrolment", "tutee")
            ]
    return found


def test_nothing_that_staff_can_read_tells_who_needed_more_time(phone: Phone, other_phone: Phone) -> None:
    stage = phone.stage
    digits = stage.digits()
    stage.clock.set(10, 2, 30)
    other_phone.sign_in("ben")
    other_phone.type(digits)
    stage.clock.set(10, 27)
    ask_for_more_time(phone)
    phone.type(digits)

    mine, theirs = rows_of(stage, "ada"), rows_of(stage, "ben")
    assert mine == theirs
    assert {it["table"] for it in mine} == {"attendance", "attendance_change"}


def test_the_staffs_wing_has_no_right_on_the_settings_at_all() -> None:
    assert set(wishes.student_setting.info["rights"]) == {"checkin"}


def test_no_check_in_is_written_down_with_the_setting(any_phone: Phone) -> None:
    ask_for_more_time(any_phone)
    any_phone.type(any_phone.stage.digits())

    assert attendance(any_phone.stage)[0][2:] == ("present", "digits")


@pytest.mark.parametrize("between", ["opened again", "another language"])
def test_a_kept_address_counts_from_when_it_was_first_opened(stage: Stage, between: str) -> None:
    stage.languages = ("en", "cy")
    for app in disposed(stage.app("checkin")):
        with_setting, phone = Phone(stage, app), Phone(stage, app)
        ask_for_more_time(with_setting)
        code = stage.qr()
        stage.clock.go_on(minutes=4)
        phone.browser.get(f"/{code}")
        stage.clock.go_on(minutes=3)
        if between == "opened again":
            phone.browser.get(f"/{code}")
        else:
            phone.browser.send("/language", f"/{code}", language="cy", page=f"/{code}")
        phone.sign_in(on="/check-in")
        phone.press()
    assert [row.status for row in stage.rows(register.attendance)] == ["present"]

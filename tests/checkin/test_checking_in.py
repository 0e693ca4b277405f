"""One tap: what becomes of a scan, and what the page says of it."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.store.tables import board, register
from tests.checkin.conftest import Outage, Phone, attendance, words
from tests.stage import START


def test_one_tap_checks_a_student_in(any_phone: Phone) -> None:
    stage = any_phone.stage
    answer = any_phone.check_in()

    lecture, ada = stage.ids["algorithms"], stage.ids["ada"]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/check-ins/{lecture}")
    assert attendance(stage) == [(lecture, ada, "present", "qr")]
    change = stage.rows(register.attendance_change)[0]
    assert (change.lecture_id, change.student_id, change.status, change.set_by_role) == (
        lecture,
        ada,
        "present",
        "student",
    )


def test_the_confirmation_says_where_when_and_who(phone: Phone) -> None:
    text = words(phone.browser.get(phone.check_in().headers["Location"]))

    assert "<title>You are checked in</title>" in text
    assert "to COMP1201, 10:00, Room 4/4053, as <bdi>Ada Lovelace</bdi>." in text
    assert "Not you?" in text


def test_before_the_tap_the_page_says_who_is_about_to_be_checked_in(phone: Phone) -> None:
    phone.scan()
    phone.sign_in()
    text = phone.read("/check-in")

    assert "<title>Confirm check-in</title>" in text
    assert "Check in as <bdi>Ada Lovelace</bdi>" in text
    assert "Not you?" in text
    assert text.index("Check in as") < text.index("Not you?")


def test_twice_is_the_same_as_once(any_phone: Phone) -> None:
    first = any_phone.check_in()
    any_phone.scan()
    second = any_phone.press()

    assert first.headers["Location"] == second.headers["Location"]
    assert len(attendance(any_phone.stage)) == 1
    assert len(any_phone.stage.rows(register.attendance_change)) == 1


def test_pressing_again_in_another_tab_leads_to_the_confirmation(phone: Phone) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    csrf, lecture = phone.browser.csrf("/check-in"), phone.stage.ids["algorithms"]
    form = {"csrf_token": csrf, "lecture": lecture}
    answers = [phone.browser.post("/check-in", data=form) for _ in range(2)]

    assert [it.headers["Location"] for it in answers] == [f"/check-ins/{lecture}"] * 2


def test_a_tab_with_an_earlier_scan_shows_the_later_one_and_records_nothing(phone: Phone) -> None:
    phone.scan("silk")
    phone.sign_in(on="/check-in")
    csrf = phone.browser.csrf("/check-in")
    phone.scan("algorithms")
    answer = phone.browser.post("/check-in", data={"csrf_token": csrf, "lecture": phone.stage.ids["silk"]})

    assert answer.headers["Location"] == "/check-in"
    assert attendance(phone.stage) == []


def test_one_scan_checks_in_one_student(any_phone: Phone) -> None:
    any_phone.scan()
    used = any_phone.browser.get_cookie("kiosk_receipt", "in.kiosk.test")
    any_phone.sign_in(on="/check-in")
    any_phone.press()
    any_phone.browser.send("/sign-out", form_on="/account")
    assert used is not None
    any_phone.browser.set_cookie("kiosk_receipt", used.value, domain="in.kiosk.test")
    any_phone.sign_in("ben", on="/check-in")
    answer = any_phone.press()

    assert "This scan is used" in words(answer)
    assert [row[1] for row in attendance(any_phone.stage)] == [any_phone.stage.ids["ada"]]


def test_a_slow_sign_in_still_counts_though_the_session_ended_meanwhile(any_phone: Phone) -> None:
    any_phone.stage.clock.set(10, 5)
    any_phone.scan()
    any_phone.stage.change(board.lecture, any_phone.stage.ids["algorithms"], ends_at=START + timedelta(minutes=25))
    any_phone.stage.clock.go_on(minutes=25)
    any_phone.sign_in(on="/check-in")
    any_phone.press()

    row = any_phone.stage.rows(register.attendance)[0]
    assert (row.status, row.arrived_at) == ("present", START + timedelta(minutes=5))


@pytest.mark.parametrize("way", ["a scan", "digits"])
def test_where_a_module_leaves_check_in_open_all_day_a_code_counts_long_after_the_session(
    any_phone: Phone, way: str
) -> None:
    stage = any_phone.stage
    stage.change(board.module, stage.ids["COMP1201"], closes_minutes_after=480)
    stage.clock.set(17, 30)
    if way == "a scan":
        any_phone.check_in()
    else:
        any_phone.sign_in()
        any_phone.type(stage.digits())

    assert [row[:2] for row in attendance(stage)] == [(stage.ids["algorithms"], stage.ids["ada"])]


def test_a_session_that_was_moved_far_away_after_the_scan_says_when_it_will_be(phone: Phone) -> None:
    lecture = phone.stage.ids["algorithms"]
    phone.stage.change(board.lecture, lecture, opened_at=phone.stage.clock())
    phone.scan()
    phone.sign_in(on="/check-in")
    csrf = phone.browser.csrf("/check-in")
    later = START + timedelta(hours=8)
    phone.stage.change(board.lecture, lecture, starts_at=later, ends_at=later + timedelta(hours=1))
    phone.stage.clock.go_on(minutes=1)
    answer = phone.browser.post("/check-in", data={"csrf_token": csrf, "lecture": lecture})

    assert "17:45" in words(answer)
    assert attendance(phone.stage) == []


def test_closing_by_hand_does_not_take_back_a_scan_made_before(phone: Phone) -> None:
    phone.scan()
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], closed_at=phone.stage.clock.go_on(minutes=1))
    phone.stage.clock.go_on(minutes=1)
    phone.sign_in(on="/check-in")

    assert phone.press().status_code == 303


def test_while_the_database_is_away_nothing_is_called_recorded_and_the_scan_is_kept(
    phone: Phone, outage: Outage
) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    form = {"csrf_token": phone.browser.csrf("/check-in"), "lecture": phone.stage.ids["algorithms"]}
    outage.begin()
    away = phone.browser.post("/check-in", data=form)
    outage.end()
    again = phone.browser.post("/check-in", data=form)

    assert away.status_code == 503
    assert "Nothing was recorded yet" in words(away)
    assert "Your scan at 10:02 is kept until 11:02." in words(away)
    assert 'action="/check-in"' in words(away)
    assert "Try again" in words(away)
    assert again.headers["Location"] == f"/check-ins/{phone.stage.ids['algorithms']}"


def test_signing_in_while_the_database_is_away_keeps_the_scan(phone: Phone, outage: Outage) -> None:
    phone.scan()
    form = {"csrf_token": phone.browser.csrf("/check-in"), "login": "ada", "password": "correct horse battery"}
    outage.begin()
    away = phone.browser.post("/sign-in", data=form)
    outage.end()
    phone.browser.post("/sign-in", data=form)

    assert away.status_code == 503
    assert phone.press().status_code == 303


def test_a_stranger_who_presses_is_asked_to_sign_in_and_the_scan_stays(phone: Phone) -> None:
    phone.scan()
    form = {"csrf_token": phone.browser.csrf("/check-in"), "lecture": phone.stage.ids["algorithms"]}
    answer = phone.browser.post("/check-in", data=form, follow_redirects=True)

    assert "<title>Sign in</title>" in words(answer)
    assert attendance(phone.stage) == []


def test_pressing_without_the_csrf_token_is_refused(phone: Phone) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    answer = phone.browser.post("/check-in", data={"lecture": phone.stage.ids["algorithms"]})

    assert answer.status_code == 400
    assert attendance(phone.stage) == []


@pytest.mark.parametrize("wing", ["admin", "display"])
def test_a_sign_in_made_with_another_wings_key_is_none(phone: Phone, wing: str) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    forger = Flask("forger")
    forger.secret_key = phone.stage.settings(wing).secret_key
    signer = forger.session_interface.get_signing_serializer(forger)  # type: ignore[attr-defined]
    forged = signer.dumps({"_user_id": f"{phone.stage.ids['ada']}.1", "until": 2**32})
    phone.browser.set_cookie("kiosk_checkin", forged, domain="in.kiosk.test")

    assert "<title>Sign in</title>" in phone.read("/check-in")


def test_the_forger_of_that_test_would_get_in_with_the_wings_own_key(phone: Phone) -> None:
    phone.scan()
    forger = Flask("forger")
    forger.secret_key = phone.stage.settings("checkin").secret_key
    signer = forger.session_interface.get_signing_serializer(forger)  # type: ignore[attr-defined]
    forged = signer.dumps({"_user_id": f"{phone.stage.ids['ada']}.1", "until": 2**32})
    phone.browser.set_cookie("kiosk_checkin", forged, domain="in.kiosk.test")

    assert "<title>Confirm check-in</title>" in phone.read("/check-in")


@pytest.mark.parametrize("lecture", ["", "x", "-1", "9" * 30, "١", "1\0"])
def test_a_form_about_no_lecture_records_nothing(phone: Phone, lecture: str) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    answer = phone.browser.send("/check-in", lecture=lecture)

    assert answer.headers["Location"] == "/check-in"
    assert attendance(phone.stage) == []


def test_nobody_sees_anothers_check_in(phone: Phone, other_phone: Phone) -> None:
    address = phone.check_in().headers["Location"]
    other_phone.sign_in("ben")

    assert other_phone.browser.get(address).status_code == 404
    assert Phone(phone.stage, phone.browser.application).browser.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "99", "2147483647", "99999999999999999999"])
def test_a_check_in_that_does_not_exist_is_no_page(phone: Phone, number: str) -> None:
    phone.sign_in()

    assert phone.browser.get(f"/check-ins/{number}").status_code == 404


def test_a_check_in_of_long_ago_can_still_be_shown(phone: Phone) -> None:
    address = phone.check_in().headers["Location"]
    phone.stage.clock.go_on(days=9)

    assert "You are checked in" in phone.read(address)


def test_not_you_before_the_tap_lets_somebody_else_sign_in_for_the_same_scan(phone: Phone) -> None:
    phone.scan()
    phone.sign_in("ben", on="/check-in")
    answer = phone.browser.send("/not-you", form_on="/check-in")
    phone.sign_in("ada", on="/check-in")
    phone.press()

    assert answer.headers["Location"] == "/check-in"
    assert [row[1] for row in attendance(phone.stage)] == [phone.stage.ids["ada"]]


def test_not_you_after_the_tap_signs_out_and_says_what_to_do(phone: Phone) -> None:
    address = phone.check_in("ben").headers["Location"]
    answer = phone.browser.send(f"{address}/not-you", form_on=address)
    text = phone.read(answer.headers["Location"])

    assert "Scan the code on the screen once more" in text
    assert "Tell your lecturer" in text
    assert "<title>Sign in</title>" in phone.read("/")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/sign-out-everywhere", "/check-ins/1/not-you"])
def test_what_changes_something_does_not_answer_to_get(phone: Phone, path: str) -> None:
    phone.check_in()

    assert phone.browser.get(path).status_code == 405
    assert "You are checked in" in phone.read("/check-ins/1")

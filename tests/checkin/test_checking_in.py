"""One tap: what becomes of a scan, and what the page says of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from kiosk.domain.statuses import Status
from kiosk.store.tables import board, register
from tests.checkin.conftest import Outage, Phone, words
from tests.stage import START, Stage


def attendance(stage: Stage) -> list[tuple[int, int, str, str]]:
    return [(it.lecture_id, it.student_id, it.status, it.method) for it in stage.rows(register.attendance)]


def test_one_tap_checks_a_student_in(any_phone: Phone) -> None:
    stage = any_phone.stage
    answer = any_phone.check_in()

    lecture, ada = stage.ids["algorithms"], stage.ids["ada"]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/check-ins/{lecture}")
    assert attendance(stage) == [(lecture, ada, "present", "qr")]
    change = stage.rows(register.attendance_change)[0]
    assert (change.lecture_id, change.student_id, change.status, change.set_by_role) == (lecture, ada, "present", "student")


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
    assert "Check in as <bdi>Ada Lovelace</bdi>" in text and "Not you?" in text
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


def test_a_slow_sign_in_still_counts_though_the_session_ended_meanwhile(phone: Phone) -> None:
    phone.stage.clock.set(10, 5)
    phone.scan()
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], ends_at=START + timedelta(minutes=25))
    phone.stage.clock.go_on(minutes=25)
    phone.sign_in(on="/check-in")
    phone.press()

    row = phone.stage.rows(register.attendance)[0]
    assert (row.status, row.arrived_at) == ("present", START + timedelta(minutes=5))


def test_closing_by_hand_does_not_take_back_a_scan_made_before(phone: Phone) -> None:
    phone.scan()
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], closed_at=phone.stage.clock.go_on(minutes=1))
    phone.stage.clock.go_on(minutes=1)
    phone.sign_in(on="/check-in")

    assert phone.press().status_code == 303


def test_late_is_noted_and_counts(phone: Phone) -> None:
    phone.stage.clock.set(10, 12)
    text = phone.read(phone.check_in().headers["Location"])

    assert attendance(phone.stage)[0][2] == Status.PRESENT_LATE
    assert "Late counts as present." in text


def test_a_remote_session_is_recorded_as_remote(phone: Phone) -> None:
    phone.stage.add_lecture("call", mode="remote", rooms=())
    text = phone.read(phone.check_in(lecture="call").headers["Location"])

    assert attendance(phone.stage)[0][2] == Status.PRESENT_REMOTE
    assert "to COMP1201, 10:00, online, as" in text


def test_too_late_says_when_it_closed_and_whom_to_tell(phone: Phone) -> None:
    phone.stage.clock.set(10, 20)
    phone.scan()
    text = phone.read("/check-in")

    assert "Check-in has closed" in text and "It closed at 10:20" in text and "tell your lecturer" in text


def test_too_early_says_when_it_opens(phone: Phone) -> None:
    phone.stage.clock.set(9, 44)
    phone.scan()

    assert "Check-in opens at 09:45" in phone.read("/check-in")


def test_a_session_closed_by_hand_is_closed(phone: Phone) -> None:
    stage = phone.stage
    stage.change(board.lecture, stage.ids["algorithms"], closed_at=stage.clock() - timedelta(seconds=1))
    phone.scan()

    assert "It closed at 10:01" in phone.read("/check-in")


@pytest.mark.parametrize(
    ("column", "says"),
    [("cancelled_at", "This session is cancelled"), ("voided_at", "This session is not counted")],
)
def test_nothing_is_recorded_for_a_session_that_does_not_count(phone: Phone, column: str, says: str) -> None:
    phone.scan()
    phone.sign_in(on="/check-in")
    csrf, lecture = phone.browser.csrf("/check-in"), phone.stage.ids["algorithms"]
    phone.stage.change(board.lecture, lecture, **{column: phone.stage.clock()})
    phone.stage.clock.go_on(seconds=3)
    answer = phone.browser.post("/check-in", data={"csrf_token": csrf, "lecture": lecture})

    assert answer.status_code == 409
    assert says in words(answer)
    assert attendance(phone.stage) == []


def test_a_walk_in_is_kept_apart_and_told_so(any_phone: Phone) -> None:
    text = any_phone.read(any_phone.check_in("cy").headers["Location"])

    assert attendance(any_phone.stage) == []
    row = any_phone.stage.rows(register.walk_in)[0]
    assert (row.student_id, row.method, row.settled_at) == (any_phone.stage.ids["cy"], "qr", None)
    assert "Your arrival is kept" in text and "Module staff will settle it" in text


def test_a_walk_in_twice_is_kept_once(any_phone: Phone) -> None:
    any_phone.check_in("cy")
    any_phone.scan()
    any_phone.press()

    assert len(any_phone.stage.rows(register.walk_in)) == 1


@pytest.mark.parametrize(
    ("dates", "is_enrolled"),
    [
        ({"until_on": date(2026, 11, 23)}, False),
        ({"until_on": date(2026, 11, 24)}, True),
        ({"from_on": date(2026, 11, 25)}, False),
        ({"from_on": date(2026, 11, 24)}, True),
    ],
)
def test_an_enrolment_counts_from_its_first_to_its_last_day(
    phone: Phone, dates: dict[str, date], is_enrolled: bool
) -> None:
    enrol(phone.stage, "cy", **dates)
    phone.check_in("cy")

    assert bool(attendance(phone.stage)) is is_enrolled


def test_a_lecture_across_midnight_belongs_to_the_day_it_began(phone: Phone) -> None:
    begins = datetime(2026, 11, 24, 23, 50, tzinfo=UTC)
    phone.stage.add_lecture("night", starts_at=begins)
    enrol(phone.stage, "cy", until_on=date(2026, 11, 24))
    phone.stage.clock.instant = begins + timedelta(minutes=15)
    text = phone.read(phone.check_in("cy", "night").headers["Location"])

    assert len(attendance(phone.stage)) == 1
    assert "to COMP1201, 23:50, Room 4/4053, as" in text


def enrol(stage: Stage, name: str, module: str = "COMP1201", **values: object) -> None:
    stage.add("", register.enrolment, student_id=stage.ids[name], module_id=stage.ids[module], **values)


def test_another_groups_session_of_ones_own_module_counts_and_says_so(phone: Phone) -> None:
    phone.stage.add_lecture("group b", group="B")
    enrol(phone.stage, "cy", group_name="A")
    text = phone.read(phone.check_in("cy", "group b").headers["Location"])

    assert phone.stage.rows(register.attendance)[0].other_group is True
    assert "This was another group's session of your module. It counts." in text


def test_ones_own_groups_session_says_nothing_of_groups(phone: Phone) -> None:
    phone.stage.add_lecture("group a", group="A")
    enrol(phone.stage, "cy", group_name="A")
    text = phone.read(phone.check_in("cy", "group a").headers["Location"])

    assert phone.stage.rows(register.attendance)[0].other_group is False
    assert "another group" not in text


def test_a_joint_session_takes_the_students_of_each_of_its_modules(phone: Phone, other_phone: Phone) -> None:
    phone.stage.add_lecture("joint", modules=("COMP1201", "HIST2002"), rooms=("4/4053", "58/1065"))
    text = phone.read(phone.check_in("ada", "joint").headers["Location"])
    other_phone.check_in("cy", "joint")

    assert len(attendance(phone.stage)) == 2
    assert "to COMP1201 / HIST2002, 10:00, Rooms 4/4053 and 58/1065, as" in text


def test_a_student_in_two_lectures_at_once_may_check_in_to_both(phone: Phone) -> None:
    phone.stage.add_lecture("clash", rooms=("58/1065",))
    phone.check_in()
    phone.scan("clash")
    phone.press("clash")

    assert {row[0] for row in attendance(phone.stage)} == {phone.stage.ids["algorithms"], phone.stage.ids["clash"]}


def test_what_staff_have_decided_is_not_overruled_by_a_scan(phone: Phone) -> None:
    phone.stage.add(
        "",
        register.attendance,
        lecture_id=phone.stage.ids["algorithms"],
        student_id=phone.stage.ids["ada"],
        status="authorised",
        method="hand",
        arrived_at=START,
    )
    text = phone.read(phone.check_in().headers["Location"])

    assert attendance(phone.stage)[0][2] == "authorised"
    assert "Staff have settled this session" in text


def test_marked_by_hand_before_is_checked_in_all_the_same(phone: Phone) -> None:
    phone.stage.add(
        "",
        register.attendance,
        lecture_id=phone.stage.ids["algorithms"],
        student_id=phone.stage.ids["ada"],
        status="present",
        method="hand",
        arrived_at=START,
    )

    assert "Recorded by staff" in phone.read(phone.check_in().headers["Location"])


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
    assert "Nothing was recorded yet" in words(away) and "Your scan at 10:02 is kept until 11:02." in words(away)
    assert 'action="/check-in"' in words(away) and "Try again" in words(away)
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

    assert "Scan the code on the screen once more" in text and "Tell your lecturer" in text
    assert "<title>Sign in</title>" in phone.read("/")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/sign-out-everywhere", "/check-ins/1/not-you"])
def test_what_changes_something_does_not_answer_to_get(phone: Phone, path: str) -> None:
    phone.check_in()

    assert phone.browser.get(path).status_code == 405
    assert "You are checked in" in phone.read("/check-ins/1")

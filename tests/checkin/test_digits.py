"""Typed digits: after sign-in, against the student's own sessions, in whatever way people write six digits."""

import pytest
from flask import Flask

from kiosk.domain.codes import digits_code, step_at
from kiosk.store.tables import register
from tests.checkin.conftest import Phone, words
from tests.stage import Stage


@pytest.fixture
def signed_in(phone: Phone) -> Phone:
    phone.sign_in()
    return phone


def wrong(stage: Stage) -> str:
    """Digits that no screen shows."""
    taken = {stage.digits(name) for name in ("algorithms", "silk")}
    return next(it for it in ("000000", "111111", "222222") if it not in taken)


def test_digits_check_a_student_in(any_phone: Phone) -> None:
    any_phone.sign_in()
    answer = any_phone.type(any_phone.stage.digits())

    row = any_phone.stage.rows(register.attendance)[0]
    assert answer.headers["Location"] == f"/check-ins/{row.lecture_id}"
    assert (row.student_id, row.status, row.method) == (any_phone.stage.ids["ada"], "present", "digits")


def test_digits_held_twice_are_each_good_for_three_minutes_after(signed_in: Phone) -> None:
    stage, clock = signed_in.stage, signed_in.stage.clock
    held = stage.digits()
    stage.hold(clock(), released_at=clock.go_on(minutes=4))
    stage.hold(clock.go_on(seconds=30))

    clock.go_on(minutes=2)

    assert signed_in.type(held).status_code == 303


@pytest.mark.parametrize(
    "written", ["{a} {b}", "{a}-{b}", " {a}\u2013{b} ", "{a}.{b}", "{a}\u00a0{b}", "\u200e{a}{b}", "{a}\t{b}"]
)
def test_spaces_and_dashes_do_not_matter(signed_in: Phone, written: str) -> None:
    digits = signed_in.stage.digits()

    assert signed_in.type(written.format(a=digits[:3], b=digits[3:])).status_code == 303


@pytest.mark.parametrize("zero", ["٠", "۰", "०"])
def test_digits_of_other_scripts_are_digits(signed_in: Phone, zero: str) -> None:
    digits = "".join(chr(ord(zero) + int(it)) for it in signed_in.stage.digits())

    assert signed_in.type(digits).status_code == 303


def test_digits_are_good_for_three_minutes_after_they_left_the_screen(signed_in: Phone) -> None:
    signed_in.stage.clock.set(10, 2, 29)
    digits = signed_in.stage.digits()
    signed_in.stage.clock.set(10, 5, 29)
    assert signed_in.type(digits).status_code == 303


@pytest.mark.parametrize("written", ["", "12345", "1234567", "abcdef", "12345\0", "½23456", "9" * 10_000])
def test_what_is_not_six_digits_is_told_so_and_costs_no_try(signed_in: Phone, written: str) -> None:
    answer = signed_in.type(written)

    assert answer.status_code == 422
    assert "Six digits are needed" in words(answer)
    assert signed_in.stage.rows(register.student_attempt) == []


def test_wrong_digits_say_which_ones_to_type(signed_in: Phone) -> None:
    answer = signed_in.type(wrong(signed_in.stage))

    assert answer.status_code == 422
    assert "These digits did not match" in words(answer)
    assert "Type the ones on the screen now" in words(answer)


def test_the_page_names_what_is_open_for_the_student(signed_in: Phone) -> None:
    text = signed_in.read("/")

    assert "<title>Type the six digits</title>" in text
    assert "Open for you now: COMP1201, 10:00, Room 4/4053." in text
    assert "HIST2002" not in text
    assert 'inputmode="numeric" autocomplete="one-time-code"' in text


def test_the_page_says_what_is_recorded_already_and_leads_to_it(any_phone: Phone) -> None:
    any_phone.sign_in()
    any_phone.type(any_phone.stage.digits())

    text = any_phone.read("/")

    lecture_id = any_phone.stage.ids["algorithms"]
    assert f'Room 4/4053. <a href="/check-ins/{lecture_id}">You are recorded there already</a>.' in text


def test_digits_of_somebody_elses_session_do_not_match(signed_in: Phone) -> None:
    assert "did not match" in words(signed_in.type(signed_in.stage.digits("silk")))
    assert signed_in.stage.rows(register.walk_in) == []


def test_digits_and_the_modules_code_keep_a_walk_in(signed_in: Phone) -> None:
    answer = signed_in.type(signed_in.stage.digits("silk"), module=" hist 2002 ")

    row = signed_in.stage.rows(register.walk_in)[0]
    assert (row.student_id, row.method) == (signed_in.stage.ids["ada"], "digits")
    assert "Your arrival is kept" in signed_in.read(answer.headers["Location"])


def test_digits_with_ones_own_modules_code_check_in_as_usual(signed_in: Phone) -> None:
    signed_in.type(signed_in.stage.digits(), module="comp1201")

    assert len(signed_in.stage.rows(register.attendance)) == 1


@pytest.mark.parametrize("module", ["COMP1201", "NONE9999", "HIST\0", "x" * 5000])
def test_digits_of_another_module_than_the_one_named_do_not_match(signed_in: Phone, module: str) -> None:
    assert "Digits and module did not match" in words(signed_in.type(signed_in.stage.digits("silk"), module=module))


def test_a_student_with_nothing_on_is_told_so_and_may_name_a_module(phone: Phone) -> None:
    phone.stage.clock.set(14, 0)
    phone.sign_in()
    text = phone.read("/")

    assert "No session of yours is open for check-in now." in text
    assert 'name="module"' in text


def test_digits_before_check_in_opens_say_when_it_does(signed_in: Phone) -> None:
    signed_in.stage.clock.set(9, 40)
    answer = signed_in.type(signed_in.stage.digits())

    assert answer.status_code == 409
    assert "Check-in opens at 09:45" in words(answer)


def test_digits_after_check_in_closed_say_when_it_did(signed_in: Phone) -> None:
    signed_in.stage.clock.set(10, 20)

    assert "It closed at 10:20" in words(signed_in.type(signed_in.stage.digits()))


def test_two_sessions_with_the_same_digits_are_asked_apart(signed_in: Phone, app: Flask) -> None:
    stage = signed_in.stage
    same = share_digits(stage, app, "algorithms", "clash")
    asked = words(signed_in.type(same))
    answer = signed_in.type(same, lecture=stage.ids["clash"])

    assert "Which session are you at?" in asked
    assert answer.headers["Location"] == f"/check-ins/{stage.ids['clash']}"
    assert [it.lecture_id for it in stage.rows(register.attendance)] == [stage.ids["clash"]]


def share_digits(stage: Stage, app: Flask, first: str, second: str) -> str:
    """Give a second lecture the first one's key: a chance of one in a hundred thousand, made to happen."""
    stage.add_lecture(second)
    with app.app_context():
        board = app.extensions["kiosk_board"].at(stage.clock.go_on(seconds=3))
    board.keys[stage.ids[second]] = board.keys[stage.ids[first]]
    return digits_code(board.keys[stage.ids[first]], step_at(stage.clock(), 30))


def test_naming_a_session_whose_digits_they_are_not_does_not_match(signed_in: Phone) -> None:
    answer = signed_in.type(signed_in.stage.digits(), lecture=signed_in.stage.ids["silk"])

    assert answer.status_code == 422


def test_the_sixth_wrong_try_must_wait_half_a_minute_and_no_longer(signed_in: Phone) -> None:
    stage = signed_in.stage
    for _ in range(5):
        assert signed_in.type(wrong(stage)).status_code == 422
    waiting = signed_in.type(stage.digits())
    stage.clock.go_on(seconds=30)
    after = signed_in.type(stage.digits())

    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "30")
    assert "Wait 30 seconds" in words(waiting)
    assert after.status_code == 303


def test_a_known_code_buys_no_free_guesses(signed_in: Phone) -> None:
    stage = signed_in.stage
    for _ in range(5):
        signed_in.type(wrong(stage))
        stage.clock.go_on(seconds=1)
        signed_in.type(stage.digits())

    assert signed_in.type(wrong(stage)).status_code == 429


def test_trying_while_waiting_does_not_make_the_wait_longer(signed_in: Phone) -> None:
    stage = signed_in.stage
    for _ in range(5):
        signed_in.type(wrong(stage))
    for _ in range(20):
        stage.clock.go_on(seconds=1)
        signed_in.type(wrong(stage))
    stage.clock.go_on(seconds=10)

    assert signed_in.type(stage.digits()).status_code == 303


def test_a_new_browser_does_not_end_the_wait(signed_in: Phone, other_phone: Phone) -> None:
    for _ in range(5):
        signed_in.type(wrong(signed_in.stage))
    other_phone.sign_in()

    assert other_phone.type(signed_in.stage.digits()).status_code == 429


def test_one_students_wait_is_nobody_elses(signed_in: Phone, other_phone: Phone) -> None:
    for _ in range(5):
        signed_in.type(wrong(signed_in.stage))
    other_phone.sign_in("ben")

    assert other_phone.type(signed_in.stage.digits()).status_code == 303


def test_one_browser_under_several_names_waits_too(phone: Phone) -> None:
    for name in ("ada", "ben"):
        phone.sign_in(name)
        for _ in range(5):
            phone.type(wrong(phone.stage))
        phone.browser.send("/sign-out", form_on="/account")
    phone.sign_in("cy")

    assert phone.type(phone.stage.digits("silk")).status_code == 429


def test_right_digits_leave_no_tries_behind(signed_in: Phone) -> None:
    signed_in.type(signed_in.stage.digits())

    assert signed_in.stage.rows(register.student_attempt) == []


def test_the_kept_tries_do_not_say_who(signed_in: Phone) -> None:
    signed_in.type(wrong(signed_in.stage))

    hashes = [it.key_hash for it in signed_in.stage.rows(register.student_attempt)]
    assert len(hashes) == 2
    assert all(len(it) == 64 for it in hashes)


def test_a_stranger_types_nothing(phone: Phone) -> None:
    answer = phone.type(phone.stage.digits())

    assert answer.headers["Location"] == "/"
    assert phone.stage.rows(register.attendance) == []

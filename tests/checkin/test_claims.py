"""Saying "I was here" after check-in has closed: with the digits, with the address, with neither; once, and never lost."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.codes import CodePolicy, digits_code, lecture_key, step_at
from kiosk.store.tables import board, register, wishes
from tests.checkin.conftest import Outage, Phone, attendance, words
from tests.stage import MASTER, START, Stage

COUNTED = "It counts as present."


def come_later(phone: Phone, login: str = "ada", **later: int) -> Phone:
    """Signed in once check-in has closed: ten past eleven, or later."""
    phone.stage.clock.set(11, 10)
    phone.stage.clock.go_on(**later)
    phone.sign_in(login)
    return phone


def say(phone: Phone, lecture: str = "", noted: str = "") -> TestResponse:
    chosen = phone.stage.ids[lecture] if lecture else ""
    return phone.browser.send("/claims", form_on="/claims/new", lecture=chosen, noted=noted)


def claims(stage: Stage) -> list[tuple[int, int, str]]:
    return [(it.lecture_id, it.student_id, it.code) for it in stage.rows(wishes.claim)]


def offered(phone: Phone, *among: str) -> list[str]:
    text = phone.read("/claims/new")
    return [name for name in among if f'<option value="{phone.stage.ids[name]}">' in text]


# With and without a code -----------------------------------------------------------------------------


def test_somebody_says_that_they_were_there_and_it_counts(any_phone: Phone) -> None:
    stage = come_later(any_phone).stage
    answer = say(any_phone, "algorithms")

    ada, lecture = stage.ids["ada"], stage.ids["algorithms"]
    assert answer.headers["Location"] == f"/check-ins/{lecture}"
    assert claims(stage) == [(lecture, ada, "")]
    assert attendance(stage) == [(lecture, ada, "unable_to_check_in", "word")]
    (change,) = stage.rows(register.attendance_change)
    assert (change.status, change.set_by_role) == ("unable_to_check_in", "student")


def test_the_page_says_that_it_counts_and_until_when_a_person_may_decide(any_phone: Phone) -> None:
    address = say(come_later(any_phone), "algorithms").headers["Location"]
    text = any_phone.read(address)
    any_phone.stage.clock.go_on(days=7)
    later = any_phone.read(address)

    assert "<title>You said that you were here</title>" in text
    assert f"{COUNTED} Somebody who teaches the module may decide until Tuesday 1 December, 11:10." in text
    assert "It counts as present, by your own word." in later


@pytest.mark.parametrize("chosen", ["algorithms", ""])
def test_noted_digits_say_which_session_it_was_and_when(any_phone: Phone, chosen: str) -> None:
    stage = any_phone.stage
    digits = stage.digits(at=START + timedelta(minutes=12))
    say(come_later(any_phone, days=3), chosen, f"{digits[:3]} {digits[3:]}")

    (claim,) = stage.rows(wishes.claim)
    assert (claim.lecture_id, claim.code) == (stage.ids["algorithms"], "digits")
    assert claim.shown_at == START + timedelta(minutes=12, seconds=30, microseconds=-1)


@pytest.mark.parametrize(
    "address", ["https://in.kiosk.test/{}", "IN.KIOSK.TEST/{}/", "{}", "  http://in.kiosk.test/{} "]
)
def test_a_noted_address_says_it_too(any_phone: Phone, address: str) -> None:
    stage = any_phone.stage
    code = stage.qr(at=START + timedelta(minutes=12))
    say(come_later(any_phone), "", address.format(code))

    (claim,) = stage.rows(wishes.claim)
    assert (claim.lecture_id, claim.code) == (stage.ids["algorithms"], "scan")
    assert claim.shown_at == START + timedelta(minutes=12, seconds=10, microseconds=-1)


def test_digits_that_were_held_are_known_for_as_long_as_they_were_held(phone: Phone) -> None:
    stage, at = phone.stage, START + timedelta(minutes=5)
    stage.hold(at, released_at=at + timedelta(minutes=6))
    say(come_later(phone), "", stage.digits(at=at))

    assert stage.rows(wishes.claim)[0].shown_at == at + timedelta(minutes=6, microseconds=-1)


def test_a_code_that_was_on_no_screen_of_theirs_is_told_kindly_and_can_be_left_out(any_phone: Phone) -> None:
    stage = come_later(any_phone).stage
    answer = say(any_phone, "algorithms", stage.digits("silk", at=START))
    text = words(answer)
    without = say(any_phone, "algorithms")

    assert (answer.status_code, "This was on no screen of your sessions" in text) == (422, True)
    assert "Say it without the code" in text
    assert without.status_code == 303
    assert claims(stage) == [(stage.ids["algorithms"], stage.ids["ada"], "")]


@pytest.mark.parametrize("noted", ["12345", "https://in.kiosk.test/", "hello", "9" * 300, "ABCDEFGHJ\0"])
def test_what_can_be_no_code_is_told_so(phone: Phone, noted: str) -> None:
    answer = say(come_later(phone), "algorithms", noted)

    assert "That is not six digits or an address" in words(answer)
    assert claims(phone.stage) == []


def test_digits_of_another_session_of_theirs_are_said_to_be_that_ones(any_phone: Phone) -> None:
    stage = any_phone.stage
    stage.add_lecture("lab", starts_at=START - timedelta(days=1))
    text = words(say(come_later(any_phone), "lab", stage.digits(at=START)))

    assert "It was on the screen at 10:00, at COMP1201, 10:00, Room 4/4053, Tuesday 24 November." in text
    assert f'<option value="{stage.ids["algorithms"]}" selected>' in text
    assert claims(stage) == []


def test_the_same_digits_at_two_sessions_are_asked_apart(phone: Phone) -> None:
    stage = phone.stage
    stage.add_lecture("twin", starts_at=START - timedelta(days=1))
    digits = twin_digits(stage)
    asked = words(say(come_later(phone), "", digits))
    say(phone, "twin", digits)

    assert "Which of the two was it?" in asked
    assert claims(stage) == [(stage.ids["twin"], stage.ids["ada"], "digits")]


def twin_digits(stage: Stage) -> str:
    """Give the twin a salt with which it shows some digits that the other session shows too; those."""
    minutes = range(-15, 20)
    own = {stage.digits(at=START + timedelta(minutes=it)) for it in minutes}
    steps = [step_at(START + timedelta(days=-1, minutes=it), CodePolicy().digits_step_seconds) for it in minutes]
    for number in range(200_000):
        key = lecture_key(MASTER.keys["k1"], stage.ids["twin"], number.to_bytes(16))
        if both := own & {digits_code(key, step) for step in steps}:
            stage.change(board.lecture, stage.ids["twin"], salt=number.to_bytes(16))
            return min(both)
    raise AssertionError


def test_where_check_in_is_still_open_one_checks_in(phone: Phone) -> None:
    digits = phone.stage.digits()
    phone.stage.clock.set(10, 15)
    phone.sign_in()
    text = words(say(phone, "", digits))

    assert "You can still check in" in text
    assert claims(phone.stage) == []


def test_guessing_digits_is_slowed_down_and_a_word_without_them_is_not(phone: Phone) -> None:
    come_later(phone)
    answers = [say(phone, "algorithms", f"00000{it}").status_code for it in range(6)]

    assert answers == [422] * 5 + [429]
    assert say(phone, "algorithms").status_code == 303


def test_of_what_was_noted_five_tries_a_day_are_free_and_then_one_each_ten_minutes(any_phone: Phone) -> None:
    come_later(any_phone)
    answers = [guess(any_phone, it) for it in range(6)]
    waits = words(say(any_phone, "algorithms", "000009"))
    any_phone.stage.clock.go_on(minutes=9)
    answers += [guess(any_phone, 6)]
    any_phone.stage.clock.go_on(minutes=1)
    answers += [guess(any_phone, it) for it in (7, 8)]

    assert answers == [422] * 5 + [429] * 2 + [422, 429]
    assert "Wait 10 minutes, then send it once more." in waits


def guess(phone: Phone, number: int) -> int:
    return say(phone, "algorithms", f"{number:06}").status_code


# Which sessions ---------------------------------------------------------------------------------------


def test_own_sessions_that_have_closed_within_seven_days_are_offered(any_phone: Phone) -> None:
    stage = any_phone.stage
    for name, days in (("old", 8), ("week", 6)):
        stage.add_lecture(name, starts_at=START - timedelta(days=days))
    stage.add_lecture("other group", starts_at=START - timedelta(days=1), group="B")
    stage.add_lecture("void", starts_at=START - timedelta(days=1), voided_at=START)
    stage.add_lecture("recorded", starts_at=START - timedelta(days=1))
    stage.add_lecture("tonight", starts_at=START + timedelta(hours=1))
    stage.put_in_register("ada", lecture="recorded")
    move_to_group(stage, "A")

    names = ("algorithms", "silk", "old", "week", "other group", "void", "recorded", "tonight")
    assert offered(come_later(any_phone), *names) == ["algorithms", "week"]


def move_to_group(stage: Stage, group: str) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(register.enrolment.update().values(group_name=group))


@pytest.mark.parametrize("name", ["silk", "void", "old", "open"])
def test_no_other_session_can_be_named(phone: Phone, name: str) -> None:
    stage = phone.stage
    stage.add_lecture("void", voided_at=START)
    stage.add_lecture("old", starts_at=START - timedelta(days=8))
    stage.add_lecture("open", starts_at=START + timedelta(hours=1, minutes=5))

    assert "Which session was it?" in words(say(come_later(phone), name))
    assert claims(stage) == []


def test_digits_of_another_groups_session_of_ones_module_are_good_there(phone: Phone) -> None:
    stage = phone.stage
    stage.add_lecture("other group", starts_at=START - timedelta(days=1), group="B")
    move_to_group(stage, "A")
    say(come_later(phone), "", stage.digits("other group", at=START - timedelta(days=1)))

    (row,) = stage.rows(register.attendance)
    assert (row.lecture_id, row.other_group) == (stage.ids["other group"], True)


@pytest.mark.parametrize("noted", [True, False])
def test_whoever_is_not_on_the_list_reads_whom_to_tell(phone: Phone, noted: bool) -> None:
    come_later(phone)
    text = words(say(phone, "", phone.stage.digits("silk", at=START))) if noted else phone.read("/claims/new")

    assert "Are you not on the list of the session yet? Tell your lecturer or the support desk." in text


def test_neither_a_session_nor_a_code_is_asked_for(phone: Phone) -> None:
    assert "Choose the session, or type what you noted there." in words(say(come_later(phone)))


def test_whoever_is_too_late_is_led_there_with_the_session_chosen(phone: Phone) -> None:
    phone.stage.clock.set(10, 25)
    phone.sign_in()
    phone.scan()
    lecture = phone.stage.ids["algorithms"]

    assert f'href="/claims/new?lecture={lecture}"' in phone.read("/check-in")
    assert f'<option value="{lecture}" selected>' in phone.read(f"/claims/new?lecture={lecture}")
    assert 'href="/claims/new"' in phone.read("/")


@pytest.mark.parametrize("first", ["sign in", "open the address"])
def test_an_address_that_was_kept_and_opened_late_leads_there_with_its_code_typed(any_phone: Phone, first: str) -> None:
    stage, code = any_phone.stage, any_phone.stage.qr(at=START + timedelta(minutes=12))
    stage.clock.set(11, 10)
    if first == "sign in":
        any_phone.sign_in()
        text = words(any_phone.browser.get(f"/{code}"))
    else:
        any_phone.browser.get(f"/{code}")
        any_phone.sign_in(on="/check-in")
        text = any_phone.read("/check-in")
    form = any_phone.read(f"/claims/new?noted={code}")

    assert f'<a href="/claims/new?noted={code}">If the session is over, say that you were here' in text
    assert f'<input id="noted" name="noted" value="{code}"' in form
    assert claims(stage) == []


def test_of_what_can_be_no_code_nothing_is_typed_already(phone: Phone) -> None:
    come_later(phone)
    assert 'name="noted" value=""' in phone.read('/claims/new?noted="><b>hello')


# Once, and never lost ---------------------------------------------------------------------------------


def test_twice_and_in_two_tabs_is_once(any_phone: Phone) -> None:
    answers = [say(come_later(any_phone), "algorithms") for _ in range(2)]

    assert [it.headers["Location"] for it in answers] == [f"/check-ins/{any_phone.stage.ids['algorithms']}"] * 2
    assert len(claims(any_phone.stage)) == 1
    assert len(any_phone.stage.rows(register.attendance_change)) == 1


def test_digits_sent_again_lead_to_what_is_written_down(any_phone: Phone) -> None:
    digits = any_phone.stage.digits()
    answers = [say(come_later(any_phone), "", digits) for _ in range(2)]

    assert [it.status_code for it in answers] == [303, 303]
    assert len(claims(any_phone.stage)) == 1


@pytest.mark.parametrize("chosen", ["algorithms", ""])
def test_what_staff_recorded_meanwhile_stays_and_is_shown(any_phone: Phone, chosen: str) -> None:
    stage = come_later(any_phone).stage
    form = {"csrf_token": any_phone.browser.csrf("/claims/new"), "noted": "" if chosen else stage.digits(at=START)}
    form["lecture"] = stage.ids[chosen] if chosen else ""
    stage.put_in_register("ada")
    answer = any_phone.browser.post("/claims", data=form, follow_redirects=True)

    assert "You are checked in" in words(answer)
    assert claims(stage) == []
    assert attendance(stage)[0][2:] == ("present", "hand")


def test_a_row_that_appears_between_the_look_and_the_writing_stays_too(
    any_phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.store.doors import claims as door

    stage, looked = come_later(any_phone).stage, door.settled_among
    path, token = "/claims", any_phone.browser.csrf("/claims/new")

    def quicker(*asked: object) -> frozenset[int]:
        found = looked(*asked)  # type: ignore[arg-type]
        if not stage.rows(register.attendance):
            stage.put_in_register("ada")
        return found

    monkeypatch.setattr(door, "settled_among", quicker)
    form = {"csrf_token": token, "lecture": stage.ids["algorithms"]}
    answer = any_phone.browser.post(path, data=form)

    assert answer.status_code == 303
    assert (claims(stage), attendance(stage)[0][2]) == ([], "present")


def test_while_the_database_is_away_the_page_keeps_what_was_sent_and_once_is_enough(
    phone: Phone, outage: Outage
) -> None:
    digits, stage = phone.stage.digits(), come_later(phone).stage
    form = {"csrf_token": phone.browser.csrf("/claims/new"), "lecture": stage.ids["algorithms"], "noted": digits}
    outage.begin()
    away = phone.browser.post("/claims", data=form)
    outage.end()
    phone.browser.post("/claims", data=form)

    assert away.status_code == 503
    assert f'name="noted" value="{digits}"' in words(away)
    assert 'action="/claims"' in words(away)
    assert claims(stage) == [(stage.ids["algorithms"], stage.ids["ada"], "digits")]


def test_a_row_that_staff_took_back_can_be_filled_by_ones_word(any_phone: Phone) -> None:
    any_phone.stage.put_in_register("ada", "not_recorded")
    say(come_later(any_phone), "algorithms")

    assert attendance(any_phone.stage)[0][2:] == ("unable_to_check_in", "word")


@pytest.mark.parametrize(("noted", "becomes"), [(True, "unable_to_check_in"), (False, "authorised")])
def test_what_was_arranged_gives_way_to_a_code_that_was_shown_and_to_nothing_less(
    any_phone: Phone, noted: bool, becomes: str
) -> None:
    stage = come_later(any_phone).stage
    stage.put_in_register("ada", "authorised")
    answer = say(any_phone, "algorithms", stage.digits(at=START) if noted else "")
    text = any_phone.read(answer.headers["Location"])

    assert (attendance(stage)[0][2], len(claims(stage))) == (becomes, int(noted))
    assert (COUNTED in text, f'href="/record/{stage.ids["algorithms"]}"' in text) == (noted, not noted)


def test_what_a_lecturer_decided_gives_way_to_no_code_and_its_page_leads_to_where_it_is_disputed(
    any_phone: Phone,
) -> None:
    stage = come_later(any_phone).stage
    stage.put_in_register("ada", "absent")
    text = any_phone.read(say(any_phone, "", stage.digits(at=START)).headers["Location"])

    assert (attendance(stage)[0][2], claims(stage)) == ("absent", [])
    assert f'href="/record/{stage.ids["algorithms"]}">If what is written down is wrong, say so' in text


def test_a_check_in_by_a_code_is_more_than_ones_word(any_phone: Phone) -> None:
    stage = come_later(any_phone).stage
    say(any_phone, "algorithms")
    stage.change(board.lecture, stage.ids["algorithms"], opened_at=stage.clock.go_on(minutes=1))
    stage.clock.go_on(seconds=3)
    any_phone.scan()
    any_phone.press()

    assert attendance(stage)[0][2:] == ("present_late", "qr")


def test_a_claim_is_ones_own(phone: Phone, other_phone: Phone) -> None:
    address = say(come_later(phone), "algorithms").headers["Location"]
    other_phone.sign_in("ben")

    assert other_phone.browser.get(address).status_code == 404
    assert offered(other_phone, "algorithms") == ["algorithms"]


def test_a_stranger_says_nothing(phone: Phone) -> None:
    phone.stage.clock.set(11, 10)
    form = {"csrf_token": phone.browser.csrf("/"), "lecture": phone.stage.ids["algorithms"]}

    assert phone.browser.post("/claims", data=form).status_code == 404
    assert claims(phone.stage) == []

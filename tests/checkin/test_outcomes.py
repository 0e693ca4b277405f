"""What becomes of a scan: late, too early, too late, a walk-in, another group, and what is said of each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.statuses import Status
from kiosk.store.tables import board, register
from tests.checkin.conftest import Phone, attendance, words
from tests.stage import Stage


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

    assert "Check-in has closed" in text
    assert "It closed at 10:20" in text
    assert "tell your lecturer" in text
    assert 'href="/">To another session' in text


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
    assert "Your arrival is kept" in text
    assert "Module staff will settle it" in text


def test_a_walk_in_that_staff_have_declined_reads_so(phone: Phone) -> None:
    done = phone.check_in("cy").headers["Location"]
    phone.stage.change(register.walk_in, phone.stage.rows(register.walk_in)[0].id, settled_at=phone.stage.clock())

    text = phone.read(done)

    assert ("Staff have looked at it, and it does not count." in text, "will settle it" in text) == (True, False)


def test_a_check_in_at_a_session_that_was_made_void_says_that_it_counts_for_nobody(phone: Phone) -> None:
    done = phone.check_in().headers["Location"]
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], voided_at=phone.stage.clock())
    phone.stage.clock.go_on(seconds=3)

    assert "It counts for nobody, and against nobody." in phone.read(done)


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
    phone.stage.put_in_register("ada", "absent")
    text = phone.read(phone.check_in().headers["Location"])

    assert attendance(phone.stage)[0][2] == "absent"
    assert "Staff have settled this session" in text


@pytest.mark.parametrize("status", ["authorised", "exempt"])
def test_whoever_comes_although_it_was_arranged_that_they_need_not_is_there(any_phone: Phone, status: str) -> None:
    any_phone.stage.put_in_register("ada", status)
    text = any_phone.read(any_phone.check_in().headers["Location"])

    assert "You are checked in" in text
    assert attendance(any_phone.stage)[0][2:] == ("present", "qr")


def test_a_mark_that_staff_took_back_leaves_room_for_a_scan(any_phone: Phone) -> None:
    any_phone.stage.put_in_register("ada", "not_recorded")
    text = any_phone.read(any_phone.check_in().headers["Location"])

    assert "You are checked in" in text
    assert attendance(any_phone.stage)[0][2:] == ("present", "qr")
    assert [row.set_by_role for row in any_phone.stage.rows(register.attendance_change)] == ["student"]


def test_marked_by_hand_before_is_checked_in_all_the_same(phone: Phone) -> None:
    phone.stage.put_in_register("ada")

    assert "Recorded by staff" in phone.read(phone.check_in().headers["Location"])

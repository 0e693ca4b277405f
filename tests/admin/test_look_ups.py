"""How many numbers the support desk looks up: sixty in ten minutes, whichever form they come by, and then it says until when."""

import pytest

from tests.admin.conftest import Desk, words
from tests.admin.test_register import logged
from tests.admin.test_support_desk import ADA, ask, sign_in
from tests.stage import Browser

BEN = "31000002"


def go_through(desk: Desk, count: int, what: str = "student") -> Browser:
    """Sue tries one number after the other that nobody has; nobody waits for the pages of it."""
    sue = sign_in(desk)
    token = {"csrf_token": sue.csrf("/desk"), "curtain": "open", "lecture": "1", "undo": "1:1", "accept": "1"}
    for number in range(count):
        sue.post(f"/desk/{what}", data={**token, "number": f"99{number:06}"})
    return sue


def test_after_sixty_numbers_the_next_shows_nobody_and_says_when_to_go_on(any_desk: Desk) -> None:
    go_through(any_desk, 30)
    any_desk.stage.clock.go_on(minutes=1, seconds=1)
    sue = go_through(any_desk, 30)

    answer = ask(sue)

    assert (answer.status_code, "Lovelace" in answer.text) == (429, False)
    assert "That was 60 numbers in ten minutes. You can look up the next one at 10:12." in words(answer)


@pytest.mark.parametrize("what", ["record", "settle", "undo", "restart"])
def test_each_form_of_the_desk_is_a_look_up(desk: Desk, what: str) -> None:
    go_through(desk, 59)

    assert ask(go_through(desk, 1, what)).status_code == 429


def test_that_is_a_refusal_in_the_log(any_desk: Desk) -> None:
    ask(go_through(any_desk, 60))

    assert logged(any_desk) == [("deny", "refused", set())] * 60 + [("deny", "refused", {"ada"})]


def test_it_is_said_to_the_script_too(desk: Desk) -> None:
    sue = go_through(desk, 60)

    fields = {"csrf_token": sue.csrf("/desk"), "curtain": "open", "number": ADA}
    answer = sue.post("/desk/student", data=fields, headers={"X-Kiosk-Part": "1"})

    assert (answer.status_code, answer.headers["X-Kiosk-Part"]) == (429, "1")
    assert answer.text.startswith("That was 60 numbers in ten minutes.")


def test_ten_minutes_later_the_desk_goes_on(any_desk: Desk) -> None:
    sue = go_through(any_desk, 60)
    any_desk.stage.clock.go_on(minutes=10)

    assert "Ada Lovelace" in ask(sue).text


def test_whoever_was_just_found_is_found_again_and_recorded_all_the_same(any_desk: Desk) -> None:
    ask(sign_in(any_desk))
    sue = go_through(any_desk, 60)

    answer = ask(sue, "record", lecture=any_desk.stage.ids["algorithms"])

    assert "Recorded as present." in words(answer)


def test_looking_up_one_student_often_is_one_look_up(any_desk: Desk) -> None:
    sue = sign_in(any_desk)
    for _ in range(30):
        ask(sue)

    assert ask(go_through(any_desk, 58), number=BEN).status_code == 200


def test_one_member_of_staff_leaves_anothers_look_ups_alone(any_desk: Desk) -> None:
    go_through(any_desk, 60)
    any_desk.stage.add_staff("sam", "Sam Desk", "support_desk", "department", "Computing")

    assert "Ada Lovelace" in ask(any_desk.sign_in("sam")).text

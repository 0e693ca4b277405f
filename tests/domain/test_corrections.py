"""What staff may set, for which reasons, until when; and numbers as people paste them."""

from datetime import timedelta

import pytest

from kiosk.domain.corrections import REASONS, Kind, Reason, read_numbers, said_of, settable, still_may, usual_mark
from kiosk.domain.lectures import Mode
from tests.domain.timetable import ten_o_clock


@pytest.mark.parametrize(
    ("mode", "may"),
    [
        (Mode.IN_PERSON, ["present", "present_late", "not_recorded"]),
        (Mode.REMOTE, ["present_remote", "not_recorded"]),
        (Mode.BOTH, ["present", "present_late", "present_remote", "not_recorded"]),
    ],
)
def test_staff_set_what_the_mode_of_the_session_allows_and_never_absent(mode: Mode, may: list[str]) -> None:
    assert list(settable(mode, absent=False)) == may
    assert usual_mark(mode) == may[0]


@pytest.mark.parametrize("mode", Mode)
def test_absent_may_be_set_where_r78_allows_it(mode: Mode) -> None:
    assert settable(mode, absent=True)[-1] == "absent"


@pytest.mark.parametrize(
    ("days", "roles"), [(0, ["lecturer", "module_lead"]), (7, ["module_lead"]), (27, ["module_lead"]), (28, [])]
)
def test_a_lecturer_has_seven_days_and_a_module_lead_twenty_eight(days: int, roles: list[str]) -> None:
    held = ten_o_clock()

    assert [role for role, _ in still_may(held, held.ends_at + timedelta(days=days))] == roles


def test_reasons_are_a_closed_list_that_everybody_can_read() -> None:
    assert all(reason.label for reason in Reason)
    assert len({reason.label for reason in Reason}) == len(Reason)
    assert Reason.NOT_THIS_SESSION not in REASONS
    assert said_of()[0] == ("was_there", "Was there")


def test_every_kind_of_act_has_a_name_that_fits_its_column() -> None:
    assert all(len(kind) <= 12 for kind in Kind)


def test_numbers_are_read_whatever_stands_between_them() -> None:
    pasted = "31000001, 31000002\t31000003\n\n  31000004  \r\n31000001;31000005\n"

    assert read_numbers(pasted) == ("31000001", "31000002", "31000003", "31000004", "31000005")


def test_names_and_headings_beside_the_numbers_are_left_out() -> None:
    assert read_numbers('Number,Name\n"31000001","Lovelace, Ada"') == ("31000001",)


def test_numbers_in_another_scripts_digits_are_the_same_numbers() -> None:
    assert read_numbers("３１０００００１") == ("31000001",)


def test_a_number_that_comes_twice_is_one() -> None:
    assert read_numbers("1\n \n\n2\n1") == ("1", "2")


@pytest.mark.parametrize("nothing", ["", "  \n\t\n", ",;,", "nobody"])
def test_a_text_without_a_number_has_none(nothing: str) -> None:
    assert read_numbers(nothing) == ()

"""Recovery codes as they are drawn, read out and typed."""

import random

import pytest

from kiosk.domain.second_factors import clean_recovery_code, draw_codes, in_fours


def test_ten_codes_are_drawn_and_none_twice() -> None:
    letters = iter("AAAAAAAA" * 3 + "".join(f"BBBBBBB{last}" for last in "0123456789"))

    codes = draw_codes(lambda _: next(letters))

    assert codes == ("AAAA-AAAA", *(f"BBBB-BBB{last}" for last in "012345678"))


@pytest.mark.parametrize(
    "typed", ["K7Q2-M9X0", "k7q2m9xo", " k7q2 m9x0 ", "K7Q2–M9X0", "K7Q2-M9XO"]
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert clean_recovery_code(typed) == "K7Q2M9X0"


@pytest.mark.parametrize("typed", ["", "123456", "K7Q2-M9X", "K7Q2-M9X00", "K7Q2-M9XU", "\x00", "K" * 5000])
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert clean_recovery_code(typed) is None


def test_codes_have_no_letter_that_is_read_as_another() -> None:
    codes = draw_codes(random.Random(7).choice)

    assert not set("".join(codes)) & set("ILOU")
    assert all(clean_recovery_code(code) == code.replace("-", "") for code in codes)


def test_a_secret_is_shown_in_fours() -> None:
    assert in_fours("ABCDEFGHIJ") == "ABCD EFGH IJ"

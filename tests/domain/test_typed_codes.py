"""What people type, paste and scan, made clean or turned away."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codes import ALPHABET, clean_digits, clean_scanned

MEGABYTE = 1024 * 1024
IGNORED = [" ", "-", ".", "\u00a0", "\u202f", "\t", "\n", "–", "—", "−", "\u200e", "\u200f", "·"]
ZEROS = ["0", "٠", "۰", "०", "০", "０", "๐", "𝟎"]  # the ten digits of a script stand in a row

any_digit = st.builds(lambda zero, value: chr(ord(zero) + value), st.sampled_from(ZEROS), st.integers(0, 9))


@given(st.lists(any_digit, min_size=6, max_size=6), st.lists(st.sampled_from(IGNORED), min_size=7, max_size=7))
def test_six_digits_of_any_script_are_read_whatever_stands_between(digits: list[str], between: list[str]) -> None:
    typed = between[0] + "".join(digit + gap for digit, gap in zip(digits, between[1:], strict=True))
    assert clean_digits(typed) == "".join(str(unicodedata.digit(digit)) for digit in digits)


@pytest.mark.parametrize(
    "typed", ["٠٤٢ ٧١٩", "۰۴۲-۷۱۹", "042 719", "042–719", " 042\u00a0719 ", "0.4.2.7.1.9", "０４２７１９"]
)
def test_digits_keep_their_value_and_their_leading_nought(typed: str) -> None:
    assert clean_digits(typed) == "042719"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345",
        "1234567",
        "12345a",
        "O12345",
        "123456\x00",
        "\x00",
        "²²²²²²",
        "ⅠⅡⅢⅣⅤⅥ",
        "一二三四五六",
        "½½½½½½",
        "+123456",
    ],
)
def test_anything_but_six_digits_is_turned_away(typed: str) -> None:
    assert clean_digits(typed) is None


@given(st.text())
def test_cleaned_digits_are_six_or_none_for_any_text(typed: str) -> None:
    cleaned = clean_digits(typed)
    assert cleaned is None or (len(cleaned) == 6 and cleaned.isascii() and cleaned.isdigit())


@pytest.mark.parametrize("typed", ["1" * MEGABYTE, " " * MEGABYTE, "123456" + " " * MEGABYTE])
def test_a_megabyte_is_turned_away_unread(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unicodedata, "category", lambda character: pytest.fail("it was read"))
    assert (clean_digits(typed), clean_scanned(typed)) == (None, None)


@given(st.text(ALPHABET, min_size=10, max_size=10))
def test_a_scanned_code_is_read_in_either_case(code: str) -> None:
    assert clean_scanned(code) == clean_scanned(code.lower()) == code


def test_letters_nobody_can_tell_from_figures_are_read_as_figures() -> None:
    assert clean_scanned("IiLlOo0123") == "1111000123"


@pytest.mark.parametrize(
    "scanned",
    ["", "K7Q2M9XR4", "K7Q2M9XR4TT", "K7Q2M9XR4U", "K7Q2M 9XR4", "K7Q2M-9XR4", "K7Q2M9XR4\x00", "K7Q2M9XR4\n"]
    + ["K7Q2M9XR4ſ", "K7Q2M9XR4ı", "K7Q2M9XR4ß", "K7Q2M9XR4٣", "Ｋ7Q2M9XR4T"],
)
def test_any_other_address_is_turned_away(scanned: str) -> None:
    assert clean_scanned(scanned) is None


@given(st.text(max_size=12))
def test_a_cleaned_scan_is_ten_characters_of_the_alphabet_or_none(scanned: str) -> None:
    cleaned = clean_scanned(scanned)
    assert cleaned is None or (len(cleaned) == 10 and set(cleaned) <= set(ALPHABET))

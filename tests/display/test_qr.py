"""Symbols: as few modules as the address allows, drawn by us as the library draws them, read by a camera."""

import random

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from qrcode import QRCode, util

from kiosk.display.qr import _LEVELS, SymbolPlan, _drawn, _number, _segments
from kiosk.domain.codes import ALPHABET

CHANCE = random.Random(20261124)


def any_code(characters: int = 10) -> str:
    return "".join(CHANCE.choice(ALPHABET) for _ in range(characters))


def symbol(plan: SymbolPlan, code: str) -> int:
    """The modules that are sent, as a number; what fills up the last digit is left out, and must be nothing."""
    bits, filling = plan.bits(code), -(plan.modules**2) % 4
    assert len(bits) * 4 == plan.modules**2 + filling
    assert int(bits, 16) % (1 << filling) == 0
    return int(bits, 16) >> filling


def picture(plan: SymbolPlan, code: str, scale: int = 8) -> Image.Image:
    """The path as a browser strokes it, with a quiet zone of four."""
    side = (plan.modules + 8) * scale
    image = Image.new("L", (side, side), 255)
    for run in plan.path(code).split("M")[1:]:
        start, length = run.split("h")
        x, y = map(int, start.split())
        left, top = (x + 4) * scale, (y + 4) * scale
        ImageDraw.Draw(image).rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), fill=0)
    return image


@pytest.mark.parametrize(
    ("address", "version", "level"),
    [
        ("https://in.soton.ac.uk", 2, "M"),  # 14 characters: what the projection was designed for
        ("https://checkin.bolton-u.ac.uk", 2, "L"),
        ("https://checkin.barchester.gov", 2, "L"),
        ("https://attendance.barchester.ac.uk", 3, "M"),
        ("http://127.0.0.1:8000", 2, "M"),
    ],
)
def test_the_lowest_version_that_fits_then_the_best_level_that_costs_none(
    address: str, version: int, level: str
) -> None:
    plan = SymbolPlan.for_address(address)
    assert (plan.version, plan.level, plan.modules) == (version, level, 17 + 4 * version)


@pytest.mark.parametrize(
    ("address", "characters"),
    [
        ("https://in.soton.ac.uk", 10),
        ("https://in.soton.ac.uk/", 10),
        ("https://checkin.soton.ac.uk", 10),
        ("http://[2001:db8::1]:8000", 10),
        ("https://staff.soton.ac.uk/admin/pair", 8),
        ("http://127.0.0.1:8000/admin/pair", 8),
    ],
)
def test_a_symbol_made_of_parts_is_the_one_the_library_draws(address: str, characters: int) -> None:
    plan = SymbolPlan.for_address(address, characters=characters)
    for code in (any_code(characters) for _ in range(40)):
        drawn = _number(_drawn(_segments(plan.text(code)), plan.version, plan.level, plan.mask))
        assert symbol(plan, code) == drawn


def test_our_segments_are_the_librarys_own() -> None:
    """A check from outside: the same text through the library's own encoder is the same symbol."""
    plan, code = SymbolPlan.for_address("https://in.soton.ac.uk"), any_code()
    drawn = QRCode(plan.version, _LEVELS[plan.level], border=0, mask_pattern=plan.mask)
    drawn.add_data(util.QRData("https", mode=util.MODE_8BIT_BYTE))
    drawn.add_data(util.QRData(f"://IN.SOTON.AC.UK/{code}", mode=util.MODE_ALPHA_NUM))
    drawn.makeImpl(False, plan.mask)
    assert _number(drawn.modules) == symbol(plan, code)


@pytest.mark.parametrize("host", ["in.soton.ac.uk", "checkin.soton.ac.uk"])
def test_a_camera_reads_scheme_in_small_letters_and_the_rest_in_capitals(host: str) -> None:
    plan, code = SymbolPlan.for_address(f"https://{host}"), any_code()
    found = zxingcpp.read_barcodes(picture(plan, code))
    assert [it.text for it in found] == [f"https://{host.upper()}/{code}"]


def test_a_path_below_the_host_keeps_its_letters() -> None:
    plan = SymbolPlan.for_address("https://staff.soton.ac.uk/admin/pair", characters=8)
    found = zxingcpp.read_barcodes(picture(plan, "BCDFGHJK"))
    assert [it.text for it in found] == ["https://STAFF.SOTON.AC.UK/admin/pair/BCDFGHJK"]


def test_a_plan_is_chosen_once_and_never_jumps() -> None:
    first = SymbolPlan.for_address("https://in.soton.ac.uk")
    assert SymbolPlan.for_address("https://IN.soton.ac.uk/") is first
    sides = {
        max(int(run.split(" ")[1].split("h")[0]) for run in first.path(any_code()).split("M")[1:]) for _ in range(20)
    }
    assert sides == {first.modules - 1}


def test_a_symbol_is_sent_in_157_characters() -> None:
    plan = SymbolPlan.for_address("https://in.soton.ac.uk")
    assert {len(plan.bits(any_code())) for _ in range(20)} == {157}


@pytest.mark.parametrize("code", ["", "K7Q2M9XR4", "K7Q2M9XR4TT", "k7q2m9xr4t", "K7Q2M9XR4é"])
def test_what_is_no_code_of_the_plan_is_not_drawn(code: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        SymbolPlan.for_address("https://in.soton.ac.uk").bits(code)

"""A drawn symbol says what it was made of."""

import re

import pytest
import zxingcpp
from PIL import Image

from kiosk.web.symbols import symbol

SCALE = 6


@pytest.mark.parametrize(
    "text", ["http://staff.kiosk.test/enrol/abc", "otpauth://totp/Kiosk:day?secret=JBSWY3DPEHPK3PXP"]
)
def test_a_camera_reads_the_text(text: str) -> None:
    drawn = symbol(text)
    picture = Image.new("L", (drawn.side, drawn.side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.path):
        picture.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))

    found = zxingcpp.read_barcodes(picture.resize((drawn.side * SCALE, drawn.side * SCALE), Image.Resampling.NEAREST))

    assert [it.text for it in found] == [text]

"""A QR symbol for a page, drawn here as one path: nothing is fetched, and no script draws it."""

import re
from dataclasses import dataclass

from qrcode import QRCode, constants

_DARK = re.compile("1+")
QUIET = 4


@dataclass(frozen=True)
class Symbol:
    """The dark runs of each row as SVG path data, to be stroked one unit wide, and the side with its quiet zone."""

    side: int
    path: str


def symbol(text: str) -> Symbol:
    drawn = QRCode(error_correction=constants.ERROR_CORRECT_M, border=0)
    drawn.add_data(text)
    drawn.make(fit=True)
    rows = ["".join("1" if dark else "0" for dark in row) for row in drawn.modules]
    runs = ((y, run) for y, row in enumerate(rows) for run in _DARK.finditer(row))
    path = "".join(f"M{run.start() + QUIET} {y + QUIET}.5h{run.end() - run.start()}" for y, run in runs)
    return Symbol(len(rows) + 2 * QUIET, path)

"""A QR symbol of an address, to be scanned from a desk's screen. Knows nobody."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M


def path_of(address: str) -> tuple[str, int]:
    """The dark modules as an SVG path, and the width of the whole with its quiet zone."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    symbol.add_data(address)
    matrix = symbol.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark)
    return "".join(dark), len(matrix)

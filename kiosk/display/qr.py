"""QR symbols for one fixed address and a changing code: as few modules as can be, drawn in microseconds. Knows no lecture.

QR is linear: with version, level and mask fixed, the symbol is a base symbol XOR one precomputed
symbol per set bit of the code, so the library draws some sixty symbols once, and none afterwards. What two
characters change together is kept, so that a symbol is the XOR of six numbers. The path is drawn by the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from qrcode import QRCode, constants, util

_LEVELS = {
    "H": constants.ERROR_CORRECT_H,
    "Q": constants.ERROR_CORRECT_Q,
    "M": constants.ERROR_CORRECT_M,
    "L": constants.ERROR_CORRECT_L,
}
_ALPHANUMERIC = util.ALPHA_NUM.decode()
_RUNS = re.compile("[" + re.escape(_ALPHANUMERIC) + "]+|[^" + re.escape(_ALPHANUMERIC) + "]+")
_DARK = re.compile("1+")
# Two codes as unlike each other as can be; the mask that suits both suits what lies between.
_SAMPLES = "K7Q2M9XR4T", "0A5Z8CVJ1H"


class Group(NamedTuple):
    """A number of the data stream and its length in bits."""

    value: int
    bits: int


@dataclass(frozen=True)
class Segment:
    """A run of characters in one mode. `qrcode` asks for the three things below of whatever it encodes."""

    mode: int
    length: int
    groups: tuple[Group, ...]

    def __len__(self) -> int:
        return self.length

    def write(self, buffer: util.BitBuffer) -> None:
        for group in self.groups:
            buffer.put(group.value, group.bits)


@dataclass(frozen=True)
class SymbolPlan:
    """How every symbol of an address is drawn: chosen once, so that the symbol never jumps.

    prefix: the address up to the code, as scanned.
    modules: the length of a side.
    """

    prefix: str
    characters: int
    version: int
    level: str
    mask: int
    modules: int

    @classmethod
    def for_address(cls, address: str, *, characters: int = 10) -> "SymbolPlan":
        """The plan with the fewest modules, then the best error correction that costs none, for codes below an address."""
        prefix = scanned_prefix(address)
        return _plan(prefix, characters)

    def text(self, code: str) -> str:
        """What a camera reads."""
        return self.prefix + code

    def bits(self, code: str) -> str:
        """The symbol's modules, row by row, as hexadecimal digits: a dark one is a set bit, the first one the highest.

        Raises:
            ValueError: the code has another length than planned, or characters which need another mode.
        """
        if len(code) != self.characters:
            raise ValueError("not a code of this plan")
        symbol, parts = self._tables
        for place, part in parts:
            symbol ^= part[code[place]]
        return self._form % symbol

    def path(self, code: str) -> str:
        """SVG path data: the dark runs of each row, to be stroked one unit wide and moved down by half a unit.

        Raises:
            ValueError: as `bits`.
        """
        return self.drawn(self.bits(code))

    def drawn(self, bits: str) -> str:
        """The path of a symbol given as its bits; none for none."""
        if not bits:
            return ""
        side = self.modules
        each = f"{int(bits, 16):0{4 * len(bits)}b}"
        runs = ((y, run) for y in range(side) for run in _DARK.finditer(each[y * side : (y + 1) * side]))
        return "".join(f"M{run.start()} {y}h{run.end() - run.start()}" for y, run in runs)

    @cached_property
    def _form(self) -> str:
        return f"%0{-(-(self.modules**2) // 4)}x"

    @cached_property
    def _tables(self) -> "tuple[int, list[tuple[slice, _Part]]]":
        """The symbol with every bit of the code unset, and what each group of the code's characters changes in it."""
        segments = _segments(self.text("0" * self.characters))
        last = segments[-1]
        first = (last.length - self.characters) // 2  # the first group with a character of the code in it
        empty = [*last.groups[:first], *(Group(0, group.bits) for group in last.groups[first:])]
        base = self._draw([*segments[:-1], replace(last, groups=tuple(empty))])
        before = last.length - self.characters  # characters of the address in that segment
        parts = []
        for place in range(first, len(empty)):
            drawn = []
            for shift in range(empty[place].bits):
                one = [*empty[:place], Group(1 << shift, empty[place].bits), *empty[place + 1 :]]
                drawn.append(self._draw([*segments[:-1], replace(last, groups=tuple(one))]) ^ base)
            start = 2 * place - before
            ahead = self.prefix[start:] if start < 0 else ""
            parts.append((slice(max(0, start), start + 2), _Part(ahead, drawn)))
        return base, parts

    def _draw(self, segments: Sequence[Segment]) -> int:
        drawn = _number(_drawn(segments, self.version, self.level, self.mask))
        return drawn << -(self.modules**2) % 4


class _Part(dict[str, int]):
    """What one group of a code's characters changes in the symbol: kept once it was asked for.

    `ahead` is the end of the address where that shares the first group.
    """

    def __init__(self, ahead: str, symbols: Sequence[int]) -> None:
        self._ahead, self._symbols = ahead, symbols

    def __missing__(self, characters: str) -> int:
        if not set(characters) <= set(_ALPHANUMERIC):
            raise ValueError("not a code of this plan")
        (group,) = _segment(self._ahead + characters).groups
        change = 0
        for shift, symbol in enumerate(self._symbols):
            if group.value >> shift & 1:
                change ^= symbol
        self[characters] = change
        return change


def scanned_prefix(address: str) -> str:
    """The address as it goes into the symbol: scheme in lower case, host in capitals, which costs fewer bits."""
    parts = urlsplit(address)
    return f"{parts.scheme.lower()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/"


@lru_cache(maxsize=32)
def _plan(prefix: str, characters: int) -> SymbolPlan:
    samples = [_segments(prefix + (sample * 4)[:characters]) for sample in _SAMPLES]
    version = _fit(samples[0], "L")
    level = next(level for level in _LEVELS if _fit(samples[0], level) == version)
    mask = min(range(8), key=lambda mask: sum(_lost_points(it, version, level, mask) for it in samples))
    return SymbolPlan(prefix, characters, version, level, mask, 17 + 4 * version)


def _segments(text: str) -> list[Segment]:
    """The scheme's letters as bytes, and from there on capitals and digits five and a half bits each."""
    scheme, rest = text.split("://", 1)
    return [_segment(scheme), *(_segment(run) for run in _RUNS.findall("://" + rest))]


def _segment(run: str) -> Segment:
    if not set(run) <= set(_ALPHANUMERIC):
        data = run.encode()
        return Segment(util.MODE_8BIT_BYTE, len(data), tuple(Group(byte, 8) for byte in data))
    values = [_ALPHANUMERIC.index(character) for character in run]
    pairs = [Group(45 * first + second, 11) for first, second in zip(values[::2], values[1::2], strict=False)]
    if len(values) % 2:
        pairs.append(Group(values[-1], 6))
    return Segment(util.MODE_ALPHA_NUM, len(run), tuple(pairs))


def _fit(segments: Sequence[Segment], level: str) -> int:
    symbol = QRCode(error_correction=_LEVELS[level], border=0)
    symbol.data_list = list(segments)
    return int(symbol.best_fit())


def _drawn(segments: Sequence[Segment], version: int, level: str, mask: int) -> list[list[bool]]:
    symbol = QRCode(version, _LEVELS[level], border=0, mask_pattern=mask)
    symbol.data_list = list(segments)
    symbol.makeImpl(False, mask)
    return symbol.modules


def _lost_points(segments: Sequence[Segment], version: int, level: str, mask: int) -> int:
    return int(util.lost_point(_drawn(segments, version, level, mask)))


def _number(modules: Sequence[Sequence[bool]]) -> int:
    return int("".join("1" if dark else "0" for row in modules for dark in row), 2)

"""Where the parts of a column chart go, in percent of its width and height; knows no page and no meaning of the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

LEFT, RIGHT, TOP, BOTTOM = 12.0, 100.0, 4.0, 88.0
"""The frame of the columns; what stands for heights is left of it, what stands for places below."""
TOP_WITH_LINES = 18.0
"""Upright lines have their words above the columns."""
LEVELS = 4


@dataclass(frozen=True)
class Column:
    """Stands from one place to another. Of the two series, which one picture can show, either may be missing."""

    start: float
    end: float
    filled: float | None = None
    outlined: float | None = None


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """Words at a place. `anchor` is the side of the words that touches it, as SVG names sides."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    filled: tuple[Box, ...]
    outlined: tuple[Box, ...]
    heights: tuple[Mark, ...]
    places: tuple[Mark, ...]
    lines: tuple[Mark, ...]


def draw(
    columns: Sequence[Column],
    places: Sequence[tuple[float, str]],
    *,
    since: float,
    until: float,
    lines: Sequence[tuple[float, str]] = (),
) -> Chart:
    """Columns between two places; `places` are named on the lower edge, `lines` are named upright lines."""
    values = [value for it in columns for value in (it.filled, it.outlined) if value is not None]
    step = _step(max(values, default=0))
    highest = max(step, ceil(max(values, default=0) / step) * step)
    top = TOP_WITH_LINES if lines else TOP

    def across(place: float) -> float:
        return LEFT + (place - since) / (until - since) * (RIGHT - LEFT)

    def up(value: float) -> float:
        return BOTTOM - value / highest * (BOTTOM - top)

    def box(column: Column, value: float) -> Box:
        x, y = across(column.start), up(value)
        return Box(x, y, across(column.end) - x, BOTTOM - y)

    return Chart(
        filled=tuple(box(it, it.filled) for it in columns if it.filled is not None),
        outlined=tuple(box(it, it.outlined) for it in columns if it.outlined is not None),
        heights=tuple(Mark(up(line * step), f"{line * step:,}", "end") for line in range(round(highest / step) + 1)),
        places=tuple(Mark(across(place), text, _side(across(place))) for place, text in places),
        lines=tuple(Mark(across(place), text, "end" if across(place) > 80 else "start") for place, text in lines),
    )


def _step(highest: float) -> int:
    """A round number that goes into the highest value at most so many times."""
    if highest <= LEVELS:
        return 1
    power = int(10 ** int(log10(highest / LEVELS)))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if highest / step <= LEVELS)


def _side(at: float) -> str:
    """Words near the edge stay inside."""
    return "start" if at < LEFT + 4 else "end" if at > RIGHT - 4 else "middle"

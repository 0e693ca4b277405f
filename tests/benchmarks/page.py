"""docs/benchmarks.md and its pictures, written from what was measured in one run. Measures nothing itself."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pygal
from pygal.style import CleanStyle

DOCS = Path(__file__).resolve().parents[2] / "docs"
LIBRARIES = ("flask", "werkzeug", "eventlet", "gevent", "sqlalchemy", "psycopg", "flask-socketio", "python-socketio")
PERCENTS = (50, 90, 99)
PARTS = 30


@dataclass(frozen=True)
class Target:
    """A figure beside what it must be and what we aim at; `at_least`: the larger the better."""

    what: str
    found: float
    must: float
    aim: float
    unit: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        if self._is_met(self.aim):
            return "the aim"
        return "the must" if self._is_met(self.must) else "**missed**"

    def _is_met(self, limit: float) -> bool:
        return self.found >= limit if self.at_least else self.found <= limit

    @property
    def row(self) -> Sequence[str]:
        sign = "≥" if self.at_least else "≤"
        return [
            self.what,
            *(_figure(it, self.unit, sign) for it in (self.must, self.aim)),
            _figure(self.found, self.unit),
            self.verdict,
        ]


def _figure(value: float, unit: str, sign: str = "") -> str:
    """A figure as a person says it: small ratios as a part of one."""
    said = f"1/{1 / value:,.0f}" if 0 < value < 0.1 and not unit else f"{value:,.3g}"
    return " ".join(filter(None, (sign, said, unit)))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(it) for it in line) + " |" for line in lines)


@dataclass(frozen=True)
class Line:
    """A line of a picture: where it goes, across and up in milliseconds."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(file: str, title: str, across: str, lines: Iterable[Line]) -> None:
    """A picture of how long things took."""
    chart = pygal.XY(
        title=title,
        x_title=across,
        y_title="milliseconds",
        style=CleanStyle(font_family="sans-serif"),
        js=[],
        show_dots=False,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        range=(0, None),
        width=900,
        height=420,
        disable_xml_declaration=True,
    )
    for it in lines:
        chart.add(it.name, it.points)
    (DOCS / "pictures" / file).write_text(chart.render(is_unicode=True), "utf-8")


def over_time(name: str, began: Sequence[float], took: Sequence[float]) -> Iterable[Line]:
    """For each part of a storm, in which things began and took so many seconds: the half, the nine in ten, the ninety-nine in a
    hundred."""
    width = max(began) / PARTS or 1.0
    return at_each(name, [width * (min(PARTS - 1, int(it / width)) + 0.5) for it in began], took)


def at_each(name: str, instants: Sequence[float], took: Sequence[float]) -> Iterable[Line]:
    """The same for things of which many have one instant."""
    gathered: dict[float, list[float]] = {}
    for instant, seconds in zip(instants, took, strict=True):
        gathered.setdefault(instant, []).append(seconds)
    for percent in PERCENTS:
        points = [(instant, 1e3 * _percentile(some, percent)) for instant, some in sorted(gathered.items())]
        yield Line(f"{name}: {percent} %", points)


def in_order(name: str, took: Sequence[float]) -> Line:
    """What so many seconds took each, from the shortest to the longest, over their share of all."""
    shares = [part / (4 * PARTS) for part in range(4 * PARTS)]
    ordered = sorted(took)
    return Line(name, [(100 * share, 1e3 * ordered[int(share * len(ordered))]) for share in shares])


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def surroundings(engines: Sequence[str], today: date) -> str:
    """Where and with what it was measured."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    here = f"{_processor()}, {len(_cores())} cores shared by server, client and database"
    return (
        f"Measured on {today:%-d %B %Y}: {here}; Python {platform.python_version()}, {libraries}; {', '.join(engines)}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _cores() -> set[int]:
    return os.sched_getaffinity(0)


def write(targets: Iterable[Target], engines: Sequence[str], today: date, printed: str) -> None:
    """The page: what stands in page.md beside this, with the table, the pictures and all that was printed."""
    parts = {
        "surroundings": surroundings(engines, today),
        "targets": table(["what", "must", "aim", "measured", "reached"], [it.row for it in targets]),
        "printed": f"```\n{printed.strip()}\n```",
    }
    text = Path(__file__).with_name("page.md").read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    (DOCS / "benchmarks.md").write_text(text, "utf-8")

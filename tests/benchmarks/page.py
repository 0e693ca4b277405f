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
class Latencies:
    """When something began and how long it took, in seconds, of one storm or of one swarm."""

    name: str
    began: Sequence[float]
    took: Sequence[float]


def draw(file: str, title: str, across: str, series: Sequence[Latencies], *, parts: int = 30) -> None:
    """How long it took over time: for each part of the storm the half, the nine in ten and the ninety-nine in a hundred."""
    chart = pygal.XY(
        title=title,
        x_title=across,
        y_title="milliseconds",
        style=CleanStyle(font_family="sans-serif"),
        js=[],
        show_dots=False,
        legend_at_bottom=True,
        range=(0, None),
        width=900,
        height=420,
        disable_xml_declaration=True,
    )
    for it in series:
        for percent in PERCENTS:
            chart.add(f"{it.name}, {percent} %", _over_time(it, percent, parts))
    (DOCS / "pictures" / file).write_text(chart.render(is_unicode=True), "utf-8")


def _over_time(it: Latencies, percent: int, parts: int) -> Sequence[tuple[float, float]]:
    width = max(it.began) / parts or 1.0
    gathered: dict[int, list[float]] = {}
    for began, took in zip(it.began, it.took, strict=True):
        gathered.setdefault(min(parts - 1, int(began / width)), []).append(took)
    return [(width * (part + 0.5), 1e3 * _percentile(some, percent)) for part, some in sorted(gathered.items())]


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

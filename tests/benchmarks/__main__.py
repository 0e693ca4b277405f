"""`make bench`: everything is measured in one run, beside its references, and docs/benchmarks.md is written. Never asserted."""

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import TextIO

import qrcode

from kiosk.display.qr import SymbolPlan
from kiosk.domain.codes import ALPHABET, QR_CHARACTERS
from tests.benchmarks import checkins, databases, page, phones, registers, start, swarm_bench, swarm_rooms
from tests.benchmarks.checkins import TAP, WHOLE, CheckIns
from tests.benchmarks.page import Target
from tests.benchmarks.swarm import Swarmed
from tests.benchmarks.swarm_bench import Measured, Runs
from tests.stage import set_stage

ROUNDS = 5
SYMBOLS = 1_000
MOODLE_MILLISECONDS = 134
"""A mark and its confirmation in Moodle's attendance plugin, as measured elsewhere, on a slower machine than any of ours."""


def cpu_seconds(work: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times


def symbols() -> float:
    """A symbol's CPU time, to the library with its automatic mask; the median of five pairs."""
    plan, chance = SymbolPlan.for_address("https://IN.SOTON.AC.UK"), Random(2026)
    codes = ["".join(chance.choices(ALPHABET, k=QR_CHARACTERS)) for _ in range(SYMBOLS)]

    def ours() -> None:
        for code in codes:
            plan.bits(code)

    ours()  # what two characters change is worked out when it is first asked for
    pairs = [(cpu_seconds(_automatic, 20), cpu_seconds(ours, 20) / SYMBOLS) for _ in range(ROUNDS)]
    found = statistics.median(own / library for library, own in pairs)
    print(f"{'a QR symbol, to qrcode with automatic mask':60} 1/{1 / found:,.0f}")
    return found


def _automatic() -> None:
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    symbol.add_data("https://IN.SOTON.AC.UK/K7Q2M9XR4T")
    symbol.make(fit=True)


def targets(symbol: float, came: CheckIns, pushed: Measured, started: float) -> Sequence[Target]:
    """What must be reached, and what we aim at."""
    cost = {it.name: it.milliseconds for it in came.costs}
    storm, rooms = came.storms[0], pushed.rooms_2000
    everybody = [it for it in came.storms if it.name.startswith("25,000")]
    wrong = sum(len(it.weather.took) - it.weather.came_of_it["checked in"] + abs(it.lost) for it in everybody)
    return [
        Target(f"{TAP}, CPU, to a bare Flask view with a row and its commit", dict(came.ratios)[_TO_INSERT], 1.6, 1.0),
        *(
            Target(f"the same with {mode}, in the same mode", came.modes[mode], 1.6, 1.0)
            for mode in ("gevent", "threading")
        ),
        Target(f"{WHOLE}, CPU, SQLite", cost[WHOLE], 6, 4, "ms"),
        Target("the same on PostgreSQL", came.on_postgresql.milliseconds, 6, 4, "ms"),
        Target("on SQLite, to Moodle's plugin (134 ms, elsewhere)", cost[WHOLE] / MOODLE_MILLISECONDS, 1 / 22, 1 / 33),
        Target("25,000 check-ins on fresh connections: not confirmed, lost or double", wrong, 0, 0),
        Target("the same, how long it takes", storm.weather.seconds, 120, 30, "s"),
        Target("whole check-ins a second, two processes to one", came.two_to_one, 1.3, 1.6, at_least=True),
        Target("POSTs on fresh connections, two processes to one", came.fresh_two_to_one, 1.3, 1.6, at_least=True),
        Target("POSTs on lines that are kept, two processes to one", came.taps_two_to_one, 1.3, 1.6, at_least=True),
        Target("push, latest hundredth of 2,000 screens, to naive `emit`", statistics.median(rooms.ratios), 0.4, 0.13),
        Target(
            "the same in a saturated storm of check-ins, to without", statistics.median(pushed.storm.ratios), 2, 1.2
        ),
        Target("memory of a screen", rooms.product.median(lambda run: run.kib_per_screen), 100, 70, "KiB"),
        Target("a QR symbol, to `qrcode` with automatic mask", symbol, 1 / 50, 1 / 1000),
        Target(
            "latest push while 300 scan and sign in beside 500 screens",
            pushed.sign_ins.product.milliseconds(1),
            500,
            150,
            "ms",
        ),
        Target("`kiosk serve`, from the command to the first answer", started, 3, 1.5, "s"),
    ]


_TO_INSERT = f"{TAP}, to {checkins.REFERENCES['/insert']}"


class Tee(io.TextIOBase):
    """Shows what is printed, and keeps it."""

    def __init__(self, shown: TextIO) -> None:
        self.shown, self.kept = shown, io.StringIO()

    def write(self, text: str) -> int:
        self.kept.write(text)
        self.shown.write(text)
        self.shown.flush()
        return len(text)


def pictures(came: CheckIns, pushed: Measured) -> None:
    storms = [line for it in came.storms[:2] for line in page.over_time(it.name, it.weather.began, it.weather.took)]
    page.draw("benchmark-storm.svg", "How long a check-in takes, 500 at once", "seconds since the storm began", storms)
    ways = [pushed.rooms_2000.reference, pushed.rooms_2000.product, pushed.storm.product]
    page.draw(
        "benchmark-push.svg",
        "How long after its instant a code arrives, at 2,000 screens",
        "pushes, from the first to arrive to the last, in percent",
        [page.in_order(it.name, _in_the_middle(it).latencies) for it in ways],
    )
    page.draw(
        "benchmark-push-storm.svg",
        "How long after its instant a code arrives, change by change, at 2,000 screens",
        "seconds since the first change of codes",
        [line for it in (pushed.storm.reference, pushed.storm.product) for line in _by_step(it)],
    )


def _by_step(runs: Runs) -> Iterable[page.Line]:
    """A run's pushes, which come at the changes of codes only."""
    pushes = _in_the_middle(runs).pushes
    first = min(it.step for it in pushes)
    instants = [float((it.step - first) * swarm_rooms.STEP_SECONDS) for it in pushes]
    return page.at_each(runs.name, instants, [it.seconds for it in pushes])


def _in_the_middle(runs: Runs) -> Swarmed:
    """The run of which half the others had an earlier last push."""
    return sorted(runs.all, key=lambda it: it.latencies[-1])[len(runs.all) // 2]


def main() -> None:
    os.environ.setdefault("TMPDIR", tempfile.gettempdir())  # a real disk, for servers too
    tee = Tee(sys.stdout)
    with contextlib.redirect_stdout(tee):
        symbol, started = symbols(), start.measure()
        came = checkins.measure()
        pushed = swarm_bench.measure()
        with databases.on_sqlite() as database:
            phones.measure(set_stage(database))
        registers.measure()
    pictures(came, pushed)
    page.write(targets(symbol, came, pushed, started), came.engines, datetime.now(UTC).date(), tee.kept.getvalue())


if __name__ == "__main__":
    main()

"""Pushes: the product and the naive way in one run, in turn; and the product beside a storm and beside 300 sign-ins.

`python -m tests.benchmarks.swarm_bench [ROUNDS]` prints it. `measure` gives back every latency of every run.
"""

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from kiosk.store.tables import register
from tests.benchmarks import swarm_rooms
from tests.benchmarks.swarm import Load, Screen, Swarmed, Target, let_loose, percentile
from tests.benchmarks.swarm_loads import Outcomes, load
from tests.benchmarks.swarm_rooms import Rooms, joiners

STEPS, MORE_STEPS = 3, 6
"""How many changes of codes a run lasts: the longer one is of 2,000 rooms, so that a storm beside them is seen to last."""
FRAME_BYTES = 486
"""The product's frame in these rooms; the reference's is padded to it."""

Beside = Callable[[int], AbstractContextManager[Outcomes]]
"""A load on the check-in wing at a port, in another process, for as long as the block lasts."""


@dataclass(frozen=True)
class Runs:
    """One way of pushing to one crowd, run by run."""

    name: str
    all: list[Swarmed] = field(default_factory=list, repr=False)
    outcomes: Outcomes = field(default_factory=Counter)

    def median(self, figure: Callable[[Swarmed], float]) -> float:
        return statistics.median(figure(run) for run in self.all)

    def milliseconds(self, share: float) -> float:
        """The median over the runs of what this share of a run's latencies does not exceed."""
        return self.median(lambda run: 1e3 * percentile(run.latencies, share))

    @property
    def missing(self) -> int:
        return sum(run.missing for run in self.all)

    @property
    def duplicates(self) -> int:
        return sum(run.duplicates for run in self.all)


@dataclass(frozen=True)
class Pair:
    """Two ways that were run in turn, and how their latest hundredth compares, pair by pair."""

    reference: Runs
    product: Runs

    @property
    def ratios(self) -> list[float]:
        both = zip(self.reference.all, self.product.all, strict=True)
        return [percentile(ours.latencies, 0.99) / percentile(theirs.latencies, 0.99) for theirs, ours in both]


@dataclass(frozen=True)
class Measured:
    """All of it: `storm` and `sign_ins` compare the product beside them with the product alone."""

    rooms_2000: Pair
    rooms_500: Pair
    one_session: Pair
    storm: Pair
    sign_ins: Pair


def measure(rounds: int = swarm_rooms.STORMS) -> Measured:
    """Run everything so often, in turn, and print the medians."""
    names = ("naive", "product")
    pairs = {name: Pair(*(Runs(f"{name}, {way}") for way in names)) for name in ("2,000 rooms", "500 rooms")}
    one = Pair(*(Runs(f"200 screens of one session, {way}") for way in names))
    stormy, signing = Runs("2,000 rooms, a storm of check-ins"), Runs("500 rooms, 300 sign-ins at once")
    with swarm_rooms.open_rooms() as rooms:
        for turn in range(rounds):
            for count, steps, pair, kind, runs in (
                (2_000, MORE_STEPS, pairs["2,000 rooms"], "storm", stormy),
                (500, STEPS, pairs["500 rooms"], "sign-ins", signing),
            ):
                pair.reference.all.append(_naive(joiners(count, rooms=count), steps))
                pair.product.all.append(_ours(rooms, rooms.screens(count), steps))
                beside = lambda port, kind=kind, turn=turn: load(kind, port, rooms, turn)  # noqa: E731
                runs.all.append(_ours(rooms, rooms.screens(count), steps, beside, runs.outcomes))
            one.reference.all.append(_naive(joiners(swarm_rooms.SCREENS_OF_ONE, rooms=1), STEPS))
            one.product.all.append(_ours(rooms, rooms.screens_of_one(), STEPS))
        if len(rooms.stage.rows(register.attendance)) < stormy.outcomes["checked in"]:
            raise SystemExit("somebody was told that they are checked in and is not")
    alone_2000, alone_500 = pairs["2,000 rooms"].product, pairs["500 rooms"].product
    measured = Measured(
        pairs["2,000 rooms"], pairs["500 rooms"], one, Pair(alone_2000, stormy), Pair(alone_500, signing)
    )
    show(measured)
    return measured


def _naive(screens: Sequence[Screen], steps: int) -> Swarmed:
    with swarm_rooms.reference(FRAME_BYTES) as target:
        return let_loose(target, screens, steps)


def _ours(
    rooms: Rooms, screens: Sequence[Screen], steps: int, beside: Beside | None = None, outcomes: Outcomes | None = None
) -> Swarmed:
    with swarm_rooms.product(rooms) as target:
        if beside is None or outcomes is None:
            return let_loose(target, screens, steps)
        return let_loose(target, screens, steps, beside=_counted(beside, target, outcomes))


def _counted(beside: Beside, target: Target, outcomes: Outcomes) -> Load:
    @contextmanager
    def counted() -> Iterator[None]:
        with beside(target.served.port) as came_of_it:
            yield
        outcomes.update(came_of_it)

    return counted


HEAD = ("pushes", "connect", "CPU/conn", "KiB", "p50", "p99", "worst", "missing", "double", "CPU/push", "p99 ratio")
LINE = "{:40} {:>8} {:>9} {:>6} {:>8} {:>8} {:>8} {:>8} {:>7} {:>9} {:>10}"


def show(measured: Measured) -> None:
    """Print one line for each way."""
    print("\n" + LINE.format(*HEAD))
    for pair in (measured.rooms_2000, measured.rooms_500, measured.one_session):
        print(_line(pair.reference))
        print(_line(pair.product, pair.ratios))
    for pair in (measured.storm, measured.sign_ins):
        print(_line(pair.product, pair.ratios), dict(pair.product.outcomes))


def _line(runs: Runs, ratios: Sequence[float] = ()) -> str:
    return LINE.format(
        runs.name,
        f"{runs.median(lambda run: run.connect_seconds):.1f} s",
        f"{runs.median(lambda run: run.cpu_ms_per_connect):.2f} ms",
        f"{runs.median(lambda run: run.kib_per_screen):.0f}",
        *(f"{runs.milliseconds(share):.0f} ms" for share in (0.5, 0.99, 1)),
        runs.missing,
        runs.duplicates,
        f"{runs.median(lambda run: run.cpu_us_per_push):.0f} us",
        f"{statistics.median(ratios):.2f}" if ratios else "",
    )


if __name__ == "__main__":
    measure(*(int(it) for it in sys.argv[1:]))

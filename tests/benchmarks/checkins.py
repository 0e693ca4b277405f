"""The nine o'clock storm, measured: what a check-in costs beside the bare ways to do one, and what becomes of 25,000 at once."""

import asyncio
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kiosk.store.tables import register
from tests import servers
from tests.benchmarks import databases, morning, reference
from tests.benchmarks.morning import Morning, Phones
from tests.benchmarks.processes import Served, served
from tests.benchmarks.storm import Address, Line, Visit, Weather, request, storm
from tests.house import House, open_house
from tests.stage import Database

ROUNDS = 5
EACH = 2000
UNIVERSITY = 25_000
AT_A_LECTURE = 50
AT_ONCE, STORMING = 64, 500
MODES = ("eventlet", "gevent", "threading")
REFERENCES = {
    "/wsgi": "bare WSGI",
    "/flask": "bare Flask view",
    "/insert": "bare Flask + raw INSERT + commit",
    "/orm": "check-in by the ORM, done plainly",
}
TAP, WHOLE = "the check-in POST", "a whole check-in: scan, page, style, POST, confirmation"


@dataclass(frozen=True)
class Cost:
    """What one operation took: CPU of the server in milliseconds, and how many a second went through; medians."""

    name: str
    milliseconds: float
    per_second: float


@dataclass(frozen=True)
class Storm:
    """25,000 students on fresh connections: what came of it, and what the register has afterwards."""

    name: str
    weather: Weather
    rows: int

    @property
    def lost(self) -> int:
        return self.weather.came_of_it["checked in"] - self.rows


@dataclass(frozen=True)
class CheckIns:
    costs: Sequence[Cost]
    ratios: Sequence[tuple[str, float]]
    modes: Sequence[Cost]
    storms: Sequence[Storm]
    on_postgresql: Cost
    two_to_one: float
    taps_two_to_one: float
    engines: Sequence[str]


def measure() -> CheckIns:
    """All of it, printed as it comes."""
    with databases.on_sqlite() as database:
        engine = databases.version_of(database)
        costs, ratios = beside_the_references(database)
    with databases.on_sqlite() as database:
        storms = [*storms_on_sqlite(database)]
    modes = [*in_each_mode()]
    with databases.on_postgresql() as database:
        cost, on_postgresql = on_one_and_two(database)
        engines = (engine, databases.version_of(database))
    two_to_one = [_two_to_one(on_postgresql, name) for name in ("whole visits", "the POST alone")]
    return CheckIns(costs, ratios, modes, [*storms, *on_postgresql], cost, *two_to_one, engines)


def beside_the_references(database: Database) -> tuple[Sequence[Cost], Sequence[tuple[str, float]]]:
    """The references, the POST and the whole visit, alternating; and the ratios round by round."""
    file = str(database.folder / "reference.sqlite")
    reference.fill(file, (ROUNDS + 1) * len(REFERENCES) * EACH, AT_A_LECTURE)
    measured: dict[str, list[tuple[float, float]]] = {}
    with house_of(database, (ROUNDS + 1) * 2 * EACH) as (it, mine), served("tests.benchmarks.reference", file) as bare:
        people, bystander = iter(it.students), iter(range(1, 10**9))
        phones = Phones(it)
        ways: dict[str, Callable[[], tuple[Served, Sequence[Visit]]]] = {
            name: lambda path=path: (bare, [_bare(path, next(bystander)) for _ in range(EACH)])  # type: ignore[misc]
            for path, name in REFERENCES.items()
        }
        ways[TAP] = lambda: (mine, [phones.tap(next(people)) for _ in range(EACH)])
        ways[WHOLE] = lambda: (mine, [phones.whole(next(people)) for _ in range(EACH // 2)])
        for turn in range(ROUNDS + 1):
            for name, way in ways.items():
                figures = _cost(*way())
                if turn:  # the first round warms both up
                    measured.setdefault(name, []).append(figures)
    costs = [
        Cost(name, *(statistics.median(column) for column in zip(*found, strict=True)))
        for name, found in measured.items()
    ]
    bases = [REFERENCES["/flask"], REFERENCES["/insert"], REFERENCES["/orm"]]
    ratios = [(f"{TAP}, to {base}", _ratio(measured[TAP], measured[base])) for base in bases]
    return _print(costs), ratios


def _ratio(mine: Sequence[tuple[float, float]], base: Sequence[tuple[float, float]]) -> float:
    return statistics.median(own[0] / other[0] for own, other in zip(mine, base, strict=True))


def _cost(server: Served, visits: Sequence[Visit]) -> tuple[float, float]:
    before = server.cpu_seconds()
    weather = asyncio.run(storm([Address(server.port)], visits, at_once=AT_ONCE, keeps_line=True))
    _expect(weather)
    return 1e3 * (server.cpu_seconds() - before) / len(visits), weather.per_second


def _expect(weather: Weather) -> None:
    """A figure of something that went wrong is none."""
    wrong = weather.came_of_it - Counter({"checked in": 10**9})
    if wrong:
        raise SystemExit(f"not every visit ended as it should: {wrong}")


def _bare(path: str, student: int) -> Visit:
    form = urlencode({"student": student, "lecture": 1 + student // AT_A_LECTURE})
    asked = request("POST", path, host="127.0.0.1", cookies={"session": _COOKIE}, form=form)

    async def visit(line: Line) -> str:
        answer = await line.ask(asked)
        return "checked in" if answer.status == 200 else f"answer {answer.status}"

    return visit


_COOKIE = reference.cookie(1)


def storms_on_sqlite(database: Database) -> Iterator[Storm]:
    """Everybody at once, on fresh connections; then a second morning in which a third of them ask for what they can't have."""
    with house_of(database, 2 * UNIVERSITY) as (it, mine):
        phones, half = Phones(it), UNIVERSITY
        yield _storm(
            "25,000 students, one process, SQLite", [mine], it, [phones.tap(one) for one in it.students[:half]]
        )
        yield _storm("one in three asks for what they can't have", [mine], it, _mixed(phones, it.students[half:]))


def _mixed(phones: Phones, students: Sequence[int]) -> Sequence[Visit]:
    """Of each six: four good taps, one tap again, and a stranger's."""
    visits: list[Visit] = []
    for place, one in enumerate(students[: len(students) * 2 // 3]):
        visits.append(phones.tap(one))
        if place % 4 == 0:
            visits.append(phones.tap(one, again=True))
        if place % 4 == 1:
            visits.append(phones.forged(one))
    return visits


def in_each_mode() -> Iterator[Cost]:
    for mode in MODES:
        with databases.on_sqlite() as database, house_of(database, 2 * EACH, mode=mode) as (it, mine):
            phones = Phones(it)
            _cost(mine, [phones.tap(one) for one in it.students[:EACH]])
            found = Cost(f"{TAP}, {mode}", *_cost(mine, [phones.tap(one) for one in it.students[EACH:]]))
            yield _print([found])[0]


def on_one_and_two(database: Database) -> tuple[Cost, Sequence[Storm]]:
    """PostgreSQL: what a whole check-in costs; one process, and two on two cores, alternating."""
    taps, visits, rounds, storms = 6_000, 1_500, 3, []
    with house_of(database, (rounds + 1) * 2 * (taps + visits) + UNIVERSITY) as (it, one), ExitStack() as stack:
        assert isinstance(it.place, House)
        two = [one, stack.enter_context(another(it.place))]
        phones, left = Phones(it), iter(it.students)
        figures = [_cost(one, [phones.whole(next(left)) for _ in range(visits)]) for _ in range(rounds + 1)][1:]
        medians = [statistics.median(column) for column in zip(*figures, strict=True)]
        cost = _print([Cost(f"{WHOLE}, PostgreSQL", *medians)])[0]
        storms.append(
            _storm(
                f"{UNIVERSITY:,} students, two processes, PostgreSQL",
                two,
                it,
                [phones.tap(next(left)) for _ in range(UNIVERSITY)],
            )
        )
        for _ in range(rounds):
            for many, way, name in ((taps, phones.tap, "the POST alone"), (visits, phones.whole, "whole visits")):
                for processes in ([one], two):
                    of = "one process" if len(processes) == 1 else "two processes"
                    storms.append(
                        _storm(f"{name}, {of}, PostgreSQL", processes, it, [way(next(left)) for _ in range(many)])
                    )
    return cost, storms


def _two_to_one(storms: Sequence[Storm], name: str) -> float:
    """How many times as many a second two processes let through; the median, pair by pair."""
    one, two = (
        [it.weather.per_second for it in storms if it.name.startswith(f"{name}, {of}")] for of in ("one", "two")
    )
    return statistics.median(faster / slower for slower, faster in zip(one, two, strict=True))


def _storm(name: str, processes: Sequence[Served], it: Morning, visits: Sequence[Visit]) -> Storm:
    before = len(it.stage.rows(register.attendance))
    servers = [Address(process.port) for process in processes]
    weather = asyncio.run(storm(servers, visits, at_once=STORMING, keeps_line=False))
    found = Storm(name, weather, len(it.stage.rows(register.attendance)) - before)
    print(
        f"{name:52} {weather.seconds:7.1f} s {weather.per_second:7.0f}/s, lost {found.lost}, {dict(weather.came_of_it)}"
    )
    return found


@contextmanager
def house_of(database: Database, students: int, *, mode: str = "eventlet") -> Iterator[tuple[Morning, Served]]:
    with open_house(database.folder / "instance", database, mode=mode) as house:
        assert house.process is not None
        yield morning.fill(house, students, AT_A_LECTURE), Served(house.port, house.process.pid)


@contextmanager
def another(house: House) -> Iterator[Served]:
    """A second process on the same database and secrets."""
    second = replace(house, port=servers.free_port(), _running=ExitStack())
    second.start()
    assert second.process is not None
    yield Served(second.port, second.process.pid)
    second.stop()


def _print(costs: Sequence[Cost]) -> Sequence[Cost]:
    for it in costs:
        print(f"{it.name:60} {it.milliseconds:7.3f} ms of CPU {it.per_second:7.0f}/s")
    return costs


if __name__ == "__main__":
    for name, ratio in measure().ratios:
        print(f"{name:60} {ratio:7.2f}")

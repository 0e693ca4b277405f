"""The nine o'clock storm, measured: what a check-in costs beside the bare ways to do one, and what becomes of 25,000 at once."""

import asyncio
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import text

from kiosk.store.tables import register
from tests.benchmarks import databases, morning, reference
from tests.benchmarks.morning import Morning, Phones
from tests.benchmarks.processes import Family, Served, Spent, parent_of, served
from tests.benchmarks.storm import Address, Line, Prepared, Visit, Weather, burst, request, storm
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
    """Many at once: what came of it, what the register has afterwards, and the CPU each visit took of everybody."""

    name: str
    weather: Weather
    rows: int
    milliseconds: Mapping[str, float]

    @property
    def lost(self) -> int:
        return self.weather.came_of_it["checked in"] - self.rows


@dataclass(frozen=True)
class CheckIns:
    costs: Sequence[Cost]
    ratios: Sequence[tuple[str, float]]
    modes: Mapping[str, float]
    storms: Sequence[Storm]
    on_postgresql: Cost
    two_to_one: float
    taps_two_to_one: float
    fresh_two_to_one: float
    engines: Sequence[str]


def measure() -> CheckIns:
    """All of it, printed as it comes."""
    with databases.on_sqlite() as database:
        engine = databases.version_of(database)
        costs, ratios = beside_the_references(database)
    with databases.on_sqlite() as database:
        storms = [*storms_on_sqlite(database)]
    modes = dict(in_each_mode())
    with databases.on_postgresql() as database:
        cost, on_postgresql = on_one_and_two(database)
        engines = (engine, databases.version_of(database))
    two_to_one = [_two_to_one(on_postgresql, name) for name in ("whole visits", "the POST alone", "fresh connections")]
    return CheckIns(costs, ratios, modes, [*storms, *on_postgresql], cost, *two_to_one, engines)


def beside_the_references(database: Database) -> tuple[Sequence[Cost], Sequence[tuple[str, float]]]:
    """The references, the POST and the whole visit, alternating; and the ratios round by round."""
    file = str(database.folder / "reference.sqlite")
    reference.fill(file, (ROUNDS + 1) * len(REFERENCES) * EACH, AT_A_LECTURE)
    measured: dict[str, list[tuple[float, float]]] = {}
    with house_of(database, (ROUNDS + 1) * 2 * EACH) as (it, mine), bare_server(file) as bare:
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
    with Spent(server=[server]) as spent:
        weather = asyncio.run(storm([Address(server.port)], visits, at_once=AT_ONCE, keeps_line=True))
    _expect(weather)
    return 1e3 * spent.seconds["server"] / len(visits), weather.per_second


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
        crowd = Crowd(it, {"server": [mine]})
        yield crowd.storm("25,000 students, one process, SQLite", [phones.tap(one) for one in it.students[:half]])
        yield crowd.storm("one in three asks for what they can't have", _mixed(phones, it.students[half:]))


def _mixed(phones: Phones, students: Sequence[int]) -> Sequence[Visit]:
    """Of each six: four good taps and two others, which are by turns a tap again, a forged receipt, a stranger and a wrong code."""
    others = (lambda one: phones.tap(one, again=True), phones.forged, phones.stranger, phones.wrong_code)
    visits: list[Visit] = []
    for place, one in enumerate(students[: len(students) * 2 // 3]):
        visits.append(phones.tap(one))
        if place % 2:
            visits.append(others[place // 2 % len(others)](one))
    return visits


def in_each_mode() -> Iterator[tuple[str, float]]:
    """The POST, and how it compares with a bare row and its commit by a server in the same mode, alternating."""
    for mode in MODES:
        with databases.on_sqlite() as database, house_of(database, (ROUNDS + 1) * EACH, mode=mode) as (it, mine):
            file = str(database.folder / "reference.sqlite")
            reference.fill(file, 1, AT_A_LECTURE)
            phones, left, others = Phones(it), iter(it.students), iter(range(1, 10**9))
            own, bases = [], []
            with bare_server(file, mode) as bare:
                for _ in range(ROUNDS + 1):
                    own.append(_cost(mine, [phones.tap(next(left)) for _ in range(EACH)]))
                    bases.append(_cost(bare, [_bare("/insert", next(others)) for _ in range(EACH)]))
        _print([Cost(f"{TAP}, {mode}", *(statistics.median(column) for column in zip(*own[1:], strict=True)))])
        ratio = _ratio(own[1:], bases[1:])
        print(f"{'  to a bare Flask view with a row and its commit, in this mode':60} {ratio:7.2f}")
        yield mode, ratio


def on_one_and_two(database: Database) -> tuple[Cost, Sequence[Storm]]:
    """PostgreSQL: what a whole check-in costs; one process, and two on two cores, alternating."""
    taps, fresh, visits, rounds, storms = 6_000, 10_000, 1_500, 3, []
    many = (rounds + 1) * visits + rounds * 2 * (taps + fresh + visits) + UNIVERSITY
    with house_of(database, many) as (it, one), ExitStack() as stack:
        assert isinstance(it.place, House)
        second, postgresql = served_by(stack.enter_context(it.place.beside())), [postgresql_of(database)]
        crowds = {
            "one process": Crowd(it, {"server": [one], "PostgreSQL": postgresql}),
            "two processes": Crowd(it, {"server": [one, second], "PostgreSQL": postgresql}),
        }
        phones, left = Phones(it), iter(it.students)
        figures = [_cost(one, [phones.whole(next(left)) for _ in range(visits)]) for _ in range(rounds + 1)][1:]
        medians = [statistics.median(column) for column in zip(*figures, strict=True)]
        cost = _print([Cost(f"{WHOLE}, PostgreSQL", *medians)])[0]
        everybody = [phones.tap(next(left)) for _ in range(UNIVERSITY)]
        storms.append(crowds["two processes"].storm(f"{UNIVERSITY:,} students, two processes, PostgreSQL", everybody))
        for _ in range(rounds):
            for of, crowd in crowds.items():
                some = [phones.tap(next(left)) for _ in range(fresh)]
                storms.append(crowd.storm(f"fresh connections, {of}, PostgreSQL", some))
            for of, crowd in crowds.items():
                alone = [phones.tap(next(left)) for _ in range(taps)]
                storms.append(crowd.storm(f"the POST alone, {of}, PostgreSQL", alone, keeps_line=True))
            for of, crowd in crowds.items():
                whole = [phones.whole(next(left)) for _ in range(visits)]
                storms.append(crowd.storm(f"whole visits, {of}, PostgreSQL", whole))
    return cost, storms


def postgresql_of(database: Database) -> Family:
    """The processes of the server that a database is on."""
    with database.owner.connect() as connection:
        return Family(parent_of(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()))


def _two_to_one(storms: Sequence[Storm], name: str) -> float:
    """How many times as many a second two processes let through; the median, pair by pair."""
    one, two = (
        [it.weather.per_second for it in storms if it.name.startswith(f"{name}, {of}")] for of in ("one", "two")
    )
    return statistics.median(faster / slower for slower, faster in zip(one, two, strict=True))


@dataclass(frozen=True)
class Crowd:
    """500 phones of a morning at any time, and who works for them: the servers take turns."""

    morning: Morning
    working: Mapping[str, Sequence[Family]]

    def storm(self, name: str, visits: Sequence[Visit], *, keeps_line: bool = False) -> Storm:
        before = self._rows()
        addresses = [Address(it.port) for it in self.working["server"] if isinstance(it, Served)]
        prepared = [it for it in visits if isinstance(it, Prepared)]
        with Spent(**self.working) as spent:
            if len(prepared) == len(visits) and not keeps_line:
                weather = burst(addresses, prepared, at_once=STORMING)
            else:
                weather = asyncio.run(storm(addresses, visits, at_once=STORMING, keeps_line=keeps_line))
        each = {who: 1e3 * seconds / len(visits) for who, seconds in spent.seconds.items()}
        found = Storm(name, weather, self._rows() - before, each)
        cost = ", ".join(f"{who} {milliseconds:.2f}" for who, milliseconds in each.items())
        print(
            f"{name:46} {weather.seconds:5.1f} s {weather.per_second:6.0f}/s, lost {found.lost}, ms of CPU: {cost},"
            f" {dict(weather.came_of_it)}"
        )
        return found

    def _rows(self) -> int:
        return len(self.morning.stage.rows(register.attendance))


@contextmanager
def house_of(
    database: Database, students: int, *, at_a_lecture: int = AT_A_LECTURE, mode: str = "eventlet"
) -> Iterator[tuple[Morning, Served]]:
    with open_house(database.folder / "instance", database, mode=mode) as house:
        yield morning.fill(house, students, at_a_lecture), served_by(house)


def served_by(house: House) -> Served:
    assert house.process is not None
    return Served(house.process.pid, house.port)


@contextmanager
def bare_server(file: str, mode: str = "eventlet") -> Iterator[Served]:
    with served("tests.benchmarks.reference", file, mode) as it:
        yield it


def _print(costs: Sequence[Cost]) -> Sequence[Cost]:
    for it in costs:
        print(f"{it.name:60} {it.milliseconds:7.3f} ms of CPU {it.per_second:7.0f}/s")
    return costs


if __name__ == "__main__":
    for name, ratio in measure().ratios:
        print(f"{name:60} {ratio:7.2f}")

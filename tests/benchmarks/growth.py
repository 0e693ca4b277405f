"""What a check-in and the boards cost as a university grows: students and enrolments, lectures of ten years, and their registers.

`python -m tests.benchmarks.growth`. The table it prints is in docs/scale.md; it takes some minutes and some gigabytes of disk.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import Session

from kiosk.display.service import horizon
from kiosk.domain.lectures import WindowPolicy
from kiosk.store.doors.board import lectures_near
from kiosk.store.doors.display import lectures_for
from kiosk.store.tables import board
from tests.benchmarks import databases, morning
from tests.benchmarks.checkins import AT_ONCE, house_of, postgresql_of
from tests.benchmarks.databases import bytes_of, is_sqlite
from tests.benchmarks.morning import Morning, Phones
from tests.benchmarks.processes import Family, Served, Spent
from tests.benchmarks.storm import Address, Visit, storm
from tests.stage import Database

MOST_TAPPING = 12_000
ROUNDS = 3
ON_NOW = 500
"""Lectures that are on, each on a screen."""
CROWD, PAST = 10_000_000, 20_000_000
"""Where the ids begin of students who are elsewhere, and of lectures that are over."""
_MANY = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many) "
ZONE = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Size:
    """A university: students in four modules each, lectures that are over, and rows of their registers; ON_NOW lectures are on."""

    students: int
    lectures: int = 0
    attended: int = 0


SIZES = (
    Size(1_000),
    Size(10_000),
    Size(25_000),
    Size(250_000),
    Size(1_000_000),
    Size(25_000, 100_000, 0),
    Size(25_000, 100_000, 1_000_000),
    Size(25_000, 400_000, 8_000_000),
)


@dataclass(frozen=True)
class Grown:
    """What was found at a size: milliseconds of CPU in the server and in PostgreSQL, of time for the boards, and bytes on disk."""

    engine: str
    size: Size
    tap: Mapping[str, float]
    whole: Mapping[str, float]
    board: float
    look: float
    disk: int


def measure() -> Iterator[Grown]:
    for opened in (databases.on_sqlite, databases.on_postgresql):
        for size in SIZES:
            with opened() as database:
                yield _measured(database, size)


def _measured(database: Database, size: Size) -> Grown:
    tapping = min(MOST_TAPPING, size.students)
    each = tapping // (2 * ROUNDS)
    with house_of(database, tapping, at_a_lecture=-(-tapping // ON_NOW)) as (it, mine):
        grow(database, size, it)
        working = {"server": [mine], **({} if is_sqlite(database) else {"PostgreSQL": [postgresql_of(database)]})}
        phones, left = Phones(it), iter(it.students)
        taps, whole = (
            [_cpu(working, mine, [way(next(left)) for _ in range(each)]) for _ in range(ROUNDS)]
            for way in (phones.tap, phones.whole)
        )
        found = [statistics.median(it) for it in (_board(database), _look(database))]
    return Grown(databases.version_of(database), size, _medians(taps), _medians(whole), *found, bytes_of(database))


def _medians(rounds: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return {who: statistics.median(it[who] for it in rounds) for who in rounds[0]}


def grow(database: Database, size: Size, it: Morning) -> None:
    """Everybody else, and the years that are over."""
    with database.owner.begin() as connection:
        _crowd(connection, size.students - len(it.students), len(set(it.lecture_of.values())))
        _years(connection, size.lectures)
        if size.attended:
            _registers(connection, size, size.attended // size.lectures)
    if not is_sqlite(database):  # on which nobody does that
        with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "VACUUM ANALYZE"
            )  # as PostgreSQL does by itself, on the second core while we measure
            connection.exec_driver_sql("CHECKPOINT")


def _crowd(connection: Connection, students: int, modules: int) -> None:
    if not students:
        return
    about = {"many": students, "crowd": CROWD, "module": morning.FIRST, "modules": modules}
    for statement in (
        "INSERT INTO student (id, number, login, known_as) SELECT :crowd + i, 'c' || i, 'c' || i, 'Somebody Else' FROM n",
        "INSERT INTO student_credential (student_id, password_hash, epoch, changed_at) "
        "SELECT :crowd + i, 'none', 1, '2026-01-01 00:00:00' FROM n",
        "INSERT INTO enrolment (student_id, module_id, group_name) "
        "SELECT :crowd + n.i, :module + (n.i + 17 * m.i) % :modules, '' FROM n, (SELECT i FROM n WHERE i < 4) AS m",
    ):
        connection.execute(text(_MANY + statement), about)


def _years(connection: Connection, lectures: int) -> None:
    """So many lectures, spread over the working days of ten years, each of one module."""
    days = 3_650
    insert = text(
        _MANY + "INSERT INTO lecture (id, kind, starts_at, ends_at, mode, kid, salt, version) "
        "SELECT :first + i, 'Lecture', :starts_at, :ends_at, 'in_person', 'k1', :salt, 1 FROM n"
    ).bindparams(*(bindparam(name, type_=board.lecture.c.starts_at.type) for name in ("starts_at", "ends_at")))
    each = max(1, lectures // days)
    for day in range(min(days, lectures)):
        starts_at = datetime.now(UTC) - timedelta(days=2 + day)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        connection.execute(insert, {"many": each, "first": PAST + day * each, "salt": b"s" * 16, **times})
    linked = "INSERT INTO lecture_module (lecture_id, module_id, group_name) SELECT id, :module, '' FROM lecture WHERE id >= :past"
    connection.execute(text(linked), {"module": morning.FIRST, "past": PAST})


def _registers(connection: Connection, size: Size, each: int) -> None:
    """The rows of their registers with their history: so many students at each."""
    about = {"many": each, "past": PAST, "crowd": CROWD, "crowded": size.students - MOST_TAPPING}
    who = "lecture.id, :crowd + (lecture.id * 37 + n.i) % :crowded"
    among = "FROM lecture, n WHERE lecture.id >= :past"
    for statement in (
        "INSERT INTO attendance (lecture_id, student_id, status, method, other_group, arrived_at, version) "
        f"SELECT {who}, 'present', 'qr', false, lecture.starts_at, 1 {among}",
        "INSERT INTO attendance_change (lecture_id, student_id, status, set_at, set_by_role) "
        f"SELECT {who}, 'present', lecture.starts_at, 'student' {among}",
    ):
        connection.execute(text(_MANY + statement), about)


def _cpu(working: Mapping[str, Sequence[Family]], server: Served, visits: Sequence[Visit]) -> Mapping[str, float]:
    with Spent(**working) as spent:
        weather = asyncio.run(storm([Address(server.port)], visits, at_once=AT_ONCE, keeps_line=True))
    if weather.came_of_it["checked in"] < len(visits):
        raise SystemExit(f"not every visit ended as it should: {weather.came_of_it}")
    return {who: 1e3 * spent.seconds[who] / len(visits) for who in working}


def _board(database: Database) -> Sequence[float]:
    """Reading what is on now, as the check-in wing does every two seconds."""
    with Session(database.engine("checkin")) as session:
        return _timed(lambda: lectures_near(session, datetime.now(UTC), WindowPolicy()))


def _look(database: Database) -> Sequence[float]:
    """Reading what so many screens show, as the display wing does every two seconds."""
    now = datetime.now(UTC)
    with Session(database.engine("display")) as session:
        ids = session.scalars(select(board.lecture.c.id).where(board.lecture.c.id < PAST)).all()
        return _timed(
            lambda: lectures_for(session, now, horizon(now, ZONE), WindowPolicy(), room_ids=[], lecture_ids=ids)
        )


def _timed(act: Callable[[], object]) -> Sequence[float]:
    gc.collect()
    gc.freeze()  # as a served process is, which has less to look through than this one
    found = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        act()
        found.append(1e3 * (time.perf_counter() - start))
    return found[1:]


if __name__ == "__main__":
    for it in measure():
        size = f"{it.size.students:>9,} students {it.size.lectures:>9,} lectures {it.size.attended:>10,} rows"
        tap, whole = (" + ".join(f"{figure:.3f}" for figure in way.values()) for way in (it.tap, it.whole))
        figures = f"POST {tap}, whole {whole} ms CPU, board {it.board:6.1f} ms, look {it.look:6.1f} ms"
        print(f"{it.engine:18} {size} {figures}, {it.disk / 1e6:8.0f} MB", flush=True)

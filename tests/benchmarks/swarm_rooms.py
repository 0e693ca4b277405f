"""A university for the swarm: 2,000 rooms with a screen and a lecture each, students, one lecture on 200 screens; both servers."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.domain.hashes import hash_secret
from kiosk.secret_files import make_secrets
from kiosk.store import schema
from kiosk.store.rights import PARTIES
from kiosk.store.tables import board, screens
from kiosk.web.passwords import hash_here
from tests import servers
from tests.benchmarks import morning
from tests.benchmarks.morning import FIRST, Morning
from tests.benchmarks.processes import served
from tests.benchmarks.swarm import Screen, Target
from tests.house import use_stage_factors, use_stage_masters
from tests.stage import PASSWORD, Database, Stage, set_stage

ROOMS = 2_000
SCREENS_OF_ONE = 200
STORMS = 3
STUDENTS_IN_A_STORM = 125_000
"""More than one process lets check in while a storm lasts: each student does so once."""
STEP_SECONDS = 5
ORIGIN = "http://kiosk.test"
HEADERS = (f"Host: {ORIGIN.removeprefix('http://')}", f"Origin: {ORIGIN}")
_LECTURES = range(FIRST, FIRST + ROOMS)
"""The ids of the rooms, of their lectures and of the lectures' modules."""

TOML = f"""
[institution]
name = "University of Barchester"
time_zone = "Europe/London"
[addresses]
display = "{ORIGIN}/display"
checkin = "{ORIGIN}"
admin = "{ORIGIN}/admin"
[server]
async_mode = "{{mode}}"
[codes]
qr_step_seconds = {STEP_SECONDS}
[windows]
closes_minutes_after = 600
[database]
"""


@dataclass(frozen=True)
class Rooms:
    """The instance folder of the seeded university, and its stage."""

    folder: Path
    stage: Stage
    checkin_origin: str = ORIGIN

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    def morning(self, storm: int) -> Morning:
        """The students of one of the storms, spread over the rooms' lectures."""
        first = FIRST + storm * STUDENTS_IN_A_STORM
        people = range(first, first + STUDENTS_IN_A_STORM)
        return Morning(self, people, _lecture_of(people), {it: _salt(it) for it in _LECTURES}, STEP_SECONDS)

    def screens(self, count: int) -> list[Screen]:
        """So many rooms' screens."""
        return [_screen(f"room {number}") for number in range(count)]

    def screens_of_one(self) -> list[Screen]:
        """One lecture's."""
        return [_screen(f"lecture {number}") for number in range(SCREENS_OF_ONE)]


def joiners(count: int, *, rooms: int) -> list[Screen]:
    """The same for the reference: screens that join rooms, in turn."""
    return [Screen(HEADERS, f'42["join",{number % rooms}]') for number in range(count)]


@contextlib.contextmanager
def open_rooms(*, mode: str = "eventlet") -> Iterator[Rooms]:
    """Seed it, in a folder of its own."""
    with servers.folder_for(None) as folder:
        database = _database(folder)
        schema.migrate(database.urls["owner"])
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
        stage = set_stage(database, start, password_hash=hash_here(PASSWORD))
        _seed(stage)
        database.close()
        (folder / "kiosk.toml").touch(mode=0o600)
        addresses = "\n".join(f'{party} = "{it}"' for party, it in database.urls.items())
        (folder / "kiosk.toml").write_text(TOML.format(mode=mode) + addresses)
        make_secrets(folder)
        use_stage_masters(folder)
        use_stage_factors(folder)
        yield Rooms(folder, stage)


def rooms_in(folder: Path) -> Rooms:
    """What is seeded there already, for a process that only asks."""
    return Rooms(folder, Stage(_database(folder)))


def _database(folder: Path) -> Database:
    return Database(dict.fromkeys(("owner", *PARTIES), f"sqlite:///{folder / 'kiosk.sqlite'}"), folder)


@contextlib.contextmanager
def product(rooms: Rooms) -> Iterator[Target]:
    """The whole house, three wings in one process, as `kiosk serve` runs it."""
    with served("wsgi", environment={"KIOSK_INSTANCE": str(rooms.folder)}) as it:
        yield Target(it, "/display/socket.io", STEP_SECONDS)


@contextlib.contextmanager
def reference(frame_bytes: int) -> Iterator[Target]:
    """The naive way, with frames of the same size."""
    with served("tests.benchmarks.naive_push", str(STEP_SECONDS), str(frame_bytes)) as it:
        yield Target(it, "/socket.io", STEP_SECONDS)


def _screen(secret: str) -> Screen:
    # A cookie holds no blank.
    return Screen((*HEADERS, f"Cookie: kiosk_screen={secret.replace(' ', '-')}"))


def _seed(stage: Stage) -> None:
    numbers = list(enumerate(_LECTURES))
    ends_at = stage.start + timedelta(hours=8)
    lecture = {"starts_at": stage.start, "ends_at": ends_at, "kid": "k1"}
    of_rooms = [_let_in(stage, f"room-{number}", room_id=key) for number, key in numbers]
    algorithms = stage.ids["algorithms"]
    of_one = [_let_in(stage, f"lecture-{number}", lecture_id=algorithms) for number in range(SCREENS_OF_ONE)]
    with stage.database.owner.begin() as owner:
        for table, rows in (
            (board.room, [{"id": key, "code": f"R{number}", "name": f"Room {number}"} for number, key in numbers]),
            (board.module, [_module(number, key) for number, key in numbers]),
            (board.lecture, [{"id": key, "salt": _salt(key), **lecture} for _, key in numbers]),
            (board.lecture_module, [{"lecture_id": key, "module_id": key} for _, key in numbers]),
            (board.lecture_room, [{"lecture_id": key, "room_id": key} for _, key in numbers]),
            (screens.screen, of_rooms),
            (screens.screen, of_one),
        ):
            owner.execute(table.insert(), rows)
    morning.enrol(stage, _lecture_of(range(FIRST, FIRST + STORMS * STUDENTS_IN_A_STORM)), _LECTURES)


def _lecture_of(people: range) -> dict[int, int]:
    return {it: _LECTURES[it % ROOMS] for it in people}


def _salt(lecture: int) -> bytes:
    return lecture.to_bytes(16)


def _module(number: int, key: int) -> dict[str, object]:
    return {"id": key, "code": f"MOD{number:04}", "title": f"The Subject of Room {number}", "participation": "policy"}


def _let_in(stage: Stage, secret: str, **place: int) -> dict[str, object]:
    times = {"approved_at": stage.start, "expires_at": stage.start + timedelta(hours=8)}
    return {"secret_hash": hash_secret(secret), "room_id": None, "lecture_id": None, **place, **times}

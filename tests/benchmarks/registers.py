"""A module of 10,000: what it costs to open its register, to mark in it, and to take a list of 5,000 numbers. On SQLite."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.test import TestResponse

from kiosk.store import schema
from kiosk.store.rights import PARTIES
from kiosk.store.tables import board, register
from tests.stage import Browser, Database, Stage, set_stage
from tests.walls.acting import sign_in

ENROLLED = 10_000
OTHERS = 15_000
SESSIONS = 20
PART = {"X-Kiosk-Part": "1"}


def fill(stage: Stage) -> None:
    """A module of 10,000 in a university of 25,000, with a term of sessions behind it, half of them present."""
    ids = stage.ids
    with stage.database.owner.begin() as connection:
        first = 1_000
        people = [
            {"id": first + it, "number": f"S{it}", "login": f"s{it}", "known_as": f"Given{it % 997} Family{it}"}
            for it in range(ENROLLED + OTHERS)
        ]
        connection.execute(register.student.insert(), people)
        listed = [{"student_id": first + it, "module_id": ids["COMP1201"]} for it in range(ENROLLED)]
        connection.execute(register.enrolment.insert(), listed)
        for _ in range(SESSIONS):
            lecture_id = stage_lecture(connection, stage)
            came = [
                {"lecture_id": lecture_id, "student_id": first + it, "status": "present", "method": "qr"}
                for it in range(0, ENROLLED, 2)
            ]
            connection.execute(register.attendance.insert(), [{**it, "arrived_at": stage.clock()} for it in came])
            history = [
                {"lecture_id": it["lecture_id"], "student_id": it["student_id"], "status": "present"} for it in came
            ]
            connection.execute(
                register.attendance_change.insert(),
                [{**it, "set_at": stage.clock(), "set_by_role": "student"} for it in history],
            )


def stage_lecture(connection: object, stage: Stage) -> int:
    values = {"starts_at": stage.start, "ends_at": stage.clock(), "kid": "k1", "salt": bytes(16)}
    key = connection.execute(board.lecture.insert().values(**values)).inserted_primary_key  # type: ignore[attr-defined]
    return int(key[0])


def milliseconds(work: Callable[[], TestResponse], times: int) -> float:
    """The median CPU time of an answer that must be a good one."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        answer = work()
        taken.append((time.process_time() - start) * 1e3)
        assert answer.status_code in (200, 303), answer.status_code
    return statistics.median(taken)


def measure() -> None:
    """Print the medians."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        schema.migrate(url)
        stage = set_stage(Database(dict.fromkeys(("owner", *PARTIES), url)))
        fill(stage)
        day = sign_in(stage, "admin", "day")
        stage.open_curtains()  # and they stay open, for this clock stands still
        for name, times, work in works(stage, day):
            print(f"{name:64} {milliseconds(work, times):9.0f} ms")
        stage.database.close()


def works(stage: Stage, day: Browser) -> list[tuple[str, int, Callable[[], TestResponse]]]:
    page = f"/lectures/{stage.ids['algorithms']}/register"
    token = {"csrf_token": day.csrf("/")}
    numbers = "\n".join(f"S{it}" for it in range(5_000))
    marked = iter(range(1_000 + 6_000, 1_000 + ENROLLED))

    def send(what: str, **fields: str) -> TestResponse:
        return day.post(f"{page}/{what}", data={**token, **fields}, headers=PART)

    def undo() -> TestResponse:
        return send("undo-act", act=str(stage.rows(register.attendance_act)[-1].id))

    def found() -> TestResponse:
        return day.post(f"{page}/names", data={**token, "letters": "fam"})

    return [
        (f"the closed register of {ENROLLED:,}", 5, lambda: day.get(page)),
        ("its names, for the script", 5, lambda: send("names")),
        ("its names, a page of 200 without script", 3, lambda: day.post(f"{page}/names", data=token)),
        ("the names that fit three letters, without script", 3, found),
        ("one mark", 20, lambda: send("present", student=f"{next(marked)}:0")),
        ("a list of 5,000 numbers", 1, lambda: send("numbers", numbers=numbers)),
        ("taking it back", 1, undo),
        ("mark all present", 1, lambda: send("all")),
        ("taking it back", 1, undo),
    ]  # fmt: skip

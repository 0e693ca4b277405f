"""A storm of phones and a swarm of screens at a university's hosts, while a process of each is killed."""

import asyncio
import ssl
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.domain.codes import CodePolicy
from kiosk.domain.hashes import hash_secret
from kiosk.store.tables import register, screens
from tests.benchmarks import morning
from tests.benchmarks.morning import Phones
from tests.benchmarks.storm import Address, Line, Visit, Weather, storm
from tests.deploy.nginx import HOSTS, HTTPS
from tests.deploy.university import University
from tests.deploy.visitors import Screen

STUDENTS, AT_A_LECTURE, AT_ONCE, KILLED_AFTER = 1200, 50, 100, 300
SCREENS, FRAMES_AFTER = 40, 2


class Lectern(threading.Thread):
    """A screen that is read until it has got some more frames after the kill, over a new line if need be."""

    def __init__(self, screen: Screen, has_begun: threading.Barrier, is_killed: threading.Event) -> None:
        super().__init__()
        self.screen, self.frames = screen, list[dict[str, Any]]()
        self._has_begun, self._is_killed = has_begun, is_killed

    def run(self) -> None:
        self.frames.append(self.screen.frame())
        self._has_begun.wait()
        after = 0
        while after < FRAMES_AFTER:
            self.frames.append(self.screen.frame())
            after += self._is_killed.is_set()
        self.screen.close()

    @property
    def steps(self) -> list[int]:
        return [it["step"] for it in self.frames]


def let_in(uni: University, number: int) -> Screen:
    """A screen of the lecture's, as if somebody had tapped its number."""
    secret, now = f"swarm-{number}", datetime.now(UTC)
    about = {"secret_hash": hash_secret(secret), "lecture_id": uni.stage.ids["algorithms"]}
    uni.stage.add("", screens.screen, **about, approved_at=now, expires_at=now + timedelta(hours=1))
    screen = Screen(uni)
    screen.page.carry("kiosk_screen", secret, "/")
    return screen


def swarm(uni: University, is_killed: threading.Event) -> list[Lectern]:
    """Lecterns, each of which shows a code."""
    has_begun = threading.Barrier(SCREENS + 1)
    every = [Lectern(let_in(uni, number), has_begun, is_killed) for number in range(SCREENS)]
    for it in every:
        it.start()
    has_begun.wait()
    return every


def blow(uni: University, visits: list[Visit]) -> Weather:
    tls = ssl.create_default_context(cafile=uni.certificate)
    nginx = Address(HTTPS, uni.address, HOSTS["checkin"], tls)
    # In a thread of its own: in that of the tests a browser's loop may be running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, storm([nginx], visits, at_once=AT_ONCE, keeps_line=False)).result()


def test_a_storm_and_a_swarm_go_on_while_a_process_of_each_is_killed(uni: University) -> None:
    it, is_killed, told = morning.fill(uni, STUDENTS, AT_A_LECTURE), threading.Event(), list[int]()
    phones, lecterns = Phones(it), swarm(uni, is_killed)

    def noting(student: int) -> Visit:
        tap = phones.whole(student) if student % 4 == 0 else phones.tap(student)

        async def visit(line: Line) -> str:
            outcome = await tap(line)
            told.append(student)
            if len(told) == KILLED_AFTER:
                uni.kill("kiosk-checkin@1")
                uni.kill("kiosk-display@1")
                is_killed.set()
            return outcome

        return visit

    weather = blow(uni, [noting(student) for student in it.students])
    for lectern in lecterns:
        lectern.join()

    assert weather.came_of_it == Counter({"checked in": STUDENTS})
    rows = uni.stage.rows(register.attendance, register.attendance.c.student_id >= morning.FIRST)
    assert sorted((row.student_id, row.lecture_id) for row in rows) == sorted(it.lecture_of.items())
    assert {lectern.screen.drops for lectern in lecterns} == {0, 1}
    for lectern in lecterns:
        assert sorted(set(lectern.steps)) == [*range(lectern.steps[0], lectern.steps[-1] + 1)]
        assert [frame["digits"] for frame in lectern.frames] == [digits_in(uni, step) for step in lectern.steps]


def digits_in(uni: University, step: int) -> str:
    """What a screen shows while the symbol is that of this step."""
    return uni.stage.digits(at=datetime.fromtimestamp(step * CodePolicy().qr_step_seconds, UTC))

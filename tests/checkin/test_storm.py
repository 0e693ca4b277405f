"""A storm on the served house: a lecture of 1,500, hundreds of lectures in one second, a kill, and a database that stalls."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.store.tables import register
from tests.benchmarks import morning
from tests.benchmarks.morning import Morning, Phones
from tests.benchmarks.storm import Address, Line, Visit, Weather, request, storm
from tests.display.test_push_served import QUICK, let_in, line_to, see_changes
from tests.house import House, open_house
from tests.servers import becomes
from tests.stage import Database

AT_ONCE = 100
PEOPLE = morning.FIRST


def taken(house: House) -> Sequence[tuple[int, int]]:
    """Who is in the register where, of the storm's students."""
    rows = house.stage.rows(register.attendance, register.attendance.c.student_id >= PEOPLE)
    return sorted((row.student_id, row.lecture_id) for row in rows)


def blow(house: House, visits: Sequence[Visit], *, at_once: int = AT_ONCE) -> Weather:
    # In a thread of its own: in that of the tests a browser's loop may be running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(
            asyncio.run, storm([Address(house.port)], visits, at_once=at_once, keeps_line=False)
        ).result()


def expected(it: Morning, students: Sequence[int]) -> Sequence[tuple[int, int]]:
    return sorted((one, it.lecture_of[one]) for one in students)


def test_a_lecture_of_fifteen_hundred_gets_in_whatever_else_is_asked_meanwhile(house: House) -> None:
    it = morning.fill(house, 1500, at_a_lecture=1500)
    phones = Phones(it)
    visits = [phones.tap(one) for one in it.students]
    for place, one in enumerate(it.students[:250]):
        more = [phones.tap(one, again=True), phones.forged(one), phones.wrong_code(one), phones.stranger(one)]
        visits[9 * place : 9 * place] = more
    house.stage.add_student("passing", "39999999", "Passing By", "HIST2002")
    visits.insert(700, phones.tap(house.stage.ids["passing"], at=it.lecture_of[it.students[0]]))
    weather = blow(house, visits)
    assert weather.came_of_it["turned away"] == 250
    assert weather.came_of_it["changed"] == 250
    assert weather.came_of_it["asked to sign in"] == 250
    assert weather.came_of_it["checked in"] + weather.came_of_it["checked in again"] == 1751
    assert taken(house) == expected(it, it.students)
    assert [row.student_id for row in house.stage.rows(register.walk_in)] == [house.stage.ids["passing"]]


def test_three_hundred_passwords_at_once_in_a_storm_let_everybody_in(any_house: House) -> None:
    it = morning.fill(any_house, 900, at_a_lecture=50)
    phones = Phones(it)
    typing, tapping = it.students[:300], it.students[300:]
    visits = [phones.signing_in(one) for one in typing] + [phones.tap(one) for one in tapping]
    weather = blow(any_house, visits, at_once=400)
    assert weather.came_of_it == Counter({"signed in": 300, "checked in": 600})
    assert taken(any_house) == expected(it, it.students)


def test_whoever_opens_the_page_and_never_finishes_takes_nobodys_place_and_keeps_their_own(house: House) -> None:
    it = morning.fill(house, 600, at_a_lecture=100)
    phones = Phones(it)
    dreaming, tapping = it.students[:300], it.students[300:]
    with ExitStack() as lines:
        for place, one in enumerate(dreaming):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", house.port), timeout=30))
            line.sendall(phones.asks_page(one))
            assert line.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
            tap = phones.asks_tap(one, it.lecture_of[one])
            line.sendall([b"", tap[: len(tap) // 2], tap[:-1]][place % 3])
        weather = blow(house, [phones.tap(one) for one in tapping])
        assert weather.came_of_it == Counter({"checked in": 300})
        assert taken(house) == expected(it, tapping)
        later = blow(house, [phones.tap(one) for one in dreaming])
    assert later.came_of_it == Counter({"checked in": 300})
    assert taken(house) == expected(it, it.students)


@pytest.mark.parametrize("mode", ["gevent", "threading"])
def test_a_storm_is_the_same_in_the_other_modes(any_database: Database, tmp_path: Path, mode: str) -> None:
    with open_house(tmp_path / "instance", any_database, mode=mode) as house:
        it = morning.fill(house, 300, at_a_lecture=100)
        phones = Phones(it)
        ways = [phones.signing_in, phones.whole, *[phones.tap] * 8]
        weather = blow(house, [ways[place % len(ways)](one) for place, one in enumerate(it.students)])
        assert weather.came_of_it == Counter({"signed in": 30, "checked in": 270})
        assert taken(house) == expected(it, it.students)


def test_five_hundred_lectures_that_begin_in_one_second_are_told_apart(house: House) -> None:
    it = morning.fill(house, 500, at_a_lecture=1)
    phones = Phones(it)
    weather = blow(house, [phones.whole(one) for one in it.students])
    assert weather.came_of_it == Counter({"checked in": 500})
    assert taken(house) == expected(it, it.students)


def test_whoever_was_told_that_they_are_checked_in_is_when_the_server_is_killed_in_a_storm(house: House) -> None:
    it = morning.fill(house, 600, at_a_lecture=50)
    phones, told = Phones(it), list[int]()

    def noting(one: int) -> Visit:
        tap = phones.tap(one)

        async def visit(line: Line) -> str:
            outcome = await tap(line)
            if outcome == "checked in":
                told.append(one)
                if len(told) == 200:
                    house.kill()
            return outcome

        return visit

    blow(house, [noting(one) for one in it.students])
    assert 200 <= len(told) < 600
    assert set(expected(it, told)) <= set(taken(house))
    house.start()
    again = blow(house, [phones.tap(one) for one in it.students])
    assert again.came_of_it == Counter({"checked in": 600})
    assert taken(house) == expected(it, it.students)


@contextmanager
def stalled(house: House) -> Iterator[Callable[[], bool]]:
    """While it lasts nobody can write to the register; yields whether somebody waits for that."""
    with house.stage.database.owner.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE attendance IN ACCESS EXCLUSIVE MODE"))
            waits = text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )

            def somebody_waits() -> bool:
                connection.execute(text("SELECT pg_stat_clear_snapshot()"))  # or the transaction sees what it saw first
                return bool(connection.execute(waits).scalar())

            yield somebody_waits
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield lambda: True
        connection.rollback()


def test_while_the_database_stalls_pages_are_served_and_afterwards_everybody_is_in(any_house: House) -> None:
    it = morning.fill(any_house, 60, at_a_lecture=30)
    phones = Phones(it)
    blow(any_house, [phones.tap(one) for one in it.students[:30]])
    came: list[Weather] = []
    later = threading.Thread(target=lambda: came.append(blow(any_house, [phones.tap(one) for one in it.students[30:]])))
    with stalled(any_house) as somebody_waits:
        later.start()
        assert becomes(somebody_waits)
        for _ in range(5):
            assert page(any_house) == "page"
        assert not came
    later.join()
    assert came[0].came_of_it == Counter({"checked in": 30})
    assert taken(any_house) == expected(it, it.students)


def test_while_sqlite_stalls_a_hundred_who_sign_in_stop_neither_codes_nor_pages(
    database: Database, tmp_path: Path
) -> None:
    """Each of them has to write, and none of them gets to: they wait in a queue, and leave the loop to the others."""
    with open_house(tmp_path / "instance", database, server=QUICK) as house, ThreadPoolExecutor(1) as thread:
        let_in(house)
        it, told = replace(morning.fill(house, 100, at_a_lecture=50), qr_step_seconds=1), list[int]()
        phones = Phones(it)

        def noting(one: int) -> Visit:
            signing_in = phones.signing_in(one)

            async def visit(line: Line) -> str:
                outcome = await signing_in(line)
                told.append(one)
                return outcome

            return visit

        with line_to(house) as line:
            assert see_changes(line, 1)
            with stalled(house):
                came = thread.submit(blow, house, [noting(one) for one in it.students])
                assert page(house) == "page"
                assert see_changes(line, 3)
                assert page(house) == "page"
                assert not told
        assert came.result().came_of_it == Counter({"signed in": 100})
        assert taken(house) == expected(it, it.students)


def test_when_the_database_stalls_for_longer_all_are_told_and_get_in_afterwards(postgres_house: House) -> None:
    """Its logins give a statement up after five seconds: whoever waited so long reads that, and taps again."""
    it, were_told = morning.fill(postgres_house, 40, at_a_lecture=20), threading.Event()
    phones = Phones(it)

    def patient(one: int) -> Visit:
        tap = phones.tap(one)

        async def visit(line: Line) -> str:
            outcome = await tap(line)
            if outcome != "answer 503":
                return outcome
            were_told.set()
            return await phones.tap(one)(line)

        return visit

    with ThreadPoolExecutor(1) as thread, stalled(postgres_house) as somebody_waits:
        came = thread.submit(blow, postgres_house, [patient(one) for one in it.students])
        assert becomes(somebody_waits)
        assert were_told.wait(60)
    assert came.result().came_of_it == Counter({"checked in": 40})
    assert taken(postgres_house) == expected(it, it.students)


def page(house: House) -> str:
    """What the start page is for somebody who is signed out, which needs no database."""

    async def visit(line: Line) -> str:
        answer = await line.ask(request("GET", "/", host=f"127.0.0.1:{house.port}"))
        return "page" if answer.status == 200 else f"answer {answer.status}"

    return next(iter(blow(house, [visit], at_once=1).came_of_it))

"""A storm on the served house: a lecture of 1,500, hundreds of lectures in one second, a kill, and a database that stalls."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import text

from kiosk.store.tables import register
from tests.benchmarks import morning
from tests.benchmarks.morning import Morning, Phones
from tests.benchmarks.storm import Address, Line, Visit, Weather, request, storm
from tests.house import House
from tests.servers import becomes

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
    for one in it.students[:250]:
        visits[one % 7 : one % 7] = [phones.tap(one, again=True), phones.forged(one), phones.wrong_code(one)]
    weather = blow(house, visits)
    assert weather.came_of_it["turned away"] == 250
    assert weather.came_of_it["changed"] == 250
    assert weather.came_of_it["checked in"] + weather.came_of_it["checked in again"] == 1750
    assert taken(house) == expected(it, it.students)


def test_three_hundred_passwords_at_once_in_a_storm_let_everybody_in(house: House) -> None:
    it = morning.fill(house, 900, at_a_lecture=50)
    phones = Phones(it)
    typing, tapping = it.students[:300], it.students[300:]
    visits = [phones.signing_in(one) for one in typing] + [phones.tap(one) for one in tapping]
    weather = blow(house, visits, at_once=400)
    assert weather.came_of_it == Counter({"signed in": 300, "checked in": 600})
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
            yield lambda: bool(connection.execute(waits).scalar())
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


def page(house: House) -> str:
    """What the start page is for somebody who is signed out, which needs no database."""

    async def visit(line: Line) -> str:
        answer = await line.ask(request("GET", "/", host=f"127.0.0.1:{house.port}"))
        return "page" if answer.status == 200 else f"answer {answer.status}"

    return next(iter(blow(house, [visit], at_once=1).came_of_it))

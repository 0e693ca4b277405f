"""Processes that go by clocks two seconds apart: what is scanned at a change counts, and a sign-in at one is one at the other."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import cast
from urllib.parse import urlsplit

import pytest
import requests
import socketio

from kiosk.store.tables import register
from tests.benchmarks import morning
from tests.benchmarks.morning import Phones
from tests.benchmarks.storm import Address, Answer, Line
from tests.deploy.visitors import scan
from tests.house import House
from tests.plain_browser import PlainBrowser
from tests.stage import PASSWORD
from tests.test_async_modes import paired


@pytest.mark.parametrize("seconds_ahead", ["2", "-2"])
def test_both_codes_of_a_change_count_where_clocks_are_two_seconds_apart(house: House, seconds_ahead: str) -> None:
    with house.beside("tests.apart", has_own_address=True, SECONDS_AHEAD=seconds_ahead) as screens_process:
        screen = paired(screens_process)
        with requests.Session() as session, socketio.SimpleClient(http_session=session) as client:
            client.connect(
                screens_process.origin,
                headers={"Cookie": screen.cookies},
                socketio_path="/display/socket.io",
                transports=["websocket"],
            )
            before = dict(client.receive(timeout=15)[1])
            after = before
            while after["step"] == before["step"]:
                after = dict(client.receive(timeout=15)[1])
            for login, frame in (("ada", after), ("ben", before)):
                check_in(house, login, urlsplit(scan(frame)).path)
    who = {row.student_id for row in house.stage.rows(register.attendance)}
    assert who == {house.stage.ids["ada"], house.stage.ids["ben"]}


def check_in(house: House, login: str, scanned: str) -> None:
    phone = PlainBrowser(house.origin)
    phone.get(scanned)
    phone.send("/sign-in", login=login, password=PASSWORD)
    phone.send("/check-in", lecture=str(house.stage.ids["algorithms"]))


class InTurn:
    """The lines to several processes, which get the requests in turn."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._turns = cycle(lines)

    async def ask(self, asked: bytes) -> Answer:
        return await next(self._turns).ask(asked)


def test_a_visit_goes_from_one_process_to_the_other_and_back(house: House) -> None:
    """As behind a proxy that gives each request to whichever process has least to do."""
    it = morning.fill(house, 2, at_a_lecture=2)
    phones = Phones(it)

    async def visit(student: int, ports: Sequence[int]) -> str:
        lines = [Line(Address(port)) for port in ports]
        outcome = await phones.signing_in(student)(cast(Line, InTurn(lines)))
        for line in lines:
            await line.close()
        return outcome

    with house.beside("tests.apart", SECONDS_AHEAD="2") as ahead:
        for student, ports in zip(it.students, ((ahead.port, house.port), (house.port, ahead.port)), strict=True):
            with ThreadPoolExecutor(1) as thread:
                assert thread.submit(asyncio.run, visit(student, ports)).result() == "signed in"
    assert {row.student_id for row in house.stage.rows(register.attendance)} == set(it.students)

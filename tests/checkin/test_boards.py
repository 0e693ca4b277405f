"""The board in memory: read once for a hall that scans at once, and kept while the database is away."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkin.boards import BoardMemory
from kiosk.domain.codes import CodePolicy, qr_code, step_at
from kiosk.domain.lectures import Lecture
from kiosk.store.transactions import DatabaseAway
from tests.domain.timetable import ten_o_clock
from tests.stage import MASTER, START, Stage


class Source:
    """Something to read a board from, which counts and may be away."""

    def __init__(self) -> None:
        self.reads = 0
        self.is_away = False
        self.memory = BoardMemory(MASTER.keys, self)

    def __call__(self, now: object) -> Sequence[Lecture]:
        self.reads += 1
        if self.is_away:
            raise DatabaseAway
        return ()


def test_while_a_long_board_is_read_others_are_served(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr("kiosk.breath.TURN_SECONDS", 0)
    monkeypatch.setattr("kiosk.checkin.app.let_others_go", lambda: given.append("a turn"))
    memory: BoardMemory = stage.app("checkin").extensions["kiosk_board"]

    board = memory.at(stage.clock())

    assert len(given) >= len(board.lectures) > 0


def test_a_hall_that_scans_at_once_reads_the_board_once() -> None:
    source = Source()
    for milliseconds in range(0, 2000, 10):
        source.memory.at(START + timedelta(milliseconds=milliseconds))

    assert source.reads == 1


def test_after_two_seconds_it_is_read_anew() -> None:
    source = Source()
    source.memory.at(START)
    source.memory.at(START + timedelta(seconds=2))

    assert source.reads == 2


def test_whoever_comes_while_it_is_read_takes_what_there_is() -> None:
    source = Source()
    first = source.memory.at(START)
    meanwhile = []
    later = START + timedelta(seconds=5)
    source.memory._read = lambda now: meanwhile.append(source.memory.at(later)) or ()
    source.memory.at(later)

    assert meanwhile == [first]


def test_a_hall_that_scans_first_thing_waits_for_one_board() -> None:
    source, all_here, told = Source(), threading.Barrier(9), threading.Event()

    def read(_: object) -> Sequence[Lecture]:
        source.reads += 1
        told.wait()
        return ()

    def scan(_: int) -> object:
        all_here.wait()
        return source.memory.at(START)

    source.memory._read = read
    with ThreadPoolExecutor(8) as pool:
        scans = [pool.submit(scan, number) for number in range(8)]
        all_here.wait()
        told.set()
    assert len({id(it.result()) for it in scans}) == 1
    assert source.reads == 1


@pytest.mark.parametrize(("seconds", "is_usable"), [(119, True), (120, False), (-1, False)])
def test_an_old_board_is_good_for_two_minutes_while_the_database_is_away(seconds: int, is_usable: bool) -> None:
    source = Source()
    first = source.memory.at(START)
    source.is_away = True
    if is_usable:
        assert source.memory.at(START + timedelta(seconds=seconds)) is first
    else:
        with pytest.raises(DatabaseAway):
            source.memory.at(START + timedelta(seconds=seconds))


def test_it_is_read_again_once_the_database_is_back() -> None:
    source = Source()
    source.is_away = True
    with pytest.raises(DatabaseAway):
        source.memory.at(START)
    source.is_away = False

    assert source.memory.at(START).lectures == {}


class Counted(dict[int, dict[str, int]]):
    """The table of codes by step, which counts the codes that are made for it."""

    made = 0

    def __setitem__(self, step: int, codes: dict[str, int]) -> None:
        self.made += len(codes)
        super().__setitem__(step, codes)


def test_scans_of_nothing_make_no_more_codes_than_those_of_the_last_steps() -> None:
    """With more time a code is good for 31 steps; no table is made of the old ones, whoever sends what."""
    lectures = [replace(ten_o_clock(), id=number, kid="k1") for number in range(1, 1001)]
    board = BoardMemory(MASTER.keys, lambda now: lectures).at(START)
    board = replace(board, scannable=Counted())
    for seconds in range(0, 30, 3):
        for code in ("0123456789", "ZZZZZZZZZZ"):
            assert board.find_scanned(code, START + timedelta(seconds=seconds), CodePolicy()) is None

    assert board.scannable.made == 1000 * (3 + 2)  # type: ignore[attr-defined]


def test_an_old_scan_is_looked_for_among_a_few_lectures_alone() -> None:
    lectures = [replace(ten_o_clock(), id=number, kid="k1") for number in range(1, 1001)]
    board = BoardMemory(MASTER.keys, lambda now: lectures).at(START)
    code = qr_code(board.keys[7], step_at(START, 10) - 29)

    found = board.find_old_scan(code, lectures[5:8], START, CodePolicy().with_more_time())

    assert found is not None
    assert found.lecture.id == 7
    assert board.find_old_scan(code, lectures[:3], START, CodePolicy().with_more_time()) is None
    assert board.scannable == {}

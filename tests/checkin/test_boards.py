"""The board in memory: read once for a hall that scans at once, and kept while the database is away."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from kiosk.checkin.boards import BoardMemory
from kiosk.domain.lectures import Lecture
from kiosk.store.transactions import DatabaseAway
from tests.stage import MASTER, START


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

"""Batches: who comes while one is being done is in the next, each gets an outcome of their own, and a problem is everybody's."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from kiosk.checkin import together
from kiosk.checkin.together import Together


class Slow:
    """Work that waits in its first batch until it is told to go on; it doubles numbers, and keeps what it was given."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self._problem = problem

    def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        self.begun.set()
        self.may_go_on.wait()
        if self._problem:
            raise self._problem
        return [2 * it for it in items]


def hand_in(slow: Slow, numbers: Sequence[int]) -> list["Future[int]"]:
    """One number that begins the work, and others that come while it is done."""
    gathered, pool = Together(slow), ThreadPoolExecutor(len(numbers))
    answers = [pool.submit(gathered.submit, numbers[0])]
    slow.begun.wait()
    answers += [pool.submit(gathered.submit, it) for it in numbers[1:]]
    while len(gathered._gathering.items) < len(numbers) - 1 and len(numbers) <= together.MOST_AT_ONCE:
        threading.Event().wait(0.001)
    slow.may_go_on.set()
    pool.shutdown()
    return answers


def test_whoever_comes_while_a_batch_is_done_is_in_the_next_one() -> None:
    slow = Slow()
    answers = hand_in(slow, range(10))
    assert [it.result() for it in answers] == [2 * it for it in range(10)]
    assert [sorted(it) for it in slow.batches] == [[0], list(range(1, 10))]


def test_what_goes_wrong_is_said_to_everybody_in_the_batch() -> None:
    answers = hand_in(Slow(OSError("disk full")), range(4))
    for answer in answers:
        with pytest.raises(OSError, match="disk full"):
            answer.result()


def test_after_a_problem_the_next_batch_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [OSError("disk full")]

    def act(items: Sequence[int]) -> Sequence[int]:
        if problems:
            raise problems.pop()
        return items

    gathered = Together(act)
    with pytest.raises(OSError, match="disk full"):
        gathered.submit(1)
    assert gathered.submit(2) == 2


def test_a_batch_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_AT_ONCE", 3)
    slow = Slow()
    answers = hand_in(slow, range(8))
    assert sorted(it.result() for it in answers) == [2 * it for it in range(8)]
    assert max(len(it) for it in slow.batches) == 3

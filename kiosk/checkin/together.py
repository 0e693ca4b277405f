"""Work that arrives together is done together: while one batch is being committed, the next one gathers. Knows no student.

Nothing runs in the background: the first request of a batch does the batch's work, for itself and for those that came
after it. Locks and events are the standard library's, which each async mode makes its own.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST_AT_ONCE = 200


class _Batch(Generic[T, R]):
    """What has gathered: `done` is set when all of it is done, or none of it is."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.outcomes: Sequence[R] = ()
        self.problem: BaseException | None = None
        self.done = threading.Event()


class Together(Generic[T, R]):
    """Does `act` for many callers at once: it gets their items and answers with as many outcomes, in order."""

    def __init__(self, act: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._act = act
        self._gathering: _Batch[T, R] = _Batch()
        self._gate = threading.Lock()
        self._turn = threading.Lock()

    def submit(self, item: T) -> R:
        """Hand an item in and wait for its outcome; whatever `act` raises, everybody in the batch is told."""
        with self._gate:
            batch = self._gathering
            place = len(batch.items)
            batch.items.append(item)
            if len(batch.items) == MOST_AT_ONCE:
                self._gathering = _Batch()
        if place:
            batch.done.wait()
        else:
            self._lead(batch)
        if batch.problem is not None:
            raise batch.problem
        return batch.outcomes[place]

    def _lead(self, batch: _Batch[T, R]) -> None:
        with self._turn:
            time.sleep(0)  # whoever is ready to come along gets their turn first
            with self._gate:
                if self._gathering is batch:
                    self._gathering = _Batch()
            try:
                batch.outcomes = self._act(batch.items)
            except BaseException as problem:  # noqa: BLE001 - it is raised to each of those who wait
                batch.problem = problem
            batch.done.set()

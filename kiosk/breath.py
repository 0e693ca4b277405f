"""Long work beside a loop that serves others: done in short turns. Knows no socket and no screen."""

import time
from collections.abc import Callable

TURN_SECONDS = 0.005

Breathe = Callable[[], None]


def hold_breath() -> None:
    """Where nobody else waits for a turn."""


def let_others_go() -> None:
    """Give way once: in a loop a round of everybody else's, and to other threads where there are threads."""
    time.sleep(0)


def in_turns(let_others: Breathe, stopwatch: Callable[[], float] = time.perf_counter) -> Breathe:
    """What to call after each small piece of work: it lets others go first once a turn is over.

    Counted by the stopwatch, since to give way costs a whole round of a busy loop, however little was done.
    """
    began = stopwatch()

    def breathe() -> None:
        nonlocal began
        if stopwatch() - began >= TURN_SECONDS:
            let_others()
            began = stopwatch()

    return breathe


def hold_turn(seconds: float, stopwatch: Callable[[], float] = time.perf_counter) -> None:
    """Wait without letting anybody else go first. By the stopwatch: a clock that is put back must stop nobody."""
    until = stopwatch() + seconds
    while stopwatch() < until:
        pass

"""So many at a time, and the others in the order in which they came. Knows no database.

The standard library's locks say nothing of whose turn it is: whoever gives a place back and asks again has it before those
who wait have woken up. Locks and events are its own all the same, which each async mode makes its own.
"""

import threading
from collections import deque


class Places:
    """Places for `count` at a time; one that is given back goes to whoever has waited longest."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting = deque[threading.Event]()
        self._lock = threading.Lock()

    def take(self, patience_seconds: float) -> bool:
        """Wait for a place; False when none came."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            called = threading.Event()
            self._waiting.append(called)
        try:
            called.wait(patience_seconds)
        except BaseException:
            if not self._leave(called):
                self.give_back()
            raise
        return not self._leave(called)

    def give_back(self) -> None:
        """Leave one's place to the next."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _leave(self, called: threading.Event) -> bool:
        """Whether somebody still waited, who doesn't any more; who was called meanwhile has a place."""
        with self._lock:
            if called.is_set():
                return False
            self._waiting.remove(called)
            return True

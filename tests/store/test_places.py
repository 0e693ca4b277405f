"""Places are taken in the order in which people came, and none is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.store.places import Places
from tests.servers import becomes

LONG = 30.0


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that wait, in the order in which they began to."""
    names = list[str]()
    wait = threading.Event.wait

    def noted(event: threading.Event, timeout: float | None = None) -> bool:
        names.append(threading.current_thread().name)
        return wait(event, timeout)

    monkeypatch.setattr(threading.Event, "wait", noted)
    return names


def start(name: str, work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name)
    thread.start()
    return thread


def test_whoever_gives_a_place_back_and_asks_again_stands_behind_those_who_wait(waiting: list[str]) -> None:
    places, came = Places(1), list[str]()

    def come() -> None:
        assert places.take(LONG)
        came.append(threading.current_thread().name)
        places.give_back()

    assert places.take(0)
    threads = []
    for name in ("first", "second", "third"):
        threads.append(start(name, come))
        assert becomes(lambda name=name: name in waiting)
    places.give_back()
    assert places.take(LONG)
    came.append("again")
    for thread in threads:
        thread.join()
    assert came == ["first", "second", "third", "again"]


def test_as_many_have_a_place_as_there_are() -> None:
    places = Places(2)
    assert [places.take(0) for _ in range(3)] == [True, True, False]
    places.give_back()
    assert [places.take(0) for _ in range(2)] == [True, False]


def test_whoever_waited_in_vain_is_not_called_afterwards() -> None:
    places = Places(1)
    assert [places.take(0) for _ in range(2)] == [True, False]
    places.give_back()
    assert places.take(0)


def test_whoever_is_called_in_the_last_moment_has_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(1)
    assert places.take(0)

    def too_late(_: threading.Event, __: float | None = None) -> bool:
        places.give_back()
        return False

    monkeypatch.setattr(threading.Event, "wait", too_late)
    assert places.take(LONG)
    monkeypatch.undo()
    assert not places.take(0)


@pytest.mark.parametrize("is_called", [True, False])
def test_whoever_is_broken_off_while_waiting_leaves_the_place_to_others(
    monkeypatch: pytest.MonkeyPatch, is_called: bool
) -> None:
    places = Places(1)
    assert places.take(0)

    def broken_off(_: threading.Event, __: float | None = None) -> bool:
        if is_called:
            places.give_back()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Event, "wait", broken_off)
    with pytest.raises(KeyboardInterrupt):
        places.take(LONG)
    monkeypatch.undo()
    if not is_called:
        places.give_back()
    assert [places.take(0) for _ in range(2)] == [True, False]

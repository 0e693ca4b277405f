"""What was confirmed is on disk: the server is killed while a hall checks in, and nothing that was confirmed is missing."""

import threading
import urllib.error

from kiosk.store.tables import register
from tests.house import House
from tests.plain_browser import PlainBrowser
from tests.stage import PASSWORD

HALL = 24
TOO_LATE = HALL // 3
"""So many have their digits and have not sent them when the server is killed."""


def fill(house: House) -> list[str]:
    """Students who are enrolled in what is on now."""
    names = [f"student{number}" for number in range(HALL)]
    for number, name in enumerate(names):
        house.stage.add_student(name, f"3200{number:04}", f"Student {number}", "COMP1201")
    return names


def check_in(
    house: House, name: str, confirmed: list[str], one_more: threading.Semaphore, go_on: threading.Event
) -> None:
    phone = PlainBrowser(house.origin)
    try:
        phone.get("/")
        phone.send("/sign-in", login=name, password=PASSWORD)
        go_on.wait()
        house.stage.clock.instant = house.now()
        if "You are checked in" in phone.send("/", digits=house.stage.digits()):
            confirmed.append(name)
            one_more.release()
    except urllib.error.HTTPError as refusal:
        refusal.close()
    except (urllib.error.URLError, OSError):
        return  # the server was killed: this one was never told "checked in"


def present(house: House) -> list[int]:
    return [row.student_id for row in house.stage.rows(register.attendance)]


def test_nothing_that_was_confirmed_is_lost_when_the_server_is_killed(house: House) -> None:
    names, confirmed, one_more = fill(house), list[str](), threading.Semaphore(0)
    at_once, killed = threading.Event(), threading.Event()
    at_once.set()
    hall = [
        threading.Thread(
            target=check_in, args=(house, name, confirmed, one_more, at_once if number >= TOO_LATE else killed)
        )
        for number, name in enumerate(names)
    ]
    for phone in hall:
        phone.start()
    assert all(one_more.acquire(timeout=30) for _ in range(HALL // 3))
    house.kill()
    killed.set()
    for phone in hall:
        phone.join()
    assert len(confirmed) < HALL
    assert {house.stage.ids[name] for name in confirmed} <= set(present(house))
    house.start()
    for name in names:
        check_in(house, name, [], one_more, at_once)
    assert sorted(present(house)) == sorted(house.stage.ids[name] for name in names)

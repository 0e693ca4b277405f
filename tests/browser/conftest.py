"""The six browsers, each with no door to the world but the wing that a test serves."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from kiosk.store.database import db
from tests.browser.door import Door
from tests.browser.drivers.chromium import Chromium
from tests.browser.drivers.dom import DomDriver
from tests.browser.drivers.driver import Driver
from tests.browser.drivers.firefox import firefox
from tests.browser.drivers.lynx import lynx
from tests.browser.drivers.netsurf import netsurf
from tests.browser.drivers.program import proxy
from tests.browser.drivers.w3m import w3m
from tests.browser.drivers.webkit import webkit
from tests.browser.pages.student import PARTS
from tests.servers import serving
from tests.stage import Stage

KEPT = {"firefox": firefox, "webkit": webkit}
"""They take seconds to start, and forget all they know when they are told to."""

FRESH = {"netsurf": lambda port: netsurf(port, PARTS), "w3m": w3m, "lynx": lynx}

Keep = Callable[[str], DomDriver]


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    made = Door()
    with serving(made) as made.port:
        yield made


@pytest.fixture(scope="session")
def kept(door: Door) -> Iterator[Keep]:
    """A browser by its kind, started when the first test asks, once per worker."""
    started: dict[str, DomDriver] = {}
    with contextlib.ExitStack() as all_of_them:

        def keep(kind: str) -> DomDriver:
            if kind not in started:
                started[kind] = all_of_them.enter_context(KEPT[kind](door.port))
            return started[kind]

        yield keep


@pytest.fixture(params=["chromium", *KEPT, *FRESH])
def driver(request: pytest.FixtureRequest, door: Door, kept: Keep) -> Iterator[Driver]:
    """One browser after the other, none of which has ever been here."""
    if request.param in FRESH:
        with FRESH[request.param](door.port) as started:
            yield started
    elif request.param in KEPT:
        driver = kept(request.param)
        yield driver
        driver.forget()
    else:
        yield Chromium(request.getfixturevalue("new_page")(proxy={"server": proxy(door.port)}))


@pytest.fixture
def wing(stage: Stage, door: Door) -> Iterator[Stage]:
    """The students' wing in two languages behind the door, on the stage's database and clock."""
    stage.languages = ("en", "cy")
    with behind(door, stage):
        yield stage


@pytest.fixture
def own_door(stage: Stage) -> Iterator[Door]:
    """The same behind a door that no other browser knows, so that all that was asked of it was asked by this test's."""
    made = Door()
    with serving(made) as made.port, behind(made, stage):
        yield made


@contextlib.contextmanager
def behind(door: Door, stage: Stage) -> Iterator[None]:
    app = stage.app("checkin")
    door.wing = app
    yield
    door.wing = None
    with app.app_context():
        db.engine.dispose()

"""What any test may ask for. Servers and the browser start when the first test asks, once per worker."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests import servers

# Fixtures about one part of Kiosk live beside this file: tests/fixtures_*.py, named here.
pytest_plugins = ["tests.fixtures_store"]

# Nothing a page asks for may leave this machine; any name under .test is this machine.
HOST_RULES = "MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync"]
PATIENCE_MILLISECONDS = 10_000

# How long an example takes says how busy the machine is, and nothing about Kiosk.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.PostgresServer]:
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.RedisServer]:
    with servers.redis_in_memory() as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


def launch(playwright: Playwright, host_rules: str = HOST_RULES) -> Browser:
    """Debian's Chromium, kept to this machine."""
    program = shutil.which("chromium")
    if program is None:
        raise servers.NotInstalled("apt-get install chromium")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=program, args=[*QUIET, f"--host-resolver-rules={host_rules}", *as_root]
    )


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every process of this run notes which pages it has judged."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "judged pages"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """`new_page(**options)` opens a browser that has never been anywhere; options as for Browser.new_context."""
    contexts = []

    def open_page(**options: object) -> Page:
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()

"""The staff's pages in each of their states, by axe-core, by keyboard, and spaced widely.

The states are counted off from the types and the templates: an outcome, a page or a way of a template that the walks in `states`
do not lead to fails here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.admin.conftest import Desk
from tests.admin.outcomes import Outcome, note, outcomes
from tests.admin.states import WALKS
from tests.browser.branches import Way, follow, ways
from tests.browser.for_everybody import keyboard_faults
from tests.browser.judging import ACROSS, both_schemes, elements, marked_up, misfits, show, unled, unsaid
from tests.browser.templates import looking, pages
from tests.conftest import NewPage
from tests.fixtures_store import Staged, copy_of_file
from tests.stage import Browser, Stage

NOT_GONE = 29
"""How many of the templates' ways none of the walks goes yet. It becomes smaller, and never larger."""

STAY_OPEN = """addEventListener("blur", it => it.stopImmediatePropagation(), true)"""
"""The names would close when the Tab key leaves the page, and what is asked here is where it stops before."""

NewDesk = Callable[[], Desk]


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> set[Way]:
    """The ways that the templates go, whichever app draws them."""
    noted: set[Way] = set()
    make = Stage.app

    def followed(stage: Stage, wing: str, **changes: Any) -> Flask:
        app = make(stage, wing, **changes)
        follow(app, noted)
        return app

    monkeypatch.setattr(Stage, "app", followed)
    return noted


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> set[Outcome]:
    """What comes of what is asked for."""
    noted: set[Outcome] = set()
    note(monkeypatch, noted)
    return noted


@pytest.fixture
def new_desk(staged_file: Staged, tmp_path: Path) -> Iterator[NewDesk]:
    """Another desk, on a stage that nobody has been on."""
    numbers = count()
    with ExitStack() as kept:

        def make() -> Desk:
            folder = tmp_path / f"{next(numbers)}"
            folder.mkdir()
            stage = Stage(
                kept.enter_context(copy_of_file(Path(staged_file.template), folder)), ids=dict(staged_file.ids)
            )
            return Desk(stage, stage.app("admin"))

        yield make


def every_state(new_desk: NewDesk) -> Iterator[tuple[str, str, dict[str, str], Browser]]:
    """The name of each state, its page, and a browser that gets the page's style and script."""
    for walk in WALKS:
        desk = new_desk()
        with pytest.MonkeyPatch.context() as monkeypatch:
            for name, answer in walk(desk, monkeypatch):
                if "<html" in answer.text:
                    yield f"{walk.__name__}: {name}", answer.text, dict(answer.headers), desk.stranger()


def lacks(page: Page) -> list[str]:
    return misfits(page) + marked_up(page) + unled(page) + unsaid(page) + keyboard_faults(page) + both_schemes(page)


def test_every_state_is_for_everybody(new_desk: NewDesk, new_page: NewPage, came: set[Outcome], gone: set[Way]) -> None:
    page, seen, wrong = new_page(**ACROSS), set[str](), []
    page.add_init_script(STAY_OPEN)
    with looking() as drawn:
        for name, text, headers, browser in every_state(new_desk):
            if not elements(text) <= seen:
                seen |= elements(text)
                show(page, browser, text, headers)
                wrong += [f"{name}: {it}" for it in lacks(page)]
    assert not wrong, "\n".join(["", *wrong])
    assert sorted(pages("admin") - drawn.pages) == []
    assert sorted(outcomes() - came) == []
    left = sorted(ways("admin") - gone, key=str)
    assert len(left) <= NOT_GONE, left

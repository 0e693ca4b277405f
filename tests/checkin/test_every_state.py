"""The students' pages in each of their states, by axe-core, by keyboard, and spaced widely.

The states are counted off from the types and the templates: a new outcome, page or word for trouble that `states.py` does not
lead to fails here.
"""

from collections.abc import Iterator
from types import UnionType
from typing import get_args, get_type_hints

import pytest
from playwright.sync_api import Page

from kiosk.checkin import service
from kiosk.domain.arrivals import Arrival, Present, WalkIn
from kiosk.web.languages import SOURCE
from tests.browser.for_everybody import faults, keyboard_faults
from tests.browser.judging import ACROSS, misfits, show, unled, unsaid
from tests.browser.templates import Drawn, decisive_of, looking, pages, told_by
from tests.checkin.conftest import disposed
from tests.checkin.states import every_address, every_state
from tests.conftest import NewPage
from tests.stage import Browser, Stage

PAGE_OF = {
    service.CheckedIn: "done",
    service.KeptWalkIn: "walk_in",
    service.SetByStaff: "set_by_staff",
    service.NotTaken: "not_taken",
    service.ReceiptSpent: "scan_used",
    service.WrongDigits: "digits",
    service.WhichOne: "which",
}
FOUND_WITHOUT_HELP = {("digits", "trouble", "wrong"), ("sign_in", "trouble", "unknown")}
"""Words that a template takes for granted once it has looked for all the others."""


@pytest.fixture
def drawn() -> Iterator[Drawn]:
    with looking() as found:
        yield found


def lacks(page: Page, language: str) -> list[str]:
    """Axe-core's rules are the same in each language; how long the words are is not."""
    found = misfits(page) + unled(page) + unsaid(page)
    return found + keyboard_faults(page) + faults(page, "light") if language == SOURCE else found


def test_the_outcomes_and_their_pages_are_all_there() -> None:
    assert set(get_args(service.TypedOutcome)) | set(get_args(service.Outcome)) == set(PAGE_OF)
    reasons: UnionType = get_type_hints(service.NotTaken)["why"]
    assert {it.__name__ for it in get_args(reasons)} == {
        word for name, word in decisive_of("checkin", "not_taken") if name == "kind"
    }
    assert set(get_args(Arrival)) - {Present, WalkIn} == set(get_args(reasons))


@pytest.mark.parametrize("languages", [("en", "cy"), ("cy", "en")], ids=lambda it: it[0])
def test_every_state_is_for_everybody(
    stage: Stage, new_page: NewPage, drawn: Drawn, languages: tuple[str, ...]
) -> None:
    stage.languages = languages
    page, wrong, titles = new_page(**ACROSS), [], {}
    for app in disposed(stage.app("checkin")):
        browser = Browser(app)
        for name, answer in every_state(stage, app):
            show(page, browser, answer.text, dict(answer.headers))
            wrong += [f"{name}: {it}" for it in lacks(page, languages[0])]
            titles[name] = page.title()
        every_address(stage, app)
    assert not wrong, "\n".join(["", *wrong])
    assert all(titles.values())
    assert sorted((pages("checkin") | set(PAGE_OF.values())) - drawn.pages) == []
    assert sorted((told_by("checkin") | FOUND_WITHOUT_HELP) - drawn.told, key=str) == []

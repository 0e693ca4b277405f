"""The students' pages in each of their states, by axe-core, by keyboard, and spaced widely.

The states are counted off from the types and the templates: a new outcome, page or word for trouble that `states.py` does not
lead to fails here.
"""

from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
from flask import template_rendered
from jinja2 import Environment, nodes
from playwright.sync_api import Page

from kiosk.checkin import service
from kiosk.domain.arrivals import Arrival, Present, WalkIn
from kiosk.web.languages import SOURCE
from tests.browser.for_everybody import cut_by_spacing, faults, keyboard_faults, misshapen, small
from tests.browser.test_every_page import ACROSS, NARROW, show
from tests.checkin.conftest import disposed
from tests.checkin.states import every_address, every_state
from tests.conftest import NewPage
from tests.stage import Browser, Stage
from tests.web.sentences import KIOSK

TEMPLATES = KIOSK / "templates" / "checkin"
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

Told = tuple[str, str, object]
"""A page, and a name it is given with a value that changes what it says; or just the page."""


class Drawn:
    """What was drawn since this began to look."""

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.told: set[Told] = set()

    def note(self, sender: object, template: Any, context: dict[str, Any], **_: object) -> None:
        page = template.name.removeprefix("checkin/").removesuffix(".html")
        self.pages.add(page)
        plain = {name: value for name, value in context.items() if isinstance(value, str | int)}
        self.told |= {(page, name, value) for name, value in plain.items()}


@pytest.fixture
def drawn() -> Iterator[Drawn]:
    looking = Drawn()
    with template_rendered.connected_to(looking.note):
        yield looking


def pages() -> set[str]:
    """Every page of the wing: the templates that no other one extends or takes parts from."""
    every = {path.stem for path in TEMPLATES.glob("*.html")}
    used = {
        node.template.value.removeprefix("checkin/").removesuffix(".html")
        for path in TEMPLATES.glob("*.html")
        for node in parsed(path.read_text("utf-8")).find_all(
            (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
        )
    }
    return every - used


def parsed(source: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n"]).parse(source)


def decisive(source: str) -> set[tuple[str, object]]:
    """Names that a template compares with a word or looks up in a list of words, and each of these."""
    page = parsed(source)
    found: set[tuple[str, object]] = set()
    for it in page.find_all(nodes.Compare):
        words = [one.expr.value for one in it.ops if one.op == "eq" and isinstance(one.expr, nodes.Const)]
        found |= {(it.expr.name, word) for word in words if isinstance(it.expr, nodes.Name)}
    for it in page.find_all(nodes.Getitem):
        if isinstance(it.node, nodes.Dict) and isinstance(it.arg, nodes.Name):
            found |= {(it.arg.name, pair.key.value) for pair in it.node.items if isinstance(pair.key, nodes.Const)}
    return found


def wanted() -> set[Told]:
    """Every word by which a template decides what to say."""
    told = {
        (path.stem, *one)
        for path in TEMPLATES.glob("*.html")
        if path.stem in pages()
        for one in decisive(path.read_text("utf-8"))
    }
    return told | FOUND_WITHOUT_HELP


def lacks(page: Page, language: str) -> list[str]:
    """Axe-core's rules are the same in each language; how long the words are is not."""
    across = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{across} px across"] if across > NARROW else []
    found += ["not one heading of the first order"] if page.locator("h1").count() != 1 else []
    found += small(page) + misshapen(page) + cut_by_spacing(page) + unsaid(page)
    return found + keyboard_faults(page) + faults(page, "light") if language == SOURCE else found


def unsaid(page: Page) -> list[str]:
    """A field that has to be changed says so itself, and what is wrong is in its description or its label."""
    wrong = page.locator("[aria-invalid=true]").evaluate_all(
        """them => them.filter(it => !((it.getAttribute("aria-describedby") || "").split(" ").concat(it.labels[0].id)
            .some(id => id && document.getElementById(id).matches(".note")) || it.labels[0].querySelector(".wrong")))
            .map(it => it.id + " does not say what is wrong")"""
    )
    return list(wrong)


def test_the_outcomes_and_their_pages_are_all_there() -> None:
    assert set(get_args(service.TypedOutcome)) | set(get_args(service.Outcome)) == set(PAGE_OF)
    reasons: UnionType = get_type_hints(service.NotTaken)["why"]
    assert {it.__name__ for it in get_args(reasons)} == {
        word for name, word in decisive_of("not_taken") if name == "kind"
    }
    assert set(get_args(Arrival)) - {Present, WalkIn} == set(get_args(reasons))


def decisive_of(page: str) -> set[tuple[str, object]]:
    return decisive((TEMPLATES / f"{page}.html").read_text("utf-8"))


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
    assert sorted((pages() | set(PAGE_OF.values())) - drawn.pages) == []
    assert [it for it in sorted(wanted(), key=str) if it not in drawn.told] == []

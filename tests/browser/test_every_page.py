"""Every page of the students' and the staff wing, as everybody who gets it: examined by axe-core, measured at 320 px."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from kiosk.store.tables import register, staff
from tests.conftest import NewPage
from tests.stage import ADDRESSES, Stage
from tests.walls.asking import Asking, address, enter, fill, things
from tests.walls.table import ASKERS, TABLES

NARROW = 320
"""CSS pixels across: a small phone, and a laptop's window at 400 %."""

ACROSS = {"viewport": {"width": NARROW, "height": 700}}
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
RULES = {
    "light": {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "rules": {name: {"enabled": True} for name in CONTRAST},
    },
    "dark": {"runOnly": {"type": "rule", "values": CONTRAST}},
}

TARGETS = "button, .button, nav a, summary, select, textarea, label.pick, input:not([type=radio], [type=checkbox])"
SMALL = f"""() => Array.from(document.querySelectorAll("{TARGETS}"))
    .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 43.5)
    .map(it => it.outerHTML.slice(0, 90) + " is " + it.getBoundingClientRect().height + " px high")"""


MARKUP = "<script>alert(1)</script><b>=cmd|' /C calc'!A0"
NAMES = {"ada": "W" * 200, "ben": MARKUP, "cy": "נועה בן־דוד"}


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    """One of everything, and people whose names are trouble."""
    for who, name in NAMES.items():
        stage.change(register.student, stage.ids[who], known_as=name)
    for who, name in {"day": "W" * 200, "eve": MARKUP}.items():
        stage.change(staff.staff, stage.ids[who], name=name)
    return fill(stage)


def answers(stage: Stage, wing: str, asker: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Address, text and headers of each page this asker gets, whatever they are allowed."""
    asking = Asking(stage, wing, asker)
    for row in TABLES[wing]:
        is_seen_before = wing == "admin" and "everybody" in row.answers and asker != "stranger"
        if row.answer_for(asker) in (None, 303) or row.rule.startswith("/static") or is_seen_before:
            continue
        about = things(stage, across=False)
        answer = asking.ask(row, about)
        if answer.mimetype == "text/html" and "<html" in answer.text:
            yield f"{row.method} {address(row, about)}", answer.text, dict(answer.headers)


def show(page: Page, stage: Stage, wing: str, text: str, headers: dict[str, str]) -> None:
    """Draw a page that was answered, with the wing's own style and script."""
    browser = enter(stage, wing, "stranger")

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            found = browser.get(path)
            route.fulfill(body=found.data, headers=dict(found.headers))
        else:
            route.fulfill(body=text, headers=headers)

    page.unroute_all()
    page.route("**/*", serve)
    page.goto(f"{ADDRESSES.of(wing)}/")


@pytest.mark.parametrize(("wing", "asker"), [(wing, asker) for wing in ("checkin", "admin") for asker in ASKERS[wing]])
def test_every_page_is_for_everybody(full_stage: Stage, new_page: NewPage, wing: str, asker: str) -> None:
    """Nothing that axe-core finds, contrast of 7:1 in both schemes, no scrolling sideways, and targets 44 px high."""
    wrong: list[str] = []
    page = new_page(**ACROSS)
    for name, text, headers in answers(full_stage, wing, asker):
        show(page, full_stage, wing, text, headers)
        across = page.evaluate("document.documentElement.scrollWidth")
        found = [f"{across} px across"] if across > NARROW else []
        found += ["somebody's name is markup"] if page.locator("b", has_text="=cmd").count() else []
        found += page.evaluate(SMALL)
        for scheme, options in RULES.items():
            page.emulate_media(color_scheme=scheme)
            for lack in Axe().run(page, options=options).response["violations"]:
                found += [f"{lack['id']} ({scheme}): {node['html'][:150]}" for node in lack["nodes"]]
        wrong += [f"{name}: {it}" for it in found]
    assert not wrong, "\n".join(["", *wrong])

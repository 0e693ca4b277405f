"""Every page of the students' wing, as everybody who gets it: examined by axe-core, measured at 320 px.

The staff's pages have more states than pages: tests/admin/test_every_state.py leads to them, and examines them in the same way.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kiosk.store.tables import staff
from tests.admin.crowds import come, enrol
from tests.browser.judging import ACROSS, both_schemes, is_first, marked_up, misfits, rename, show
from tests.conftest import NewPage
from tests.stage import Stage
from tests.walls.asking import Asking, address, enter, fill, things
from tests.walls.table import ASKERS, TABLES


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    """One of everything, and people whose names are trouble."""
    rename(stage)
    return fill(stage)


def answers(stage: Stage, asker: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Address, text and headers of each page this asker gets, whatever they are allowed."""
    asking = Asking(stage, "checkin", asker)
    for row in TABLES["checkin"]:
        if row.answer_for(asker) in (None, 303) or row.rule.startswith("/static"):
            continue
        about = things(stage, across=False)
        answer = asking.ask(row, about)
        if answer.mimetype == "text/html" and "<html" in answer.text:
            yield f"{row.method} {address(row, about)}", answer.text, dict(answer.headers)


def lacks(page: Page) -> list[str]:
    """What keeps anybody from what is drawn."""
    return misfits(page) + marked_up(page) + both_schemes(page)


WALKS = [(asker, ("en",)) for asker in ASKERS["checkin"]]
WALKS += [(asker, ("cy", "en")) for asker in ("ada", "stranger")]


@pytest.mark.parametrize(("asker", "languages"), WALKS, ids=lambda it: it if isinstance(it, str) else it[0])
def test_every_page_is_for_everybody(
    full_stage: Stage, new_page: NewPage, judged: Path, asker: str, languages: tuple[str, ...]
) -> None:
    """Nothing that axe-core finds, contrast of 7:1 in both schemes, no scrolling sideways, 44 px targets, wide spacing."""
    full_stage.languages = languages
    wrong: list[str] = []
    page, browser = new_page(**ACROSS), enter(full_stage, "checkin", "stranger")
    for name, text, headers in answers(full_stage, asker):
        if not is_first(judged, languages[0], text):
            continue
        show(page, browser, text, headers)
        assert page.locator("html").get_attribute("lang") == languages[0]
        wrong += [f"{name}: {it}" for it in lacks(page)]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("path", ["/modules/{COMP1201}/numbers", "/lectures/{algorithms}/arrivals"])
def test_every_picture_is_for_everybody(stage: Stage, new_page: NewPage, path: str) -> None:
    students = enrol(stage, 80, "COMP1201")
    come(stage, students[:30], minute=-5)
    come(stage, students[30:50], minute=5)
    count = {"people": 70, "counted_at": stage.clock(), "role": "lecturer", "staff_id": stage.ids["day"]}
    stage.add("", staff.headcount, lecture_id=stage.ids["algorithms"], **count)
    stage.clock.set(11, 30)
    browser, page = enter(stage, "admin", "day"), new_page(**ACROSS)
    answer = browser.get(path.format(**stage.ids))
    show(page, browser, answer.text, dict(answer.headers))
    assert page.get_by_role("img").count() > 0
    found = lacks(page)
    assert not found, "\n".join(["", *found])

"""What a module lead may do: see the modules they lead, change the title, run and change the sessions."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser, Stage


@pytest.fixture
def lea(desk: Desk) -> Browser:
    """The browser of Lea Lead, who leads COMP1201 and only teaches HIST2002."""
    add_lead(desk.stage)
    return desk.sign_in("lea")


def add_lead(stage: Stage) -> None:
    stage.add_staff("lea", "Lea Lead", "module_lead")
    stage.add("leading", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["COMP1201"], leads=True)
    stage.add("", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["HIST2002"])


def title(stage: Stage, code: str = "COMP1201") -> str:
    return f"/modules/{stage.ids[code]}/title"


def module(stage: Stage) -> Any:
    return stage.rows(board.module, board.module.c.id == stage.ids["COMP1201"])[0]


def test_a_lead_sees_the_modules_they_lead_alone(any_desk: Desk) -> None:
    add_lead(any_desk.stage)
    lea = any_desk.sign_in("lea")
    listed = words(lea.get("/modules"))
    assert ("Algorithms" in listed, "Silk" in listed, "Make a module" in listed) == (True, False, False)
    shown = [lea.get(f"/modules/{any_desk.stage.ids[code]}").status_code for code in ("COMP1201", "HIST2002")]
    assert shown == [200, 404]


@pytest.mark.parametrize(
    ("days", "sees"), [({"from_on": 1}, False), ({"until_on": -1}, False), ({"from_on": 0, "until_on": 0}, True)]
)
def test_a_lead_sees_a_module_on_the_days_of_leading_it(
    stage: Stage, lea: Browser, days: dict[str, int], sees: bool
) -> None:
    values = {name: START.date() + timedelta(days=offset) for name, offset in days.items()}
    stage.change(staff.teaching, stage.ids["leading"], **values)
    assert ("Algorithms" in lea.get("/modules").text) is sees


def test_a_lead_without_a_module_is_told_who_says_so(stage: Stage, lea: Browser) -> None:
    stage.change(staff.teaching, stage.ids["leading"], leads=False)
    assert "You lead no module at the moment" in lea.get("/modules").text


def test_a_lead_changes_the_title_and_the_history_says_so(stage: Stage, lea: Browser) -> None:
    lea.send(title(stage), title="Algorithmics", version=1)
    (row,) = stage.rows(staff.journal)
    assert (row.act, row.role, row.before, row.after) == (
        "module.change",
        "module_lead",
        {"title": "Algorithms"},
        {"title": "Algorithmics"},
    )
    assert "<ins>Algorithmics</ins>" in lea.get(f"/modules/{stage.ids['COMP1201']}").text


def test_a_lead_undoes_a_title_and_nothing_wider(stage: Stage, lea: Browser, mo: Browser) -> None:
    path = f"/modules/{stage.ids['COMP1201']}"
    lea.send(title(stage), title="Algorithmics", version=1)
    lea.send(f"{path}/undo", path, entry=stage.rows(staff.journal)[-1].id)
    assert module(stage).title == "Algorithms"
    fields = {"code": "COMP1201", "title": "Algorithms", "department": "Computing", "participation": "voluntary"}
    mo.send(f"{path}/edit", **fields, version=3)
    lea.send(f"{path}/undo", title(stage), entry=stage.rows(staff.journal)[-1].id)
    assert module(stage).participation == "voluntary"


@pytest.mark.parametrize(("typed", "advice"), [(" ", "Give the module a title"), ("T" * 201, "at most 200 characters")])
def test_a_title_that_cannot_be_is_told_what_to_do(stage: Stage, lea: Browser, typed: str, advice: str) -> None:
    answer = lea.send(title(stage), title=typed, version=1)
    assert (answer.status_code, advice in answer.text) == (422, True)


def test_a_lead_who_was_overtaken_is_told_and_keeps_what_they_typed(stage: Stage, lea: Browser, mo: Browser) -> None:
    fields = {"code": "COMP1201", "title": "What Mo wrote", "department": "Computing", "participation": "policy"}
    mo.send(f"/modules/{stage.ids['COMP1201']}/edit", **fields, version=1)
    answer = lea.send(title(stage), title="What Lea typed", version=1)
    assert answer.status_code == 409
    assert "Mo Admin saved this module at 10:02" in answer.text
    assert 'value="What Lea typed"' in answer.text
    assert "<strong>What Mo wrote</strong>" in answer.text


@pytest.mark.parametrize("rest", ["/edit", "/archive", "/people"])
def test_a_lead_may_not_change_anything_else(stage: Stage, lea: Browser, rest: str) -> None:
    path = f"/modules/{stage.ids['COMP1201']}{rest}"
    assert (lea.get(path).status_code, lea.send(path, title(stage)).status_code) in [(404, 404), (405, 404)]


def test_a_lead_runs_and_changes_the_sessions_of_their_modules(desk: Desk, lea: Browser) -> None:
    statuses = [lea.get(desk.lecture(name, "/edit")).status_code for name in ("algorithms", "silk")]
    assert statuses == [200, 404]

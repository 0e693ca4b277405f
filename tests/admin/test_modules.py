"""Modules in the admin wing: who may see and change them, what is kept, what two people at once are told."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Participation
from kiosk.domain.permissions import Scope, Way, Width
from kiosk.store.doors.admin import modules as door
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.doors.admin.modules import ModuleValues
from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk
from tests.stage import START, Browser, Stage, repeating_salts, repeats

FIELDS = {"code": "COMP1201", "title": "Algorithms", "department": "Computing", "participation": "policy"}
HOSTILE = "<script>alert(1)</script>'\"&"


def page_of(stage: Stage, code: str = "COMP1201") -> str:
    return f"/modules/{stage.ids[code]}"


def row_of(stage: Stage, code: str = "COMP1201") -> Any:
    return stage.rows(board.module, board.module.c.id == stage.ids[code])[0]


def acts(stage: Stage) -> list[str]:
    return [row.act for row in stage.rows(staff.journal, staff.journal.c.thing == "module")]


def test_the_list_shows_the_modules_of_ones_own_department_alone(mo: Browser) -> None:
    text = mo.get("/modules").text
    assert "Algorithms" in text
    assert "Silk" not in text


def test_search_finds_by_part_of_code_and_title_in_any_case(stage: Stage, mo: Browser) -> None:
    stage.add("COMP2", board.module, code="COMP2202", title="Écriture", department="Computing", participation="policy")
    assert "COMP2202" in mo.get("/modules?search=22+éCRI").text
    assert "COMP1201" not in mo.get("/modules?search=22+éCRI").text
    assert "No module has" in mo.get("/modules?search=zebra").text


def test_an_empty_list_says_what_to_do(stage: Stage, mo: Browser) -> None:
    stage.change(board.module, stage.ids["COMP1201"], department="Elsewhere")
    assert "There are no modules yet. Make one here" in mo.get("/modules").text


def test_a_module_is_made_with_a_row_in_the_journal(stage: Stage, mo: Browser) -> None:
    answer = mo.send(
        "/modules/new", **{**FIELDS, "code": "COMP9", "participation": "voluntary", "late_minutes_after": "5"}
    )
    made = stage.rows(board.module, board.module.c.code == "COMP9")[0]
    assert answer.location == f"/modules/{made.id}"
    assert (made.participation, made.late_minutes_after, made.opens_minutes_before) == ("voluntary", 5, None)
    row = stage.rows(staff.journal)[-1]
    assert (row.act, row.thing_id, row.staff_id, row.role) == (
        "module.create",
        made.id,
        stage.ids["mo"],
        "module_admin",
    )
    assert row.after["participation"] == "voluntary"


def test_participation_has_no_default(stage: Stage, mo: Browser) -> None:
    assert "checked" not in mo.get("/modules/new").text
    answer = mo.send("/modules/new", **{**FIELDS, "code": "COMP9", "participation": ""})
    assert answer.status_code == 422
    assert "Choose one of the three" in answer.text
    assert not stage.rows(board.module, board.module.c.code == "COMP9")


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        ("code", " \x00 ", "Give the module a code"),
        ("code", "X" * 41, "at most 40 characters"),
        ("title", "", "Give the module a title"),
        ("participation", "required", "Choose one of the three"),
        ("opens_minutes_before", "soon", "Type whole minutes from 0 to 180"),
        ("opens_minutes_before", "-5", "Type whole minutes from 0 to 180"),
        ("closes_minutes_after", "99999999999", "Type whole minutes from 0 to 480"),
        ("late_minutes_after", "30", "Check-in closes after 20 minutes"),
        ("code", "hist2002", "Another module has this code"),
        ("department", "History", "Choose one of your own departments"),
    ],
)
def test_bad_input_is_told_what_to_do_and_kept_in_the_form(
    stage: Stage, mo: Browser, field: str, value: str, advice: str
) -> None:
    before = row_of(stage)
    answer = mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": "Typed by hand", field: value})
    assert answer.status_code == 422
    assert advice in answer.text
    assert row_of(stage) == before
    if field != "title":
        assert "Typed by hand" in answer.text


def test_a_change_shows_before_and_after_in_the_history(stage: Stage, mo: Browser) -> None:
    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": "Algorithmics"})
    text = mo.get(page_of(stage)).text
    assert "<del>Algorithms</del>" in text
    assert "<ins>Algorithmics</ins>" in text
    assert "Mo Admin" in text


def test_saving_without_a_change_writes_nothing(stage: Stage, mo: Browser) -> None:
    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1"})
    assert row_of(stage).version == 1
    assert acts(stage) == []


def test_a_wider_window_leaves_no_digits_twice_in_the_sessions_to_come(stage: Stage, mo: Browser) -> None:
    coming = stage.add_lecture("coming", starts_at=START + timedelta(days=1))
    by_hand = (START + timedelta(hours=22), START + timedelta(days=1, minutes=80))
    reach = (by_hand[0], START + timedelta(days=1, minutes=60 + 480))
    salt = next(salt for salt in repeating_salts(coming, *reach) if not repeats(coming, salt, *by_hand))
    stage.change(board.lecture, coming, salt=salt)

    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "closes_minutes_after": "480"})

    (row,) = stage.rows(board.lecture, board.lecture.c.id == coming)
    assert not repeats(coming, row.salt, *reach)


def test_of_two_people_the_second_is_told_and_nothing_is_lost(stage: Stage, desk: Desk, mo: Browser) -> None:
    stage.add_staff("max", "Max Second", "module_admin", "department", "Computing")
    second = desk.sign_in("max")
    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": "What Mo wrote"})
    answer = second.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": "What Max typed"})
    assert answer.status_code == 409
    assert "Mo Admin saved this module at 10:02" in answer.text
    assert 'value="What Max typed"' in answer.text
    assert "They saved: <strong>What Mo wrote</strong>" in answer.text
    assert row_of(stage).title == "What Mo wrote"


def test_who_saves_in_the_very_same_moment_does_not_overwrite(stage: Stage) -> None:
    stage.change(board.module, stage.ids["COMP1201"], version=2)
    everywhere, values = (
        Reach(stage.ids["mo"], Scope(frozenset({Way(Width.ALL)})), START, ZoneInfo("Europe/London"), by_cover=False),
        ModuleValues("COMP1201", "Mine", "Computing", Participation.POLICY),
    )
    with Session(stage.database.engine("admin")) as session:
        assert not door.change_module(session, everywhere, stage.ids["COMP1201"], 1, values)
        assert door.change_module(session, everywhere, stage.ids["COMP1201"], 2, values)


def test_the_second_may_save_once_they_have_seen_it(stage: Stage, mo: Browser) -> None:
    stage.change(board.module, stage.ids["COMP1201"], version=2, title="Theirs")
    answer = mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": "Mine"})
    assert 'name="version" value="2"' in answer.text
    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "2", "title": "Mine"})
    assert row_of(stage).title == "Mine"


def test_an_archived_module_is_listed_apart_and_undo_brings_it_back(stage: Stage, mo: Browser) -> None:
    answer = mo.send(f"{page_of(stage)}/archive", form_on="/modules")
    text = mo.get(answer.location).text
    assert "is archived" in text
    assert ">Undo</button>" in text
    assert "Algorithms" not in mo.get("/modules").text
    assert "Algorithms" in mo.get("/modules?archived=1").text
    mo.send(f"{page_of(stage)}/restore", form_on="/modules")
    assert row_of(stage).archived_at is None
    assert acts(stage) == ["module.archive", "module.restore"]


def test_archiving_twice_is_the_same_as_once(stage: Stage, mo: Browser) -> None:
    for _ in range(2):
        mo.send(f"{page_of(stage)}/archive", form_on="/modules")
    assert acts(stage) == ["module.archive"]


def test_who_saves_an_archived_module_is_told_and_keeps_what_they_typed(stage: Stage, mo: Browser) -> None:
    mo.send(f"{page_of(stage)}/archive", form_on="/modules")
    answer = mo.send(f"{page_of(stage)}/edit", form_on="/modules", **{**FIELDS, "version": "1", "title": "Mine"})
    assert answer.status_code == 409
    assert "archived this module while you were typing" in answer.text
    assert 'value="Mine"' in answer.text


@pytest.mark.parametrize("path", ["", "/edit"])
def test_another_departments_module_is_not_there(stage: Stage, mo: Browser, path: str) -> None:
    assert mo.get(page_of(stage, "HIST2002") + path).status_code == 404


@pytest.mark.parametrize("path", ["/edit", "/archive", "/restore"])
def test_another_departments_module_can_not_be_changed(stage: Stage, mo: Browser, path: str) -> None:
    before = row_of(stage, "HIST2002")
    fields = {**FIELDS, "code": "HIST2002", "version": "1"}
    assert mo.send(page_of(stage, "HIST2002") + path, form_on="/modules", **fields).status_code == 404
    assert row_of(stage, "HIST2002") == before


@pytest.mark.parametrize("name", ["day", "ro", "nell"])
def test_a_role_without_the_right_or_without_a_scope_finds_nothing(stage: Stage, desk: Desk, name: str) -> None:
    browser = desk.sign_in(name)
    module = page_of(stage)
    for path in ("/modules", "/modules/new", module, f"{module}/edit"):
        assert browser.get(path).status_code == 404
    for path in ("/modules/new", f"{module}/edit", f"{module}/archive", f"{module}/restore"):
        assert browser.send(path, form_on="/", **FIELDS).status_code == 404
    assert row_of(stage).archived_at is None


def test_a_stranger_is_turned_to_the_sign_in(stage: Stage, desk: Desk) -> None:
    stranger = desk.stranger()
    for path in ("/modules", "/modules/new", page_of(stage), f"{page_of(stage)}/edit"):
        assert stranger.get(path).location == "/sign-in"
    assert stranger.send(f"{page_of(stage)}/archive", form_on="/sign-in").location == "/sign-in"
    assert row_of(stage).archived_at is None


@pytest.mark.parametrize("path", ["/archive", "/restore"])
def test_get_changes_nothing(stage: Stage, mo: Browser, path: str) -> None:
    assert mo.get(page_of(stage) + path).status_code == 405
    assert acts(stage) == []


def test_a_form_without_its_csrf_token_changes_nothing(stage: Stage, mo: Browser) -> None:
    assert mo.post(f"{page_of(stage)}/archive").status_code == 400
    assert row_of(stage).archived_at is None


def test_a_hostile_title_is_text_on_every_page(stage: Stage, mo: Browser) -> None:
    mo.send(f"{page_of(stage)}/edit", **{**FIELDS, "version": "1", "title": HOSTILE})
    assert row_of(stage).title == HOSTILE
    for path in ("/modules", page_of(stage), f"{page_of(stage)}/edit"):
        assert "<script>" not in mo.get(path).text


def test_pages_without_people_say_so(stage: Stage, mo: Browser) -> None:
    for path in ("/modules", "/modules/new", f"{page_of(stage)}/edit"):
        assert "No personal data on this page" in mo.get(path).text


def test_the_lock_against_lost_edits_holds_on_both_engines(any_stage: Stage, any_desk: Desk) -> None:
    mo = any_desk.sign_in("mo")
    assert mo.send(f"{page_of(any_stage)}/edit", **{**FIELDS, "version": "1", "title": "First"}).status_code == 303
    assert mo.send(f"{page_of(any_stage)}/edit", **{**FIELDS, "version": "1", "title": "Second"}).status_code == 409
    assert mo.get("/modules?search=first").status_code == 200
    assert row_of(any_stage).title == "First"

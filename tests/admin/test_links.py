"""Who teaches and who leads a module: added, changed and ended by whoever looks after it, and never for oneself."""

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.store.doors.admin.links import links_of
from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk, words
from tests.admin.meanwhile import meanwhile
from tests.stage import START, Browser, Stage

TODAY = START.date()


def page(stage: Stage, code: str = "COMP1201", rest: str = "") -> str:
    return f"/modules/{stage.ids[code]}/people{rest}"


def links(stage: Stage, who: str = "eve", code: str = "COMP1201") -> list[Any]:
    columns = staff.teaching.c
    return stage.rows(staff.teaching, columns.staff_id == stage.ids[who], columns.module_id == stage.ids[code])


def link_id(stage: Stage, who: str = "day") -> int:
    return int(links(stage, who)[0].id)


def change(stage: Stage, browser: Browser, who: str = "day", **fields: str) -> TestResponse:
    path = page(stage, rest=f"/{link_id(stage, who)}")
    return browser.post(path, data={"csrf_token": browser.csrf(path), **fields})


def undo_newest(stage: Stage, browser: Browser, code: str = "COMP1201") -> str:
    entry = stage.rows(staff.journal, staff.journal.c.thing == "module")[-1].id
    return undo(stage, browser, entry, code)


def undo(stage: Stage, browser: Browser, entry: int, code: str = "COMP1201") -> str:
    path = f"/modules/{stage.ids[code]}"
    answer = browser.send(f"{path}/undo", path, entry=entry)
    return words(browser.get(str(answer.location)))


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def test_somebody_added_has_the_sessions_of_the_module_at_once(any_desk: Desk) -> None:
    eve, mo = any_desk.sign_in("eve"), any_desk.sign_in("mo")
    before = eve.get(any_desk.lecture()).status_code
    answer = mo.send(page(any_desk.stage), login="EVE")
    assert (before, answer.status_code, eve.get(any_desk.lecture()).status_code) == (404, 303, 200)


def test_an_added_link_says_group_days_and_who_leads(stage: Stage, mo: Browser) -> None:
    mo.send(page(stage), login="eve", group_name="B", leads="yes", from_on=day(0), until_on=day(9))
    (row,) = links(stage)
    assert (row.group_name, row.leads, row.from_on, row.until_on) == ("B", True, TODAY, TODAY + timedelta(days=9))
    assert 'Leads group B <span class="mute">24 November 2026 to 3 December 2026</span>' in words(mo.get(page(stage)))


@pytest.mark.parametrize("login", ["nobody at all", "ro", "nell", "tia", ""])
def test_a_name_nobody_has_and_somebody_who_is_no_lecturer_are_answered_alike(
    stage: Stage, mo: Browser, login: str
) -> None:
    answer = mo.send(page(stage), login=login)
    assert (answer.status_code, "No lecturer signs in with this name. Check it" in words(answer)) == (422, True)
    assert len(stage.rows(staff.teaching)) == 2


def test_nobody_adds_changes_ends_or_restores_themselves(stage: Stage, desk: Desk, mo: Browser) -> None:
    days = {"from_on": TODAY, "until_on": TODAY + timedelta(days=9)}
    stage.add("", staff.role_grant, staff_id=stage.ids["mo"], role="lecturer", scope_kind="own", **days)
    assert "nobody does this for themselves" in words(mo.send(page(stage), login="mo"))
    own = stage.add("own", staff.teaching, staff_id=stage.ids["mo"], module_id=stage.ids["COMP1201"])
    assert "nobody does this for themselves" in words(change(stage, mo, "mo", group_name="A"))
    mo.send(page(stage, rest=f"/{own}/end"), page(stage))
    stage.add_staff("max", "Max Second", "module_admin", "department", "Computing")
    desk.sign_in("max").send(page(stage, rest=f"/{own}/end"), page(stage))
    assert "there is nothing to undo" in undo_newest(stage, mo)
    assert links(stage, "mo")[0].until_on == TODAY


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        ("until_on", "2026-09-01", "The last day is before the first"),
        ("from_on", "tomorrow", "Choose a day, such as 2026-10-05"),
        ("from_on", "0001-01-01", "Choose a day, such as 2026-10-05"),
        ("group_name", "G" * 41, "at most 40 characters"),
    ],
)
def test_bad_input_is_told_what_to_do_and_kept_in_the_form(
    stage: Stage, mo: Browser, field: str, value: str, advice: str
) -> None:
    answer = mo.send(page(stage), **{"login": "eve", "from_on": "2026-10-05", field: value})
    assert (answer.status_code, advice in answer.text, f'value="{value}"' in answer.text) == (422, True, True)
    assert links(stage) == []


def test_the_same_group_on_the_same_days_is_not_added_twice(stage: Stage, mo: Browser) -> None:
    mo.send(page(stage), login="eve", until_on=day(5))
    assert "already" in words(mo.send(page(stage), login="eve", from_on=day(5)))
    assert mo.send(page(stage), login="eve", from_on=day(6)).status_code == 303


def test_a_change_narrows_what_somebody_reaches(stage: Stage, desk: Desk, mo: Browser) -> None:
    lecturer = desk.sign_in("day")
    answer = change(stage, mo, group_name="B")
    assert (answer.status_code, lecturer.get(desk.lecture()).status_code) == (303, 404)


def test_an_ended_link_keeps_the_sessions_of_its_days_and_no_later_ones(stage: Stage, desk: Desk, mo: Browser) -> None:
    stage.add_lecture("tomorrow", starts_at=START + timedelta(days=1))
    lecturer = desk.sign_in("day")
    mo.send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))
    statuses = [lecturer.get(desk.lecture(name)).status_code for name in ("algorithms", "tomorrow")]
    assert (links(stage, "day")[0].until_on, statuses) == (TODAY, [200, 404])


def test_a_link_that_has_not_begun_is_taken_back_without_being_deleted(stage: Stage, mo: Browser) -> None:
    mo.send(page(stage), login="eve", from_on=day(3))
    mo.send(page(stage, rest=f"/{link_id(stage, 'eve')}/end"), page(stage))
    (row,) = links(stage)
    assert row.until_on < row.from_on
    assert "Dr Eve" not in mo.get(page(stage)).text.split("<h1>")[1]


def test_of_two_people_the_second_is_told_and_nothing_is_lost(stage: Stage, mo: Browser) -> None:
    change(stage, mo, group_name="B", until_on="2026-12-31")
    answer = change(stage, mo, group_name="C", until_on="")  # its form was opened when there was no group
    assert answer.status_code == 409
    assert "Somebody changed this while you were typing" in answer.text
    assert 'value="C"' in answer.text
    assert "They saved: <strong>B</strong>" in answer.text
    assert "They saved: <strong>31 December 2026</strong>" in answer.text
    again = change(stage, mo, group_name="C", was_group_name="B", was_until_on="2026-12-31")
    assert (again.status_code, links(stage, "day")[0].group_name) == (303, "C")


def test_whoever_ends_what_a_colleague_has_just_changed_is_told_and_ends_nothing(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")

    def too_late(*_: object) -> bool:
        stage.change(staff.teaching, link_id(stage), group_name="B")
        return False

    monkeypatch.setattr("kiosk.admin.services.links.door.change_link", too_late)
    answer = mo.send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))
    assert (answer.status_code, "today is the last day" in words(answer)) == (409, False)
    assert "Somebody changed what Dr Day does here at the same time." in words(answer)
    assert "group B" in words(answer)
    assert stage.rows(staff.journal) == []


def test_the_history_says_who_did_what_to_whom(stage: Stage, mo: Browser) -> None:
    change(stage, mo, group_name="B")
    text = words(mo.get(f"/modules/{stage.ids['COMP1201']}"))
    assert "Mo Admin changed what Dr Day does here" in text
    assert "<del>every group</del>" in text
    assert "Day" not in str(stage.rows(staff.journal)[-1].after)


def test_what_was_added_changed_and_ended_can_be_undone(any_desk: Desk) -> None:
    stage, mo, eve = any_desk.stage, any_desk.sign_in("mo"), any_desk.sign_in("eve")
    mo.send(page(stage), login="eve")
    assert "Undone" in undo_newest(stage, mo)
    assert eve.get(any_desk.lecture()).status_code == 404
    change(stage, mo, group_name="B")
    assert "Undone" in undo_newest(stage, mo)
    assert links(stage, "day")[0].group_name == ""
    mo.send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))
    assert "Undone" in undo_newest(stage, mo)
    assert links(stage, "day")[0].until_on is None


def test_the_page_of_a_module_asks_once_who_teaches_it(
    stage: Stage, mo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in ("day", "eve"):
        mo.send(page(stage), login=who, group_name="C")
    asked = []
    monkeypatch.setattr("kiosk.admin.services.module_history.links_of", lambda *of: asked.append(of) or links_of(*of))
    assert mo.get(f"/modules/{stage.ids['COMP1201']}").text.count('name="entry"') == 2
    assert len(asked) == 1


def test_an_older_act_and_one_that_no_longer_fits_are_not_undone(stage: Stage, mo: Browser) -> None:
    change(stage, mo, group_name="B")
    first = stage.rows(staff.journal)[-1].id
    change(stage, mo, group_name="C", was_group_name="B")
    assert "there is nothing to undo" in undo(stage, mo, first)
    stage.change(staff.teaching, link_id(stage), group_name="D")
    assert "there is nothing to undo" in undo_newest(stage, mo)
    assert links(stage, "day")[0].group_name == "D"


def test_an_undo_gives_no_right_to_somebody_who_is_no_lecturer_any_more(stage: Stage, mo: Browser) -> None:
    mo.send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))
    (grant,) = stage.rows(staff.role_grant, staff.role_grant.c.staff_id == stage.ids["day"])
    stage.change(staff.role_grant, grant.id, until_on=TODAY - timedelta(days=1))
    assert "there is nothing to undo" in undo_newest(stage, mo)
    assert links(stage, "day")[0].until_on == TODAY


@pytest.mark.parametrize("rest", ["", "/{own}", "/{other}"])
def test_another_departments_people_are_not_there(stage: Stage, mo: Browser, rest: str) -> None:
    other = stage.rows(staff.teaching, staff.teaching.c.staff_id == stage.ids["eve"])[0].id
    code = "COMP1201" if rest == "/{other}" else "HIST2002"
    path = page(stage, code, rest.format(own=link_id(stage), other=other))
    assert (mo.get(path).status_code, mo.send(path, page(stage), login="day").status_code) == (404, 404)
    assert links(stage, "day", "HIST2002") == []


def test_an_archived_module_keeps_its_people(stage: Stage, mo: Browser) -> None:
    stage.change(board.module, stage.ids["COMP1201"], archived_at=START)
    answer = mo.post(page(stage), data={"csrf_token": mo.csrf("/modules"), "login": "eve"})
    assert (answer.status_code, links(stage)) == (404, [])
    assert "Nobody can change its people" in mo.get(page(stage)).text


def test_days_are_the_institutions(stage: Stage, desk: Desk) -> None:
    stage.clock.instant = START.replace(month=7, day=1, hour=23, minute=30)  # the second of July in Britain
    days = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31)}
    stage.add(
        "",
        staff.role_grant,
        staff_id=stage.ids["mo"],
        role="module_admin",
        scope_kind="department",
        scope_value="Computing",
        **days,
    )
    desk.sign_in("mo").send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))
    assert links(stage, "day")[0].until_on == date(2026, 7, 2)


@pytest.mark.parametrize("act", ["added", "changed"])
def test_of_two_who_say_at_once_that_somebody_teaches_the_second_is_told(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    stage = any_desk.stage
    stage.add_staff("max", "Max Admin", "module_admin", "department", "Computing")
    mo, other = any_desk.sign_in("mo"), any_desk.sign_in("max")
    over = {"module_id": stage.ids["COMP1201"], "until_on": TODAY - timedelta(days=9)}
    stage.add("", staff.teaching, staff_id=stage.ids["eve"], **over)

    def add(browser: Browser) -> TestResponse:
        return browser.send(page(stage), login="eve", from_on=day(0))

    came = meanwhile(monkeypatch, "kiosk.store.doors.admin.links.take_turn", lambda: add(other))

    late = add(mo) if act == "added" else change(stage, mo, "eve", was_until_on=day(-9), until_on="")

    assert (came[0].status_code, late.status_code, len(links(stage))) == (303, 422, 2)

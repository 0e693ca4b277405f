"""What was done to a module or a session can be read, and the newest act of each kind undone while it still fits."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser, Stage


def history(desk: Desk, browser: Browser) -> str:
    return words(browser.get(desk.lecture(rest="/history")))


def undo(desk: Desk, browser: Browser, entry: int = 0) -> str:
    number = entry or desk.stage.rows(staff.journal)[-1].id
    browser.send(desk.lecture(rest="/undo"), desk.lecture(rest="/history"), entry=number)
    return history(desk, browser)


def act(desk: Desk, browser: Browser, name: str, **fields: str) -> None:
    browser.send(desk.lecture(rest=f"/act/{name}"), desk.lecture(), **fields)


def move(desk: Desk, browser: Browser, version: int = 1, **changes: str) -> Any:
    times = {"day": "2026-11-24", "starts": "10:00", "ends": "11:00"}
    fields = {**times, "kind": "Lecture", "room": "4/4053", "mode": "in_person", "version": str(version), **changes}
    return browser.send(desk.lecture(rest="/edit"), **fields)


def row(desk: Desk) -> Any:
    return desk.stage.rows(board.lecture, board.lecture.c.id == desk.stage.ids["algorithms"])[0]


def test_a_session_nobody_touched_says_so(desk: Desk, day: Browser) -> None:
    assert "Nothing has been changed here." in history(desk, day)


def test_a_move_shows_before_and_after(desk: Desk, day: Browser) -> None:
    move(desk, day, ends="12:00", room="58/1065")
    text = history(desk, day)
    assert "Dr Day changed it" in text
    assert "<del>Tuesday 24 November, 11:00</del>" in text
    assert "<ins>58/1065</ins>" in text


def test_a_move_is_undone_with_its_room(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    move(any_desk, day, ends="12:00", room="58/1065")
    assert "Undone" in undo(any_desk, day)
    places = [
        it.room_id
        for it in any_desk.stage.rows(board.lecture_room, board.lecture_room.c.lecture_id == row(any_desk).id)
    ]
    assert (row(any_desk).ends_at, places) == (START + timedelta(hours=1), [any_desk.stage.ids["4/4053"]])


@pytest.mark.parametrize(
    ("name", "column", "says"),
    [("cancel", "cancelled_at", "cancelled it"), ("close", "closed_at", "closed check-in by hand")],
)
def test_an_act_is_undone_by_its_way_back(desk: Desk, day: Browser, name: str, column: str, says: str) -> None:
    act(desk, day, name)
    was, before = getattr(row(desk), column), history(desk, day)
    assert says in before
    assert "Undone" in undo(desk, day)
    assert (was is None, getattr(row(desk), column)) == (False, None)


def test_a_void_says_why(desk: Desk, day: Browser) -> None:
    act(desk, day, "void", reason="outage")
    assert 'made it void</p> <p class="small">Check-in did not work' in history(desk, day)


def test_a_cover_is_named_withdrawn_and_named_again(desk: Desk, day: Browser) -> None:
    day.send(desk.lecture(rest="/cover"), login="eve")
    assert "named Dr Eve to take it" in history(desk, day)
    undo(desk, day)
    assert desk.stage.rows(staff.cover)[0].withdrawn_at is not None
    undo(desk, day)
    assert desk.stage.rows(staff.cover)[0].withdrawn_at is None


def test_only_the_newest_of_a_kind_has_a_way_back_and_other_kinds_keep_theirs(desk: Desk, day: Browser) -> None:
    move(desk, day, ends="12:00")
    first = desk.stage.rows(staff.journal)[-1].id
    move(desk, day, version=2, ends="12:30")
    act(desk, day, "close")
    assert history(desk, day).count(">Undo<") == 2
    assert "there is nothing to undo" in undo(desk, day, first)


def test_what_has_been_changed_by_other_means_is_not_undone(desk: Desk, day: Browser) -> None:
    move(desk, day, ends="12:00")
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], kind="Seminar")
    assert "there is nothing to undo" in undo(desk, day)


def test_nobody_moves_a_session_back_to_a_time_that_is_over(desk: Desk, day: Browser) -> None:
    move(desk, day, starts="15:00", ends="16:00")
    desk.stage.clock.set(11, 30)
    day = desk.sign_in("day")
    assert "Undo<" not in history(desk, day)


def test_whoever_stands_in_reads_no_history_and_undoes_nothing(desk: Desk, day: Browser, eve: Browser) -> None:
    day.send(desk.lecture(rest="/cover"), login="eve")
    path = desk.lecture(rest="/undo")
    answers = [eve.get(desk.lecture(rest="/history")), eve.send(path, desk.lecture(), entry=1)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_entry_of_another_session_is_not_undone(desk: Desk, day: Browser, eve: Browser) -> None:
    eve.send(desk.lecture("silk", "/act/close"), desk.lecture("silk"))
    assert "there is nothing to undo" in undo(desk, day)
    assert desk.stage.rows(board.lecture, board.lecture.c.id == desk.stage.ids["silk"])[0].closed_at is not None


# Two people at once ---------------------------------------------------------------------------------


def test_of_two_people_the_second_is_told_and_nothing_is_lost(desk: Desk, day: Browser, mo: Browser) -> None:
    move(desk, mo, ends="12:00", kind="Seminar", room="58/1065")
    answer = move(desk, day, ends="12:30", kind="Tutorial")
    assert answer.status_code == 409
    assert "Mo Admin changed this session at 10:02 while you were typing." in words(answer)
    assert 'value="12:30"' in answer.text
    for theirs in (
        "Ends, they saved: <strong>12:00",
        "They saved: <strong>Seminar",
        "Room, they saved: <strong>58/1065",
    ):
        assert theirs in answer.text
    assert (row(desk).kind, row(desk).version) == ("Seminar", 2)


def test_the_second_may_save_once_they_have_seen_it(desk: Desk, day: Browser, mo: Browser) -> None:
    move(desk, mo, ends="12:00")
    page = move(desk, day, ends="12:30").text
    version = page.split('name="version" value="')[1].split('"')[0]
    assert move(desk, day, version=int(version), ends="12:30").status_code == 303


# Modules --------------------------------------------------------------------------------------------


def module(stage: Stage) -> Any:
    return stage.rows(board.module, board.module.c.id == stage.ids["COMP1201"])[0]


def undo_module(stage: Stage, mo: Browser, entry: int = 0) -> str:
    path = f"/modules/{stage.ids['COMP1201']}"
    number = entry or stage.rows(staff.journal)[-1].id
    return words(mo.get(str(mo.send(f"{path}/undo", path, entry=number).location)))


def change_module(stage: Stage, mo: Browser, version: int = 1, **changes: str) -> int:
    fields = {"code": "COMP1201", "title": "Algorithms", "department": "Computing", "participation": "policy"}
    mo.send(f"/modules/{stage.ids['COMP1201']}/edit", **{**fields, "version": str(version), **changes})
    return int(stage.rows(staff.journal)[-1].id)


def test_a_module_goes_back_to_what_it_was(any_desk: Desk) -> None:
    stage, mo = any_desk.stage, any_desk.sign_in("mo")
    change_module(stage, mo, title="Algorithmics", participation="voluntary", late_minutes_after="5")
    assert "Undone" in undo_module(stage, mo)
    now = module(stage)
    assert (now.title, now.participation, now.late_minutes_after) == ("Algorithms", "policy", None)


def test_a_module_changed_twice_goes_back_one_step(stage: Stage, mo: Browser) -> None:
    first = change_module(stage, mo, title="Once")
    change_module(stage, mo, version=2, title="Twice")
    assert "there is nothing to undo" in undo_module(stage, mo, first)
    undo_module(stage, mo)
    assert module(stage).title == "Once"


def test_archiving_is_undone_and_so_is_that(stage: Stage, mo: Browser) -> None:
    path = f"/modules/{stage.ids['COMP1201']}"
    mo.send(f"{path}/archive", path)
    undo_module(stage, mo)
    restored = module(stage).archived_at
    undo_module(stage, mo)
    assert (restored, module(stage).archived_at) == (None, stage.clock())


def test_a_code_that_another_module_has_taken_meanwhile_is_not_taken_back(stage: Stage, mo: Browser) -> None:
    change_module(stage, mo, code="COMP1202")
    stage.add("", board.module, code="COMP1201", title="New", department="Computing", participation="policy")
    assert "there is nothing to undo" in undo_module(stage, mo)
    assert module(stage).code == "COMP1202"


def test_nobody_of_another_department_undoes_anything(stage: Stage, desk: Desk, mo: Browser) -> None:
    entry = change_module(stage, mo, title="Algorithmics")
    stage.add_staff("hal", "Hal History", "module_admin", "department", "History")
    hal = desk.sign_in("hal")
    assert hal.send(f"/modules/{stage.ids['COMP1201']}/undo", "/modules", entry=entry).status_code == 404
    assert module(stage).title == "Algorithmics"

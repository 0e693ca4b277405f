"""Imports: files that are read, what they would change, what stands in their way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kiosk.admin.services import imports as service
from kiosk.store.tables import imports
from tests.admin.conftest import Desk
from tests.admin.states.state import State, press
from tests.admin.test_imports import ENROLMENTS, MODULES, STUDENTS, apply, batch, send
from tests.stage import Browser


def importing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    mo = desk.sign_in("mo")
    yield "none yet", mo.get("/imports")
    yield "no file", mo.send("/imports/new", "/imports")
    one = send(mo, modules=MODULES).location
    yield "one change to look at", mo.get(one)
    with service._turn:
        yield "another is running", send(mo, modules=MODULES)
        yield "another is running, and this one waits", press(mo, f"{one}/apply", "/imports")
    yield "dropped", press(mo, f"{one}/drop", one)
    yield "dropped before", press(mo, f"{one}/drop", "/imports")
    several = send(mo, modules=MODULES, students=STUDENTS, enrolments=ENROLMENTS).location
    yield "several changes to look at", mo.get(several)
    yield "applied", applied(mo, several)
    yield "applied before", applied(mo, several)
    yield "nothing to do", mo.get(send(mo, modules=MODULES).location)
    yield "a line to mend", mo.get(send(mo, students="student_no,login,known_as\n32000001,a b,x\n").location)
    yield "lines to mend", mo.get(send(mo, students="student_no,login,known_as\n" + "1,a b,x\n2,c d,x\n" * 60).location)
    yield "two new rooms", mo.get(send(mo, lectures=in_rooms("9/1", "9/2")).location)
    yield "a new room", mo.get(send(mo, lectures=in_rooms("9/1", "9/1")).location)
    yield "very many new rooms", mo.get(send(mo, lectures=in_rooms(*(f"7/{at}" for at in range(90)))).location)
    yield "a workbook", mo.get(send(mo, modules=b"PK\x03\x04" + bytes(100)).location)
    one_more = send(mo, modules="code,title,department,participation\nCOMP9002,C,Computing,policy\n").location
    yield "one change applied", applied(mo, one_more)
    for state, asked_at, lines in (
        ("reading", desk.stage.clock(), 50_000),
        ("reading", desk.stage.clock(), 0),
        ("applying", desk.stage.clock(), 0),
        ("applying", desk.stage.clock() - timedelta(hours=2), 0),
        ("broken", desk.stage.clock(), 0),
    ):
        why = (
            [{"file": "students.csv", "line": 2, "column": "login", "text": "is too long"}] if state == "broken" else []
        )
        values = {"staff_id": desk.stage.ids["mo"], "summary": {}, "problems": why, "lines_done": lines // 2}
        number = desk.stage.add("", imports.import_batch, state=state, asked_at=asked_at, lines_total=lines, **values)
        yield f"{state}, {lines} lines, since {asked_at:%H:%M}", mo.get(f"/imports/{number}")
    yield "at work, and not to be dropped", press(mo, f"/imports/{number - 2}/drop", "/imports")
    yield "each of them", mo.get("/imports")
    yield "none of theirs", mo.get("/imports/999")
    too_late = send(mo, students=STUDENTS.replace("32000001,grace", "32000002,hedy")).location
    monkeypatch.setattr(service.page, "claim", lambda *_: False)
    yield "somebody has dealt with it", applied(mo, too_late)
    desk.stage.change(imports.import_batch, batch(desk.stage).id, state="ready")


def in_rooms(*rooms: str) -> str:
    head = "ref,module_codes,groups,kind,starts_at,ends_at,rooms,mode\n"
    lines = (
        f"L{at},COMP1201,,Lecture,2026-12-01 10:00,2026-12-01 11:00,{room},in_person" for at, room in enumerate(rooms)
    )
    return head + "\n".join(lines) + "\n"


def applied(browser: Browser, page: str) -> Any:
    apply(browser, page)
    return browser.get(page)

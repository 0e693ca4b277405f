"""Modules, who teaches them, who tutors whom; two people at once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import board, records, staff
from tests.admin.conftest import Desk
from tests.admin.states.state import State, after, press
from tests.admin.test_links import change, day, link_id, page
from tests.admin.test_modules import FIELDS, page_of
from tests.admin.test_tutors import page as tutor_page
from tests.stage import Browser

BODY = "professional_body"
TYPED = {
    "no code": {"code": ""},
    "no title and no participation": {"title": "", "participation": ""},
    "no whole minutes": {"opens_minutes_before": "soon", "closes_minutes_after": "999", "late_minutes_after": "x"},
    "late after it closes": {"late_minutes_after": "30"},
    "this code is taken": {"code": "hist2002"},
    "not one's own department": {"department": "History"},
}


def modules(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, mo = desk.stage, desk.sign_in("mo")
    path, new = page_of(stage), {**FIELDS, "code": "COMP9"}
    yield "none is called that", mo.get("/modules?search=zzz")
    yield "found by a word", mo.get("/modules?search=Algo")
    yield "none is archived", mo.get("/modules?archived=1")
    for name, typed in TYPED.items():
        yield f"new, {name}", mo.send("/modules/new", **{**new, **typed})
        yield f"changed, {name}", mo.send(f"{path}/edit", **{**FIELDS, "version": "1", **typed})
    minutes = {"opens_minutes_before": "5", "closes_minutes_after": "1", "late_minutes_after": "1"}
    yield "made", press(mo, "/modules/new", **{**new, **minutes, "participation": "voluntary"})
    yield "nobody teaches it yet", mo.get(f"/modules/{stage.rows(board.module)[-1].id}/people")
    yield "with a professional body", press(mo, "/modules/new", **{**new, "code": "C8", "participation": BODY})
    stage.change(board.module, stage.ids["COMP1201"], version=2)
    yield "changed by nobody knows whom", mo.send(f"{path}/edit", **{**FIELDS, "version": "1", "title": "Mine"})
    yield "changed", press(mo, f"{path}/edit", **{**FIELDS, **minutes, "version": "2", "title": "Algorithmics"})
    yield "to a professional body", press(mo, f"{path}/edit", **{**FIELDS, "version": "3", "participation": BODY})
    yield "changed by a colleague meanwhile", mo.send(f"{path}/edit", **{**FIELDS, "version": "1", "title": "Mine"})
    yield "undone", press(mo, f"{path}/undo", entry=newest(desk))
    yield "nothing to undo", press(mo, f"{path}/undo", entry=1)
    stage.add_lecture("to come", starts_at=stage.start + timedelta(days=1))
    for how in ("archive", "restore", "archive"):
        yield f"{how}d", press(mo, f"{path}/{how}")
    yield "an archived one", mo.get(path)
    yield "its people", mo.get(page(stage))
    yield "archived meanwhile", mo.send(f"{path}/edit", "/modules", **{**FIELDS, "version": "1", "title": "Mine"})
    yield "no form for an archived one", after(mo, mo.get(f"{path}/edit"))
    yield "archived ones", mo.get("/modules?archived=1")
    yield "archived ones, found by a word", mo.get("/modules?archived=1&search=Algo")
    yield "no archived one is called that", mo.get("/modules?archived=1&search=zzz")
    for what in ("edit", "archive", "restore"):
        yield f"{what}: another department's", mo.send(f"{page_of(stage, 'HIST2002')}/{what}", "/modules", **FIELDS)
    monkeypatch.setattr("kiosk.admin.views.modules.SHOWN_ROWS", 1)
    mo.send(f"{path}/restore", "/modules")
    yield "more than are shown", mo.get("/modules")
    stage.add_staff("kim", "Kim Empty", "module_admin", "department", "Physics")
    yield "none yet", desk.sign_in("kim").get("/modules")


def newest(desk: Desk, thing: str = "module") -> int:
    return int(desk.stage.rows(staff.journal, staff.journal.c.thing == thing)[-1].id)


def titles(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage = desk.stage
    stage.add_staff("lea", "Lea Lead", "module_lead")
    stage.add("", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["COMP1201"], leads=True)
    lea, path = desk.sign_in("lea"), f"{page_of(stage)}/title"
    stage.change(board.module, stage.ids["COMP1201"], version=2)
    yield "saved by nobody knows whom", lea.send(path, title="Mine", version=1)
    stage.change(board.module, stage.ids["COMP1201"], version=1)
    yield "no title", lea.send(path, title="", version=1)
    yield "saved", press(lea, path, title="Algorithmics", version=1)
    yield "saved by a colleague meanwhile", lea.send(path, title="Mine", version=1)
    yield "the module, which is theirs to name", lea.get(page_of(stage))
    yield "as who leads no more than their own sees them", lea.get("/modules?undo=1")
    stage.change(board.module, stage.ids["COMP1201"], archived_at=stage.clock(), version=9)
    yield "an archived one, which they cannot restore", lea.get(page_of(stage))
    yield "archived meanwhile", lea.send(path, "/modules", title="Mine", version=1)
    yield "no form for an archived one", after(lea, lea.get(path))


def people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, mo = desk.stage, desk.sign_in("mo")
    own = stage.add("own", staff.teaching, staff_id=stage.ids["mo"], module_id=stage.ids["COMP1201"])
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=9)}
    stage.add("", staff.role_grant, staff_id=stage.ids["mo"], role="lecturer", scope_kind="own", **days)
    yield "oneself among them", mo.get(page(stage))
    yield "no such day, and a long group", mo.send(page(stage), login="eve", from_on="soon", group_name="G" * 41)
    yield "the last day before the first", mo.send(page(stage), login="eve", from_on=day(2), until_on=day(1))
    yield "no lecturer", mo.send(page(stage), login="ro")
    yield "not oneself", mo.send(page(stage), login="mo")
    yield "added", press(mo, page(stage), login="eve", group_name="B", leads="yes", from_on=day(0), until_on=day(9))
    yield "there already", mo.send(page(stage), login="eve", group_name="B")
    yield "to change", mo.get(page(stage, rest=f"/{link_id(stage)}"))
    yield "changed, no such day", change(stage, mo, from_on="soon", group_name="G" * 41)
    yield "changed, not oneself", change(stage, mo, "mo", group_name="A")
    yield "changed", after(mo, change(stage, mo, group_name="C", until_on="2026-12-31"))
    yield "changed by a colleague meanwhile", change(stage, mo, group_name="D", until_on="", leads="yes")
    second = stage.add("", staff.teaching, staff_id=stage.ids["day"], module_id=stage.ids["COMP1201"], group_name="E")
    yield "changed, there already", change(stage, mo, group_name="E", was_group_name="C", was_until_on="2026-12-31")
    yield "ended, not oneself", press(mo, page(stage, rest=f"/{own}/end"), page(stage))
    yield "ended", press(mo, page(stage, rest=f"/{second}/end"), page(stage))
    yield "undone", press(mo, f"{page_of(stage)}/undo", entry=newest(desk))
    press(mo, page(stage, rest=f"/{second}/end"), page(stage))
    entry = newest(desk)
    (grant,) = stage.rows(staff.role_grant, staff.role_grant.c.staff_id == stage.ids["day"])
    stage.change(staff.role_grant, grant.id, until_on=stage.start.date() - timedelta(days=1))
    yield "no lecturer any more, and nothing to undo", press(mo, f"{page_of(stage)}/undo", entry=entry)
    press(mo, page(stage), login="eve", group_name="H", from_on=day(3))
    yield "one begins later", mo.get(page(stage))
    press(mo, page(stage, rest=f"/{link_id(stage, 'eve')}/end"), page(stage))
    stage.clock.go_on(days=20)
    mo = desk.sign_in("mo")
    yield "some are past", mo.get(page(stage))
    stage.change(board.module, stage.ids["COMP1201"], archived_at=stage.clock())
    yield "some are past, of an archived module", mo.get(page(stage))
    stage.change(board.module, stage.ids["COMP1201"], archived_at=None)

    def too_late(*_: object) -> bool:
        stage.change(staff.teaching, link_id(stage), group_name="Z")
        return False

    monkeypatch.setattr("kiosk.admin.services.links.door.change_link", too_late)
    yield "changed by a colleague while it was ended", mo.send(page(stage, rest=f"/{link_id(stage)}/end"), page(stage))


def tutors(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, mo = desk.stage, desk.sign_in("mo")
    yield "no tutor", mo.send("/tutors", login="day")
    yield "not oneself", mo.send("/tutors", login="mo")
    stage.add_student("dee", "31000004", "Dee Fourth", "COMP1201")
    yield "a tutor and their tutees", press(mo, "/tutors", login="tia")
    for what in ("add", "end"):
        yield f"{what}: no numbers", tutor(desk, mo, what, numbers="")
    yield "no such day", tutor(desk, mo, "add", numbers="31000002", from_on="soon", until_on="later")
    yield "the last day before the first", tutor(desk, mo, "add", numbers="1", from_on=day(2), until_on=day(1))
    yield "added, and one nobody", tutor(desk, mo, "add", numbers="31000001 31000002 99", until_on=day(9))
    yield "taken back", tutor(desk, mo, "undo", entry=newest(desk, "tutor"))
    for numbers in ("31000002", "31000004"):
        yield f"{numbers} begins later", tutor(desk, mo, "add", numbers=numbers, from_on=day(20))
    yield "nothing to take back", tutor(desk, mo, "undo", entry=1)
    yield "ended", tutor(desk, mo, "end", numbers="31000001 31000002 31000003")
    entry = newest(desk, "tutor")
    stage.change(records.tutee, stage.rows(records.tutee)[0].id, until_on=stage.start.date() + timedelta(days=50))
    yield "changed since", tutor(desk, mo, "undo", entry=entry)


def tutor(desk: Desk, browser: Browser, what: str, **fields: object) -> TestResponse:
    return press(browser, tutor_page(desk.stage, f"/{what}"), tutor_page(desk.stage), **fields)

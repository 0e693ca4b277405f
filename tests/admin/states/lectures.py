"""Sessions: a week of them, one and what can be done to it, a new one, one moved, who stands in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.store.tables import board, screens, staff
from tests.admin.conftest import Desk
from tests.admin.states.state import State, after, press
from tests.admin.test_control import add_screen
from tests.admin.test_cover import name, restore, withdraw
from tests.admin.test_history import move
from tests.admin.test_lectures import fields

TYPED = {
    "nothing that fits": {"module": "", "kind": "", "day": "soon", "starts": "x", "ends": "x", "room": "0", "mode": ""},
    "no room": {"room": ""},
    "no time at all": {"starts": "14:00", "ends": "14:00"},
    "more than a day's work": {"starts": "08:00", "ends": "20:00"},
    "over already": {"day": "2026-11-23"},
}


def one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """One session, and each act on it with its way back."""
    stage, day = desk.stage, desk.sign_in("day")
    yield "open", day.get(desk.lecture())
    yield "as who reads no register sees it", desk.sign_in("mo").get(desk.lecture())
    acts = ("hold", "release", "close", "undo-close", "void", "undo-void", "cancel", "restore")
    for act in acts:
        yield act, press(day, desk.lecture(rest=f"/act/{act}"), reason="outage")
        yield f"{act} again", press(day, desk.lecture(rest=f"/act/{act}"), reason="outage")
        if act in ("void", "cancel"):
            yield f"{act}: the week", day.get("/lectures")
            yield f"{act}: the day", day.get("/")
            yield f"{act}: the register", day.get(desk.lecture(rest="/register"))
    ref = add_screen(desk)
    yield "a screen shows it", day.get(desk.lecture())
    yield "a screen shows it: the day", day.get("/")
    for how in ("stop", "resume"):
        yield f"{how} a screen", press(day, desk.lecture(rest=f"/screens/{how}"), screen=ref)
        yield f"{how} it again", press(day, desk.lecture(rest=f"/screens/{how}"), screen=ref)
    (screen,) = stage.rows(screens.screen)
    stage.change(screens.screen, screen.id, secret_hash="of another")
    add_screen(desk, room=True)
    yield "a room's screen shows it", day.get(desk.lecture())
    yield "no such act", day.send(desk.lecture(rest="/act/dance"), "/security")
    yield "what was done", day.get(desk.lecture(rest="/history"))
    stage.clock.set(10, 24)
    day = desk.sign_in("day")
    yield "closed by the clock", day.get(desk.lecture())
    yield "opened again", press(day, desk.lecture(rest="/act/open"))
    yield "and by the timetable again", press(day, desk.lecture(rest="/act/undo-open"))
    stage.clock.set(11, 30)
    day = desk.sign_in("day")
    yield "over, and nobody was there", day.get(desk.lecture())
    yield "over: the register", day.get(desk.lecture(rest="/register"))
    yield "over: the day", day.get("/")
    yield "over: cover", day.get(desk.lecture(rest="/cover"))
    yield "over: nobody stands in", day.send(desk.lecture(rest="/cover"), "/security", login="eve")
    stage.clock.go_on(days=20)
    day = desk.sign_in("day")
    yield "long over: the register", day.get(desk.lecture(rest="/register"))
    yield "no session today", day.get("/")
    yield "a week without any", day.get("/lectures")
    yield "the week it was in", day.get("/lectures?from=2026-11-23")


def adding(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day = desk.stage, desk.sign_in("day")
    for said, typed in TYPED.items():
        yield f"new, {said}", day.send("/lectures/new", **fields(desk, **typed))
        yield f"moved, {said}", move(desk, day, **typed)  # type: ignore[arg-type]
    yield (
        "a time that there is not",
        day.send("/lectures/new", **fields(desk, day="2027-03-28", starts="01:30", ends="03:00")),
    )
    yield (
        "a time that comes twice",
        day.send("/lectures/new", **fields(desk, day="2027-10-31", starts="01:30", ends="03:00")),
    )
    yield "added", press(day, "/lectures/new", **fields(desk))
    added = stage.rows(board.lecture)[-1].id
    yield "what was done to one that was added", day.get(f"/lectures/{added}/history")
    yield "added online", press(day, "/lectures/new", **fields(desk, room="", mode="remote", day="2026-11-24"))
    yield "added in a room and online", press(day, "/lectures/new", **fields(desk, mode="both", day="2026-11-24"))
    desk.add_pairing()
    yield "added for a screen that waits", press(day, "/lectures/new", **fields(desk, pair="BCDFGHJK"))
    stage.change(board.module, stage.ids["HIST2002"], department="Computing")
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=9)}
    grant = {"role": "module_admin", "scope_kind": "department", "scope_value": "Computing", **days}
    stage.add("", staff.role_grant, staff_id=stage.ids["day"], **grant)
    both = [f"{stage.ids['COMP1201']}:", f"{stage.ids['HIST2002']}:"]
    yield "not for a module of one's own and others", day.send("/lectures/new", **fields(desk, module=both))


def moving(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day, mo = desk.stage, desk.sign_in("day"), desk.sign_in("mo")
    stage.change(board.module, stage.ids["HIST2002"], department="Computing")
    yield "moved", after(day, move(desk, day, ends="11:30", room="58/1065", kind="Lab", mode="both"))
    yield "moved by a colleague meanwhile", move(desk, mo, ends="12:00")
    yield "and to another day", move(desk, mo, day="2026-11-25")
    stage.change(board.lecture, stage.ids["algorithms"], version=9)
    yield "in two rooms", after(day, move(desk, day, version=9, room=["58/1065", "4/4053"]))
    yield "to move one in two rooms", day.get(desk.lecture(rest="/edit"))
    silk = f"/lectures/{stage.ids['silk']}/edit"
    stage.change(board.lecture, stage.ids["silk"], version=9)
    yield "moved by nobody knows whom", mo.send(silk, **{**fields(desk, day="2026-11-24"), "version": 1})
    yield "what was done", day.get(desk.lecture(rest="/history"))
    entry = stage.rows(staff.journal, staff.journal.c.thing == "lecture")[-1].id
    for said in ("undone", "nothing to undo"):
        yield said, press(day, desk.lecture(rest="/undo"), entry=entry)
    stage.clock.set(11, 31)
    mo = desk.sign_in("mo")
    typed = fields(desk, day="2026-11-24", starts="11:00", ends="12:00", version=1)
    yield "over meanwhile", mo.send(desk.lecture(rest="/edit"), "/security", **typed)
    stage.add_lecture("group a", group="A", starts_at=stage.clock())
    stage.add_lecture("later", starts_at=stage.clock() + timedelta(hours=2))
    yield "a session of a group", desk.sign_in("day").get(desk.lecture("group a"))
    later = {"lecture_id": stage.ids["later"], "screen_ref": "s9", "seen_at": stage.clock()}
    stage.add("", screens.sighting, **later)
    yield "some earlier, some later", desk.sign_in("day").get("/")
    group = f"{stage.ids['COMP1201']}:A"
    yield "new, for a group, and over already", mo.send("/lectures/new", **fields(desk, module=group, day="2026-11-23"))


def covering(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    day = desk.sign_in("day")
    for said, login in (("no lecturer", "ro"), ("not oneself", "day")):
        yield said, name(desk, day, login)
    yield "named", press(day, desk.lecture(rest="/cover"), login="eve")
    yield "one is named", day.get(desk.lecture())
    yield "as who stands in sees it", desk.sign_in("eve").get("/")
    desk.stage.clock.set(9, 30)
    yield "as who stands in sees it before it opens", desk.sign_in("eve").get(desk.lecture())
    desk.stage.clock.set(10, 2)
    day = desk.sign_in("day")
    yield "still there, nothing to restore", after(day, restore(desk, day))
    yield "withdrawn", after(day, withdraw(desk, day))
    yield "withdrawn before", after(day, withdraw(desk, day))
    yield "restored", after(day, restore(desk, day))
    yield "what was done", day.get(desk.lecture(rest="/history"))


def days(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """The start page, for whoever has something on it or nothing."""
    for login in ("day", "mo", "ro", "nell", "tia", "dot"):
        yield f"as {login}", desk.sign_in(login).get("/")
    desk.stage.add_staff("pat", "Pat Porter")
    yield "without any role", desk.sign_in("pat").get("/")
    desk.stage.add_staff("gus", "Gus Newcomer", "lecturer")
    yield "without a session", desk.sign_in("gus").get("/")
    yield "without a module to add one for", desk.sign_in("gus").get("/lectures/new")
    desk.stage.clock.set(9, 0)
    yield "before the first", desk.sign_in("day").get("/")
    yield "before it opens", desk.sign_in("day").get(desk.lecture())

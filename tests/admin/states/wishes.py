"""What students ask for, and what becomes of it: arrangements, disputes, requests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.store.tables import register, wishes
from tests.admin import test_arrangements as arranging
from tests.admin import test_requests as answering
from tests.admin.conftest import Desk
from tests.admin.crowds import lock
from tests.admin.states.state import State, after, overtaken, press
from tests.admin.test_claims import claim_of
from tests.admin.test_disputes import change, dispute, keep
from tests.admin.test_helping import help_with

TYPED = {
    "nothing": {"number": "", "kind": "", "from_on": ""},
    "no such days": {"from_on": "soon", "until_on": "later", "from_time": "noon", "until_time": "x"},
    "backwards": {"from_on": "2026-11-25", "until_on": "2026-11-24"},
    "too long": {"from_on": "2026-11-25", "until_on": "2028-11-24"},
    "one time": {"from_time": "10:00"},
    "times backwards": {"from_time": "10:00", "until_time": "09:00", "weekday": ["1"]},
    "no minutes": {"kind": "extension"},
    "nobody": {"number": "99"},
}


def arrangements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, ona = desk.stage, desk.sign_in("ona")
    yield "none", ona.get("/arrangements")
    yield "none, by name", press(ona, "/arrangements/names", "/arrangements")
    for name, typed in TYPED.items():
        yield name, arranging.arrange(ona, **typed)  # type: ignore[arg-type]
    yield "agreed", after(ona, arranging.arrange(ona))
    yield "agreed already", arranging.arrange(ona)
    for minutes, day in (("1", "2026-11-21"), ("10", "2026-11-30")):
        answer = arranging.arrange(ona, "31000002", "extension", minutes=minutes, from_on=day)
        yield f"{minutes} more", after(ona, answer)
    hours = {"from_time": "10:00", "until_time": "11:00", "weekdays": "135"}
    for days, values in enumerate(({}, {"weekdays": "1"}, {"weekdays": "15"}, hours)):
        arranging.ask(desk, "ben", until_on=stage.start.date() + timedelta(days=days), **values)
    yield "some wait", ona.get("/arrangements")
    yield "some wait, by name", press(ona, "/arrangements/names", "/arrangements")
    asked = [row.id for row in stage.rows(wishes.arrangement) if row.state == "asked"]
    for number, step in zip(asked, ("agree", "decline", "agree", "withdraw"), strict=True):
        yield f"{step}: done", arranging.answer(ona, number, step)
        yield f"{step}: a colleague was quicker", arranging.answer(ona, number, step)
    yield "what was done", ona.get("/arrangements")
    for number in asked[:2]:
        path = f"/arrangements/{number}/undo"
        yield f"undo {number}", press(ona, path, "/arrangements")
        yield f"undo {number} again", press(ona, path, "/arrangements")
    yield "withdrawn", arranging.answer(ona, 1, "withdraw")
    yield "undone", press(ona, "/arrangements/1/undo", "/arrangements")
    for days in range(40):
        until_on = stage.start.date() + timedelta(days=days)
        arranging.ask(desk, "ada", state="agreed", until_on=until_on)
    monkeypatch.setattr("kiosk.admin.services.arrangements.SHOWN_AT_ONCE", 10)
    for start in (0, 10):
        yield f"many hold, from {start}", press(ona, "/arrangements/names", "/arrangements", start=start)


def disputes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, ona = desk.stage, desk.sign_in("ona")
    yield "none", ona.get("/disputes")
    yield "none, by name", press(ona, "/disputes/names", "/disputes")
    first = dispute(desk)
    claim_of(stage, "ben")
    second = dispute(desk, "not_me", "ben")
    yield "two wait", ona.get("/disputes")
    yield "two wait, by name", press(ona, "/disputes/names", "/disputes")
    yield "no ground was chosen", keep(ona, first, "")
    yield "no such status", change(ona, first, status="void")
    yield "kept", keep(ona, first)
    for name, answer in (("keep", keep(ona, first)), ("change", change(ona, first))):
        yield f"{name}: a colleague was quicker", answer
    yield "what was decided", ona.get("/disputes")
    yield "taken back", press(ona, f"/disputes/{first}/undo", "/disputes")
    yield "nothing left to take back", press(ona, f"/disputes/{first}/undo", "/disputes")
    yield "changed", change(ona, first)
    yield "changed: what was decided", ona.get("/disputes")
    with overtaken():
        yield "changed since, and not taken back", press(ona, f"/disputes/{first}/undo", "/disputes")
    yield "changed and taken back", press(ona, f"/disputes/{first}/undo", "/disputes")
    stage.change(wishes.dispute, second, is_open=None, closed_at=stage.clock(), outcome="withdrawn")
    keep(ona, first)
    own = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids["ada"], "set_at": stage.clock()}
    set_by = {"set_by_role": "engagement_officer", "set_by_staff_id": stage.ids["ona"]}
    stage.add("", register.attendance_change, **own, status="present", **set_by)
    reopened = {"is_open": True, "closed_at": None, "outcome": None, "reason_code": None, "decided_by_role": None}
    stage.change(wishes.dispute, first, **reopened, decided_by_staff_id=None)
    yield "set by oneself", press(ona, "/disputes/names", "/disputes")
    yield "set by oneself, and not for them to decide", keep(ona, first)
    monkeypatch.setattr("kiosk.admin.services.disputes.SHOWN_AT_ONCE", 0)
    yield "more than are shown", press(ona, "/disputes/names", "/disputes")


def requests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    dot, ona = desk.sign_in("dot"), desk.sign_in("ona")
    yield "none", dot.get("/requests")
    yield "none, by name", press(dot, "/requests/names", "/requests")
    for days, about in ((3, "name"), (-2, "number"), (-1, "modules"), (0, "tutor"), (1, "other")):
        answering.ask(desk, kind="correction", about=about, days=days)
    first = answering.ask(desk, "ben", kind="correction", about="tutor", days=-2)
    second = answering.ask(desk, helped_by_role="engagement_officer")
    yield "some wait", dot.get("/requests")
    yield "some wait, by name", press(dot, "/requests/names", "/requests")
    yield "no answer was chosen", answering.answer(dot, first, "")
    yield "no such answer", answering.answer(dot, first, "maybe")
    yield "put right", answering.answer(dot, first, "put_right")
    yield "a colleague was quicker", answering.answer(dot, first, "put_right")
    yield "not upheld", answering.answer(dot, second, "not_upheld")
    yield "what was answered", dot.get("/requests")
    for name in ("taken back", "nothing left to take back"):
        yield name, press(dot, f"/requests/{first}/undo", "/requests")
    yield "to help with one", ona.get("/requests/new")
    yield "neither a number nor what about", help_with(ona, "", "")
    yield "nobody", help_with(ona, "99")
    yield "no such purpose", help_with(ona, purpose="curiosity")
    yield "sent", after(ona, help_with(ona))
    stage = desk.stage
    lock(stage, stage.ids["ada"])
    yield "one whose record is restricted", press(dot, "/requests/names", "/requests")
    monkeypatch.setattr("kiosk.admin.services.requests.SHOWN_AT_ONCE", 1)
    yield "more than are shown", press(dot, "/requests/names", "/requests")

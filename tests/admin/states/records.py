"""Records, cases, broken glass, locks and the access log: who looks at whom, and why."""

from collections.abc import Iterator

import pytest

from kiosk.store.tables import records, register
from tests.admin import test_arrangements as arranging
from tests.admin import test_requests as answering
from tests.admin.conftest import Desk
from tests.admin.crowds import enrol
from tests.admin.states.state import State, after, press
from tests.admin.test_cases import behind_glass, break_glass, open_case, show
from tests.admin.test_disputes import dispute, keep
from tests.admin.test_grants import decide, held, propose
from tests.admin.test_imports import STUDENTS, apply, send
from tests.admin.test_locks import lift, lock
from tests.admin.test_log_delays import hold_back, looked
from tests.admin.test_many_at_once import do
from tests.admin.test_records import record, search
from tests.admin.test_register import open_names


def finding(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage = desk.stage
    yield "too few letters", search(desk, "ona", "a")
    yield "nobody is called that", search(desk, "ona", "zzz")
    yield "found", search(desk, "ona", "31000001")
    yield "no purpose", press(desk.sign_in("ona"), "/records/search", search="31000001", purpose="curiosity")
    enrol(stage, 60, "COMP1201")
    yield "more than are shown", search(desk, "ona", "Crowd")
    stage.add_student("twin", "31000009", "Ada Lovelace", "COMP1201")
    yield "two of one name", search(desk, "ona", "Ada")
    yield "nothing recorded", record(desk, "tia")
    stage.put_in_register("ada", "absent")
    stage.add("", register.enrolment, student_id=stage.ids["ada"], module_id=stage.ids["HIST2002"])
    yield "a record", record(desk, "tia")
    yield "a record of one module, from its register", record(desk, "day", lecture=stage.ids["algorithms"])
    day = desk.sign_in("day")
    data = {"csrf_token": day.csrf("/"), "curtain": "open", "record": stage.ids["ada"], "purpose": "teaching"}
    yield "a record, for the script", day.post("/records/show", data=data, headers={"X-Kiosk-Part": "1"})
    yield "nobody of theirs", record(desk, "tia", "ben")


def cases(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    dot, day = desk.sign_in("dot"), desk.sign_in("day")
    yield "none", dot.get("/cases")
    yield "neither a number nor a kind", dot.send("/cases/new", "/cases", number="", kind="")
    yield "nobody", open_case(desk, "99")
    yield "open", after(dot, open_case(desk))
    yield "a record by a case", show(desk, 1)
    yield "closed", press(dot, "/cases/1/close", "/cases")
    yield "no glass broken", day.get("/break-glass")
    yield "neither a number nor a reason", day.send("/break-glass/new", "/break-glass", number="", reason="")
    yield "no record by this number", break_glass(desk, "99")
    yield "broken", press(day, "/break-glass/new", "/break-glass", number="31000003", reason="safety")
    yield "a record behind glass", behind_glass(desk)
    yield "the officer is told", dot.get("/")
    notice = desk.stage.rows(records.notice)[-1].id
    yield "read", press(dot, f"/notices/{notice}/seen", "/")
    desk.stage.clock.go_on(minutes=16)
    yield "closed by the time", desk.sign_in("day").get("/break-glass")


def notices(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """Each kind of what an officer is told."""
    stage = desk.stage
    sid, olu, day = desk.sign_in("sid"), desk.sign_in("olu"), desk.sign_in("day")
    propose(desk, sid, "ro", role="visa_officer", scope_kind="all")
    decide(desk, olu)
    press(day, "/incidents", page="register", lecture=stage.ids["algorithms"])
    for kind, thing in (("role_given", held(desk, "ona")[0].id), ("link_made", stage.ids["dot"])):
        stage.add("", records.notice, at=stage.clock(), kind=kind, thing_id=thing)
    yield "told", desk.sign_in("dot").get("/")
    stage.add_staff("dex", "Dex Second", "dpo", "all")
    yield "one is for another officer", desk.sign_in("dot").get("/")


def locks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    ona = desk.sign_in("ona")
    yield "none", ona.get("/locks")
    yield "neither a number nor a name", lock(desk, "", "")
    yield "nobody by this number", lock(desk, "99")
    yield "nobody by these names", lock(desk, to="who else")
    yield "locked", after(ona, lock(desk, to="eve day"))
    desk.stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "Computing")
    oz = desk.sign_in("oz")
    yield "as a colleague sees it", oz.get("/locks")
    yield "lifted", after(oz, lift(desk, "oz"))


def the_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage = desk.stage
    page, dot = looked(desk), desk.sign_in("dot")
    week = {"since": "2026-11-23", "until": "2026-11-29"}
    everything(desk)
    yield "to ask", dot.get("/access-log")
    yield "no such days, act or person", press(dot, "/access-log/entries", since="x", until="y", act="z", staff="who")
    yield "the last day before the first", press(dot, "/access-log/entries", since="2026-11-29", until="2026-11-23")
    yield "a week", press(dot, "/access-log/entries", **week)
    yield "of one act and one person", press(dot, "/access-log/entries", **week, act="view student", staff="day")
    yield "none", press(dot, "/access-log/entries", since="2026-10-01", until="2026-10-02")
    open_case(desk)
    yield "of a case", press(dot, "/access-log/entries", **week, case="1")
    yield "to hold one back", dot.get(page)
    yield "neither a reason nor a day", hold_back(desk, page, reason="", until="")
    yield "held back", after(dot, hold_back(desk, page))
    yield "held back before", after(dot, hold_back(desk, page))
    yield "a week, one held back", press(dot, "/access-log/entries", **week)
    monkeypatch.setattr("kiosk.store.doors.admin.log_pages.ROWS", 2)
    for number in (0, 1):
        yield f"page {number}", press(dot, "/access-log/entries", **week, page=number)
        yield f"one's own, page {number}", dot.get(f"/my-acts?page={number}")
    stage.clock.go_on(days=1)
    dot = desk.sign_in("dot")
    yield "the next day, with yesterday written down", dot.send("/cases/1/record", "/cases")


def everything(desk: Desk) -> None:
    """A look of every kind."""
    day, ona, dot = desk.sign_in("day"), desk.sign_in("ona"), desk.sign_in("dot")
    open_names(desk, day)
    do(desk, day, "all", reason="was_there")
    open_names(desk, day, lecture="silk")
    for browser, page in ((ona, "/arrangements"), (ona, "/disputes"), (dot, "/requests")):
        browser.send(f"{page}/names", page)
    search(desk, "ona", "Ada")
    record(desk, "tia")
    record(desk, "tia", "ben")
    arranging.answer(ona, arranging.ask(desk), "agree")
    keep(ona, dispute(desk))
    answering.answer(dot, answering.ask(desk))
    lock(desk, "31000002")
    mo = desk.sign_in("mo")
    apply(mo, send(mo, students=STUDENTS).location)

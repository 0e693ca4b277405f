"""Registers and the support desk: names, marks, claims, walk-ins, look-ups; who is too late or not allowed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kiosk.store.tables import board, register, staff
from tests.admin.conftest import Desk
from tests.admin.crowds import enrol
from tests.admin.states.state import State, after, overtaken, press
from tests.admin.test_claims import claim_of
from tests.admin.test_corrections import PART, changes, give_lead, mark, version
from tests.admin.test_disputes import dispute
from tests.admin.test_look_ups import go_through
from tests.admin.test_many_at_once import add_walk_in, count
from tests.admin.test_register import check_in, open_names
from tests.admin.test_support_desk import ask
from tests.admin.test_support_desk import sign_in as sign_in_at_desk
from tests.stage import Browser


def do(desk: Desk, browser: Browser, what: str, **fields: object) -> TestResponse:
    return press(browser, desk.lecture(rest=f"/register/{what}"), desk.lecture(rest="/register"), **fields)


def row(desk: Desk, student: str = "ada") -> str:
    return f"{desk.stage.ids[student]}:{version(desk, student)}"


def names(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day = desk.stage, desk.sign_in("day")
    yield "closed", day.get(desk.lecture(rest="/register"))
    yield "open", open_names(desk, day)
    yield "by a few letters", open_names(desk, day, letters="ad")
    yield "nobody fits", open_names(desk, day, letters="zz")
    yield "nobody is present", open_names(desk, day, show="present")
    yield "those who are not recorded", open_names(desk, day, show="open")
    yield "nothing was changed", do(desk, day, "history")
    yield "nothing is recorded of one", do(desk, day, "history", student=stage.ids["ada"])
    yield "nothing was changed, for the script", part(desk, day, "history")
    yield "nothing is recorded, for the script", part(desk, day, "history", student=stage.ids["ada"])
    check_in(desk)
    stage.add_student("twin", "31000009", "Ada Lovelace", "COMP1201")
    stage.put_in_register("ben", "present_late")
    stage.add_student("dee", "31000004", "Dee Fourth", "HIST2002")
    add_walk_in(desk)
    yield "two of one name, one late, one not on the list", open_names(desk, day)
    yield "by letters of two", open_names(desk, day, letters="ad")
    yield "for the script", part(desk, day, "names")
    about = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids["ben"], "set_at": stage.clock()}
    for role in ("import", "lecturer"):
        stage.add("", register.attendance_change, **about, status="present_late", set_by_role=role)
    yield "set by the import and by somebody who has left", do(desk, day, "history", student=stage.ids["ben"])
    yield "checked in", do(desk, day, "history", student=stage.ids["ada"])
    mark(desk, day, "twin")
    yield "what was changed of one of two", do(desk, day, "history")
    yield "one of two of a name", do(desk, day, "history", student=stage.ids["twin"])
    dispute(desk, "not_me")
    yield "one is disputed", open_names(desk, day)
    dispute(desk, "not_me", "ben")
    add_walk_in(desk, "dee")
    yield "closed, two disputed, and two not on the list", day.get(desk.lecture(rest="/register"))
    enrol(stage, 450, "COMP1201")
    for page in (1, 2, 3):
        yield f"page {page}", open_names(desk, day, page=f"{page}")
    with stage.database.owner.begin() as connection:
        connection.execute(delete(register.enrolment))
        connection.execute(delete(register.attendance))
    yield "nobody is on the list", open_names(desk, day)
    for who in ("mo", "ona"):
        yield f"not for {who}", desk.sign_in(who).get(desk.lecture(rest="/register"))


def part(desk: Desk, browser: Browser, what: str, **fields: object) -> TestResponse:
    data = {"csrf_token": browser.csrf("/"), "curtain": "open", **fields}
    return browser.post(desk.lecture(rest=f"/register/{what}"), data=data, headers=PART)


def marking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day = desk.stage, desk.sign_in("day")
    yield "marked", do(desk, day, "present", student=row(desk), reason="paper_list")
    yield "marked already", do(desk, day, "present", student=row(desk))
    yield "a colleague was quicker", do(desk, day, "present", student=f"{stage.ids['ada']}:0", status="present_late")
    yield "not to be set here", do(desk, day, "present", student=row(desk), status="exempt")
    yield "not to be set here, for the script", mark(desk, day, status="exempt")
    act = changes(desk)[0].act_id  # type: ignore[attr-defined]
    yield "taken back", do(desk, day, "undo", student=f"{stage.ids['ada']}:1:{act}")
    yield "nothing left to take back", do(desk, day, "undo", student=f"{stage.ids['ada']}:1:{act}")
    yield "what was changed", do(desk, day, "history")
    yield "what was changed of one", do(desk, day, "history", student=stage.ids["ada"])
    yield "everybody", do(desk, day, "all", reason="was_there")
    yield "everybody again", do(desk, day, "all", reason="was_there")
    newest = stage.rows(register.attendance_act)[-1].id
    for said in ("an act taken back", "nothing left of the act"):
        yield said, do(desk, day, "undo-act", act=newest)
    yield "no numbers", do(desk, day, "numbers", numbers="")
    yield "by numbers, one nobody's", do(desk, day, "numbers", numbers="31000001 99")
    do(desk, day, "all", reason="outage")
    mark(desk, day, "ben", status="not_recorded", reason="mistake")
    yield "some were changed since", do(desk, day, "undo-act", act=stage.rows(register.attendance_act)[-2].id)
    for how in ("accept", "decline"):
        with stage.database.owner.begin() as connection:
            connection.execute(delete(register.walk_in))
        add_walk_in(desk)
        yield f"one came who is not on the list: {how}", day.get(desk.lecture(rest="/register"))
        yield f"settled: {how}", do(desk, day, "walk-ins", **{how: "all"})
    for people in ("41", "", "many"):
        yield f"{people or 'nobody'} counted", after(day, count(desk, day, people))
        yield f"{people or 'nobody'} counted, at the register", after(day, count(desk, day, people, back="register"))
    yield "what was done at once", do(desk, day, "history")
    yield "a student that is nowhere", do(desk, day, "present", student="999:0")


def claims(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day = desk.stage, desk.sign_in("day")
    for who, code in (("ada", "digits"), ("ben", "")):
        claim_of(stage, who, code)
    yield "two could not check in", day.get(desk.lecture(rest="/register"))
    yield "what they noted", open_names(desk, day)
    yield "taken at their word", do(desk, day, "claims", accept=stage.ids["ada"])
    yield "decided already", do(desk, day, "claims", decline=stage.ids["ada"])
    yield "declined", do(desk, day, "claims", decline=stage.ids["ben"])
    stage.add_student("dee", "31000004", "Dee Fourth", "COMP1201")
    claim_of(stage, "dee", "scan")
    yield "one could not check in", open_names(desk, day)
    yield "all accepted", do(desk, day, "pending")
    yield "of one who could not check in", do(desk, day, "history", student=stage.ids["dee"])


def late(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """Of a session that is over, by those who may still, or not any more."""
    stage = desk.stage
    check_in(desk, "ben")
    stage.add("", staff.teaching, staff_id=stage.ids["eve"], module_id=stage.ids["COMP1201"], leads=True)
    give_lead(desk)
    stage.clock.go_on(days=8)
    day, eve = desk.sign_in("day"), desk.sign_in("eve")
    add_walk_in(desk)
    yield "not by a lecturer any more", day.get(desk.lecture(rest="/register"))
    yield "not by a lecturer, who tried", do(desk, day, "present", student=row(desk))
    yield "names, without a mark to make", open_names(desk, day)
    yield "still by a lead", open_names(desk, eve)
    yield "absent", do(desk, eve, "present", student=row(desk), status="absent", reason="other")
    stage.change(board.lecture, stage.ids["algorithms"], voided_at=stage.clock(), void_reason="outage")
    yield "void", do(desk, eve, "present", student=row(desk))


def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, sue = desk.stage, sign_in_at_desk(desk)
    lecture = stage.ids["algorithms"]
    yield "nobody yet", sue.get("/desk")
    yield "nobody has this number", ask(sue, number="99")
    yield "one student", ask(sue)
    yield "recorded", ask(sue, "record", lecture=lecture, reason="no_device")
    yield "recorded already", ask(sue, "record", lecture=lecture)
    act = stage.rows(register.attendance_act)[-1].id
    with overtaken():
        yield "nothing left to take back", ask(sue, "undo", undo=f"{lecture}:{act}")
    yield "taken back", ask(sue, "undo", undo=f"{lecture}:{act}")
    yield "a new password", ask(sue, "restart")
    add_walk_in(desk)
    yield "one who came without being on the list", ask(sue, number="31000003")
    yield "not for this session, and nothing left to show", ask(sue, "settle", "31000003", decline=lecture)
    with stage.database.owner.begin() as connection:
        connection.execute(delete(register.walk_in))
    add_walk_in(desk)
    yield "taken in", ask(sue, "settle", "31000003", accept=lecture)
    yield "settled already", ask(sue, "settle", "31000003", decline=lecture)
    claim_of(stage, "ben")
    yield "one who could not check in", ask(sue, number="31000002")
    yield "declined", ask(sue, "settle", "31000002", decline=lecture)
    dispute(desk)
    yield "one whose entry is disputed", ask(sue)
    yield "out of reach", ask(sue, "record", "31000003", lecture=stage.ids["silk"])
    go_through(desk, 60)
    yield "too many numbers", ask(sue, number="31000009")

"""Asking any route of any wing as any kind of asker: who they are, what stands for each part of an address, forms that fit."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kiosk.domain.access_log import Act, Entry, Purpose
from kiosk.store.doors.access_log import append as add_to_log
from kiosk.store.tables import board, imports, records, register, screens, staff, wishes
from kiosk.store.transactions import transaction
from tests.stage import ADDRESSES, Browser, Stage
from tests.walls.acting import pair_screen, sign_in
from tests.walls.table import Row

NOWHERE = 2**31 - 1
LINK = "a one-time link of the stage"
DEVICE_LINK = "a one-time link for a device"
SHORT = {"password": "short", "again": "short"}
WHO = {"login": "nobody", "password": "not the password"}
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODES = ("".join(LETTERS[number // 20**place % 20] for place in range(8)) for number in count())

Fields = dict[str, Any]
append = transaction(add_to_log)

# Who is there --------------------------------------------------------------------------------------


def enter(stage: Stage, wing: str, asker: str) -> Browser:
    """A browser of this kind of asker."""
    if asker == "staff":
        cookie = sign_in(stage, "admin", "day").get_cookie("kiosk_admin", domain=domain("admin"))
        assert cookie is not None
        browser = stranger(stage, wing)
        for name in ("kiosk_checkin", "kiosk_admin", "session"):
            browser.set_cookie(name, cookie.value, domain=domain(wing))
        return browser
    if asker in ("paired", "revoked"):
        browser = pair_screen(stage, "room")
        if asker == "revoked":
            stage.change(screens.screen, stage.ids["room screen"], revoked_at=stage.clock())
        return browser
    return stranger(stage, wing) if asker == "stranger" else sign_in(stage, wing, asker)


def stranger(stage: Stage, wing: str) -> Browser:
    browser: Browser = stage.app(wing).test_client()  # type: ignore[assignment]
    return browser


def domain(wing: str) -> str:
    return ADDRESSES.of(wing).removeprefix("http://")


# What is asked for ---------------------------------------------------------------------------------


def fill(stage: Stage) -> Stage:
    """Put on the stage one of everything an address can name, on each side."""
    stage.add_staff("hal", "Hal History", "module_admin", "department", "History")
    stage.add_staff("pat", "Pat Porter")
    stage.add_staff("lea", "Lea Lead", "module_lead")
    stage.add("", staff.teaching, staff_id=stage.ids["lea"], module_id=stage.ids["COMP1201"], leads=True)
    for code in ("COMP1201", "HIST2002"):
        stage.add(f"link of {code}", staff.teaching, staff_id=stage.ids["pat"], module_id=stage.ids[code])
    stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "History")
    stage.add_staff("dex", "Dex Dataprotection", "dpo", "all")
    stage.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    for who in ("day", "eve"):
        stage.add_device(f"tablet of {who}", who)
        stage.add_passkey(f"passkey of {who}", who)
    later = stage.clock() + timedelta(days=1)
    for who, room in (("mo", "4/4053"), ("hal", "58/1065")):
        of_room = {"room_id": stage.ids[room], "secret_hash": who * 8}
        stage.add(
            f"batch of {who}", imports.import_batch, staff_id=stage.ids[who], asked_at=stage.clock(), state="dropped"
        )
        stage.add(f"screen in {room}", screens.screen, **of_room, approved_at=stage.clock(), expires_at=later)
        stage.add(f"key of {room}", screens.room_key, **of_room, label="Lectern", made_at=stage.clock())
        stage.add(f"network of {room}", screens.lectern_network, cidr=f"10.{len(who)}.0.0/24", label="")
    fill_records(stage)
    link = {"secret_hash": hashlib.sha256(LINK.encode()).hexdigest(), "expires_at": later}
    stage.add("", register.student_link, student_id=stage.ids["ben"], **link)
    stage.add("", staff.staff_link, staff_id=stage.ids["nell"], **link)
    link["secret_hash"] = hashlib.sha256(DEVICE_LINK.encode()).hexdigest()
    stage.add("", staff.staff_link, staff_id=stage.ids["nell"], kind="device", **link)
    arrival = {"status": "present", "method": "qr", "arrived_at": stage.clock()}
    stage.add("", register.attendance, lecture_id=stage.ids["algorithms"], student_id=stage.ids["ada"], **arrival)
    return stage


def fill_records(stage: Stage) -> None:
    """A case, a broken glass, a notice of it and a lock on each side."""
    now, later = stage.clock(), stage.clock() + timedelta(minutes=15)
    for side, officer, student, lecturer, department in (
        ("COMP1201", "dot", "ada", "day", "Computing"),
        ("HIST2002", "dex", "cy", "eve", "History"),
    ):
        who, glass = {"student_id": stage.ids[student]}, {"reason": "safety", "opened_at": now, "until": later}
        stage.add(
            f"case of {side}", records.student_case, **who, kind="rights", opened_by=stage.ids[officer], opened_at=now
        )
        opening = stage.add(f"opening of {side}", records.break_glass, **who, staff_id=stage.ids[lecturer], **glass)
        stage.ids[f"entry of {side}"] = look_at(stage, student)
        stage.add(f"notice of {side}", records.notice, at=now, kind="break_glass", thing_id=opening)
        locked = stage.add_student(f"locked in {side}", f"locked in {side}", "Zed Locked", side)
        lock = {"department": department, "set_by": stage.ids["mo"], "set_at": now}
        stage.add(f"lock of {side}", records.record_lock, student_id=locked, **lock)
        stage.add_lecture(f"disputed in {side}", starts_at=now - timedelta(days=8), modules=(side,), rooms=())
        wrong = {"lecture_id": stage.ids[f"disputed in {side}"], "says": "was_there", "opened_at": now}
        stage.add(f"dispute of {side}", wishes.dispute, **who, **wrong)
        asked = {"kind": "correction", "about": "name", "made_at": now, "due_on": now.date()}
        stage.add(f"request of {side}", wishes.student_request, **who, **asked)
        asked = {"kind": "authorised", "from_on": now.date(), "until_on": now.date(), "state": "asked"}
        stage.add(f"arrangement of {side}", wishes.arrangement, **who, **asked)


def look_at(stage: Stage, who: str) -> int:
    """An entry of the access log about a student."""
    made = Entry(
        stage.clock(), stage.ids["tia"], "personal_tutor", "tutees", Act.VIEW_STUDENT, Purpose.TUTORING,
        "record", 0, "record", "shown", "r", frozenset({stage.ids[who]}),
    )  # fmt: skip
    with stage.database.asking(stage.ids["tia"]) as session:
        return append(session, made)


def things(stage: Stage, *, across: bool) -> dict[str, Any]:
    """What stands for each part of an address: something of COMP1201 and its people, or the same of HIST2002."""
    side = "HIST2002" if across else "COMP1201"
    ids, room, batch = stage.ids, "58/1065" if across else "4/4053", "batch of hal" if across else "batch of mo"
    return {
        "lecture_id": ids["silk" if across else "algorithms"],
        "incident_id": report(stage, "eve" if across else "day"),
        "module_id": ids["HIST2002" if across else "COMP1201"],
        "room_id": ids[room],
        "screen_id": ids[f"screen in {room}"],
        "key_id": ids[f"key of {room}"],
        "network_id": ids[f"network of {room}"],
        "batch_id": ids[batch],
        "device_id": ids["tablet of eve" if across else "tablet of day"],
        "passkey_id": ids["passkey of eve" if across else "passkey of day"],
        **{f"{it}_id": ids[f"{it} of {side}"] for it in ("case", "opening", "notice", "lock", "link", "arrangement")},
        "dispute_id": dispute_anew(stage, side),
        "request_id": request_anew(stage, side),
        "student_id": ids["cy" if across else "ada"],
        "entry_id": ids[f"entry of {side}"],
        "month": f"{stage.start:%Y-%m}",
        "name": "style.css",
        "folder": "shared",
        "scanned": stage.qr("silk" if across else "algorithms"),
        "code": ask_for_pairing(stage),
        "staff_id": ids["pat"],
        "tutor_id": ids["tia"],
        "grant_id": give_role(stage),
        "proposal_id": propose_role(stage),
    }


def dispute_anew(stage: Stage, side: str) -> int:
    """An open dispute about a session of last week, of which nothing is recorded; whatever was decided is gone."""
    lecture = f"disputed in {side}"
    with stage.database.owner.begin() as connection:
        for table in (register.attendance, register.attendance_change):
            connection.execute(delete(table).where(table.c.lecture_id == stage.ids[lecture]))
    decided = dict.fromkeys(("closed_at", "outcome", "reason_code", "decided_by_role", "decided_by_staff_id"))
    stage.change(wishes.dispute, stage.ids[f"dispute of {side}"], **decided, is_open=True)
    return stage.ids[f"dispute of {side}"]


def request_anew(stage: Stage, side: str) -> int:
    """A student's request that waits for an answer; whatever was answered is gone."""
    open_again = dict.fromkeys(("closed_at", "outcome", "closed_by_staff_id"))
    stage.change(wishes.student_request, stage.ids[f"request of {side}"], **open_again)
    return stage.ids[f"request of {side}"]


def ask_for_pairing(stage: Stage) -> str:
    code, now = next(CODES), stage.clock()
    times = {"asked_at": now, "expires_at": now + timedelta(minutes=10)}
    stage.add(code, screens.pairing, spoken_code=code, secret_hash=code, match_number=47, address="10.1.1.1", **times)
    return code


def give_role(stage: Stage) -> int:
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=9)}
    role = {"staff_id": stage.ids["pat"], "role": "room_admin", "scope_kind": "all"}
    return stage.add("", staff.role_grant, **role, **days)


def report(stage: Stage, by: str) -> int:
    about = {"page": "register", "reported_by": stage.ids[by], "reported_at": stage.clock()}
    return stage.add("", records.incident, **about)


def propose_role(stage: Stage) -> int:
    until_on = stage.start.date() + timedelta(days=9)
    by = {"proposed_by": stage.ids["sid"], "proposed_at": stage.clock()}
    role = {"staff_id": stage.ids["pat"], "role": "personal_tutor", "scope_kind": "all", "until_on": until_on}
    return stage.add("", staff.grant_proposal, **role, **by)


def address(row: Row, about: Mapping[str, Any]) -> str:
    named = {**about, "name": "hold"} if "/act/" in row.rule else {**about, "name": "tokens.css"}
    named["secret"] = DEVICE_LINK if "/enrol/" in row.rule else LINK
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(named[part[1]]), row.rule)


FORMS: dict[str, Callable[[Stage, Mapping[str, Any]], Fields]] = {
    "/sign-in": lambda stage, about: WHO,
    "/first-password/<secret>": lambda stage, about: SHORT,
    "/sign-in-links": lambda stage, about: {"login": "nell"},
    "/check-in": lambda stage, about: {"lecture": about["lecture_id"]},
    "/": lambda stage, about: {"digits": stage.digits()},
    "/settings": lambda stage, about: {"more_time": "yes", "language": ""},
    "/claims": lambda stage, about: {"lecture": about["lecture_id"], "noted": "123 456"},
    "/pair": lambda stage, about: {"code": about["code"]},
    "/pair/<code>": lambda stage, about: {"place": f"lecture-{about['lecture_id']}", "number": 47},
    "/lectures/new": lambda stage, about: {**lecture_form(stage), "module": f"{about['module_id']}:"},
    "/lectures/<int:lecture_id>/edit": lambda stage, about: {
        **lecture_form(stage),
        "version": version(stage, board.lecture, about["lecture_id"]),
    },
    "/lectures/<int:lecture_id>/cover": lambda stage, about: {
        "login": "eve" if about["lecture_id"] == stage.ids["algorithms"] else "day"
    },
    "/lectures/<int:lecture_id>/cover/withdraw": lambda stage, about: {"staff": stage.ids["eve"]},
    "/lectures/<int:lecture_id>/cover/restore": lambda stage, about: {"staff": stage.ids["eve"]},
    "/lectures/<int:lecture_id>/screens/stop": lambda stage, about: {"screen": "s1"},
    "/lectures/<int:lecture_id>/screens/resume": lambda stage, about: {"screen": "s1"},
    "/lectures/<int:lecture_id>/register/present": lambda stage, about: {"student": f"{about['student_id']}:1"},
    "/lectures/<int:lecture_id>/register/undo": lambda stage, about: {"student": f"{about['student_id']}:1:1"},
    "/lectures/<int:lecture_id>/register/undo-act": lambda stage, about: {"act": 1},
    "/lectures/<int:lecture_id>/register/numbers": lambda stage, about: {"numbers": "31000001 31000003"},
    "/lectures/<int:lecture_id>/register/walk-ins": lambda stage, about: {"accept": "all"},
    "/lectures/<int:lecture_id>/register/claims": lambda stage, about: {"accept": about["student_id"]},
    "/lectures/<int:lecture_id>/headcount": lambda stage, about: {"people": "41"},
    "/desk/student": lambda stage, about: {"number": "31000002"},
    "/desk/record": lambda stage, about: {"number": "31000002", "lecture": stage.ids["algorithms"]},
    "/desk/settle": lambda stage, about: {"number": "31000002", "accept": stage.ids["algorithms"]},
    "/desk/undo": lambda stage, about: {
        "number": "31000002",
        "undo": f"{stage.ids['algorithms']}:{newest_act(stage)}",
    },
    "/desk/restart": lambda stage, about: {"number": "31000002"},
    "/lectures/<int:lecture_id>/undo": lambda stage, about: {"entry": 1},
    "/modules/<int:module_id>/undo": lambda stage, about: {"entry": 1},
    "/modules/<int:module_id>/title": lambda stage, about: {
        "title": "Another title",
        "version": version(stage, board.module, about["module_id"]),
    },
    "/modules/<int:module_id>/people": lambda stage, about: {
        "login": "eve" if about["module_id"] == stage.ids["COMP1201"] else "day"
    },
    "/modules/<int:module_id>/people/<int:link_id>": lambda stage, about: {"group_name": "A"},
    "/tutors": lambda stage, about: {"login": "tia"},
    "/tutors/<int:tutor_id>/add": lambda stage, about: {"numbers": "31000001 31000002 31000003"},
    "/tutors/<int:tutor_id>/end": lambda stage, about: {"numbers": "31000001 31000002 31000003"},
    "/tutors/<int:tutor_id>/undo": lambda stage, about: {"entry": 1},
    "/modules/new": lambda stage, about: module_form(stage, about, code=f"NEW{about['module_id']}"),
    "/modules/<int:module_id>/edit": lambda stage, about: {
        **module_form(stage, about, title="Another title"),
        "version": version(stage, board.module, about["module_id"]),
    },
    "/rooms/new": lambda stage, about: {"code": "9/9001", "name": ""},
    "/rooms/<int:room_id>/edit": lambda stage, about: room_form(stage, about["room_id"]),
    "/rooms/<int:room_id>/keys/new": lambda stage, about: {"label": "Lectern"},
    "/accounts/new": lambda stage, about: {"login": f"new.{about['proposal_id']}", "name": "New", "unit": ""},
    "/accounts/<int:staff_id>/propose": lambda stage, about: {
        "role": "support_desk",
        "scope_kind": "department",
        "scope_value": str(about["proposal_id"]),
        "until_on": f"{stage.start:%Y-%m-%d}",
    },
    "/accounts/search": lambda stage, about: {"search": "day"},
    "/access-log/entries": lambda stage, about: {"since": "2026-11-01", "until": "2026-11-30"},
    "/access-log/entries/<int:entry_id>/delay": lambda stage, about: {"reason": "safety", "until": "2026-12-24"},
    "/incidents": lambda stage, about: {"page": "register", "lecture": about["lecture_id"]},
    "/records/search": lambda stage, about: {"search": "31000001", "purpose": "engagement"},
    "/records/show": lambda stage, about: {"record": about["student_id"], "purpose": "teaching"},
    "/cases/new": lambda stage, about: {"number": "31000001", "kind": "rights"},
    "/break-glass/new": lambda stage, about: {"number": "31000003", "reason": "safety"},
    "/locks/new": lambda stage, about: {"number": "31000001", "staff": "day"},
    "/absences": lambda stage, about: {"from_on": "2026-11-26"},
    "/arrangements/new": lambda stage, about: {"number": "31000001", "kind": "exempt", "from_on": "2026-11-24"},
    "/arrangements/<int:arrangement_id>": lambda stage, about: {"step": "agree", "version": 1},
    "/record/<int:lecture_id>/disputes": lambda stage, about: {"says": "not_me"},
    "/disputes/<int:dispute_id>/change": lambda stage, about: {
        "version": 0,
        "status": "present",
        "reason": "was_there",
    },
    "/disputes/<int:dispute_id>/keep": lambda stage, about: {"ground": "nothing_found"},
    "/requests": lambda stage, about: {"kind": "correction", "about": "tutor"},
    "/requests/new": lambda stage, about: {"number": "31000001", "asks": "objection", "purpose": "support"},
    "/requests/<int:request_id>": lambda stage, about: {"outcome": "put_right"},
    "/lectern-networks/new": lambda stage, about: {"cidr": "10.99.0.0/24", "label": ""},
}


def desk_first(rows: Iterable[Row]) -> list[Row]:
    """Rows to be asked in turn: marking all leaves the desk nobody to record, and so nothing to take back."""
    return sorted(rows, key=lambda row: not row.rule.startswith("/desk"))


def newest_act(stage: Stage) -> int:
    return max((row.id for row in stage.rows(register.attendance_act)), default=0)


def lecture_form(stage: Stage) -> Fields:
    times = {"day": f"{stage.start:%Y-%m-%d}", "starts": "10:00", "ends": "11:00"}
    return {**times, "kind": "Lecture", "room": "4/4053", "mode": "in_person"}


def module_form(stage: Stage, about: Mapping[str, Any], **changes: str) -> Fields:
    row = next(iter(stage.rows(board.module, board.module.c.id == about["module_id"])), None)
    names = ("code", "title", "department", "participation")
    return {**({name: getattr(row, name) for name in names} if row else {}), **changes}


def room_form(stage: Stage, room_id: int) -> Fields:
    row = next(iter(stage.rows(board.room, board.room.c.id == room_id)), None)
    code, name = (row.code, row.name) if row else ("", "")
    return {"code": code or "9/9", "name": "Another name", "was_code": code, "was_name": name}


def version(stage: Stage, table: Any, row_id: int) -> int:
    row = next(iter(stage.rows(table, table.c.id == row_id)), None)
    return row.version if row else 1


class Asking:
    """One kind of asker, who comes back with a fresh sign-in whenever a route has ended the last one."""

    ENDS = ("not-you", "sign-out")

    def __init__(self, stage: Stage, wing: str, asker: str) -> None:
        self.stage, self.wing, self.asker = stage, wing, asker
        self.browser = enter(stage, wing, asker)
        self.form_on = "/sign-in" if wing == "admin" else "/"

    def ask(self, row: Row, about: Mapping[str, Any]) -> TestResponse:
        path = address(row, about)
        if self.wing == "checkin":
            self.browser.get(f"/{about['scanned']}")
        if row.method == "GET":
            return self.browser.get(path)
        answer = self.browser.post(path, data=self.filled(row, about))
        self.come_back_after(row)
        return answer

    def come_back_after(self, row: Row) -> None:
        if any(word in row.rule for word in self.ENDS):
            self.stage.forget_tries()
            self.browser = enter(self.stage, self.wing, self.asker)

    def filled(self, row: Row, about: Mapping[str, Any]) -> Fields:
        step = {"curtain": "open"} if self.wing == "admin" else {}
        return {"csrf_token": self.csrf(), **step, **FORMS.get(row.rule, lambda stage, about: {})(self.stage, about)}

    def csrf(self) -> str:
        """A token that counts in this browser; a screen's board has no form to take one from."""
        own = ADDRESSES.of(self.wing)
        in_wing = self.browser.application.test_request_context(base_url=own)
        with self.browser.session_transaction(base_url=own) as kept, in_wing:
            session.update({name: kept[name] for name in ("csrf_token",) if name in kept})
            token = str(generate_csrf())
            kept["csrf_token"] = session["csrf_token"]
        return token


# What is answered ------------------------------------------------------------------------------------


def nothing_for(wing: str, asker: str) -> object:
    """How an address answers somebody for whom it does not exist: the admin wing leads strangers to its sign-in page."""
    return "turned away" if (wing, asker) == ("admin", "stranger") else 404


def said(asking: Asking, row: Row, answer: TestResponse) -> object:
    is_away = (answer.status_code, answer.headers.get("Location")) == (303, "/sign-in")
    # Signing out leads to the same page, for whoever was signed in.
    leads_away = row.rule in ("/sign-out", "/security/sign-out-everywhere") and asking.asker != "stranger"
    return "turned away" if is_away and not leads_away else answer.status_code


def lacks(wing: str, row: Row, answer: TestResponse) -> list[str]:
    """What an answer should carry and doesn't."""
    headers, found = answer.headers, []
    always = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    # A redirect shows nothing, and a style sheet does nothing: neither can be framed, or run something.
    if not (300 <= answer.status_code < 400 or (answer.status_code, answer.mimetype) == (200, "text/css")):
        always["X-Frame-Options"] = "DENY"
        policy = headers.get("Content-Security-Policy", "")
        parts = ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"]
        found += [f"no {part}" for part in parts if part not in policy]
        found += ["script of anybody's"] if "unsafe" in policy or "*" in policy else []
        found += ["script in the students' wing"] if wing == "checkin" and "script-src" in policy else []
    found += [f"{name}: {headers.get(name)}" for name, value in always.items() if headers.get(name) != value]
    if row.rule != "/static/<folder>/<name>" and headers.get("Cache-Control") != "no-store":
        found.append(f"Cache-Control: {headers.get('Cache-Control')}")
    for cookie in headers.getlist("Set-Cookie"):
        found += [f"a cookie without {part}" for part in ("HttpOnly", "SameSite=Lax") if part not in cookie]
    if "://" in headers.get("Location", "") or "?next" in headers.get("Location", ""):
        found.append(f"leads to {headers['Location']}")
    return found

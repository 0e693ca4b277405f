"""A forgotten route: each wing's routes equal a table written by hand, and every kind of asker is sent to every one of them."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.store.tables import board, imports, register, screens, staff
from tests.stage import ADDRESSES, Browser, Stage
from tests.walls.acting import pair_screen, sign_in
from tests.walls.table import ASKERS, TABLES, Row

WINGS = ("display", "checkin", "admin")
NOWHERE = 2**31 - 1
OTHERS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
LINK = "a one-time link of the stage"
SHORT = {"password": "short", "again": "short"}
CODES = ("".join("BCDFGHJKLMNPQRSTVWXZ"[number // 20**place % 20] for place in range(8)) for number in count())


# The table is the url map, and the other way round -------------------------------------------------


@pytest.mark.parametrize("wing", WINGS)
def test_the_table_is_the_url_map(stage: Stage, wing: str) -> None:
    declared = declared_by(stage.app(wing))
    written = {f"{'/'.join(sorted(row.methods))} {row.rule} {'|'.join(sorted(row.need))}" for row in TABLES[wing]}
    new, gone = sorted(declared - written), sorted(written - declared)
    assert not new, f"Not in tests/walls/table.py. Add to {wing.upper()}, each with who is answered what: {new}"
    assert not gone, f"In {wing.upper()} of tests/walls/table.py, but no longer in the wing. Take out: {gone}"


def declared_by(app: Flask) -> set[str]:
    needs = app.extensions["kiosk_needs"]
    return {
        f"{'/'.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {written(rule.rule)} "
        f"{words(needs[rule.endpoint])}"
        for rule in app.url_map.iter_rules()
    }


def written(rule: str) -> str:
    return re.sub(r"<int\(max=2147483647\):", "<int:", rule)


def words(need: Any) -> str:
    several = need if isinstance(need, frozenset) else {need}
    return "|".join(sorted(str(one).replace(" ", "-") for one in several))


@pytest.mark.parametrize("wing", WINGS)
def test_a_table_asks_everybody_everything_once(wing: str) -> None:
    asked = [(row.method, row.rule) for row in TABLES[wing]]
    assert len(asked) == len(set(asked))
    assert all(len(row.methods) == 1 for row in TABLES[wing])
    named = {name for row in TABLES[wing] for name in row.answers}
    assert named <= {*ASKERS[wing], "everybody"}


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


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    """The stage with one of everything an address can name, on each side."""
    stage.add_staff("hal", "Hal History", "module_admin", "department", "History")
    later = stage.clock() + timedelta(days=1)
    for who, room in (("mo", "4/4053"), ("hal", "58/1065")):
        of_room = {"room_id": stage.ids[room], "secret_hash": who * 8}
        stage.add(f"batch of {who}", imports.import_batch, staff_id=stage.ids[who], asked_at=stage.clock(), state="dropped")
        stage.add(f"screen in {room}", screens.screen, **of_room, approved_at=stage.clock(), expires_at=later)
        stage.add(f"key of {room}", screens.room_key, **of_room, label="Lectern", made_at=stage.clock())
        stage.add(f"network of {room}", screens.lectern_network, cidr=f"10.{len(who)}.0.0/24", label="")
    link = {"secret_hash": hashlib.sha256(LINK.encode()).hexdigest(), "expires_at": later}
    stage.add("", register.student_link, student_id=stage.ids["ben"], **link)
    stage.add("", staff.staff_link, staff_id=stage.ids["nell"], **link)
    arrival = {"status": "present", "method": "qr", "arrived_at": stage.clock()}
    stage.add("", register.attendance, lecture_id=stage.ids["algorithms"], student_id=stage.ids["ada"], **arrival)
    return stage


def things(stage: Stage, *, across: bool) -> dict[str, Any]:
    """What stands for each part of an address: something of COMP1201 and its people, or the same of HIST2002."""
    ids, room, batch = stage.ids, "58/1065" if across else "4/4053", "batch of hal" if across else "batch of mo"
    return {
        "lecture_id": ids["silk" if across else "algorithms"],
        "module_id": ids["HIST2002" if across else "COMP1201"],
        "room_id": ids[room],
        "screen_id": ids[f"screen in {room}"],
        "key_id": ids[f"key of {room}"],
        "network_id": ids[f"network of {room}"],
        "batch_id": ids[batch],
        "student_id": ids["cy" if across else "ada"],
        "name": "style.css",
        "folder": "shared",
        "secret": LINK,
        "scanned": stage.qr("silk" if across else "algorithms"),
        "code": ask_for_pairing(stage),
    }


def ask_for_pairing(stage: Stage) -> str:
    code, now = next(CODES), stage.clock()
    times = {"asked_at": now, "expires_at": now + timedelta(minutes=10)}
    stage.add(code, screens.pairing, spoken_code=code, secret_hash=code, match_number=47, address="10.1.1.1", **times)
    return code


def address(row: Row, about: Mapping[str, Any]) -> str:
    named = {**about, "name": "hold"} if "/act/" in row.rule else {**about, "name": "tokens.css"}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(named[part[1]]), row.rule)


Fields = dict[str, Any]
WHO = {"login": "nobody", "password": "not the password"}

FORMS: dict[str, Callable[[Stage, Mapping[str, Any]], Fields]] = {
    "/sign-in": lambda stage, about: WHO,
    "/first-password/<secret>": lambda stage, about: SHORT,
    "/check-in": lambda stage, about: {"lecture": about["lecture_id"]},
    "/": lambda stage, about: {"digits": stage.digits()},
    "/pair": lambda stage, about: {"code": about["code"]},
    "/pair/<code>": lambda stage, about: {"place": f"lecture-{about['lecture_id']}", "number": 47},
    "/lectures/new": lambda stage, about: {**lecture_form(stage), "module": f"{about['module_id']}:"},
    "/lectures/<int:lecture_id>/edit": lambda stage, about: {
        **lecture_form(stage),
        "version": version(stage, board.lecture, about["lecture_id"]),
    },
    "/lectures/<int:lecture_id>/cover": lambda stage, about: {"login": "eve"},
    "/lectures/<int:lecture_id>/cover/withdraw": lambda stage, about: {"staff": stage.ids["eve"]},
    "/lectures/<int:lecture_id>/screens/stop": lambda stage, about: {"screen": "s1"},
    "/lectures/<int:lecture_id>/screens/resume": lambda stage, about: {"screen": "s1"},
    "/lectures/<int:lecture_id>/register/present": lambda stage, about: {"student": about["student_id"]},
    "/lectures/<int:lecture_id>/register/undo": lambda stage, about: {"student": about["student_id"]},
    "/modules/new": lambda stage, about: module_form(stage, about, code=f"NEW{about['module_id']}"),
    "/modules/<int:module_id>/edit": lambda stage, about: {
        **module_form(stage, about, title="Another title"),
        "version": version(stage, board.module, about["module_id"]),
    },
    "/rooms/new": lambda stage, about: {"code": "9/9001", "name": ""},
    "/rooms/<int:room_id>/edit": lambda stage, about: room_form(stage, about["room_id"]),
    "/rooms/<int:room_id>/keys/new": lambda stage, about: {"label": "Lectern"},
    "/lectern-networks/new": lambda stage, about: {"cidr": "10.99.0.0/24", "label": ""},
}


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


# Asking --------------------------------------------------------------------------------------------


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
        if any(word in row.rule for word in self.ENDS):
            self.browser = enter(self.stage, self.wing, self.asker)
        return answer

    def filled(self, row: Row, about: Mapping[str, Any]) -> Fields:
        return {"csrf_token": self.csrf(), **FORMS.get(row.rule, lambda stage, about: {})(self.stage, about)}

    def csrf(self) -> str:
        """A token that counts in this browser; a screen's board has no form to take one from."""
        from flask import session
        from flask_wtf.csrf import generate_csrf

        with self.browser.session_transaction(base_url=ADDRESSES.of(self.wing)) as kept:
            with self.browser.application.test_request_context(base_url=ADDRESSES.of(self.wing)):
                if "csrf_token" in kept:
                    session["csrf_token"] = kept["csrf_token"]
                token: str = generate_csrf()
                kept["csrf_token"] = session["csrf_token"]
        return token


def expected(wing: str, row: Row, asker: str, *, across: bool = False) -> object:
    status = row.answer_for(asker, across=across)
    return nothing_for(wing, asker) if status is None else status


def nothing_for(wing: str, asker: str) -> object:
    """How an address answers somebody for whom it does not exist: the admin wing leads strangers to its sign-in page."""
    return "turned away" if (wing, asker) == ("admin", "stranger") else 404


def said(asking: "Asking", row: Row, answer: TestResponse) -> object:
    is_away = (answer.status_code, answer.headers.get("Location")) == (303, "/sign-in")
    # Signing out leads to the same page, for whoever was signed in.
    return "turned away" if is_away and (row.rule != "/sign-out" or asking.asker == "stranger") else answer.status_code


CELLS = [(wing, asker) for wing in WINGS for asker in ASKERS[wing]]


@pytest.mark.parametrize(("wing", "asker"), CELLS)
def test_every_asker_gets_from_every_route_what_the_table_says(full_stage: Stage, wing: str, asker: str) -> None:
    asking, wrong = Asking(full_stage, wing, asker), []
    for row in TABLES[wing]:
        for across in (False, True) if wing == "admin" and "_id>" in row.rule else (False,):
            answer = asking.ask(row, things(full_stage, across=across))
            wanted, got = expected(wing, row, asker, across=across), said(asking, row, answer)
            side = " of HIST2002" if across else ""
            if got != wanted:
                wrong.append(f"{asker}: {row.method} {row.rule}{side}: {got}, and the table says {wanted}")
            wrong += [f"{asker}: {row.method} {row.rule}: {lack}" for lack in lacks(wing, row, answer)]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize(("wing", "asker"), [cell for cell in CELLS if cell[0] != "display"])
def test_what_does_not_exist_reads_like_what_one_may_not_see(full_stage: Stage, wing: str, asker: str) -> None:
    asking, wrong = Asking(full_stage, wing, asker), []
    nothing = things(full_stage, across=False)
    nothing |= {name: NOWHERE for name in nothing if name.endswith("_id")}
    for row in TABLES[wing]:
        if "_id>" in row.rule and "not-you" not in row.rule:
            got = said(asking, row, asking.ask(row, nothing))
            if got != nothing_for(wing, asker):
                wrong.append(f"{asker}: {row.method} {row.rule} with an id nobody has: {got}")
    assert not wrong, "\n".join(["", *wrong])


# Headers, and other methods -------------------------------------------------------------------------


def lacks(wing: str, row: Row, answer: TestResponse) -> list[str]:
    """What an answer should carry and doesn't."""
    headers, found = answer.headers, []
    always = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    if not 300 <= answer.status_code < 400:
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


@pytest.mark.parametrize(("wing", "asker"), [("display", "paired"), ("checkin", "ada"), ("admin", "day"), ("admin", "ro")])
def test_no_route_answers_to_a_method_it_does_not_name(full_stage: Stage, wing: str, asker: str) -> None:
    asking, answered = Asking(full_stage, wing, asker), []
    about = things(full_stage, across=False)
    methods: dict[str, set[str]] = {}
    for row in TABLES[wing]:
        methods.setdefault(row.rule, set()).update(row.methods)
    for row in TABLES[wing]:
        for method in set(OTHERS) - methods[row.rule]:
            answer = asking.browser.open(address(row, about), method=method, data={"csrf_token": asking.csrf()})
            if answer.status_code not in (404, 405):
                answered.append(f"{method} {row.rule}: {answer.status_code}")
            answered += [f"{method} {row.rule}: {lack}" for lack in lacks(wing, row, answer)]
    assert not answered, "\n".join(["", *answered])


@pytest.mark.parametrize(("wing", "asker"), [("checkin", "ada"), ("admin", "day"), ("admin", "mo"), ("admin", "ro")])
def test_no_form_is_taken_without_its_csrf_token(full_stage: Stage, wing: str, asker: str) -> None:
    asking = Asking(full_stage, wing, asker)
    about = things(full_stage, across=False)
    for row in TABLES[wing]:
        may = row.need == {"anyone"} or row.answer_for(asker) is not None
        if row.method == "POST" and may:
            fields = {**asking.filled(row, about), "csrf_token": "wrong"}
            assert asking.browser.post(address(row, about), data=fields).status_code == 400, row.rule


# What the statuses above cannot tell ----------------------------------------------------------------


@pytest.mark.parametrize(("asker", "sees"), [("stranger", False), ("paired", True), ("revoked", False)])
def test_the_code_is_on_a_paired_screen_and_on_no_other(full_stage: Stage, asker: str, sees: bool) -> None:
    digits = full_stage.digits()
    text = enter(full_stage, "display", asker).get("/").text
    assert (f"{digits[:3]} {digits[3:]}" in text) is sees


@pytest.mark.parametrize("asker", ["stranger", "staff"])
def test_only_a_student_is_checked_in(full_stage: Stage, asker: str) -> None:
    asking, before = Asking(full_stage, "checkin", asker), full_stage.rows(register.attendance)
    for row in TABLES["checkin"]:
        asking.ask(row, things(full_stage, across=False))
    assert full_stage.rows(register.attendance) == before
    assert full_stage.rows(register.walk_in) == full_stage.rows(register.spent_receipt) == []


@pytest.mark.parametrize("asker", ["stranger", "eve", "hal", "nell"])
def test_whoever_is_refused_has_changed_nothing(full_stage: Stage, asker: str) -> None:
    """A 404 that comes after the deed would look the same."""
    tables = (board.lecture, board.module, board.room, register.attendance, staff.cover, screens.screen, screens.room_key)
    asking, before = Asking(full_stage, "admin", asker), [full_stage.rows(table) for table in (*tables, staff.journal)]
    for row in TABLES["admin"]:
        if row.answer_for(asker) is None:
            asking.ask(row, things(full_stage, across=False))
    assert [full_stage.rows(table) for table in (*tables, staff.journal)] == before

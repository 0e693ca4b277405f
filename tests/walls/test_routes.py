"""A forgotten route: each wing's routes equal a table written by hand, and every kind of asker is sent to every one of them."""

import re
from typing import Any

import pytest
from flask import Flask

from kiosk.store.tables import board, register, screens, staff
from tests.stage import Stage
from tests.walls.asking import NOWHERE, Asking, address, enter, fill, lacks, nothing_for, said, things
from tests.walls.table import ASKERS, TABLES, Row

WINGS = ("display", "checkin", "admin")
OTHERS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    return fill(stage)


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


# Asking every route ------------------------------------------------------------------------------


def expected(wing: str, row: Row, asker: str, *, across: bool = False) -> object:
    status = row.answer_for(asker, across=across)
    return nothing_for(wing, asker) if status is None else status


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


# Other methods ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wing", "asker"), [("display", "paired"), ("checkin", "ada"), ("admin", "day"), ("admin", "ro")]
)
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
    tables = (
        board.lecture,
        board.module,
        board.room,
        register.attendance,
        staff.cover,
        staff.teaching,
        screens.screen,
        screens.room_key,
    )
    asking, before = Asking(full_stage, "admin", asker), [full_stage.rows(table) for table in (*tables, staff.journal)]
    for row in TABLES["admin"]:
        if row.answer_for(asker) is None:
            asking.ask(row, things(full_stage, across=False))
    assert [full_stage.rows(table) for table in (*tables, staff.journal)] == before

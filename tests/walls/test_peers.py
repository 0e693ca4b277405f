"""Students among themselves: nobody gets a byte about another student, whatever address, number or field they send."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.store.tables import log, register, wishes
from tests.stage import Browser, Stage
from tests.walls import crawler
from tests.walls.acting import sign_in
from tests.walls.table import TABLES


@pytest.fixture
def peer(any_stage: Stage) -> Stage:
    """A student with unmistakable words, alone at a session, with something in every table that a page shows."""
    stage = any_stage
    crawler.seed(stage)
    student_id, now = stage.ids[crawler.CANARIES[3]], stage.clock()
    stage.add("", register.enrolment, student_id=student_id, module_id=stage.ids["HIST2002"])
    about = {"lecture_id": stage.add_lecture("hers", modules=("HIST2002",)), "student_id": student_id}
    stage.add("", register.attendance, **about, status="present", method="qr", arrived_at=now)
    stage.add("", register.attendance_change, **about, status="present", set_at=now, set_by_role="visa_officer")
    stage.add("", wishes.dispute, **about, opened_at=now, says="not_me")
    made = {
        "at": now,
        "staff_id": 1,
        "role": "visa_officer",
        "scope": "list",
        "act": "view student",
        "purpose": "audit",
    }
    of = {"thing": "record", "thing_id": 0, "data": "record", "outcome": "shown", "request": "r"}
    entry = stage.add("", log.access_entry, **made, **of, previous_hash="0", hash="1")
    stage.add("", log.access_subject, entry_id=entry, student_id=student_id)
    return stage


def addresses(stage: Stage) -> Iterator[tuple[str, str]]:
    """Every address of the wing that is asked by GET, with what is hers for each part of it; and the rule it is made from."""
    own = {
        "lecture_id": str(stage.ids["hers"]),
        "month": f"{stage.clock():%Y-%m}",
        "scanned": "0123456789",
        "secret": crawler.CANARIES[2],
        "folder": "checkin",
        "name": crawler.CANARIES[3],
    }
    for row in TABLES["checkin"]:
        if row.method == "GET":
            yield row.rule, re.sub(r"<(?:\w+:)?(\w+)>", lambda part: own[part[1]], row.rule)


def shows(browser: Browser, path: str, **query: object) -> set[str]:
    """What of hers an address answers with."""
    answer = browser.get(path, query_string=query)
    said = crawler.found_in(answer)
    # The role that looked at her, and nobody else: had Ben an entry of hers, it would say so.
    return said | {
        word for word in ("Visa compliance", "visa_officer") if word in answer.text and "who-can-see" not in path
    }


def test_no_address_answers_a_peer_with_anything_of_hers(peer: Stage) -> None:
    ben = sign_in(peer, "checkin", "ben")

    assert {path: shows(ben, path) for _, path in addresses(peer) if shows(ben, path)} == {}


def test_what_is_hers_alone_is_no_page_for_a_peer(peer: Stage) -> None:
    ben = sign_in(peer, "checkin", "ben")
    hers = [path for rule, path in addresses(peer) if "lecture_id" in rule]

    assert len(hers) >= 2
    assert {path: ben.get(path).status_code for path in hers} == dict.fromkeys(hers, 404)


def test_she_herself_gets_all_of_it(peer: Stage) -> None:
    """The same eyes see it where it belongs."""
    she = sign_in(peer, "checkin", crawler.CANARIES[3])

    seen = {rule: shows(she, path) for rule, path in addresses(peer)}

    assert {rule for rule, found in seen.items() if found} >= {
        "/record/<int:lecture_id>",
        "/record",
        "/record/looks",
        "/record/export",
        "/record/export.json",
    }


@pytest.mark.parametrize("field", ["student", "student_id", "id", "login", "number", "user", "as"])
def test_no_field_of_an_address_says_whose_record_it_is(peer: Stage, field: str) -> None:
    ben, student_id = sign_in(peer, "checkin", "ben"), peer.ids[crawler.CANARIES[3]]
    for path in ("/record", "/record/looks", "/record/export", "/record/export.json", "/record/calendars/2026-11"):
        for value in (student_id, *crawler.CANARIES):
            assert shows(ben, path, **{field: value}) == set()


def test_nothing_of_hers_changes_a_page_of_a_peer(any_stage: Stage) -> None:
    """Ben's record is the same to the byte before she is recorded at the session they share, and after."""
    any_stage.clock.go_on(hours=3)
    ben = sign_in(any_stage, "checkin", "ben")
    shared = any_stage.add_lecture("shared", starts_at=any_stage.start - timedelta(days=7))
    came = {"lecture_id": shared, "method": "qr", "arrived_at": any_stage.clock(), "status": "present"}
    # Somebody was there already: that is all a peer learns of others, and it does not change with her.
    any_stage.add("", register.attendance, **came, student_id=any_stage.ids["ada"])
    before = ben.get("/record/export.json").text
    she = any_stage.add_student(crawler.CANARIES[3], crawler.CANARIES[2], crawler.CANARIES[0], "COMP1201")
    any_stage.add("", register.attendance, **came, student_id=she)

    assert ben.get("/record/export.json").text == before

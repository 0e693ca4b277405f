"""No answer about a student without its row: every route whose permission shows somebody is asked while the log is broken."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.domain.permissions import Permission
from kiosk.store.tables import log
from tests.stage import Stage
from tests.walls import crawler
from tests.walls.asking import Asking, fill, things
from tests.walls.table import ASKERS, TABLES, Row

SHOWS = [row for row in TABLES["admin"] if any(Permission(need).shows_person for need in row.need if ":" in need)]
CLOSED = {"GET"}
"""A page that opens is closed: it shows numbers and forms, and nothing is written for it."""
NO_STUDENT = {"/notices/<int:notice_id>/seen"}
"""Says that a notice is read; it neither shows a student nor changes anything of one."""


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    crawler.seed(stage)
    return fill(stage)


def break_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)


def about_canary(stage: Stage) -> dict[str, Any]:
    return things(stage, across=False)


def test_the_routes_that_show_somebody_are_known() -> None:
    assert len(SHOWS) > 12
    assert {row.rule for row in SHOWS} >= NO_STUDENT


@pytest.mark.parametrize("asker", [name for name in ASKERS["admin"] if name != "stranger"])
def test_with_a_broken_log_no_route_about_students_answers_anybody(
    full_stage: Stage, asker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, before = Asking(full_stage, "admin", asker), full_stage.rows(log.access_entry)
    break_the_log(monkeypatch)
    wrong = []
    for row in SHOWS:
        answer = asking.ask(row, about_canary(full_stage))
        wrong += [f"{row.method} {row.rule}: {answer.status_code}"] if answer.status_code not in may_be(row) else []
        wrong += [f"{row.method} {row.rule}: {found}" for found in [crawler.found_in(answer)] if found]
    assert not wrong, "\n".join(["", *wrong])
    assert full_stage.rows(log.access_entry) == before


def may_be(row: Row) -> set[int]:
    """Out of reach is a row too, so even that is no answer; what can't be read (400, 422) comes before anybody is looked up."""
    if row.method in CLOSED:
        return {200, 503}
    return {303, 503} if row.rule in NO_STUDENT else {400, 422, 503}


@pytest.mark.parametrize("asker", ["day", "tia", "ona", "dot"])
def test_with_a_log_that_works_every_answer_of_theirs_has_its_row(full_stage: Stage, asker: str) -> None:
    """The other half: what the test above refuses is written down when it can be."""
    asking, missing = Asking(full_stage, "admin", asker), []
    for row in SHOWS:
        before = len(full_stage.rows(log.access_entry))
        answer = asking.ask(row, about_canary(full_stage))
        is_shown = row.method == "POST" and answer.status_code in (200, 303) and row.rule not in NO_STUDENT
        if (is_shown or answer.status_code == 404) and len(full_stage.rows(log.access_entry)) == before:
            missing.append(f"{row.method} {row.rule}: {answer.status_code}")
    assert not missing, "\n".join(["", *missing])

"""R74: two students who differ in nothing that a page may show get the same pages, whatever else is known of them."""

import re
from datetime import date

import pytest
from werkzeug.test import TestResponse

from kiosk.store.database import metadata
from kiosk.store.tables import records, register, wishes
from tests.stage import PASSWORD, Browser, Stage
from tests.walls.asking import Asking, fill, look_at, things
from tests.walls.table import TABLES

TWINS = {"tam": ("32000001", "Tamsin Twin"), "tom": ("32999999", "Tomasz Twin")}
ROWS = {f"{row.method} {row.rule}": row for row in TABLES["checkin"]}
MADE_FOR_ONE = re.compile(
    r'(name="csrf_token" value=")[^"]*|(/(?:requests|absences)/|Number in this system: |"id": )\d+'
)


@pytest.fixture
def twins(stage: Stage) -> dict[str, Asking]:
    """Two who are enrolled, recorded, looked at and answered alike. The record of one is locked, which no page may show."""
    fill(stage)
    for login, (number, known_as) in TWINS.items():
        about = {"student_id": stage.add_student(login, number, known_as, "COMP1201")}
        at_lecture = {**about, "lecture_id": stage.ids["disputed in COMP1201"]}
        stage.add("", register.attendance, **at_lecture, status="absent", method="hand", arrived_at=stage.start)
        days = {"from_on": stage.start.date(), "until_on": stage.start.date()}
        stage.add(f"arrangement of {login}", wishes.arrangement, **about, **days, kind="authorised", state="asked")
        made = {"kind": "correction", "about": "name", "made_at": stage.clock(), "due_on": stage.start.date()}
        stage.add(f"request of {login}", wishes.student_request, **about, **made)
        stage.add("", records.tutee, **about, staff_id=stage.ids["tia"], from_on=date(2026, 9, 1))
        look_at(stage, login)
    lock = {"department": "Computing", "set_by": stage.ids["mo"], "set_at": stage.clock()}
    stage.add("lock of tom", records.record_lock, student_id=stage.ids["tom"], **lock)
    return {login: Asking(stage, "checkin", login) for login in TWINS}


def told(asking: Asking, name: str) -> tuple[object, ...]:
    """What an address answers, without the asker's name, number and login, and without what is made for one form."""
    stage, mine = asking.stage, asking.asker
    own = {f"{it}_id": stage.ids[f"{it} of {mine}"] for it in ("request", "arrangement")}
    answer = asking.ask(ROWS[name], {**things(stage, across=False), **own, "lecture_id": lecture_for(stage, name)})
    return answer.status_code, without(answer.headers.get("Location", ""), mine), without(answer.text, mine)


def lecture_for(stage: Stage, name: str) -> int:
    return stage.ids["disputed in COMP1201" if "/record/" in name else "algorithms"]


def without(text: str, login: str) -> str:
    for own, stands_for in zip((*TWINS[login], login), ("(number)", "(name)", "(login)"), strict=True):
        text = re.sub(rf"\b{own}\b", stands_for, text)
    return MADE_FOR_ONE.sub(r"\1\2", text)


def test_every_page_and_every_answer_is_the_same_for_both(twins: dict[str, Asking]) -> None:
    answers = {name: [told(it, name) for it in twins.values()] for name in ROWS}

    assert {name: pair for name, pair in answers.items() if pair[0] != pair[1]} == {}
    assert {name for name, pair in answers.items() if pair[0][0] in (200, 303)} > {"GET /record", "POST /check-in"}


def test_the_same_eyes_see_what_a_page_may_show_of_one_alone(twins: dict[str, Asking]) -> None:
    stage = twins["tam"].stage
    stage.add("", wishes.student_setting, student_id=stage.ids["tam"], more_time=True, language="")
    differ = {name for name in ROWS if name.startswith("GET") and len({told(it, name) for it in twins.values()}) > 1}

    assert differ >= {"GET /settings", "GET /record/export"}
    assert "GET /record" not in differ


def test_signing_in_is_the_same_too(twins: dict[str, Asking]) -> None:
    stage = twins["tam"].stage
    answers: list[tuple[TestResponse, str]] = []
    for login in TWINS:
        browser: Browser = stage.app("checkin").test_client()  # type: ignore[assignment]
        for password in ("not the password", PASSWORD):
            answers.append((browser.send("/sign-in", "/", login=login, password=password), login))
    seen = [(it.status_code, without(it.text, login)) for it, login in answers]

    assert seen[:2] == seen[2:]


def test_nothing_is_stored_of_fees_visas_or_funding() -> None:
    names = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}

    assert {it for it in names if re.search("fee(?!d)|visa|fund|sponsor|nation|race|ethnic|bursary", it)} == set()

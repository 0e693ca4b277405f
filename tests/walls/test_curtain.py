"""The wall of the curtain: whatever is sent about students is refused until somebody takes the step, and is kept for them."""

import pytest

from kiosk.domain.permissions import Permission
from tests.stage import Stage
from tests.walls import crawler
from tests.walls.asking import Asking, desk_first, fill, things
from tests.walls.table import TABLES, Row

PEOPLE = {permission.value for permission in Permission if permission.shows_person}
ROWS = desk_first(row for row in TABLES["admin"] if row.method == "POST" and row.need & PEOPLE)
LOCKED = 423


class Idle(Asking):
    """Somebody whose requests carry no step: a page's script, or a form among names."""

    def filled(self, row: Row, about: object) -> dict[str, object]:
        return {name: value for name, value in super().filled(row, about).items() if name != "curtain"}


@pytest.fixture
def full_stage(stage: Stage) -> Stage:
    crawler.seed(stage)
    return fill(stage)


def allowed(row: Row) -> str:
    return next(iter(row.answers))


def test_there_are_such_routes() -> None:
    assert len(ROWS) >= 14


def test_a_closed_curtain_refuses_each_and_tells_nobodys_name(full_stage: Stage) -> None:
    wrong = []
    for row in ROWS:
        answer = Idle(full_stage, "admin", allowed(row)).ask(row, things(full_stage, across=False))
        if answer.status_code != LOCKED or crawler.found_in(answer) or "Names are closed" not in answer.text:
            wrong.append(f"{row.method} {row.rule}: {answer.status_code}")
    assert wrong == []


def test_once_it_is_open_each_is_answered_as_the_table_says(full_stage: Stage) -> None:
    wrong = []
    for row in ROWS:
        asking = Idle(full_stage, "admin", allowed(row))
        full_stage.open_curtains()
        answer = asking.ask(row, things(full_stage, across=False))
        if answer.status_code != row.answer_for(allowed(row)):
            wrong.append(f"{row.method} {row.rule}: {answer.status_code}")
    assert wrong == []

"""Roles that somebody is given while a file is looked at or applied: no file gives beside them what nobody may hold."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.imports.apply import NotApplied
from kiosk.store.tables import staff
from tests.admin.meanwhile import meanwhile
from tests.imports.conftest import read_with
from tests.imports.test_importing import STAFF, apply_now
from tests.stage import Stage

LINE = "pat,Pat New,Computing,lecturer,own,\n"
REFUSED = "Line 2 of staff.csv: the role may not be held together with: Data-protection officer. Nothing was applied."


def give(stage: Stage, role: str) -> None:
    """Pat is given a role; a second person has approved it."""
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=100)}
    stage.add("", staff.role_grant, staff_id=stage.ids["pat"], role=role, scope_kind="all", **days)


@pytest.fixture
def asked(any_stage: Stage, any_session: Session) -> Callable[[], None]:
    """Applies what makes Pat a lecturer, after a dry run that found nothing in the way."""
    any_stage.add_staff("pat", "Pat New")
    batch = read_with(any_session, {"staff": STAFF + LINE})
    assert batch.problems == ()
    return lambda: apply_now(any_session, batch)


def held(stage: Stage) -> list[str]:
    return [row.role for row in stage.rows(staff.role_grant, staff.role_grant.c.staff_id == stage.ids["pat"])]


def test_a_role_given_after_the_dry_run_stands_in_the_way(any_stage: Stage, asked: Callable[[], None]) -> None:
    give(any_stage, "dpo")

    with pytest.raises(NotApplied, match=REFUSED):
        asked()
    assert held(any_stage) == ["dpo"]


def test_so_does_one_given_before_the_first_row_is_written(
    any_stage: Stage, asked: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, "kiosk.imports.apply._write", lambda: give(any_stage, "dpo"))

    with pytest.raises(NotApplied, match=REFUSED):
        asked()
    assert held(any_stage) == ["dpo"]


def test_on_postgresql_so_does_one_given_until_the_imports_turn(
    postgres_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_stage.add_staff("pat", "Pat New")
    with Session(postgres_stage.database.engine("import")) as session:
        batch = read_with(session, {"staff": STAFF + LINE})
        meanwhile(monkeypatch, "kiosk.store.doors.powers.take_roles_turn", lambda: give(postgres_stage, "dpo"))

        with pytest.raises(NotApplied, match=REFUSED):
            apply_now(session, batch)
    assert held(postgres_stage) == ["dpo"]


def test_what_may_be_held_beside_it_does_not(
    any_stage: Stage, asked: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, "kiosk.imports.apply._write", lambda: give(any_stage, "room_admin"))

    asked()

    assert held(any_stage) == ["room_admin", "lecturer"]

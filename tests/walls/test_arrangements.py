"""The wall round what is arranged, on PostgreSQL: officers of the student's department read and change it, and nobody else."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.store.identity import Identity, identify
from kiosk.store.tables import wishes
from tests.admin.crowds import lock
from tests.stage import Stage
from tests.store.test_excuses import arrange

OTHERS = ("day", "eve", "tia", "mo", "dot", "sid", "oz", "")


@pytest.fixture
def arranged(postgres_stage: Stage) -> Stage:
    """Something is arranged with Ada, who is Computing's; Oz looks after History."""
    postgres_stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "History")
    arrange(postgres_stage)
    return postgres_stage


def asking(stage: Stage, who: str) -> Session:
    session = Session(stage.database.engine("admin"))
    if who:
        identify(session, Identity(stage.ids[who], stage.clock(), ZoneInfo("Europe/London")))
    return session


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_or_changes_a_row(arranged: Stage, who: str) -> None:
    with asking(arranged, who) as session:
        read = [session.scalars(select(table.c.id)).all() for table in (wishes.arrangement, wishes.arrangement_change)]
        changed = session.execute(update(wishes.arrangement).values(state="withdrawn")).rowcount  # type: ignore[attr-defined]
    assert (read, changed) == ([[], []], 0)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_adds_one(arranged: Stage, who: str) -> None:
    days = {"from_on": arranged.start.date(), "until_on": arranged.start.date()}
    row = {"student_id": arranged.ids["ada"], "kind": "exempt", "state": "agreed", **days}
    with asking(arranged, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(wishes.arrangement).inline().values(**row))


def test_an_officer_of_the_department_reads_it_unless_the_record_is_locked(arranged: Stage) -> None:
    with asking(arranged, "ona") as session:
        before = len(session.scalars(select(wishes.arrangement.c.id)).all())
    lock(arranged, arranged.ids["ada"], named=("day",))
    with asking(arranged, "ona") as session:
        after = len(session.scalars(select(wishes.arrangement.c.id)).all())
    assert (before, after) == (1, 0)

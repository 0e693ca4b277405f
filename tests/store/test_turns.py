"""Turns: nobody else has one, or changes a row that is held, until the transaction ends."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.store.tables.board import lecture
from kiosk.store.tables.staff import role_grant
from kiosk.store.turns import hold_row, take_turn
from tests.stage import Stage

Hold = Callable[[Session], None]


def of_roles(session: Session) -> None:
    take_turn(session, role_grant.c.until_on)


def hold_lecture(session: Session) -> None:
    hold_row(session, lecture.c.version, 1)


def impatient(stage: Stage) -> Session:
    """A session that waits for nobody."""
    url, is_sqlite = stage.database.urls["owner"], stage.database.owner.dialect.name == "sqlite"
    engine = create_engine(url, connect_args={"timeout": 0} if is_sqlite else {"options": "-c lock_timeout=1ms"})
    stage.database.engines.append(engine)
    return Session(engine)


@pytest.mark.parametrize("hold", [of_roles, hold_lecture])
def test_whoever_comes_second_waits(any_stage: Stage, hold: Hold) -> None:
    with Session(any_stage.database.engine("admin")) as first, impatient(any_stage) as second:
        hold(first)

        with pytest.raises(OperationalError):
            hold(second)


@pytest.mark.parametrize("hold", [of_roles, hold_lecture])
def test_until_the_first_is_through(any_stage: Stage, hold: Hold) -> None:
    with Session(any_stage.database.engine("admin")) as first, impatient(any_stage) as second:
        hold(first)
        first.commit()

        hold(second)


def test_on_postgresql_the_turns_of_two_things_are_two(postgres_stage: Stage) -> None:
    with Session(postgres_stage.database.engine("admin")) as first, impatient(postgres_stage) as second:
        take_turn(first, role_grant.c.until_on, 1)

        take_turn(second, role_grant.c.until_on, 2)

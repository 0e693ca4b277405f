"""An act is committed once, waits for another writer, and says when the database is away."""

import sqlite3

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from kiosk.store import transactions
from kiosk.store.engines import make_engine
from kiosk.store.tables import board
from kiosk.store.transactions import DatabaseAway, transaction
from tests.stage import Stage


@transaction
def add_room(session: Session, code: str) -> str:
    session.execute(insert(board.room).values(code=code, name=""))
    return code


def rooms(stage: Stage) -> set[str]:
    return {row.code for row in stage.rows(board.room)}


def test_an_act_is_committed(any_stage: Stage) -> None:
    with Session(any_stage.database.engine("admin")) as session:
        assert add_room(session, "7/3009") == "7/3009"
    assert "7/3009" in rooms(any_stage)


def test_an_act_that_breaks_off_leaves_nothing(stage: Stage) -> None:
    @transaction
    def add_two(session: Session) -> None:
        session.execute(insert(board.room).values(code="7/3009", name=""))
        session.execute(insert(board.room).values(code="4/4053", name=""))

    with Session(stage.database.engine("admin")) as session, pytest.raises(IntegrityError):
        add_two(session)
    assert "7/3009" not in rooms(stage)


def test_an_act_waits_for_another_writer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = sqlite3.connect(stage.database.urls["owner"].removeprefix("sqlite:///"))
    writer.execute("begin immediate")
    monkeypatch.setattr(transactions.time, "sleep", lambda _: writer.rollback())  # the writer ends while the act pauses
    with Session(stage.database.engine("admin")) as session:
        add_room(session, "7/3009")
    writer.close()
    assert "7/3009" in rooms(stage)


def test_a_writer_that_never_ends_makes_the_database_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.0)
    writer = sqlite3.connect(stage.database.urls["owner"].removeprefix("sqlite:///"))
    writer.execute("begin immediate")
    with Session(stage.database.engine("admin")) as session, pytest.raises(DatabaseAway):
        add_room(session, "7/3009")
    writer.close()


def test_a_server_that_is_gone_makes_the_database_away() -> None:
    engine = make_engine("postgresql+psycopg://kiosk_admin:x@127.0.0.1:9/kiosk", "admin")
    with Session(engine) as session, pytest.raises(DatabaseAway):
        add_room(session, "7/3009")


def test_a_refusal_of_the_engine_is_not_taken_for_an_absence(any_stage: Stage) -> None:
    @transaction
    def read_numbers(session: Session) -> None:
        session.execute(text("select number from student"))

    with Session(any_stage.database.engine("display")) as session, pytest.raises(DBAPIError):
        read_numbers(session)

"""An act is committed once, waits for another writer, and says when the database is away."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import QueuePool

from kiosk.store import engines, transactions
from kiosk.store.engines import make_engine, make_owner_engine
from kiosk.store.tables import board
from kiosk.store.transactions import DatabaseAway, question, transaction
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


def other_writer(stage: Stage) -> sqlite3.Connection:
    """Another program's connection, which holds SQLite's lock until it is rolled back."""
    writer = sqlite3.connect(stage.database.urls["owner"].removeprefix("sqlite:///"), check_same_thread=False)
    writer.execute("begin immediate")
    return writer


def test_an_act_waits_for_another_writer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = other_writer(stage)
    monkeypatch.setattr(transactions.time, "sleep", lambda _: writer.rollback())  # the writer ends while the act pauses
    with Session(stage.database.engine("admin")) as session:
        add_room(session, "7/3009")
    writer.close()
    assert "7/3009" in rooms(stage)


def test_a_writer_that_never_ends_makes_the_database_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.0)
    writer = other_writer(stage)
    with Session(stage.database.engine("admin")) as session, pytest.raises(DatabaseAway):
        add_room(session, "7/3009")
    writer.close()


def test_of_those_who_wait_for_another_writer_one_tries_and_all_succeed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {f"7/{number}" for number in range(3001, 3006)}
    tried, paused = list[str](), list[str]()
    take_a_breath = time.sleep

    @transaction
    def add_noted_room(session: Session, code: str) -> None:
        tried.append(code)
        session.execute(insert(board.room).values(code=code, name=""))

    def add(code: str) -> None:
        with Session(engine) as session:
            add_noted_room(session, code)

    def pause(_: float) -> None:
        """The other writer ends when everybody has found it there and somebody has paused ten times since."""
        if set(tried) == codes:
            paused.append(threading.current_thread().name)
            if len(paused) == 10:
                writer.rollback()
        take_a_breath(0.001)

    engine = stage.database.engine("admin")
    with closing(other_writer(stage)) as writer, ThreadPoolExecutor(len(codes)) as hall:
        monkeypatch.setattr(transactions.time, "sleep", pause)
        list(hall.map(add, codes))
    assert codes <= rooms(stage)
    assert len(set(paused[:10])) == 1
    again = [code for code in codes if tried.count(code) > 2]
    assert len(again) == 1


def test_whoever_never_gets_to_the_head_of_the_queue_is_told_that_the_database_is_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = list[str]()

    @transaction
    def add_noted_room(session: Session, code: str) -> None:
        tried.append(code)
        session.execute(insert(board.room).values(code=code, name=""))

    def come_second(_: float) -> None:
        """While the first pauses another comes, with little patience; then the other writer ends."""
        monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.01)
        with Session(engine) as session, pytest.raises(DatabaseAway):
            add_noted_room(session, "7/3011")
        writer.rollback()

    engine = stage.database.engine("admin")
    with closing(other_writer(stage)) as writer, Session(engine) as session:
        monkeypatch.setattr(transactions.time, "sleep", come_second)
        add_noted_room(session, "7/3009")
    assert tried == ["7/3009", "7/3009", "7/3011", "7/3009"]
    assert "7/3011" not in rooms(stage)


def test_the_owners_connection_waits_for_another_writer_by_itself(stage: Stage) -> None:
    """A migration is no `transaction`. A party's connection waits for nothing, or a served process would stand still."""
    engine = make_owner_engine(stage.database.urls["owner"])
    with closing(other_writer(stage)) as writer, engine.begin() as connection:
        threading.Timer(0.2, writer.rollback).start()
        connection.execute(insert(board.room).values(code="7/3009", name=""))
    engine.dispose()
    assert "7/3009" in rooms(stage)


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


@question
def begins(session: Session) -> tuple[object, object]:
    """When PostgreSQL takes the transaction to have begun, asked twice."""
    return session.scalar(select(func.transaction_timestamp())), session.scalar(select(func.transaction_timestamp()))


@transaction
def add_and_break_off(session: Session) -> None:
    session.execute(insert(board.room).values(code="7/3009", name=""))
    raise KeyError


def test_on_postgresql_a_question_opens_no_transaction_and_the_next_act_on_its_connection_does(
    postgres_stage: Stage,
) -> None:
    with Session(postgres_stage.database.engine("admin")) as session:
        first, second = begins(session)
        assert first != second
        with pytest.raises(KeyError):
            add_and_break_off(session)
    assert "7/3009" not in rooms(postgres_stage)


def lines_of(stage: Stage, party: str) -> set[int]:
    """What a party has open at the server."""
    of_party = "SELECT pid FROM pg_stat_activity WHERE usename = :role AND datname = current_database()"
    with stage.database.owner.begin() as connection:
        return set(connection.execute(text(of_party), {"role": f"kiosk_{party}"}).scalars())


def cut_lines(stage: Stage, party: str) -> None:
    """End what a party has open at the server, as its restart does."""
    of_party = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role AND datname = current_database()"
    )
    with stage.database.owner.begin() as connection:
        assert connection.execute(text(of_party), {"role": f"kiosk_{party}"}).all()


def test_a_connection_that_was_cut_while_it_rested_is_replaced(
    postgres_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "RESTED_SECONDS", 0.0)
    with Session(postgres_stage.database.engine("admin")) as session:
        add_room(session, "7/3009")
        cut_lines(postgres_stage, "admin")
        add_room(session, "7/3011")
    assert {"7/3009", "7/3011"} <= rooms(postgres_stage)


def test_one_that_was_cut_in_use_is_missed_once(postgres_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "RESTED_SECONDS", 3600.0)
    with Session(postgres_stage.database.engine("admin")) as session:
        add_room(session, "7/3009")
        cut_lines(postgres_stage, "admin")
        with pytest.raises(DatabaseAway):
            add_room(session, "7/3011")
        add_room(session, "7/3011")
    assert {"7/3009", "7/3011"} <= rooms(postgres_stage)


def test_connections_to_postgresql_stay_open_for_the_next_rush(postgres_stage: Stage) -> None:
    engine = postgres_stage.database.engine("admin")
    for _ in range(2):
        at_once = [engine.connect() for _ in range(engines.POOL_SIZE)]
        processes = {it.execute(text("SELECT pg_backend_pid()")).scalar() for it in at_once}
        for it in at_once:
            it.close()
    assert lines_of(postgres_stage, "admin") == processes


@pytest.fixture
def one_line(postgres_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine with one connection, for which nobody waits long."""
    monkeypatch.setattr(engines, "POOL_SIZE", 1)
    monkeypatch.setattr(engines, "PATIENCE_SECONDS", 1)
    return postgres_stage.database.engine("admin")


def test_whoever_has_waited_longest_for_a_connection_is_next(one_line: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool alone gives it to whoever asks at the right moment: to those who are just done, again and again."""
    order, is_waiting = list[str](), threading.Event()
    wait = threading.Event.wait

    def noted(event: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread().name == "second":
            is_waiting.set()
        return wait(event, timeout)

    @transaction
    def act(session: Session, name: str) -> None:
        session.execute(text("SELECT 1"))
        order.append(name)
        if name == "first":
            second.start()
            wait(is_waiting, 30)

    def come(name: str) -> None:
        with Session(one_line) as session:
            act(session, name)

    second = threading.Thread(target=come, args=["second"], name="second")
    monkeypatch.setattr(threading.Event, "wait", noted)
    come("first")
    come("third")
    second.join()
    assert order == ["first", "second", "third"]


@pytest.mark.parametrize("is_scoped", [False, True])
def test_whoever_holds_a_connection_does_not_wait_behind_those_who_wait_for_it(
    one_line: Engine, monkeypatch: pytest.MonkeyPatch, is_scoped: bool
) -> None:
    """The other has the place, and waits at the pool for what this one holds."""
    is_waiting, get = threading.Event(), QueuePool._do_get
    monkeypatch.setattr(QueuePool, "_do_get", lambda pool: (is_waiting.set(), get(pool))[1])

    def come() -> str:
        with Session(one_line) as session:
            return add_room(session, "7/3011")

    session: Any = scoped_session(sessionmaker(one_line)) if is_scoped else Session(one_line)
    session.execute(text("SELECT 1"))
    is_waiting.clear()
    with ThreadPoolExecutor(1) as other:
        came = other.submit(come)
        assert is_waiting.wait(30)
        assert add_room(session, "7/3009") == "7/3009"
        assert came.result() == "7/3011"
    session.close()


def test_whoever_waits_for_a_connection_too_long_is_told_and_those_after_them_get_one(one_line: Engine) -> None:
    @transaction
    def hold(session: Session) -> None:
        session.execute(text("SELECT 1"))
        with Session(one_line) as other, pytest.raises(DatabaseAway):
            add_room(other, "7/3011")

    with Session(one_line) as session:
        hold(session)
        with pytest.raises(KeyError):
            add_and_break_off(session)
        assert add_room(session, "7/3009") == "7/3009"


def test_nobody_waits_for_postgresql_for_longer_than_we_have_patience(postgres_stage: Stage) -> None:
    engine = postgres_stage.database.engine("admin")
    with engine.connect() as connection:
        told: Any = connection.connection.dbapi_connection
        parameters = told.info.get_parameters()

    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.timeout() == engines.PATIENCE_SECONDS
    waits = (parameters["connect_timeout"], parameters["tcp_user_timeout"])
    assert waits == (f"{engines.PATIENCE_SECONDS}", f"{1000 * engines.PATIENCE_SECONDS}")

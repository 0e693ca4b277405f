"""The access log on both engines: a chain that cannot fork, added to by the admin wing alone, changed by nobody."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.domain.access_log import FIRST, flaws
from kiosk.store.doors import access_log as door
from kiosk.store.doors import chain
from kiosk.store.tables.log import access_entry, access_subject
from kiosk.store.transactions import transaction
from tests.domain.test_access_log import LOOK
from tests.stage import Database

append = transaction(door.append)


@pytest.fixture
def session(any_database: Database) -> Iterator[Session]:
    with any_database.asking(LOOK.staff_id) as opened:
        yield opened


@pytest.fixture
def check(any_database: Database) -> Iterator[Session]:
    """The session of whoever checks the log."""
    with Session(any_database.engine("audit")) as opened:
        yield opened


def test_entries_come_back_as_they_were_written(session: Session, check: Session) -> None:
    written = [LOOK, replace(LOOK, subjects=frozenset()), replace(LOOK, subjects=frozenset(range(1, 1500)))]
    for entry in written:
        append(session, entry)

    kept = list(chain.entries(check))

    assert [it.entry for it in kept] == written
    assert kept[0].previous_hash == FIRST
    assert flaws(kept) == []


def test_entries_are_read_in_pieces_without_a_gap(
    session: Session, check: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "_READ_AT_ONCE", 2)
    for number in range(5):
        append(session, replace(LOOK, request=str(number)))

    assert [it.entry and it.entry.request for it in chain.entries(check)] == list("01234")
    assert [it.entry and it.entry.request for it in chain.entries(check, after_id=3)] == list("34")


def test_two_at_once_follow_one_another(any_database: Database) -> None:
    start = threading.Barrier(4)

    def write() -> None:
        with any_database.asking(LOOK.staff_id) as session:
            start.wait()
            for _ in range(5):
                append(session, LOOK)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(any_database.engine("audit")) as check:
        kept = list(chain.entries(check))
    assert (len(kept), flaws(kept)) == (20, [])


def test_an_entry_is_gone_with_the_act_it_was_about(session: Session, check: Session) -> None:
    door.append(session, LOOK)
    session.rollback()

    assert list(chain.entries(check)) == []


@pytest.mark.parametrize("table", [access_entry, access_subject])
@pytest.mark.parametrize("party", ["admin", "checkin", "display", "import", "purge", "audit"])
@pytest.mark.parametrize("verb", [sa.update, sa.delete])
def test_nobody_changes_or_deletes_what_was_written(
    any_database: Database, table: sa.Table, party: str, verb: type
) -> None:
    statement = sa.delete(table) if verb is sa.delete else sa.update(table).values({next(iter(table.c)): 1})
    with any_database.engine(party).connect() as connection, pytest.raises(DBAPIError, match=r"not authorized|denied"):
        connection.execute(statement)

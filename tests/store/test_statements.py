"""Statements for both engines: long lists in parts, and an insert that gives way."""

import subprocess
import sys

from sqlalchemy.orm import Session

from kiosk.store.statements import AT_ONCE, hits_one, in_parts, insert_into, reserve_ids, unless_there
from kiosk.store.tables import board
from tests.stage import Stage


def test_a_long_list_comes_in_parts_and_loses_nothing() -> None:
    parts = list(in_parts(range(2 * AT_ONCE + 1)))
    assert [len(part) for part in parts] == [AT_ONCE, AT_ONCE, 1]
    assert [it for part in parts for it in part] == list(range(2 * AT_ONCE + 1))


def test_nothing_comes_in_no_part() -> None:
    assert list(in_parts(set())) == []


def test_an_insert_gives_way_to_what_is_there(any_stage: Stage) -> None:
    with Session(any_stage.database.owner) as session:
        taken = insert_into(session, board.room).values(code="4/4053", name="Another")
        session.execute(taken.on_conflict_do_nothing())
        session.commit()
    assert [row.name for row in any_stage.rows(board.room, board.room.c.code == "4/4053")] == ["Lecture Theatre A"]


def test_an_insert_says_whether_there_was_room_for_it_on_both_engines(any_stage: Stage) -> None:
    with Session(any_stage.database.owner) as session:
        done = [
            hits_one(session, unless_there(session, board.room).values(code=code, name="Another"))
            for code in ("4/4053", "new", "new")
        ]
    assert done == [False, True, False]


def test_with_sqlite_no_wing_loads_the_other_engines_words() -> None:
    wings = "import sys, kiosk.admin.app, kiosk.checkin.app, kiosk.display.app; "
    asked = f"{wings}sys.exit('sqlalchemy.dialects.postgresql' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_reserved_ids_are_free_and_as_many_as_asked_for(any_stage: Stage) -> None:
    taken = {row.id for row in any_stage.rows(board.room)}
    with Session(any_stage.database.owner) as session:
        reserved = reserve_ids(session, board.room, 3)
        none = reserve_ids(session, board.room, 0)
    assert (len(set(reserved)), set(reserved) & taken, none) == (3, set(), [])

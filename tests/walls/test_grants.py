"""The grants on PostgreSQL: given anew they take away what was given by hand, and nobody has a place of their own to copy to."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from kiosk.store import schema
from tests.fixtures_store import ROLE_PASSWORDS
from tests.servers import PostgresServer
from tests.stage import Database, Stage


@pytest.mark.parametrize("grant", ["SELECT ON student", "SELECT (known_as) ON student", "ALL ON attendance"])
def test_what_somebody_granted_by_hand_is_gone_after_the_next_upgrade(postgres_stage: Stage, grant: str) -> None:
    database = postgres_stage.database
    with database.owner.begin() as connection:
        connection.execute(text(f"GRANT {grant} TO kiosk_display"))
    schema.apply_grants(database.owner)
    assert not is_done(database, "select count(known_as) from student")
    assert not is_done(database, "delete from attendance")


def test_the_statement_works_for_whoever_has_the_right(postgres_stage: Stage) -> None:
    """The refusals above are refusals."""
    with postgres_stage.database.owner.begin() as connection:
        connection.execute(text("GRANT SELECT ON student TO kiosk_display"))
    assert is_done(postgres_stage.database, "select count(known_as) from student")


def test_the_roles_of_a_fresh_database_may_make_nothing_temporary(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database("fresh")
    schema.make_roles(url, ROLE_PASSWORDS)
    engine = create_engine(url)
    question = "select has_database_privilege('kiosk_display', current_database(), :right)"
    with engine.connect() as connection:
        may = {
            right: connection.scalar(text(question), {"right": right}) for right in ("CONNECT", "TEMPORARY", "CREATE")
        }
    engine.dispose()
    assert may == {"CONNECT": True, "TEMPORARY": False, "CREATE": False}


def is_done(database: Database, statement: str) -> bool:
    said = ""
    with database.engine("display").connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError as refusal:
            said = str(refusal.orig)
    assert not said or "permission denied" in said
    return not said

"""The migrations make what the tables declare, on both engines, and can be run again."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from kiosk.store import schema
from kiosk.store.tables.every import metadata
from tests.stage import Database


def test_the_migrations_make_the_tables(any_database: Database) -> None:
    with any_database.owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(any_database: Database) -> None:
    schema.migrate(any_database.urls["owner"])
    assert schema.is_current(any_database.urls["owner"])


def test_the_newest_revision_is_the_one_that_alembic_knows() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.newest_revision()]


def test_a_schema_of_another_revision_is_not_current(any_database: Database) -> None:
    with any_database.owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not schema.is_current(any_database.urls["owner"])


def test_a_start_with_the_newest_schema_does_not_wait_for_alembic(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upgrade", lambda *_: pytest.fail("Alembic was asked"))
    schema.migrate(database.urls["owner"])

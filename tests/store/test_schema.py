"""The migrations make what the tables declare, on both engines, and can be run again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kiosk.store import schema
from kiosk.store.tables.every import metadata
from tests.stage import Database


def test_the_migrations_make_the_tables(any_database: Database) -> None:
    with any_database.owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(any_database: Database) -> None:
    schema.migrate(any_database.owner.url.render_as_string(hide_password=False))
    assert schema.is_current(any_database.owner.url.render_as_string(hide_password=False))

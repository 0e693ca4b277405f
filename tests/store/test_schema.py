"""The migrations make what the tables declare, on both engines, and can be run again."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kiosk.store import schema
from kiosk.store.engines import make_owner_engine
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
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert not schema.is_current(any_database.urls["owner"])


def test_a_start_with_the_newest_schema_does_not_wait_for_alembic(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upgrade", lambda *_: pytest.fail("Alembic was asked"))
    schema.migrate(database.urls["owner"])


def test_a_hold_from_before_holds_had_a_table_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.sqlite"
    engine = make_owner_engine(url)
    with engine.connect() as connection:
        schema.upgrade(connection, "0001")
    with engine.begin() as connection:
        names = "id, kind, starts_at, ends_at, mode, kid, salt, version, held_at"
        times = ", ".join(f"'2026-11-24 {clock}:00.000000'" for clock in ("10:00", "11:00"))
        connection.execute(
            sa.text(
                f"INSERT INTO lecture ({names}) VALUES"
                f" (7, 'Lecture', {times}, 'both', 'k1', x'00', 1, '2026-11-24 10:05:00.000000')"
            )
        )
        connection.execute(sa.text("INSERT INTO showing VALUES (7, '2026-11-24 10:05:00.000000')"))
    schema.migrate(url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT lecture_id, held_at FROM hold")).all() == [
            (7, "2026-11-24 10:05:00.000000")
        ]
    engine.dispose()


def test_a_migration_that_would_leave_a_row_pointing_nowhere_is_undone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.sqlite"
    engine = make_owner_engine(url)
    with engine.connect() as connection:
        schema.upgrade(connection, "0001")
        connection.exec_driver_sql("INSERT INTO showing VALUES (7, '2026-11-24 10:05:00.000000')")
        connection.commit()
    with pytest.raises(LookupError, match="nothing was changed"):
        schema.migrate(url)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0001"
    engine.dispose()

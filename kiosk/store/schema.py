"""The schema, made and granted by its owner: migrations on both engines, column grants on PostgreSQL. No wing imports this."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url

import kiosk.migrations as migrations
from kiosk.store.engines import make_owner_engine
from kiosk.store.policies import reach_statements, row_policies, walled_tables
from kiosk.store.rights import postgresql_grants, role_statements
from kiosk.store.tables.every import metadata

MIGRATIONS = Path(migrations.__file__).parent


def migrate(url: str) -> None:
    """Bring the schema to the newest revision, then give every party its rights."""
    engine = make_owner_engine(url)
    with engine.connect() as connection:
        is_newest = _is_newest(connection)
        connection.rollback()
        if not is_newest:
            upgrade(connection, "head")
    apply_grants(engine)
    engine.dispose()


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, all or nothing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # To change a table SQLite makes it anew and drops the old one, which rows that point to it would forbid.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    with connection.begin():
        command.upgrade(config, revision)
        if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise LookupError("after the migration a row points to one that is gone; nothing was changed")


def apply_grants(engine: Engine) -> None:
    """Give each party exactly what the tables declare. On SQLite the engines of `engines` do this by themselves."""
    if engine.dialect.name != "postgresql":
        return
    _run(engine, reach_statements())
    for table in walled_tables(metadata):
        # One table at a time: a policy locks its table, and whoever holds two locks can come to wait for each other.
        _run(engine, row_policies(table))
    _run(engine, postgresql_grants(metadata))


def _run(engine: Engine, statements: Iterable[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def make_roles(url: str, passwords: Mapping[str, str]) -> None:
    """Make the parties' login roles on a PostgreSQL server; `url` is an administrator's, on Kiosk's database."""
    engine = make_owner_engine(url)
    with engine.begin() as connection:
        for statement in role_statements(passwords, make_url(url).database or ""):
            connection.exec_driver_sql(statement)
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether the schema is at the newest revision."""
    engine = make_owner_engine(url)
    with engine.connect() as connection:
        found = _is_newest(connection)
    engine.dispose()
    return found


def newest_revision() -> str:
    """By the name of its file: v0001_first.py is revision 0001."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("v*_*.py")).removeprefix("v").partition("_")[0]


def _is_newest(connection: Connection) -> bool:
    # Read without Alembic, which takes a quarter of a second to import: every start asks this.
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest_revision()]

"""The schema, made and granted by its owner: migrations on both engines, column grants on PostgreSQL. No wing imports this."""

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

import kiosk.migrations as migrations
from kiosk.store.engines import make_owner_engine
from kiosk.store.rights import postgresql_grants, role_statements
from kiosk.store.tables.every import metadata


def migrate(url: str) -> None:
    """Bring the schema to the newest revision, then give every party its rights."""
    engine = make_owner_engine(url)
    with engine.connect() as connection:
        upgrade(connection, "head")
    apply_grants(engine)
    engine.dispose()


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, all or nothing."""
    config = _config()
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
    with engine.begin() as connection:
        for statement in postgresql_grants(metadata):
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
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config

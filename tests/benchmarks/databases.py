"""Databases for the benchmarks, on a real disk, with every commit waited for: SQLite in a file, PostgreSQL with the login roles."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kiosk.store import schema
from kiosk.store.rights import PARTIES, role_of
from tests import servers
from tests.fixtures_store import ROLE_PASSWORDS
from tests.stage import Database


@contextmanager
def on_sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'kiosk.sqlite'}"
        schema.migrate(url)
        database = Database(dict.fromkeys(("owner", *PARTIES), url), Path(folder))
        yield database
        database.close()


@contextmanager
def on_postgresql() -> Iterator[Database]:
    with servers.postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        owner = server.create_database("kiosk")
        schema.make_roles(owner, ROLE_PASSWORDS)
        schema.migrate(owner)
        name = str(make_url(owner).database)
        urls = {party: server.url(role_of(party), ROLE_PASSWORDS[party], name) for party in PARTIES}
        database = Database({"owner": owner, **urls}, Path(folder))
        yield database
        database.close()


def is_sqlite(database: Database) -> bool:
    return database.owner.dialect.name == "sqlite"


def version_of(database: Database) -> str:
    """The engine and its version."""
    engine = create_engine(database.urls["owner"])
    with engine.connect() as connection:
        found = connection.dialect.server_version_info or ()
    engine.dispose()
    return f"{engine.dialect.name} {'.'.join(map(str, found))}"


def bytes_of(database: Database) -> int:
    """What it takes on disk."""
    if is_sqlite(database):
        return sum(path.stat().st_size for path in database.folder.glob("kiosk.sqlite*"))
    with database.owner.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)

"""Databases for the tests: a migrated SQLite file copied for each test, and PostgreSQL with the real login roles."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kiosk.store import schema
from kiosk.store.rights import PARTIES, role_of
from tests.house import House, open_house
from tests.servers import PostgresServer
from tests.stage import Database, Stage, set_stage

ROLE_PASSWORDS = {party: f"{party}-password" for party in PARTIES}


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    schema.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of the test's own."""
    path = tmp_path / "kiosk.sqlite"
    shutil.copy(migrated_file, path)
    made = Database(dict.fromkeys(("owner", *PARTIES), f"sqlite:///{path}"), tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with schema, roles and grants, to be used as a template."""
    url = postgres_server.create_database("kiosk_empty")
    schema.make_roles(url, ROLE_PASSWORDS)
    schema.migrate(url)
    return make_url(url).database or ""


@pytest.fixture
def postgres_database(migrated_postgres: str, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Database]:
    """An empty PostgreSQL database of the test's own, with a login role for each party."""
    name = f"kiosk_test_{next(postgres_server.databases_made)}"
    root = create_engine(postgres_server.superuser_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {migrated_postgres}"))
        for statement in (f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC", *_connects(name)):
            connection.execute(text(statement))
    made = Database(
        {
            "owner": postgres_server.url(postgres_server.superuser, postgres_server.password, name),
            **{party: postgres_server.url(role_of(party), ROLE_PASSWORDS[party], name) for party in PARTIES},
        },
        tmp_path,
    )
    yield made
    made.close()
    with root.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    root.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """The same test on both engines."""
    made: Database = request.getfixturevalue("database" if request.param == "sqlite" else "postgres_database")
    return made


@pytest.fixture
def stage(database: Database) -> Stage:
    """The standing cast on SQLite."""
    return set_stage(database)


@pytest.fixture
def postgres_stage(postgres_database: Database) -> Stage:
    """The standing cast on PostgreSQL."""
    return set_stage(postgres_database)


@pytest.fixture
def any_stage(any_database: Database) -> Stage:
    """The standing cast on both engines."""
    return set_stage(any_database)


def _connects(name: str) -> list[str]:
    return [f"GRANT CONNECT ON DATABASE {name} TO {role_of(party)}" for party in PARTIES]


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """The whole house on SQLite and eventlet."""
    with open_house(tmp_path / "instance", database) as opened:
        yield opened

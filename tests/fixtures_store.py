"""Databases for the tests: a migrated SQLite file copied for each test, and PostgreSQL with the real login roles."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kiosk.store import schema
from kiosk.store.rights import PARTIES, role_of
from tests.house import House, open_house
from tests.servers import PostgresServer, folder_for
from tests.stage import Database, Stage, set_stage

ROLE_PASSWORDS = {party: f"{party}-password" for party in PARTIES}


@dataclass(frozen=True)
class Staged:
    """What to copy to have the standing cast: a file, or a database's name; and the ids it has there."""

    template: str
    ids: Mapping[str, int]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    schema.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def staged_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """The same with the standing cast in its places. It is put there once, and copied: that takes a tenth of the time."""
    path = tmp_path_factory.mktemp("stage") / "staged.sqlite"
    shutil.copy(migrated_file, path)
    database = _on_sqlite(path)
    ids = set_stage(database).ids
    database.close()
    return Staged(str(path), ids)


@pytest.fixture(scope="session")
def databases_folder() -> Iterator[Path]:
    with folder_for(None) as folder:
        yield folder


@pytest.fixture
def database_folder(databases_folder: Path) -> Iterator[Path]:
    """A folder for one test's database, which need not wait for a disk."""
    folder = Path(tempfile.mkdtemp(dir=databases_folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def database(migrated_file: Path, database_folder: Path) -> Iterator[Database]:
    """An empty SQLite database of the test's own."""
    with copy_of_file(migrated_file, database_folder) as made:
        yield made


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with schema, roles and grants, to be used as a template."""
    url = postgres_server.create_database("kiosk_empty")
    schema.make_roles(url, ROLE_PASSWORDS)
    schema.migrate(url)
    return make_url(url).database or ""


@pytest.fixture(scope="session")
def staged_postgres(migrated_postgres: str, postgres_server: PostgresServer) -> Staged:
    """The name of another with the standing cast in its places."""
    name = "kiosk_staged"
    _create(postgres_server, name, migrated_postgres)
    database = _on_postgres(postgres_server, name, Path())
    ids = set_stage(database).ids
    database.close()
    return Staged(name, ids)


@pytest.fixture
def postgres_database(migrated_postgres: str, postgres_server: PostgresServer) -> Iterator[Database]:
    """An empty PostgreSQL database of the test's own, with a login role for each party."""
    with _copy_of_template(migrated_postgres, postgres_server) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """The same test on both engines."""
    made: Database = request.getfixturevalue("database" if request.param == "sqlite" else "postgres_database")
    return made


@pytest.fixture
def stage(staged_file: Staged, database_folder: Path) -> Iterator[Stage]:
    """The standing cast on SQLite."""
    with copy_of_file(Path(staged_file.template), database_folder) as made:
        yield Stage(made, ids=dict(staged_file.ids))


@pytest.fixture
def postgres_stage(staged_postgres: Staged, postgres_server: PostgresServer) -> Iterator[Stage]:
    """The standing cast on PostgreSQL."""
    with _copy_of_template(staged_postgres.template, postgres_server) as made:
        yield Stage(made, ids=dict(staged_postgres.ids))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_stage(request: pytest.FixtureRequest) -> Stage:
    """The standing cast on both engines."""
    made: Stage = request.getfixturevalue("stage" if request.param == "sqlite" else "postgres_stage")
    return made


@pytest.fixture(scope="module")
def shared_house(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One served house for all tests of a file; what a test does in it, the next one finds."""
    folder = tmp_path_factory.mktemp("shared")
    with copy_of_file(migrated_file, folder) as made, open_house(folder / "instance", made) as opened:
        yield opened


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """The whole house on SQLite and eventlet."""
    with open_house(tmp_path / "instance", database) as opened:
        yield opened


@pytest.fixture
def postgres_house(postgres_database: Database, tmp_path: Path) -> Iterator[House]:
    """The same on PostgreSQL."""
    with open_house(tmp_path / "instance", postgres_database) as opened:
        yield opened


@pytest.fixture
def any_house(any_database: Database, tmp_path: Path) -> Iterator[House]:
    """The same on both engines."""
    with open_house(tmp_path / "instance", any_database) as opened:
        yield opened


def _on_sqlite(path: Path) -> Database:
    return Database(dict.fromkeys(("owner", *PARTIES), f"sqlite:///{path}"), path.parent)


@contextlib.contextmanager
def copy_of_file(template: Path, folder: Path) -> Iterator[Database]:
    """A SQLite database of one's own in a folder."""
    shutil.copy(template, folder / "kiosk.sqlite")
    made = _on_sqlite(folder / "kiosk.sqlite")
    yield made
    made.close()


def _on_postgres(server: PostgresServer, name: str, folder: Path) -> Database:
    """A database on the server as each party reaches it."""
    owner = server.url(server.superuser, server.password, name)
    return Database(
        {"owner": owner, **{party: server.url(role_of(party), ROLE_PASSWORDS[party], name) for party in PARTIES}},
        folder,
    )


def _create(server: PostgresServer, name: str, template: str) -> None:
    root = create_engine(server.superuser_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        for statement in (f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC", *_connects(name)):
            connection.execute(text(statement))
    root.dispose()


@contextlib.contextmanager
def _copy_of_template(template: str, server: PostgresServer) -> Iterator[Database]:
    name = f"kiosk_test_{next(server.databases_made)}"
    _create(server, name, template)
    with tempfile.TemporaryDirectory() as folder:
        made = _on_postgres(server, name, Path(folder))
        yield made
        made.close()
    root = create_engine(server.superuser_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    root.dispose()


def _connects(name: str) -> list[str]:
    return [f"GRANT CONNECT ON DATABASE {name} TO {role_of(party)}" for party in PARTIES]

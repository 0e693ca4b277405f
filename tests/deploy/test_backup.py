"""The nightly backup: encrypted, its owner's alone, and enough to begin anew from."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.deploy.test_university import add_students, on_screen, ready_to_tap, tap
from tests.deploy.units import DEPLOY
from tests.deploy.university import University


def as_postgres(server: servers.PostgresServer, *words: str | Path, stdin: bytes = b"", **more: str) -> bytes:
    """What a command of the database's administrator prints."""
    about = {
        "PGHOST": server.host,
        "PGPORT": str(server.port),
        "PGUSER": server.superuser,
        "PGPASSWORD": server.password,
    }
    return subprocess.run(
        words, env={**os.environ, **about, **more}, input=stdin, check=True, capture_output=True
    ).stdout


@pytest.fixture
def backup(uni: University, tmp_path: Path) -> Path:
    """A backup made after a check-in; the key that opens it lies beside it, as it would not in service."""
    (name,) = add_students(uni, "saved", 1)
    tap(uni, ready_to_tap(uni, name, on_screen(uni)))
    subprocess.run(["age-keygen", "-o", tmp_path / "backup.key"], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", tmp_path / "backup.key"], check=True, capture_output=True).stdout
    (tmp_path / "recipients").write_bytes(public)
    as_postgres(uni.postgres, DEPLOY / "bin" / "kiosk-backup", tmp_path, tmp_path / "recipients")
    (made,) = tmp_path.glob("kiosk-*")
    return made


def test_a_backup_is_encrypted_and_its_owners_alone(backup: Path) -> None:
    assert backup.read_bytes().startswith(b"age-encryption.org/")
    assert backup.stat().st_mode & 0o077 == 0


def test_from_a_backup_every_row_comes_back_behind_the_same_walls(uni: University, backup: Path) -> None:
    url = uni.postgres.create_database("kiosk_restored")
    name = url.rpartition("/")[2]
    key = backup.parent / "backup.key"
    dump = subprocess.run(["age", "--decrypt", "--identity", key, backup], check=True, capture_output=True).stdout
    as_postgres(uni.postgres, "pg_restore", "--exit-on-error", "--dbname", name, stdin=dump)
    found = [about(uni.postgres, it) for it in ("kiosk", name)]
    assert found[0] == found[1]


def about(server: servers.PostgresServer, database: str) -> dict[str, object]:
    """How many people and check-ins a database has, who owns its tables, and how many grants and policies there are."""
    asked = {
        "students": "SELECT count(*) FROM student",
        "attendance": "SELECT count(*) FROM attendance",
        "owners": "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'",
        "grants": "SELECT count(*) FROM information_schema.column_privileges WHERE grantee LIKE 'kiosk_%'",
        "policies": "SELECT count(*) FROM pg_policies",
        "forced": "SELECT count(*) FROM pg_class WHERE relforcerowsecurity",
    }
    conninfo = psycopg.conninfo.make_conninfo(server.conninfo, dbname=database)
    with psycopg.connect(conninfo) as connection:
        return {name: connection.execute(query).fetchone() for name, query in asked.items()}  # type: ignore[arg-type]


def test_a_dump_that_did_not_work_leaves_no_backup_behind(uni: University, backup: Path, tmp_path: Path) -> None:
    backup.unlink()
    words = (DEPLOY / "bin" / "kiosk-backup", tmp_path, tmp_path / "recipients")
    with pytest.raises(subprocess.CalledProcessError):
        as_postgres(uni.postgres, *words, KIOSK_BACKUP_FROM="nowhere")
    assert list(tmp_path.glob("*.age")) == []

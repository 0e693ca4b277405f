"""The `kiosk` command from an empty folder to a server, and what it says when it may not start."""

import contextlib
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from kiosk import doctor
from kiosk.cli import main
from kiosk.instance import Instance
from kiosk.settings import Notice
from kiosk.store.rights import PARTIES, role_of
from tests import servers
from tests.house import ROOT, answers

KIOSK = str(Path(sys.executable).with_name("kiosk"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIOSK_INSTANCE", "KIOSK_ORIGIN", "KIOSK_ASYNC_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIOSK_ORIGIN", "http://127.0.0.1:8000")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def kiosk(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *words])


@contextlib.contextmanager
def served(
    folder: Path, command: str, *words: str, path: str = "", environment: dict[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """A command that serves, started by itself: its origin, and what it had printed once it answered."""
    folder.mkdir(exist_ok=True)
    port = servers.free_port()
    origin = f"http://127.0.0.1:{port}"
    every = [KIOSK, "--instance", folder, command, "--port", str(port), *words]
    env = None if environment is None else {**os.environ, **environment}
    with servers.running(every, is_ready=lambda: answers(origin + path), folder=folder, environment=env):
        yield origin, (folder / "log").read_text()


SECRETS = {
    "display": ("display.key", "codes.toml"),
    "checkin": ("checkin.key", "codes.toml"),
    "admin": ("admin.key", "codes.toml", "factors.key"),
}


def hand_over(folder: Path, wing: str) -> dict[str, str]:
    """A wing's own secrets in a folder as systemd makes one, and no others anywhere; what its process is told of that."""
    handed = folder.parent / "handed"
    handed.mkdir()
    for name in SECRETS[wing]:
        shutil.copy(folder / "secrets" / name, handed / name)
        (handed / name).chmod(0o440)
    shutil.rmtree(folder / "secrets")
    return {"CREDENTIALS_DIRECTORY": str(handed)}


def put(database: Path, folder: Path) -> None:
    shutil.copy(database, folder / "kiosk.sqlite")
    (folder / "kiosk.sqlite").chmod(0o600)


def test_an_instance_is_made_for_its_owner_alone_and_made_once(folder: Path) -> None:
    assert kiosk(folder, "init").exit_code == 0
    before = (folder / "kiosk.toml").read_text(), (folder / "secrets" / "admin.key").read_text()
    kiosk(folder, "init", "--name", "Another")
    assert ((folder / "kiosk.toml").read_text(), (folder / "secrets" / "admin.key").read_text()) == before
    assert folder.stat().st_mode & 0o077 == 0


def test_the_database_is_its_owners_alone(folder: Path) -> None:
    kiosk(folder, "init")
    subprocess.run([KIOSK, "--instance", folder, "migrate"], check=True, cwd=ROOT)
    assert (folder / "kiosk.sqlite").stat().st_mode & 0o077 == 0


def test_without_an_instance_it_says_how_to_make_one(folder: Path) -> None:
    answer = kiosk(folder, "serve")
    assert answer.exit_code == 1
    assert "kiosk init" in answer.output


def test_an_old_schema_stops_the_start(folder: Path) -> None:
    kiosk(folder, "init")
    answer = kiosk(folder, "serve")
    assert answer.exit_code == 1
    assert "kiosk migrate" in answer.output


def test_a_limit_that_cannot_be_used_stops_the_start(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    path = folder / "kiosk.toml"
    path.write_text(path.read_text().replace("trusted_proxies = 0", "backlog = 0"))
    answer = kiosk(folder, "serve")
    assert (answer.exit_code, answer.output) == (
        1,
        "Error: [server] backlog in kiosk.toml is a whole number from 1 to 65535, not 0\n",
    )


def test_a_secret_that_others_can_read_stops_the_start(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    (folder / "secrets" / "codes.toml").chmod(0o644)
    answer = kiosk(folder, "serve")
    assert answer.exit_code == 1
    assert "chmod 600" in answer.output


def test_a_database_that_others_can_read_stops_the_start(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    (folder / "kiosk.sqlite").chmod(0o644)
    answer = kiosk(folder, "serve")
    assert answer.exit_code == 1
    assert "can be read by others" in answer.output


def test_a_name_with_quotation_marks_is_kept(folder: Path) -> None:
    kiosk(folder, "init", "--name", 'The "Best" University')
    assert Instance(folder).institution.name == 'The "Best" University'


def test_it_serves_what_it_prints(folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_ORIGIN")
    kiosk(folder, "init", "--demo")
    put(migrated_file, folder)
    with served(folder, "serve") as (origin, printed):
        for path in ("/display/", "/", "/admin/"):
            assert f"{origin}{path}" in printed
            with urllib.request.urlopen(origin + path, timeout=5) as answer:
                assert "Demonstration" in answer.read().decode()


@pytest.mark.parametrize(("wing", "mount"), [("display", "/display"), ("checkin", ""), ("admin", "/admin")])
def test_a_wing_is_served_alone_with_no_secret_of_another(
    folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch, wing: str, mount: str
) -> None:
    monkeypatch.delenv("KIOSK_ORIGIN")
    kiosk(folder, "init")
    put(migrated_file, folder)
    environment = hand_over(folder, wing)
    with served(folder, "serve", "--wing", wing, path=mount, environment=environment) as (origin, printed):
        assert f" {origin}{mount}/\n" in printed
        others = {"/display/", "/admin/sign-in", "/sign-in"} - {f"{mount}/", f"{mount}/sign-in"}
        assert [path for path in others if answers(origin + path)] == []


@pytest.mark.parametrize("wing", SECRETS)
def test_a_wing_that_was_not_handed_its_own_secret_says_so(
    folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch, wing: str
) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    handed = hand_over(folder, wing)["CREDENTIALS_DIRECTORY"]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", handed)
    (Path(handed) / f"{wing}.key").unlink()
    answer = kiosk(folder, "serve", "--wing", wing)
    assert (answer.exit_code, f"{wing}.key is missing or out of reach" in answer.output) == (1, True)


def test_a_wing_alone_finds_an_old_schema_with_its_own_login(folder: Path) -> None:
    kiosk(folder, "init")
    with pytest.raises(servers.DidNotStart) as told, served(folder, "serve", "--wing", "checkin"):
        pass
    assert "The checkin login can't read what it should of access_entry, access_subject, " in str(told.value)
    assert "Run `kiosk migrate`" in str(told.value)


@pytest.mark.parametrize(("options", "languages"), [((), ("en",)), (("--demo",), ("en", "cy"))])
def test_a_demonstration_speaks_every_language_and_a_new_instance_english(
    folder: Path, options: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    kiosk(folder, "init", *options)
    assert Instance(folder).institution.languages == languages


def test_a_demonstration_states_both_rules_in_both_languages_and_a_new_instance_none(folder: Path) -> None:
    kiosk(folder / "demo", "init", "--demo")
    kiosk(folder / "new", "init")
    new, demo = (Instance(folder / it).notices for it in ("new", "demo"))
    said = [astuple(rule) for it in demo.values() for rule in (it, it.professional_body)]

    assert set(new.values()) == {Notice()}
    assert all(all(it) for it in said)
    assert len({it[0] for it in said}) == 4


def test_start_fills_an_empty_folder_with_a_university_and_serves_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_ORIGIN")
    with served(folder, "start") as (origin, printed):
        assert all(f"{origin}{path}" in printed for path in ("/display/", "/", "/admin/"))
        assert (folder / "demo-password").read_text().strip() in printed


def test_the_doctor_says_which_symbol_the_address_gets(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    answer = kiosk(folder, "doctor")
    assert answer.exit_code == 0
    assert "25 modules a side (version 2-M)" in answer.output
    assert answer.output.endswith("Nothing needs mending.\n")


def test_the_doctor_examines_the_host_and_port_that_serve_is_given(
    folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_ORIGIN")
    kiosk(folder, "init")
    put(migrated_file, folder)
    answer = kiosk(folder, "doctor", "--host", "attendance.example.ac.uk", "--port", "9000")
    assert "students to http://attendance.example.ac.uk:9000, staff to" in answer.output
    assert "by the host and port that `kiosk serve` is given" in answer.output
    assert "the QR symbol for http://attendance.example.ac.uk:9000 has" in answer.output


def test_addresses_in_the_settings_come_before_host_and_port(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    path = folder / "kiosk.toml"
    wings = "\n".join(f'{wing} = "https://{wing}.example.ac.uk"' for wing in ("display", "checkin", "admin"))
    path.write_text(f"{path.read_text()}\n[addresses]\n{wings}\n")
    answer = kiosk(folder, "doctor", "--host", "192.0.2.1")
    assert "by kiosk.toml, screens go to https://display.example.ac.uk" in answer.output


def test_the_doctor_says_a_thing_once_and_goes_on(folder: Path, migrated_file: Path) -> None:
    kiosk(folder, "init")
    put(migrated_file, folder)
    path = folder / "kiosk.toml"
    path.write_text(f'{path.read_text()}\n[addresses]\ndisplay = "https://screens.example.ac.uk"\n')
    answer = kiosk(folder, "doctor")
    assert answer.output.count("MEND") == 1
    assert "ok    the schema is the newest" in answer.output
    assert answer.output.endswith("Things to mend: 1\n")


def test_the_doctor_ends_with_one_when_something_is_to_mend(folder: Path) -> None:
    kiosk(folder, "init")
    answer = kiosk(folder, "doctor")
    assert answer.exit_code == 1
    assert "MEND  The database needs `kiosk migrate`." in answer.output


def review(folder: Path, on: date) -> None:
    path = folder / "kiosk.toml"
    path.write_text(f"{path.read_text()}\n[accessibility]\nreviewed_on = {on}\n")


@pytest.mark.parametrize(("days", "since"), [(None, "yet"), (400, "since ")])
def test_a_statement_that_nobody_reviewed_for_a_year_is_due_at_the_doctors_and_at_the_start(
    folder: Path, days: int | None, since: str
) -> None:
    kiosk(folder, "init")
    if days is not None:
        review(folder, datetime.now(UTC).date() - timedelta(days=days))
    says = f"Nobody has reviewed the accessibility statement {since}"
    assert f"DUE   {says}" in kiosk(folder, "doctor").output
    assert says in doctor.welcome(Instance(folder))


@pytest.mark.parametrize("kind", ["reviewed", "demo"])
def test_nothing_is_said_of_a_statement_reviewed_this_year_or_of_a_demonstration(folder: Path, kind: str) -> None:
    kiosk(folder, "init", *(["--demo"] if kind == "demo" else []))
    if kind == "reviewed":
        review(folder, datetime.now(UTC).date() - timedelta(days=300))
    assert "statement" not in kiosk(folder, "doctor").output
    assert "statement" not in doctor.welcome(Instance(folder))


def test_a_day_of_review_that_is_none_is_said_to_be_none(folder: Path) -> None:
    kiosk(folder, "init")
    review(folder, "'last week'")  # type: ignore[arg-type]
    assert "[accessibility] in kiosk.toml: prepared_on and reviewed_on are days" in kiosk(folder, "doctor").output


def test_the_doctor_says_what_a_shorter_address_would_gain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_ORIGIN", "https://attendance.the-university-of-barchester.ac.uk")
    kiosk(folder, "init")
    assert "it could be read from further away if the students' address were shorter" in kiosk(folder, "doctor").output


@pytest.mark.parametrize(
    ("host", "port", "is_tls", "origin"),
    [
        ("127.0.0.1", 8000, False, "http://127.0.0.1:8000"),
        ("in.example.ac.uk", 443, True, "https://in.example.ac.uk"),
        ("in.example.ac.uk", 80, False, "http://in.example.ac.uk"),
        ("::1", 8000, False, "http://[::1]:8000"),
    ],
)
def test_the_address_others_use(host: str, port: int, is_tls: bool, origin: str) -> None:
    assert doctor.origin(host, port, is_tls=is_tls) == origin


def test_an_address_for_everybody_becomes_the_machines_own() -> None:
    assert "0.0.0.0" not in doctor.origin("0.0.0.0", 8000, is_tls=False)


def test_login_roles_are_made_with_the_passwords_of_the_settings(
    folder: Path, postgres_server: servers.PostgresServer
) -> None:
    kiosk(folder, "init")
    url = postgres_server.create_database("kiosk_roles")
    lines = [f'{party} = "{postgres_server.url(role_of(party), f"{party}-password", "x")}"' for party in PARTIES]
    path = folder / "kiosk.toml"
    path.write_text(path.read_text().replace('sqlite = "kiosk.sqlite"', "\n".join(lines)))
    assert kiosk(folder, "roles", "--as", url).exit_code == 0
    name = url.rsplit("/", 1)[1]
    address = postgres_server.url(role_of("display"), "display-password", name).replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        assert connection.execute("select current_user").fetchone() == ("kiosk_display",)


def test_roles_without_a_password_are_named(folder: Path) -> None:
    kiosk(folder, "init")
    answer = kiosk(folder, "roles", "--as", "postgresql+psycopg://postgres@127.0.0.1:9/kiosk")
    assert answer.exit_code == 1
    assert "names a password for: display" in answer.output


@pytest.mark.parametrize("words", [(), ("--as", "postgresql://a@b/c", "--print", "kiosk")])
def test_roles_are_made_or_printed(folder: Path, words: tuple[str, ...]) -> None:
    kiosk(folder, "init")
    assert "Give --as ADDRESS, or --print NAME" in kiosk(folder, "roles", *words).output


@pytest.fixture
def empty_server() -> Iterator[servers.PostgresServer]:
    """A server of the test's own: the logins of the shared one have passwords that other tests know."""
    with servers.postgres() as server:
        yield server


def test_from_an_empty_server_to_logins_that_read_what_they_should_and_an_owner_apart(
    folder: Path, empty_server: servers.PostgresServer
) -> None:
    name = empty_server.create_database("kiosk_made").rsplit("/", 1)[1]
    kiosk(folder, "init", "--postgresql", f"{empty_server.host}:{empty_server.port}/{name}")
    printed = kiosk(folder, "roles", "--print", name).output
    conninfo = psycopg.conninfo.make_conninfo(empty_server.conninfo, dbname=name)
    with psycopg.connect(conninfo, autocommit=True) as administrator:
        administrator.execute(printed)
    assert kiosk(folder, "migrate").exception is None
    found = kiosk(folder, "doctor").output
    assert [line for line in found.splitlines() if "login" in line] == [
        f"ok    the {party} login reads what it should" for party in PARTIES
    ]
    with psycopg.connect(conninfo) as administrator:
        owners = administrator.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert owners.fetchall() == [("kiosk_owner",)]


def test_the_settings_are_read_as_they_were_written(folder: Path) -> None:
    kiosk(folder, "init", "--name", "Barchester", "--help-address", "help@example.ac.uk")
    institution = Instance(folder).institution
    assert (institution.name, institution.help_address, institution.is_demo) == (
        "Barchester",
        "help@example.ac.uk",
        False,
    )

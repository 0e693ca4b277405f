"""The unit files: each wing is handed its own secrets, and is as confined as docs/deploy.md says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.units import DEPLOY, SYSTEMD, read_settings, read_unit, services_of_target
from tests.servers import NotInstalled

DOCS = DEPLOY.parent / "docs" / "deploy.md"
SERVICES = sorted(path.name for path in SYSTEMD.glob("*.service"))
HANDED = {
    "kiosk-display@1": {"display.key", "codes.toml", "display.database", "redis.address"},
    "kiosk-checkin@1": {"checkin.key", "codes.toml", "checkin.database"},
    "kiosk-admin@1": {
        "admin.key",
        "codes.toml",
        "admin.database",
        "factors.key",
        "import.database",
        "redis.address",
    },
    "kiosk-log-head": {"audit.database"},
    "kiosk-log-verify": {"audit.database"},
    "kiosk-backup": set(),
}


def test_every_service_is_examined_here() -> None:
    assert {name.removesuffix(".service").replace("@", "@1") for name in SERVICES} == HANDED.keys()


@pytest.mark.parametrize("name", HANDED)
def test_a_service_is_handed_its_own_secrets_and_no_others(name: str) -> None:
    credentials = read_unit(name).credentials
    assert credentials.keys() == HANDED[name]
    assert {place.rpartition("/")[2] for place in credentials.values()} == HANDED[name]


def test_each_wing_has_a_user_of_its_own_and_none_is_root() -> None:
    users = {name: read_unit(name).one("User") for name in HANDED}
    assert [users[f"kiosk-{wing}@1"] for wing in ("display", "checkin", "admin")] == [
        "kiosk-display",
        "kiosk-checkin",
        "kiosk-admin",
    ]
    assert set(users.values()) - {"postgres"} == {"kiosk-display", "kiosk-checkin", "kiosk-admin", "kiosk-audit"}


def test_systemd_makes_the_users(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    written = (DEPLOY / "sysusers.d" / "kiosk.conf").read_text()
    subprocess.run([program("systemd-sysusers"), f"--root={tmp_path}", "-"], input=written, text=True, check=True)
    made = {line.partition(":")[0] for line in (tmp_path / "etc" / "passwd").read_text().splitlines()}
    assert made == {read_unit(name).one("User") for name in HANDED} - {"postgres"}


def test_what_ends_is_started_again_and_gets_longer_to_stop_than_it_takes() -> None:
    for name in services_of_target():
        unit = read_unit(name)
        assert unit.one("Restart") == "always"
        assert int(unit.one("TimeoutStopSec")) > 10


def test_a_process_more_is_started_with_the_others_and_none_is_given_up() -> None:
    for name in services_of_target():
        unit = read_unit(name)
        assert unit.one("WantedBy", "Install") == "kiosk.target"
        assert unit.one("StartLimitIntervalSec", "Unit") == "0"


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotInstalled("apt-get install systemd")
    return found


def test_systemd_finds_nothing_wrong() -> None:
    units = [*SERVICES, *(path.name for path in SYSTEMD.glob("*.t*"))]
    for unit in units:
        instance = unit.replace("@", "@1")
        done = subprocess.run(
            [program("systemd-analyze"), "verify", "--man=no", SYSTEMD / instance],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line for line in done.stderr.splitlines() if "kiosk" in line and not is_about_this_machine(line)]
        assert lines == []


def is_about_this_machine(line: str) -> bool:
    """What is not installed here: the program itself."""
    return "is not executable" in line


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_at_most_as_exposed_as_the_docs_say(name: str) -> None:
    stated = re.search(r"exposure level .*?(\d\.\d)", DOCS.read_text())
    assert stated
    command = [program("systemd-analyze"), "security", "--offline=true", "--no-pager", SYSTEMD / name]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level.*: (\d+\.\d)", told)
    assert found, told
    assert float(found[1]) <= float(stated[1])


def test_the_hardening_is_one_file_for_all() -> None:
    found = read_settings(SYSTEMD / "kiosk-.service.d" / "hardening.conf")
    assert found["Service", "NoNewPrivileges"] == ["yes"]

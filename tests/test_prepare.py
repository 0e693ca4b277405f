"""tests/prepare with pretended Debian tools: what it asks for, and what it says when it may not ask."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

Machine = dict[str, str]


@pytest.fixture
def bare_machine(tmp_path: Path) -> Machine:
    """No wanted package is there but Redis; apt-get writes down what it is told; nobody is root."""
    pretend(tmp_path, "dpkg-query", 'test "${@: -1}" = redis-server && echo installed')
    pretend(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/asked')
    pretend(tmp_path, "id", "echo 1000")
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(tmp_path / "asked")}


def pretend(folder: Path, program: str, script: str) -> None:
    path = folder / program
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


def prepare(machine: Machine, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "tests" / "prepare", *options], env=machine, capture_output=True, text=True, check=False
    )


def asked_of_apt(machine: Machine) -> str:
    asked = Path(machine["ASKED"])
    return asked.read_text() if asked.exists() else ""


def test_root_gets_what_is_missing_after_one_update(bare_machine: Machine, tmp_path: Path) -> None:
    pretend(tmp_path, "id", "echo 0")

    done = prepare(bare_machine)

    update, install = asked_of_apt(bare_machine).splitlines()
    assert done.returncode == 0
    assert update.endswith("update")
    assert "chromium" in install.split()
    assert "redis-server" not in install.split()


def test_whoever_may_not_install_is_told_what_to_install_in_one_line(bare_machine: Machine) -> None:
    done = prepare(bare_machine)

    assert done.returncode == 1
    assert "apt-get install chromium firefox-esr" in done.stderr
    assert done.stderr.count("\n") == 1
    assert asked_of_apt(bare_machine) == ""


def test_a_dry_run_installs_nothing(bare_machine: Machine, tmp_path: Path) -> None:
    pretend(tmp_path, "id", "echo 0")

    assert prepare(bare_machine, "--dry-run").stdout.startswith("Would install: chromium firefox-esr")
    assert asked_of_apt(bare_machine) == ""


def test_nothing_is_asked_of_the_network_when_all_is_there(bare_machine: Machine, tmp_path: Path) -> None:
    pretend(tmp_path, "dpkg-query", "echo installed")

    done = prepare(bare_machine)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert asked_of_apt(bare_machine) == ""

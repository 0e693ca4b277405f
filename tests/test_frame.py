"""The frame around the code: what is shipped from elsewhere is what it says it is, and the locks hold what setup.cfg asks."""

import ast
import configparser
import hashlib
import json
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "kiosk" / "static" / "vendor"
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def vendored() -> dict[str, str]:
    entries = json.loads((VENDOR / "manifest.json").read_text())
    return {name: sha256 for entry in entries for name, sha256 in entry["sha256"].items()}


def asked_for(extras: tuple[str, ...]) -> list[Requirement]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lists = [setup["options"]["install_requires"]]
    lists += [setup["options.extras_require"][extra] for extra in extras]
    return [Requirement(line) for text in lists for line in text.splitlines() if line.strip()]


def locked(name: str) -> dict[str, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for pin in PINNED.finditer((ROOT / name).read_text())}


@pytest.mark.parametrize("name", vendored())
def test_a_vendored_file_is_byte_for_byte_the_one_from_npm(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == vendored()[name]


def test_everything_vendored_is_in_the_manifest() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {*vendored(), "manifest.json"}


LOCKS = {
    "requirements-run.lock": (),
    "requirements-university.lock": ("postgresql", "redis"),
    "requirements.lock": ("postgresql", "redis", "gevent", "threading", "test", "lint"),
}


@pytest.mark.parametrize(("name", "extras"), LOCKS.items())
def test_a_lock_has_what_setup_cfg_asks_for(name: str, extras: tuple[str, ...]) -> None:
    versions = locked(name)

    missing = [
        str(wish)
        for wish in asked_for(extras)
        if not wish.specifier.contains(versions.get(canonicalize_name(wish.name), "0"))
    ]

    assert not missing, "run `make lock`"


def test_serving_and_testing_use_the_same_versions() -> None:
    assert locked("requirements-run.lock").items() <= locked("requirements-university.lock").items()
    assert locked("requirements-university.lock").items() <= locked("requirements.lock").items()


def test_every_locked_package_is_named_by_its_hash() -> None:
    for name in LOCKS:
        blocks = re.split(r"\n(?=[\w.-]+==)", (ROOT / name).read_text())[1:]
        assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_whatever_is_no_module_is_installed_with_its_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    installed = {
        path
        for package, patterns in setup["options.package_data"].items()
        for pattern in patterns.split(",")
        for path in (ROOT / package.replace(".", "/")).glob(pattern.strip())
    }
    data = (path for path in (ROOT / "kiosk").rglob("*.*") if path.is_file() and "__pycache__" not in path.parts)

    assert [path for path in data if path.suffix != ".py" and path not in installed] == []


@pytest.mark.parametrize("path", sorted((ROOT / "kiosk" / "domain").glob("*.py")), ids=lambda path: path.stem)
def test_the_domain_is_plain_python(path: Path) -> None:
    strangers = {name for name in imported_by(path) if name.partition(".")[0] not in sys.stdlib_module_names}

    assert {name for name in strangers if not f"{name}.".startswith("kiosk.domain.")} == set()


def imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}

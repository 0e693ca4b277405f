"""The wall between wings in the code: what a fresh interpreter has loaded after importing one wing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.secret_files import make_secrets

ROOT = Path(__file__).resolve().parents[2]

NEVER = {
    "display": (
        "kiosk.checkin",
        "kiosk.admin",
        "kiosk.imports",
        "kiosk.store.tables.register",
        "kiosk.store.tables.staff",
        "kiosk.store.tables.imports",
        "kiosk.store.tables.every",
        "kiosk.store.doors.checkin",
        "kiosk.store.doors.own",
        "kiosk.store.doors.expected",
        "kiosk.store.doors.admin",
        "kiosk.store.doors.imports",
        "flask_login",
    ),
    "checkin": (
        "kiosk.display",
        "kiosk.admin",
        "kiosk.imports",
        "kiosk.store.tables.staff",
        "kiosk.store.tables.screens",
        "kiosk.store.tables.imports",
        "kiosk.store.tables.every",
        "kiosk.store.doors.display",
        "kiosk.store.doors.admin",
        "kiosk.store.doors.imports",
        "flask_socketio",
    ),
    "admin": (
        "kiosk.display",
        "kiosk.checkin",
        "kiosk.store.doors.display",
        "kiosk.store.doors.checkin",
        "kiosk.store.doors.own",
        "kiosk.store.tables.every",
        "flask_socketio",
    ),
}


def loaded_after(statement: str) -> set[str]:
    """The modules a new interpreter holds after one import."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def trespassers(wing: str, loaded: set[str]) -> set[str]:
    return {name for name in loaded for stem in NEVER[wing] if name == stem or name.startswith(stem + ".")}


@pytest.mark.parametrize("wing", NEVER)
def test_a_wing_does_not_load_what_belongs_to_another(wing: str) -> None:
    loaded = loaded_after(f"import kiosk.{wing}.app")
    assert trespassers(wing, loaded) == set()
    assert f"kiosk.{wing}.views" in loaded


@pytest.mark.parametrize("wing", NEVER)
def test_a_wings_own_process_does_not_either_when_it_has_looked_at_its_database(
    wing: str, tmp_path: Path, migrated_file: Path
) -> None:
    (tmp_path / "kiosk.toml").write_text(
        f"[institution]\ntime_zone = 'Europe/London'\n[database]\nsqlite = '{migrated_file}'\n"
    )
    make_secrets(tmp_path)
    environment = {"KIOSK_INSTANCE": str(tmp_path), "KIOSK_ORIGIN": "http://127.0.0.1:8000"}
    loaded = loaded_after(f"import os; os.environ.update({environment}); import wsgi; wsgi.alone('{wing}')")
    assert trespassers(wing, loaded) == set()


def test_the_domain_is_plain_python() -> None:
    loaded = loaded_after("import " + ", ".join(f"kiosk.domain.{path.stem}" for path in domain_modules()))
    assert not {"flask", "sqlalchemy", "kiosk.store", "kiosk.web"} & loaded


def domain_modules() -> list[Path]:
    return [path for path in (ROOT / "kiosk" / "domain").glob("*.py") if path.stem != "__init__"]


def test_the_domain_has_no_clock() -> None:
    clocks = {"now", "utcnow", "today", "time", "monotonic"}
    for path in domain_modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                assert not (node.func.attr in clocks and owner in ("datetime", "date", "time")), (
                    f"{path.name}:{node.lineno}"
                )


def test_only_the_server_names_an_async_library() -> None:
    for path in (ROOT / "kiosk").rglob("*.py"):
        if path.name != "server.py":
            names = {
                alias.name.split(".")[0]
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
            }
            assert not names & {"eventlet", "gevent"}, path


def test_the_packages_above_the_wings_are_empty() -> None:
    for path in (ROOT / "kiosk").rglob("__init__.py"):
        body = ast.parse(path.read_text("utf-8")).body
        assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body), path


@pytest.mark.parametrize("wing", NEVER)
def test_a_wing_has_its_rights_though_it_runs_alone(wing: str) -> None:
    """Tables that its own refer to may belong to others, and are not loaded then."""
    loaded_after(
        f"import kiosk.{wing}.app\nfrom kiosk.store.database import metadata\n"
        f"from kiosk.store.rights import sqlite_authorizer\nsqlite_authorizer('{wing}', metadata)"
    )

"""Take each wall down in turn, in a copy of the program, and see a test fail: a wall nobody watches is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.walls.mutations import HOUSE, Mutation
from tests.walls.mutations_of_wings import WINGS

MUTATIONS = (*HOUSE, *WINGS)
ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("kiosk", "migrations", "tests", "wsgi.py", "setup.cfg", "pyproject.toml")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=line")
LONG_AGO = 1_000_000_000
WHICH = '''"""Whether these tests run against the copy they are in."""

from pathlib import Path


def test_the_copy_is_what_is_tested():
    import kiosk, kiosk.migrations, kiosk.store.engines, tests.stage, wsgi

    here = Path(__file__).resolve().parents[1]
    for module in (kiosk, kiosk.migrations, kiosk.store.engines, tests.stage, wsgi):
        assert Path(module.__file__).resolve().is_relative_to(here), module.__file__
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program and its tests, apart from the installed one."""
    folder = tmp_path_factory.mktemp("mutations") / "copy"
    folder.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    # `kiosk.migrations` is a folder beside `kiosk`, which only an installed package knows.
    (folder / "kiosk" / "migrations").symlink_to(folder / "migrations")
    (folder / "tests" / "test_which.py").write_text(WHICH)
    return folder


def run(copy: Path, tests: Collection[str]) -> subprocess.CompletedProcess[str]:
    """The tests against the copy. What is compiled is kept beside it: compiling takes longer than the tests do."""
    left_out = ("PYTEST", "COV", "KIOSK", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    compiled = {"PYTHONPATH": str(copy), "PYTHONPYCACHEPREFIX": str(copy.parent / "compiled")}
    return subprocess.run(
        [sys.executable, *PYTEST, *tests],
        cwd=copy,
        env={**kept, **compiled},
        capture_output=True,
        text=True,
        timeout=120 + 4 * len(tests),
        check=False,
    )


def test_with_every_wall_up_these_tests_pass(copy: Path) -> None:
    tests = dict.fromkeys(test for mutation in MUTATIONS for test in mutation.tests)
    done = run(copy, ["tests/test_which.py", *tests])
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(tests) + 1} passed" in done.stdout


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.wall)
def test_a_wall_that_is_taken_down_is_missed(copy: Path, mutation: Mutation) -> None:
    path = copy / mutation.file
    whole = path.read_text("utf-8")
    assert whole.count(mutation.old) == 1, f"{mutation.wall}: {mutation.file} no longer has its line once"
    path.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    # A compiled file is told from a stale one by its source's second, so each mutation has a second of its own.
    was, second = path.stat().st_mtime, LONG_AGO + MUTATIONS.index(mutation)
    os.utime(path, (second, second))
    try:
        done = run(copy, mutation.tests)
    finally:
        path.write_text(whole, "utf-8")
        os.utime(path, (was, was))
    assert done.returncode == 1, f"exit {done.returncode}, where 1 is a failed test\n{done.stdout[-3000:]}"
    summary = done.stdout.strip().splitlines()[-1]
    assert summary.startswith(f"{len(mutation.tests)} failed in"), f"these survive, or break: {done.stdout[-3000:]}"


def test_each_wall_has_a_name_of_its_own() -> None:
    assert len({mutation.wall for mutation in MUTATIONS}) == len(MUTATIONS)

"""Take each wall down in turn, in a copy of the program, and see a test fail: a wall nobody watches is none."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.walls.mutations import HOUSE, Mutation
from tests.walls.mutations_of_wings import WINGS

MUTATIONS = (*HOUSE, *WINGS)
ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("kiosk", "migrations", "tests", "wsgi.py", "setup.cfg", "pyproject.toml")
PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=line")
# Loaded beforehand, and no worse for it: nobody looks into the assertions of a plugin.
PYTEST += ("-W", "ignore:Module already imported so cannot be rewritten")
LONG_AGO = 1_000_000_000
MOST_OF_A_LINE = 300
WHICH = '''"""Whether these tests run against the copy they are in."""

from pathlib import Path


def test_the_copy_is_what_is_tested():
    import kiosk, kiosk.migrations, kiosk.store.engines, tests.stage, wsgi

    here = Path(__file__).resolve().parents[1]
    for module in (kiosk, kiosk.migrations, kiosk.store.engines, tests.stage, wsgi):
        assert Path(module.__file__).resolve().is_relative_to(here), module.__file__
'''


class Done(NamedTuple):
    """How a run of tests ended: pytest's exit code, and what it printed."""

    code: int
    printed: str


Run = Callable[[Iterable[str]], Done]


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


@pytest.fixture(scope="module")
def run(copy: Path) -> Iterator[Run]:
    """Tests against the copy. What is compiled is kept beside it: compiling takes longer than the tests do."""
    left_out = ("PYTEST", "COV", "KIOSK", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    compiled = {"PYTHONPATH": str(copy), "PYTHONPYCACHEPREFIX": str(copy.parent / "compiled")}
    with subprocess.Popen(
        [sys.executable, "-P", Path(__file__).with_name("warm.py")],
        cwd=copy,
        env={**kept, **compiled},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as warm:
        yield lambda tests: ask(warm, copy.parent / "log", tests)


def ask(warm: "subprocess.Popen[str]", log: Path, tests: Iterable[str]) -> Done:
    assert warm.stdin is not None
    assert warm.stdout is not None
    warm.stdin.write(json.dumps([str(log), *PYTEST, *tests]) + "\n")
    warm.stdin.flush()
    code, printed = int(warm.stdout.readline()), log.read_text("utf-8", "replace")
    # A failed assertion prints the page it was made of, in one line.
    return Done(code, "\n".join(line[:MOST_OF_A_LINE] for line in printed.splitlines()))


def test_with_every_wall_up_these_tests_pass(run: Run) -> None:
    tests = dict.fromkeys(test for mutation in MUTATIONS for test in mutation.tests)
    done = run(["tests/test_which.py", *tests])
    assert done.code == 0, done.printed[-3000:]
    assert f"{len(tests) + 1} passed" in done.printed


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.wall)
def test_a_wall_that_is_taken_down_is_missed(copy: Path, run: Run, mutation: Mutation) -> None:
    path = copy / mutation.file
    whole = path.read_text("utf-8")
    assert whole.count(mutation.old) == 1, f"{mutation.wall}: {mutation.file} no longer has its line once"
    path.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    # A compiled file is told from a stale one by its source's second, so each mutation has a second of its own.
    was, second = path.stat().st_mtime, LONG_AGO + MUTATIONS.index(mutation)
    os.utime(path, (second, second))
    try:
        done = run(mutation.tests)
    finally:
        path.write_text(whole, "utf-8")
        os.utime(path, (was, was))
    assert done.code == 1, f"exit {done.code}, where 1 is a failed test\n{done.printed[-3000:]}"
    summary = done.printed.strip().splitlines()[-1]
    assert summary.startswith(f"{len(mutation.tests)} failed in"), f"these survive, or break: {done.printed[-3000:]}"


def test_each_wall_has_a_name_of_its_own() -> None:
    assert len({mutation.wall for mutation in MUTATIONS}) == len(MUTATIONS)

"""`kiosk import`, as somebody types it: what it shows, and the exit codes others script against."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from kiosk.cli import main
from kiosk.imports.stage import drop, dry_run
from kiosk.instance import Instance
from kiosk.store import schema
from kiosk.store.engines import make_owner_engine
from kiosk.store.tables import imports, register
from tests.imports.conftest import SAMPLES

UTF_8 = sorted((SAMPLES / "utf-8-bom").glob("*.csv"))


def kiosk(folder: Path, *args: object) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *map(str, args)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance folder with an empty, migrated database."""
    assert kiosk(tmp_path, "init", "--name", "University of Barsetshire").exit_code == 0
    schema.migrate(Instance(tmp_path).database_url("owner"))
    return tmp_path


def count(folder: Path, table: object) -> int:
    engine = make_owner_engine(Instance(folder).database_url("owner"))
    with engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]
    engine.dispose()
    return found


def test_the_sample_university_is_applied_and_then_there_is_nothing_to_do(folder: Path) -> None:
    first, second = kiosk(folder, "import", "--yes", *UTF_8), kiosk(folder, "import", "--yes", *UTF_8)
    assert (first.exit_code, first.output.splitlines()[-1]) == (0, "Applied.")
    assert (second.exit_code, second.output.splitlines()[-1]) == (0, "Nothing to do.")
    assert count(folder, register.student) == 340


def test_a_dry_run_shows_and_changes_nothing(folder: Path) -> None:
    shown = kiosk(folder, "import", "--dry-run", *UTF_8)
    assert (shown.exit_code, "5 rooms are new" in shown.output) == (0, True)
    assert (count(folder, register.student), count(folder, imports.import_change)) == (0, 0)


def test_whoever_only_looked_at_what_is_applied_on_its_page_is_not_told_that_nothing_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop_too_late(*args: Any) -> bool:
        engine = make_owner_engine(Instance(folder).database_url("owner"))
        with engine.begin() as owner:
            owner.execute(imports.import_batch.update().values(state="applied"))
        engine.dispose()
        return drop(*args)

    monkeypatch.setattr("kiosk.imports.command.drop", drop_too_late)
    shown = kiosk(folder, "import", "--dry-run", *UTF_8)
    assert (shown.exit_code, "Nothing was changed" in shown.output) == (1, False)
    assert "Somebody has dealt with this import on its page meanwhile." in shown.output


def test_an_import_that_was_dropped_while_it_was_read_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_and_drop(*args: Any, **options: Any) -> int:
        batch_id = dry_run(*args, **options)
        drop(args[0], batch_id, datetime.now(UTC))
        return batch_id

    monkeypatch.setattr("kiosk.imports.command.dry_run", read_and_drop)
    shown = kiosk(folder, "import", "--yes", *UTF_8)
    assert (shown.exit_code, "This import was dropped while it was being read." in shown.output) == (1, True)


def test_problems_end_with_one(folder: Path) -> None:
    shown = kiosk(folder, "import", "--yes", SAMPLES / "gap" / "lectures.csv")
    assert shown.exit_code == 1
    assert "lectures.csv, line 2, column starts_at: does not exist" in shown.output


@pytest.mark.parametrize("args", [[], ["nowhere.csv"], [str(SAMPLES / "make.py")], [str(UTF_8[0])]])
def test_what_it_cannot_understand_ends_with_two(folder: Path, args: list[str]) -> None:
    assert kiosk(folder, "import", *args).exit_code == 2
    assert count(folder, imports.import_batch) == 0

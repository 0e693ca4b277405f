"""`kiosk log`: whatever the owner of the database does to the access log, the chain or its heads give it away, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk import audit, heads
from kiosk.cli import main
from kiosk.domain.access_log import FIRST, Act, link
from kiosk.secret_files import make_secrets
from kiosk.store.doors import access_log as door
from kiosk.store.doors import chain
from kiosk.store.tables import register
from kiosk.store.tables.log import access_entry, access_subject
from kiosk.store.transactions import transaction
from tests.domain.test_access_log import LOOK
from tests.stage import Database

append = transaction(door.append)
TOML = '[institution]\nname = "Barchester"\ntime_zone = "Europe/London"\n[database]\n'


@pytest.fixture
def folder(any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance with five looks in its log."""
    monkeypatch.setenv("KIOSK_ORIGIN", "http://127.0.0.1:8000")
    made = tmp_path / "instance"
    made.mkdir()
    lines = [f'{party} = "{url}"' for party, url in any_database.urls.items()]
    (made / "kiosk.toml").write_text(TOML + "\n".join(lines))
    (made / "kiosk.toml").chmod(0o600)
    make_secrets(made)
    with any_database.asking(LOOK.staff_id) as session:
        for number in range(5):
            append(session, replace(LOOK, at=datetime.now(UTC) - timedelta(days=5 - number), request=f"r{number}"))
    return made


def kiosk(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *words])


def tamper(database: Database, *statements: sa.Executable) -> None:
    with database.owner.begin() as connection:
        if database.owner.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for statement in statements:
            connection.execute(statement)


def forget(*ids: int) -> list[sa.Executable]:
    return [
        delete(access_subject).where(access_subject.c.entry_id.in_(ids)),
        delete(access_entry).where(access_entry.c.id.in_(ids)),
    ]


def rebuild(database: Database) -> None:
    """Make every hash anew, as somebody would who owns the table and knows how it is done."""
    with Session(database.owner) as session:
        kept, previous = list(chain.entries(session)), FIRST
        for it in kept:  # aside first: hashes are unique
            clear = {"hash": f"-{it.id}", "previous_hash": f"-{it.id}"}
            session.execute(update(access_entry).where(access_entry.c.id == it.id).values(**clear))
        for it in kept:
            assert it.entry is not None
            anew = {"previous_hash": previous, "hash": link(previous, it.entry)}
            session.execute(update(access_entry).where(access_entry.c.id == it.id).values(**anew))
            previous = anew["hash"]
        session.commit()


def test_a_log_as_it_was_written_is_said_to_be_so(folder: Path) -> None:
    kiosk(folder, "log", "head")

    answer = kiosk(folder, "log", "verify")

    assert (answer.exit_code, answer.output) == (0, "5 entries, 1 heads: the log is as it was written.\n")


EDITS: dict[str, Callable[[], sa.Executable]] = {
    "who": lambda: update(access_entry).where(access_entry.c.id == 3).values(staff_id=99),
    "when": lambda: update(access_entry).where(access_entry.c.id == 3).values(at=datetime(2026, 1, 1, tzinfo=UTC)),
    "an act nobody knows": lambda: update(access_entry).where(access_entry.c.id == 3).values(act="nothing"),
    "a student taken out": lambda: delete(access_subject).where(
        access_subject.c.entry_id == 3, access_subject.c.student_id == 11
    ),
    "a student put in": lambda: insert(access_subject).values(entry_id=3, student_id=77),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_is_found(folder: Path, any_database: Database, what: str) -> None:
    kiosk(folder, "log", "head")
    tamper(any_database, EDITS[what]())

    answer = kiosk(folder, "log", "verify")

    assert (answer.exit_code, answer.output) == (1, "Entry 3 was edited after it was written.\n")


def test_an_instant_that_can_not_be_read_is_an_edit(folder: Path, any_database: Database) -> None:
    if any_database.owner.dialect.name != "sqlite":
        with pytest.raises(DBAPIError):
            tamper(any_database, sa.text("update access_entry set at = 'never' where id = 3"))
        return
    tamper(any_database, sa.text("update access_entry set at = 'never' where id = 3"))

    assert "Entry 3 was edited" in kiosk(folder, "log", "verify").output


def test_a_deletion_is_found(folder: Path, any_database: Database) -> None:
    kiosk(folder, "log", "head")
    tamper(any_database, *forget(3))

    answer = kiosk(folder, "log", "verify")

    assert (answer.exit_code, answer.output) == (1, "Before entry 4 something is gone, or was put in.\n")


def test_an_insertion_is_found(folder: Path, any_database: Database) -> None:
    kiosk(folder, "log", "head")
    with any_database.owner.connect() as connection:
        third = connection.execute(select(access_entry).where(access_entry.c.id == 3)).one()
    entry = replace(LOOK, subjects=frozenset(), request="forged")
    forged = third._asdict() | {"request": "forged", "at": LOOK.at, "previous_hash": "0" * 63 + "1"}
    forged["hash"] = link(forged["previous_hash"], entry)
    tamper(any_database, *forget(3), insert(access_entry).values(**forged))

    answer = kiosk(folder, "log", "verify")

    assert answer.exit_code == 1
    assert answer.output.splitlines() == [
        "Before entry 3 something is gone, or was put in.",
        "Before entry 4 something is gone, or was put in.",
    ]


def test_the_last_entries_cut_off_are_missed_by_the_head(folder: Path, any_database: Database) -> None:
    kiosk(folder, "log", "head")
    tamper(any_database, *forget(4, 5))

    answer = kiosk(folder, "log", "verify")

    assert answer.exit_code == 1
    assert answer.output.startswith("Entry 5 is not the one whose head was written down for ")


def test_a_chain_written_anew_after_an_edit_is_given_away_by_the_head_alone(
    folder: Path, any_database: Database
) -> None:
    kiosk(folder, "log", "head")
    tamper(any_database, EDITS["who"]())
    rebuild(any_database)

    answer = kiosk(folder, "log", "verify")

    assert answer.exit_code == 1
    assert "the past was written anew, or cut off" in answer.output
    assert "edited" not in answer.output


def test_a_file_of_heads_that_is_gone_is_missed(folder: Path, any_database: Database) -> None:
    kiosk(folder, "log", "head")
    (folder / "log-heads.txt").unlink()
    tamper(any_database, EDITS["who"]())
    rebuild(any_database)

    answer = kiosk(folder, "log", "verify")

    assert answer.exit_code == 1
    assert "No head is written down in" in answer.output


def test_a_line_that_is_no_head_is_said(folder: Path) -> None:
    (folder / "log-heads.txt").write_text("2026-11-23 5\n")

    answer = kiosk(folder, "log", "verify")

    assert (answer.exit_code, "line 1 is no head of the log" in answer.output) == (1, True)


def test_a_head_is_written_once_and_the_file_only_grows(folder: Path, any_database: Database) -> None:
    kiosk(folder, "log", "head")
    first = (folder / "log-heads.txt").read_text()

    again = kiosk(folder, "log", "head")
    with any_database.asking(LOOK.staff_id) as session:
        append(session, LOOK)
    kiosk(folder, "log", "head")

    assert again.output == "The newest head is written down already.\n"
    grown = (folder / "log-heads.txt").read_text()
    assert grown.startswith(first)
    assert [head.id for head in heads.lodged(folder / "log-heads.txt")] == [5, 6]
    assert (folder / "log-heads.txt").stat().st_mode & 0o077 == 0


def test_heads_may_go_to_a_folder_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    path = folder / "kiosk.toml"
    path.write_text(path.read_text() + f'\n[log]\nheads = "{tmp_path / "elsewhere"}"\n')

    kiosk(folder, "log", "head")

    assert (tmp_path / "elsewhere" / "log-heads.txt").is_file()


def test_a_file_that_can_not_be_written_is_said(folder: Path) -> None:
    (folder / "kiosk.toml").write_text((folder / "kiosk.toml").read_text() + '\n[log]\nheads = "gone/heads.txt"\n')

    answer = kiosk(folder, "log", "head")

    assert (answer.exit_code, "can't be written" in answer.output) == (1, True)


def test_without_a_database_it_says_so(folder: Path, any_database: Database) -> None:
    text = (folder / "kiosk.toml").read_text().replace(any_database.urls["audit"], "sqlite:////nowhere/at/all.sqlite")
    (folder / "kiosk.toml").write_text(text)

    answer = kiosk(folder, "log", "verify")

    assert (answer.exit_code, "The database does not answer" in answer.output) == (1, True)


@pytest.mark.parametrize("table", [register.student, register.enrolment, register.attendance])
def test_whoever_checks_the_log_reads_no_student(any_database: Database, table: sa.Table) -> None:
    with any_database.engine("audit").connect() as connection, pytest.raises(DBAPIError, match=r"prohibited|denied"):
        connection.execute(select(table))


def test_the_doctor_says_when_a_days_head_is_not_written_down(folder: Path) -> None:
    before = kiosk(folder, "doctor").output
    kiosk(folder, "log", "head")

    assert "MEND  The access log's head of" in before
    assert "ok    the access log's heads are in" in kiosk(folder, "doctor").output


def test_the_doctor_says_when_heads_can_not_be_written(folder: Path) -> None:
    (folder / "kiosk.toml").write_text((folder / "kiosk.toml").read_text() + '\n[log]\nheads = "gone/heads.txt"\n')

    assert "MEND  The access log's heads can't be written to" in kiosk(folder, "doctor").output


def test_an_unfinished_line_is_left_and_found(tmp_path: Path) -> None:
    path = tmp_path / "heads.txt"
    path.write_text("2026-11-23 4 abc\n2026-11-2")

    heads.lodge(path, audit.Head(5, "def", LOOK.at.date()))

    assert path.read_text() == "2026-11-23 4 abc\n2026-11-2\n2026-11-24 5 def\n"
    with pytest.raises(heads.UnreadableHeads, match="line 2"):
        heads.lodged(path)


def test_acts_are_all_known_to_the_table() -> None:
    assert max(len(act.value) for act in Act) <= access_entry.c.act.type.length  # type: ignore[attr-defined]

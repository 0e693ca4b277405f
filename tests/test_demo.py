"""The demonstration: always a session on, nobody real, and nothing of anybody else's touched."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kiosk.cli import main
from kiosk.demo import barchester
from kiosk.demo.command import Filled, fill, report
from kiosk.domain.lectures import Phase
from kiosk.settings import Instance
from kiosk.store import schema
from kiosk.store.doors.board import lectures_near
from kiosk.store.engines import make_owner_engine
from kiosk.store.tables import board, register, staff


def kiosk(folder: Path, *args: object) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *map(str, args)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert kiosk(tmp_path, "init").exit_code == 0
    schema.migrate(Instance(tmp_path).database_url("owner"))
    return tmp_path


def rows(folder: Path, table: Any) -> list[Any]:
    engine = make_owner_engine(Instance(folder).database_url("owner"))
    with engine.connect() as connection:
        found = list(connection.execute(select(table)))
    engine.dispose()
    return found


def add(folder: Path, table: Any, **values: Any) -> None:
    engine = make_owner_engine(Instance(folder).database_url("owner"))
    with engine.begin() as connection:
        connection.execute(insert(table).values(**values))
    engine.dispose()


def test_it_says_what_it_made_and_where_the_sign_ins_are(folder: Path, tmp_path: Path) -> None:
    said = kiosk(folder, "demo", "--students", 20, "--json", tmp_path / "demo.json").output
    assert "is made, with 20 invented students." in said
    assert "one is on at any hour" in said
    assert f"The sign-ins: {folder / 'demo-sign-ins.txt'}\n" in said
    assert f"Every sign-in and id: {tmp_path / 'demo.json'}\n" in said


def test_it_says_how_many_students_were_there_and_how_many_came(folder: Path) -> None:
    kiosk(folder, "demo", "--students", 1)
    assert "There is 1 student already; 19 were added." in kiosk(folder, "demo", "--students", 20).output
    assert "There are 20 students already; 1 was added." in kiosk(folder, "demo", "--students", 21).output
    assert len(rows(folder, register.student)) == 21


def test_it_says_when_there_is_nothing_to_add(folder: Path) -> None:
    kiosk(folder, "demo", "--students", 20)
    said = kiosk(folder, "demo", "--students", 10)
    assert (said.exit_code, "There are 20 students already: nothing to add." in said.output) == (0, True)
    assert len(rows(folder, register.student)) == 20


def test_it_says_how_far_the_timetable_was_lengthened() -> None:
    said = report(Filled(students_before=20, students_added=0, lectures_added=60))
    assert said == "There are 20 students already.\n60 sessions added: one is on at any hour for the next week."


def test_without_a_schema_it_says_what_to_run(tmp_path: Path) -> None:
    kiosk(tmp_path, "init")
    answer = kiosk(tmp_path, "demo")
    assert (answer.exit_code, "kiosk migrate" in answer.output) == (1, True)


def test_an_empty_instance_gets_a_university_whose_pages_say_that_it_is_invented(folder: Path) -> None:
    assert kiosk(folder, "demo", "--if-empty").exit_code == 0
    assert Instance(folder).institution.is_demo
    assert {"ada", "ben", "cy"} <= {row.login for row in rows(folder, register.student)}
    assert "ada" in (folder / "demo-sign-ins.txt").read_text("utf-8")


def test_the_json_file_has_every_sign_in_and_each_works(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    assert kiosk(folder, "demo", "--students", 320, "--json", path).exit_code == 0
    made = json.loads(path.read_text("utf-8"))
    assert path.stat().st_mode & 0o077 == 0
    assert len(made["students"]) == 320
    assert {"id", "number", "login", "password", "modules"} <= made["students"][0].keys()
    assert {"id", "module", "room", "starts_at", "ends_at"} <= made["lectures"][0].keys()
    credentials = rows(folder, register.student_credential) + rows(folder, staff.staff_credential)
    assert len(credentials) == 320 + len(made["staff"])
    password = made["students"][0]["password"]
    assert all(PasswordHasher().verify(it, password) for it in {row.password_hash for row in credentials})


def test_check_in_is_open_at_every_moment_for_those_who_are_enrolled(folder: Path) -> None:
    kiosk(folder, "demo")
    instance, start = Instance(folder), datetime.now(UTC)
    engine = make_owner_engine(instance.database_url("owner"))
    with Session(engine) as session:
        for minutes in range(0, 6 * 24 * 60, 97):
            now = start + timedelta(minutes=minutes)
            on = [it for it in lectures_near(session, now, instance.windows) if it.phase(now) is Phase.OPEN]
            assert any(it.starts_at <= now < it.ends_at and "COMP1201" in it.code for it in on), now
    engine.dispose()


def test_days_later_the_timetable_goes_on_and_nothing_is_there_twice(folder: Path) -> None:
    kiosk(folder, "demo")
    instance, later = Instance(folder), datetime.now(UTC) + timedelta(days=5)
    before = {row.ref for row in rows(folder, board.lecture)}
    engine = make_owner_engine(instance.database_url("owner"))
    with Session(engine) as session:
        for _ in range(2):
            fill(session, later, instance, how_many=0, password="barchester-1", is_new_password=False)
    engine.dispose()
    refs = [row.ref for row in rows(folder, board.lecture)]
    assert before < set(refs)
    assert len(refs) == len(set(refs))
    assert max(row.starts_at for row in rows(folder, board.lecture)) > later + timedelta(days=6)


def test_a_database_with_a_real_student_is_refused_and_left_alone(folder: Path) -> None:
    add(folder, register.student, number="31000001", login="ada", known_as="Ada Lovelace")
    refused = kiosk(folder, "demo")
    assert (refused.exit_code, "left alone" in refused.output) == (1, True)
    assert len(rows(folder, register.student)) == 1
    assert not Instance(folder).institution.is_demo


def test_if_empty_does_nothing_where_somebody_has_begun(folder: Path) -> None:
    add(folder, board.room, code="4/4053", name="")
    add(folder, board.module, code="COMP1201", title="Algorithms", participation="policy")
    assert kiosk(folder, "demo", "--if-empty").exit_code == 0
    assert rows(folder, register.student) == []
    assert not Instance(folder).institution.is_demo


def test_if_empty_leaves_an_institution_empty_that_has_named_itself(tmp_path: Path) -> None:
    kiosk(tmp_path, "init", "--name", "University of Barsetshire")
    schema.migrate(Instance(tmp_path).database_url("owner"))
    assert kiosk(tmp_path, "demo", "--if-empty").exit_code == 0
    assert rows(tmp_path, register.student) == []


def test_invented_names_come_from_many_scripts() -> None:
    letters = {
        unicodedata.name(letter).split()[0]
        for _, _, name, _ in barchester.students(60)
        for letter in name
        if letter.isalpha()
    }
    wanted = "LATIN GREEK CYRILLIC ARABIC HEBREW CJK HANGUL HIRAGANA DEVANAGARI BENGALI TAMIL THAI ETHIOPIC GEORGIAN"
    assert set(wanted.split()) <= letters

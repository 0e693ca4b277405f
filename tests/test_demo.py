"""The demonstration: always a session on, nobody real, and nothing of anybody else's touched."""

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kiosk import doctor
from kiosk.admin import app as admin
from kiosk.cli import main
from kiosk.demo import barchester, proofs, sign_ins
from kiosk.demo.command import Filled, fill, report
from kiosk.domain.lectures import Phase
from kiosk.domain.permissions import Role
from kiosk.instance import Instance
from kiosk.store import schema
from kiosk.store.doors.board import lectures_near
from kiosk.store.engines import make_owner_engine
from kiosk.store.tables import board, factors, records, register, staff
from tests.stage import Browser


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


def change_all(folder: Path, table: Any, **values: Any) -> None:
    engine = make_owner_engine(Instance(folder).database_url("owner"))
    with engine.begin() as connection:
        connection.execute(update(table).values(**values))
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
    assert {it["id"] for it in made["lectures"]} == {row.id for row in rows(folder, board.lecture)}
    assert {it["id"] for it in made["modules"]} == {row.id for row in rows(folder, board.module)}
    assert {it["id"] for it in made["rooms"]} == {row.id for row in rows(folder, board.room)}
    credentials = rows(folder, register.student_credential) + rows(folder, staff.staff_credential)
    assert len(credentials) == 320 + len(made["staff"])
    password = made["students"][0]["password"]
    assert all(PasswordHasher().verify(it, password) for it in {row.password_hash for row in credentials})


def rehearse(folder: Path) -> Any:
    """A browser at the instance's staff area, as `make run` would serve it."""
    settings = Instance(folder).admin()
    app = admin.make(settings)
    return Visitor(app)


class Visitor(Browser):
    """A browser on the machine that serves, below the staff area's path."""

    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{"base_url": "http://localhost/admin", **options})


@pytest.fixture
def at_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_ORIGIN", "http://localhost")


@pytest.mark.usefixtures("at_localhost")
def test_a_newcomer_gets_to_names_with_nothing_but_what_the_screen_shows(folder: Path) -> None:
    kiosk(folder, "demo", "--if-empty")
    told = doctor.welcome(Instance(folder))
    browser = rehearse(folder)
    link = re.search(r"dr\.day +http://localhost/admin(/enrol/\S+)", told)
    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", told)[0]
    password = re.search(r"password: +(\S+)", told)
    assert link
    assert password

    browser.send(link[1], name="My browser")
    browser.send("/sign-in", login="dr.day", password=password[1])
    browser.send("/second-factor", code=code, recovery="1")
    lecture = re.search(r"/lectures/\d+", browser.get("/").text)
    assert lecture
    shown = browser.send(f"{lecture[0].removeprefix('/admin')}/register/names", "/security")

    assert "Ada Lovelace" in shown.text


@pytest.mark.usefixtures("at_localhost")
def test_the_screen_has_a_link_for_whoever_needs_more_than_a_password(folder: Path) -> None:
    kiosk(folder, "demo", "--if-empty")

    told = doctor.welcome(Instance(folder))

    linked = re.findall(r"(\S+) +http://localhost/admin/enrol/", told)
    assert linked == ["dr.day", "mo.admin", "dot.dpo"]
    assert all(login in told for login, *_ in barchester.STAFF)
    assert f"The others' links and codes: {folder / 'demo-sign-ins.txt'}" in told


def test_the_file_has_a_link_for_everybody_who_needs_one(folder: Path) -> None:
    kiosk(folder, "demo", "--if-empty")

    text = (folder / "demo-sign-ins.txt").read_text("utf-8")

    linked = re.findall(r"(\S+) +\{staff\}/enrol/", text)
    assert set(linked) == {login for login, *_ in barchester.STAFF} - {"ro.rooms"}
    assert len(linked) == len(set(linked))


def test_there_is_somebody_in_every_role_and_each_is_described(folder: Path) -> None:
    kiosk(folder, "demo", "--if-empty")
    assert {row.role for row in rows(folder, staff.role_grant)} == set(Role)
    assert sign_ins.MAY.keys() == {login for login, *_ in barchester.STAFF}


def test_the_tutor_has_tutees_and_the_lead_leads_and_a_second_run_adds_none(folder: Path) -> None:
    for _ in range(2):
        kiosk(folder, "demo", "--students", 20)
    logins = {row.id: row.login for row in rows(folder, staff.staff)}
    students = {row.id: row.login for row in rows(folder, register.student)}
    links = [(logins[row.staff_id], students[row.student_id]) for row in rows(folder, records.tutee)]
    assert links[:2] == [("tia.tutor", "ada"), ("tia.tutor", "ben")]
    assert len(links) == barchester.TUTEES
    assert [logins[row.staff_id] for row in rows(folder, staff.teaching) if row.leads] == ["lea.lead"]


@pytest.mark.usefixtures("at_localhost")
def test_a_script_gets_to_names_with_what_the_file_holds(folder: Path, tmp_path: Path) -> None:
    kiosk(folder, "demo", "--json", tmp_path / "demo.json")
    kiosk(folder, "demo", "--if-empty")
    day = next(it for it in json.loads((tmp_path / "demo.json").read_text("utf-8"))["staff"] if it["login"] == "dr.day")
    browser = rehearse(folder)
    browser.set_cookie(key=day["device_cookie"]["name"], value=day["device_cookie"]["value"], path="/admin")

    browser.send("/sign-in", login="dr.day", password=day["password"])
    answer = browser.send("/second-factor", code=pyotp.TOTP(day["totp_secret"]).now())

    assert answer.headers["Location"].endswith("/admin/")
    assert "until you give your second factor" not in browser.get("/").text


@pytest.mark.usefixtures("at_localhost")
def test_a_link_that_was_used_is_made_anew_at_the_next_start_and_one_that_was_not_stays(folder: Path) -> None:
    kiosk(folder, "demo", "--if-empty")
    first = re.findall(r"/enrol/\S+", (folder / "demo-sign-ins.txt").read_text("utf-8"))
    rehearse(folder).send(first[0], name="My browser")
    kiosk(folder, "demo", "--if-empty")

    second = re.findall(r"/enrol/\S+", (folder / "demo-sign-ins.txt").read_text("utf-8"))

    assert (first[0] != second[0], first[1:] == second[1:]) == (True, True)


def test_recovery_codes_that_are_used_up_are_drawn_anew_but_never_over_somebodys_own(folder: Path) -> None:
    key = Instance(folder).factor_key
    kiosk(folder, "demo", "--if-empty")
    engine = make_owner_engine(Instance(folder).database_url("owner"))
    with Session(engine) as session:
        now = datetime.now(UTC)
        first, *_ = proofs.give(session, now, key)
        codes = factors.staff_recovery_code
        session.execute(update(codes).where(codes.c.staff_id == first.staff_id).values(used_at=now))
        fresh, *_ = proofs.give(session, now, key)
        again, *_ = proofs.give(session, now, key)
        session.execute(codes.delete().where(codes.c.staff_id == first.staff_id))
        session.execute(insert(codes).values(staff_id=first.staff_id, code_hash="drawn by themselves"))
        own, *_ = proofs.give(session, now, key)
    engine.dispose()

    assert (len(first.codes), len(fresh.codes), own.codes) == (10, 10, ())
    assert not set(first.codes) & set(fresh.codes)
    assert fresh.codes == again.codes


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


def test_a_demonstration_into_which_people_were_imported_goes_on_and_adds_nobody(folder: Path) -> None:
    kiosk(folder, "demo", "--students", 20)
    add(folder, register.student, number="31000001", login="zoe", known_as="Zoe")
    long_past = {"starts_at": datetime(2026, 1, 1, tzinfo=UTC), "ends_at": datetime(2026, 1, 2, tzinfo=UTC)}
    change_all(folder, board.lecture, ref=board.lecture.c.ref + "-past", **long_past)
    before = len(rows(folder, board.lecture))

    refused, again = kiosk(folder, "demo", "--students", 40), kiosk(folder, "demo", "--if-empty")

    assert (refused.exit_code, "no more invented ones are added" in refused.output) == (1, True)
    assert (again.exit_code, len(rows(folder, board.lecture)) > before) == (0, True)
    assert len(rows(folder, register.student)) == 21


def test_a_used_link_is_given_anew_where_people_were_imported(folder: Path) -> None:
    kiosk(folder, "demo", "--students", 20)
    add(folder, register.student, number="31000001", login="zoe", known_as="Zoe")
    before = {row.secret_hash for row in rows(folder, staff.staff_link)}
    change_all(folder, staff.staff_link, used_at=datetime(2026, 11, 24, tzinfo=UTC))

    kiosk(folder, "demo", "--if-empty")

    assert {row.secret_hash for row in rows(folder, staff.staff_link) if row.used_at is None}.isdisjoint(before)
    assert [row for row in rows(folder, staff.staff_link) if row.used_at is None]


def test_a_json_file_that_has_no_folder_is_said_before_anything_is_made(folder: Path, tmp_path: Path) -> None:
    refused = kiosk(folder, "demo", "--json", tmp_path / "nowhere" / "demo.json")

    assert (refused.exit_code, "There is no folder" in refused.output) == (1, True)
    assert rows(folder, register.student) == []


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

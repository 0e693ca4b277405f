"""`kiosk staff add` and `kiosk student links`: one-time links, for those who need them, seen by nobody else."""

import csv
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.accounts import add_person, make_links
from kiosk.cli import main
from kiosk.store.tables import register, staff
from tests.imports.conftest import import_session
from tests.stage import START, Stage

ADDRESS = "http://in.kiosk.test"


def kiosk(folder: Path, *args: object) -> Result:
    return CliRunner().invoke(main, ["--instance", str(folder), *map(str, args)])


@pytest.fixture
def folder(tmp_path: Path, stage: Stage) -> Path:
    """An instance folder on the stage's database."""
    made = tmp_path / "instance"
    assert kiosk(made, "init").exit_code == 0
    settings = (made / "kiosk.toml").read_text("utf-8")
    path = stage.database.urls["owner"].removeprefix("sqlite:///")
    (made / "kiosk.toml").write_text(settings.replace("kiosk.sqlite", path), "utf-8")
    return made


def newcomers(stage: Stage) -> None:
    for number, login, left_on in (
        ("4", "dee", None),
        ("5", "eli", START.date() - timedelta(days=1)),
        ("6", "=fay", None),
    ):
        stage.add(login, register.student, number=number, login=login, known_as=login.title(), left_on=left_on)


def test_links_are_for_students_without_a_password_who_are_here(stage: Stage, folder: Path, tmp_path: Path) -> None:
    newcomers(stage)
    out = tmp_path / "links.csv"
    shown = kiosk(folder, "student", "links", "--out", out, "--address", ADDRESS)
    assert shown.exit_code == 0
    found = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["login"] for row in found] == ["dee", "'=fay"]
    assert out.stat().st_mode & 0o777 == 0o600
    secret = found[0]["link"].removeprefix(f"{ADDRESS}/first-password/")
    kept = {row.secret_hash: row for row in stage.rows(register.student_link)}
    assert kept[hashlib.sha256(secret.encode()).hexdigest()].student_id == stage.ids["dee"]
    assert secret not in shown.output


def test_a_file_that_is_there_is_never_written_over(stage: Stage, folder: Path, tmp_path: Path) -> None:
    newcomers(stage)
    (tmp_path / "links.csv").write_text("mine", "utf-8")
    assert kiosk(folder, "student", "links", "--out", tmp_path / "links.csv", "--address", ADDRESS).exit_code == 1
    assert stage.rows(register.student_link) == []


def test_links_last_fourteen_days_and_each_is_another_on_both_engines(any_stage: Stage) -> None:
    newcomers(any_stage)
    for session in import_session(any_stage):
        (rows,) = make_links(session, START, START.date())
    assert len({secret for _, _, secret in rows}) == 2
    assert {row.expires_at for row in any_stage.rows(register.student_link)} == {START + timedelta(days=14)}


def test_staff_add_prints_one_link_and_gives_the_role_for_a_year(stage: Stage, folder: Path) -> None:
    args = ("staff", "add", "Fay", "--name", "Fay New", "--role", "module_admin", "--scope", "department:History")
    shown = kiosk(folder, *args, "--address", "http://staff.kiosk.test")
    assert shown.stdout.startswith("http://staff.kiosk.test/first-password/")
    (fay,) = stage.rows(staff.staff, staff.staff.c.login == "fay")
    (grant,) = stage.rows(staff.role_grant, staff.role_grant.c.staff_id == fay.id)
    assert (grant.role, grant.scope_kind, grant.scope_value) == ("module_admin", "department", "History")
    assert grant.until_on <= datetime.now(UTC).date() + timedelta(days=366)


def test_whoever_has_a_password_keeps_it_and_gets_no_link(any_stage: Stage) -> None:
    for session in import_session(any_stage):
        role: Any = ("room_admin", "all", "")
        secret = add_person(session, START, START.date(), login="day", name="Dr Day", unit="", grant=role)
    assert secret is None
    assert any_stage.rows(staff.staff_link) == []
    day = staff.role_grant.c.staff_id == any_stage.ids["day"]
    assert {row.role for row in any_stage.rows(staff.role_grant, day)} == {"lecturer", "room_admin"}
    assert [row.act for row in any_stage.rows(staff.journal)] == ["role:grant"]


@pytest.mark.parametrize(
    "scope", [[], ["--scope", "department"], ["--scope", "everything"], ["--scope", "all:Computing"]]
)
def test_a_role_needs_a_scope(folder: Path, scope: list[str], stage: Stage) -> None:
    before = stage.rows(staff.staff)
    assert kiosk(folder, "staff", "add", "fay", "--name", "Fay", "--role", "module_admin", *scope).exit_code == 2
    assert stage.rows(staff.staff) == before


def test_a_role_that_has_no_departments_is_not_given_for_one(folder: Path, stage: Stage) -> None:
    before = stage.rows(staff.staff)
    args = ("--name", "Fay", "--role", "dpo", "--scope", "department:History")
    assert "cannot be given for one department" in kiosk(folder, "staff", "add", "fay", *args).output
    assert stage.rows(staff.staff) == before


def add(folder: Path, role: str, login: str = "day") -> Result:
    words = ("--name", "Dr Day", "--role", role, "--scope", "all", "--address", "http://staff.kiosk.test")
    return kiosk(folder, "staff", "add", login, *words)


def test_a_powerful_role_is_given_here_only_until_there_is_a_data_owner(stage: Stage, folder: Path) -> None:
    refused = add(folder, "visa_officer")

    (owner,) = stage.rows(staff.role_grant, staff.role_grant.c.role == "data_owner")
    stage.change(staff.role_grant, owner.id, until_on=stage.start.date() - timedelta(days=400))
    given = add(folder, "visa_officer")

    assert (refused.exit_code, "needs a second person" in refused.output) == (1, True)
    assert (given.exit_code, len(stage.rows(staff.role_grant, staff.role_grant.c.role == "visa_officer"))) == (0, 1)


def test_roles_that_nobody_may_hold_together_are_refused_here_too(stage: Stage, folder: Path) -> None:
    stage.change(
        staff.role_grant, stage.rows(staff.role_grant, staff.role_grant.c.role == "lecturer")[0].id, role="dpo"
    )

    refused = add(folder, "support_desk")

    assert (refused.exit_code, "together with: Data-protection officer" in refused.output) == (1, True)
    assert stage.rows(staff.role_grant, staff.role_grant.c.role == "support_desk") == []


def test_whoever_is_data_owner_beside_what_nobody_may_be_beside_it_is_none_here(stage: Stage, folder: Path) -> None:
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=4000)}
    stage.add("", staff.role_grant, staff_id=stage.ids["olu"], role="system_admin", scope_kind="all", **days)

    assert add(folder, "data_owner", "next").exit_code == 0


def test_the_doctor_says_who_holds_roles_that_nobody_may_hold_together(stage: Stage, folder: Path) -> None:
    fine = kiosk(folder, "doctor").output
    days = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=4000)}
    stage.add("", staff.role_grant, staff_id=stage.ids["olu"], role="system_admin", scope_kind="all", **days)

    said = (
        "MEND  olu holds roles that nobody may hold together: Data owner, System administrator. They give nothing until"
    )
    assert "ok    nobody holds two roles that shut each other out" in fine
    assert said in kiosk(folder, "doctor").output


def test_staff_link_prints_a_new_link_for_whoever_lost_everything_and_writes_it_down(
    stage: Stage, folder: Path
) -> None:
    shown = kiosk(folder, "staff", "link", "Day", "--address", "http://staff.kiosk.test")

    secret = shown.stdout.strip().removeprefix("http://staff.kiosk.test/first-password/")
    (link,) = stage.rows(staff.staff_link)
    assert (link.kind, link.staff_id) == ("start", stage.ids["day"])
    assert link.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert [row.act for row in stage.rows(staff.journal)] == ["account:link"]


def test_staff_link_for_nobody_says_so(stage: Stage, folder: Path) -> None:
    shown = kiosk(folder, "staff", "link", "who", "--address", "http://staff.kiosk.test")

    assert (shown.exit_code, "no member of staff" in shown.output) == (1, True)
    assert stage.rows(staff.staff_link) == []

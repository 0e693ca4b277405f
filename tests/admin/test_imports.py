"""The import page: what files would change, before they do; all of it or nothing; nobody's name repeated."""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.admin.services import imports as service
from kiosk.audit import check
from kiosk.store.tables import board, imports, log, records, register, staff
from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage
from tests.stage import Browser, Stage

MODULES = "code,title,department,participation\nCOMP9001,Compilers,Computing,voluntary\n"
STUDENTS = "student_no,login,known_as\n32000001,grace,Grace Hopper\n"
ENROLMENTS = "student_no,module_code\n32000001,COMP9001\n"


def wait() -> None:
    """Until what goes on in the background is done."""
    for thread in threading.enumerate():
        if thread.name == service.THREAD:
            thread.join()


def send(browser: Browser, form_on: str = "/imports", **files: str | bytes) -> Any:
    sent = [
        (io.BytesIO(text.encode() if isinstance(text, str) else text), f"{name}.csv") for name, text in files.items()
    ]
    answer = browser.post("/imports/new", data={"csrf_token": browser.csrf(form_on), "files": sent})
    wait()
    return answer


def apply(browser: Browser, page: str) -> Any:
    answer = browser.send(f"{page}/apply", form_on="/imports")
    wait()
    return answer


def batch(stage: Stage) -> Any:
    return stage.rows(imports.import_batch)[-1]


def module_codes(stage: Stage) -> set[str]:
    return {row.code for row in stage.rows(board.module)}


def test_a_dry_run_shows_what_would_change_and_changes_nothing(stage: Stage, mo: Browser) -> None:
    answer = send(mo, modules=MODULES, students=STUDENTS, enrolments=ENROLMENTS)
    text = mo.get(answer.location).text
    assert "3 changes to look at" in text
    assert ">modules.csv</th>" in text
    assert "COMP9001" not in module_codes(stage)


def test_apply_makes_all_of_it_so(any_stage: Stage, any_desk: Desk) -> None:
    mo = any_desk.sign_in("mo")
    page = send(mo, modules=MODULES, students=STUDENTS, enrolments=ENROLMENTS).location
    apply(mo, page)
    assert "<h1>Applied</h1>" in mo.get(page).text
    assert "COMP9001" in module_codes(any_stage)
    assert any(row.number == "32000001" for row in any_stage.rows(register.student))
    assert [row.act for row in any_stage.rows(staff.journal)] == ["import:apply"]


def test_an_import_is_in_the_log_with_the_students_it_concerns(any_stage: Stage, any_desk: Desk) -> None:
    any_stage.add_staff("rae", "Rae Registry", "module_admin", "all")
    rae, stage = any_desk.sign_in("rae"), any_stage
    renamed = STUDENTS + "31000001,ada,Ada King\n31000002,ben,Ben Okri\n"
    taken = "student_no,module_code\n31000003,COMP1201\n"
    page = send(rae, students=renamed, enrolments=taken).location
    assert stage.rows(log.access_entry) == []

    apply(rae, page)

    (entry,) = stage.rows(log.access_entry)
    assert (entry.staff_id, entry.act, entry.thing, entry.outcome) == (stage.ids["rae"], "change", "import", "changed")
    (new,) = (row.id for row in stage.rows(register.student) if row.number == "32000001")
    assert {row.student_id for row in stage.rows(log.access_subject)} == {new, stage.ids["ada"], stage.ids["cy"]}
    assert f"Import {entry.thing_id}" in rae.get("/my-acts").text
    with Session(stage.database.engine("audit")) as session:
        assert check(session, []) == ([], 1)


@pytest.mark.parametrize(
    "files",
    [
        {"students": "student_no,login,known_as\n31000001,mine,Ada Lovelace\n"},
        {"staff": "login,name,unit\nday,Dr Night,Computing\n"},
    ],
)
def test_a_department_changes_nobody_who_is_known_already(
    any_stage: Stage, any_desk: Desk, files: dict[str, str]
) -> None:
    before = any_stage.rows(register.student), any_stage.rows(staff.staff)
    mo = any_desk.sign_in("mo")

    page = send(mo, **files).location

    assert "only whoever imports for the whole university changes people" in mo.get(page).text
    apply(mo, page)
    assert (any_stage.rows(register.student), any_stage.rows(staff.staff)) == before


def test_whose_tutees_change_is_in_the_log_too(any_stage: Stage, any_desk: Desk) -> None:
    mo, stage = any_desk.sign_in("mo"), any_stage

    apply(mo, send(mo, tutees="login,student_no,until_on\ntia,31000001,2026-11-23\ntia,31000002,\n").location)

    assert {row.student_id for row in stage.rows(log.access_subject)} == {stage.ids["ada"], stage.ids["ben"]}
    assert [row.until_on is None for row in stage.rows(records.tutee)] == [False, True]


def test_an_import_about_no_student_is_in_no_log_of_looks(stage: Stage, mo: Browser) -> None:
    apply(mo, send(mo, modules=MODULES).location)

    assert (batch(stage).state, stage.rows(log.access_entry)) == ("applied", [])


def test_what_can_not_be_written_down_is_not_applied(
    stage: Stage, mo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    page = send(mo, students=STUDENTS).location
    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)

    apply(mo, page)

    assert batch(stage).state == "broken"
    assert not any(row.number == "32000001" for row in stage.rows(register.student))


def test_the_same_files_twice_change_nothing(stage: Stage, mo: Browser) -> None:
    apply(mo, send(mo, modules=MODULES).location)
    assert "Nothing to do" in mo.get(send(mo, modules=MODULES).location).text


def test_applying_twice_applies_once(stage: Stage, mo: Browser) -> None:
    page = send(mo, modules=MODULES).location
    apply(mo, page)
    assert apply(mo, page).status_code == 303
    assert len(stage.rows(staff.journal)) == 1


def test_problems_name_file_line_and_column_and_no_value(mo: Browser) -> None:
    secret = "Grace Hopper the unmistakable"
    answer = send(mo, students=f"student_no,login,known_as\n32000001,with space {secret},x\n")
    text = mo.get(answer.location).text
    assert "students.csv, line 2, column login:" in text
    assert "unmistakable" not in text
    assert "Apply" not in text


def test_one_bad_line_stops_all_files(stage: Stage, mo: Browser) -> None:
    page = send(mo, modules=MODULES, enrolments="student_no,module_code\nnobody,COMP9001\n").location
    apply(mo, page)
    assert batch(stage).state == "refused"
    assert "COMP9001" not in module_codes(stage)


def test_drop_forgets_what_was_staged(stage: Stage, mo: Browser) -> None:
    page = send(mo, students=STUDENTS).location
    mo.send(f"{page}/drop", form_on=page)
    assert batch(stage).state == "dropped"
    assert stage.rows(imports.import_change) == []
    apply(mo, page)
    assert not any(row.number == "32000001" for row in stage.rows(register.student))


@pytest.mark.parametrize("what", ["drop", "apply"])
def test_whoever_is_too_late_is_told_and_changes_nothing(
    any_stage: Stage, any_desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    mo = any_desk.sign_in("mo")
    page = send(mo, students=STUDENTS).location
    name = {"drop": "drop", "apply": "claim"}[what]
    really = getattr(service.page, name)

    def too_late(*args: Any) -> bool:
        any_stage.change(imports.import_batch, batch(any_stage).id, state="applying")
        return bool(really(*args))

    monkeypatch.setattr(service.page, name, too_late)
    mo.send(f"{page}/{what}", form_on=page)

    text = mo.get(page).text
    assert ("omebody has dealt with" in text, "Another import is running" in text) == (True, False)
    assert (batch(any_stage).state, len(any_stage.rows(imports.import_change))) == ("applying", 1)


LEFT = {
    "enrolments": "student_no,module_code,until_on\n31000002,COMP1201,2026-11-01\n",
    "tutees": "login,student_no\ntia,31000002\n",
}


@pytest.mark.parametrize("files", [{"tutees": "login,student_no\ntia,31000003\n"}, LEFT])
def test_an_import_gives_a_tutor_nobody_who_takes_nothing_of_the_department(
    stage: Stage, mo: Browser, files: dict[str, str]
) -> None:
    page = send(mo, **files).location
    assert "tutees.csv, line 2, column student_no: is nobody who takes a module" in mo.get(page).text
    assert batch(stage).state == "refused"


def test_an_import_may_enrol_a_student_and_give_them_a_tutor(stage: Stage, mo: Browser) -> None:
    files = {"enrolments": "student_no,module_code\n31000003,COMP1201\n", "tutees": "login,student_no\ntia,31000003\n"}
    apply(mo, send(mo, **files).location)
    assert [row.student_id for row in stage.rows(records.tutee)] == [stage.ids["ada"], stage.ids["cy"]]


@pytest.mark.parametrize(
    "files",
    [
        {"modules": MODULES.replace("Computing", "History")},
        {"modules": "code,title,department,participation\nHIST2002,The Silk Roads,Computing,policy\n"},
        {"modules": "code,title,department,participation\nCOMP1201,Algorithms,History,policy\n"},
        {"enrolments": "student_no,module_code\n31000001,HIST2002\n"},
        {"teaching": "staff_login,module_code\nday,HIST2002\n"},
        {
            "lectures": "ref,module_codes,groups,kind,starts_at,ends_at,rooms,mode\n"
            "L1,HIST2002,,Lecture,2026-12-01 10:00,2026-12-01 11:00,4/4053,in_person\n"
        },
    ],
)
def test_an_import_reaches_no_other_departments_modules(stage: Stage, mo: Browser, files: dict[str, str]) -> None:
    page = send(mo, **files).location
    text = mo.get(page).text
    assert "belongs to a department you don&#39;t look after" in text
    assert "line 2" in text
    assert batch(stage).state == "refused"
    assert stage.rows(imports.import_change) == []


def test_no_role_is_given_on_the_page(stage: Stage, mo: Browser) -> None:
    header = "login,name,unit,role,scope_kind,scope_value\n"
    page = send(mo, staff=f"{header}mo,Mo Admin,Computing,room_admin,all,\n").location
    assert "can be given on the command line only" in mo.get(page).text
    assert batch(stage).state == "refused"


def test_without_a_file_it_says_what_to_do(mo: Browser) -> None:
    answer = mo.send("/imports/new", form_on="/imports")
    assert answer.status_code == 422
    assert "Choose the CSV files first" in answer.text


def test_a_workbook_is_called_one(mo: Browser) -> None:
    page = send(mo, modules=b"PK\x03\x04" + bytes(100)).location
    assert "Excel workbook" in mo.get(page).text


def test_a_file_larger_than_any_other_form_is_read(mo: Browser) -> None:
    rows = "".join(f"{number},login{number},A Name\n" for number in range(40_000_000, 40_012_000))
    page = send(mo, students=f"student_no,login,known_as\n{rows}").location
    assert "12,000 changes to look at" in mo.get(page).text


def test_other_addresses_do_not_take_large_bodies(mo: Browser) -> None:
    assert mo.post("/imports/1/apply", data={"x": "x" * 100_000}).status_code == 413


def test_a_batch_being_read_shows_its_progress_and_leads_to_how_far_it_is(stage: Stage, mo: Browser) -> None:
    values = {"staff_id": stage.ids["mo"], "asked_at": stage.clock(), "lines_done": 2000, "lines_total": 50_000}
    batch_id = stage.add("", imports.import_batch, state="reading", summary={}, problems=[], **values)
    text = mo.get(f"/imports/{batch_id}").text
    assert '<progress max="50000" value="2000"' in text
    assert f'href="/imports/{batch_id}">See how far it is' in text


def test_a_page_of_work_in_hand_follows_it_without_being_loaded_again_until_it_is_done(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    stage, page = desk.stage, new_page()
    values = {"staff_id": stage.ids["mo"], "asked_at": stage.clock(), "lines_done": 2000, "lines_total": 50_000}
    batch_id = stage.add("", imports.import_batch, state="reading", summary={}, problems=[], **values)
    enter(page, staff_origin, stage, "mo")
    page.clock.install()
    page.goto(f"{staff_origin}/imports/{batch_id}")
    page.get_by_role("link", name="See how far it is").focus()

    stage.change(imports.import_batch, batch_id, lines_done=40_000)
    page.clock.run_for(2000)
    expect(page.get_by_text("40,000 of 50,000 lines")).to_be_visible()
    expect(page.get_by_role("link", name="See how far it is")).to_be_focused()
    stage.change(imports.import_batch, batch_id, state="broken")
    page.clock.run_for(2000)
    expect(page.get_by_role("heading", name="This import stopped")).to_be_visible()


def test_a_batch_that_stands_still_can_be_dropped(stage: Stage, mo: Browser) -> None:
    asked_at = stage.clock() - timedelta(hours=2)
    values = {"staff_id": stage.ids["mo"], "asked_at": asked_at, "summary": {}, "problems": []}
    batch_id = stage.add("", imports.import_batch, state="applying", **values)
    text = mo.get(f"/imports/{batch_id}").text
    assert "stands still" in text
    assert "http-equiv" not in text
    mo.send(f"/imports/{batch_id}/drop", form_on=f"/imports/{batch_id}")
    assert batch(stage).state == "dropped"


def test_one_import_at_a_time(mo: Browser) -> None:
    with service._turn:
        answer = send(mo, modules=MODULES)
    assert answer.status_code == 409
    assert "Another import is running" in answer.text


def test_a_colleagues_batch_is_not_there(stage: Stage, desk: Desk, mo: Browser) -> None:
    page = send(mo, modules=MODULES).location
    stage.add_staff("max", "Max Other", "module_admin", "department", "History")
    other = desk.sign_in("max")
    assert other.get(page).status_code == 404
    assert other.send(f"{page}/apply", form_on="/imports").status_code == 404
    assert batch(stage).state == "ready"


@pytest.mark.parametrize("name", ["day", "ro", "nell"])
def test_any_other_role_finds_nothing(stage: Stage, desk: Desk, name: str) -> None:
    browser = desk.sign_in(name)
    assert browser.get("/imports").status_code == 404
    assert send(browser, form_on="/", modules=MODULES).status_code == 404
    assert stage.rows(imports.import_batch) == []


def test_a_stranger_is_turned_to_the_sign_in(stage: Stage, desk: Desk) -> None:
    stranger = desk.stranger()
    assert stranger.get("/imports").location == "/sign-in"
    assert stranger.get("/imports/1").location == "/sign-in"
    assert send(stranger, form_on="/sign-in", modules=MODULES).location == "/sign-in"
    assert stage.rows(imports.import_batch) == []


@pytest.mark.parametrize("path", ["/imports/1/apply", "/imports/1/drop"])
def test_get_changes_nothing(mo: Browser, path: str) -> None:
    assert mo.get(path).status_code == 405


def test_a_hostile_file_name_is_text(mo: Browser) -> None:
    data = {"csrf_token": mo.csrf("/imports"), "files": [(io.BytesIO(b"x"), "<script>.csv")]}
    page = mo.post("/imports/new", data=data).location
    wait()
    assert "<script>" not in mo.get(page).text

"""Files staged and applied on a real database, with the rights of the import party and no others."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.domain.codes import digits_code, lecture_key
from kiosk.imports import apply as applying
from kiosk.imports import page
from kiosk.imports.apply import NotApplied, apply
from kiosk.imports.plan import Plan
from kiosk.imports.stage import drop, summary
from kiosk.store.doors.imports import reading
from kiosk.store.tables import board, imports, records, register, staff
from kiosk.store.transactions import transaction
from tests.imports.conftest import LONDON, MAKING, Read, binary, read_with, sample
from tests.stage import MASTER, START, Stage, repeating_salts, repeats

MODULES = "code,title,department,participation\n"
STUDENTS = "student_no,login,known_as\n"
STAFF = "login,name,unit,role,scope_kind,scope_value\n"
WITH_DAYS = "login,name,unit,role,scope_kind,scope_value,until_on\n"
LECTURES = "ref,module_codes,groups,kind,starts_at,ends_at,rooms,mode\n"
ENROLMENTS = "student_no,module_code,group\n"
TEACHING = "staff_login,module_code\n"
TUTEES = "login,student_no,from_on,until_on\n"
REACH = (datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 25, 11, 10, tzinfo=UTC))
"""The first and the last instant at which A1 could be open."""
A1 = "A1,COMP1201,,Lecture,2026-11-25 10:00,2026-11-25 10:50,4/4053,in_person\n"


def apply_now(session: Session, batch: reading.Batch, **options: Any) -> None:
    apply(session, batch.id, now=START, making=MAKING, pause=lambda seconds: None, **options)


def counts(batch: reading.Batch, kind: str) -> tuple[int, int, int]:
    found = batch.summary["files"][f"{kind}.csv"]
    return found["added"], found["changed"], found["unchanged"]


def test_the_sample_university_arrives_on_both_engines_and_a_second_time_changes_nothing(
    any_stage: Stage, any_session: Session
) -> None:
    batch = read_with(any_session, sample("utf-8-bom"))
    assert batch.problems == ()
    assert batch.state == "ready"
    apply_now(any_session, batch)
    assert len(any_stage.rows(register.student)) == 340
    assert len(any_stage.rows(register.enrolment)) == 561
    again = read_with(any_session, sample("utf-8-bom"))
    assert [
        counts(again, kind)[:2]
        for kind in ("modules", "students", "staff", "lectures", "enrolments", "teaching", "tutees")
    ] == [(0, 0)] * 7


def test_whoever_comes_after_an_import_gets_an_id_of_their_own(any_stage: Stage, any_session: Session) -> None:
    apply_now(any_session, read_with(any_session, {"lectures": LECTURES + A1}))
    assert any_stage.add_lecture("by hand")


def test_names_of_every_script_arrive_as_they_were_sent(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, sample("utf-8-bom")))
    names = {row.known_as for row in stage.rows(register.student)}
    assert {"欧阳静怡", "נועה בן־דוד", "Ọláolúwa Ògúnbánjọ", "X", "Seán O'Brien", "=cmd|' /C calc'!A0"} <= names
    assert max(len(name) for name in names) == 200


def test_windows_1252_with_semicolons_arrives_and_is_said(stage: Stage, session: Session) -> None:
    batch = read_with(session, sample("windows-1252"))
    apply_now(session, batch)
    assert "Zoë Müller-Nuñez" in {row.known_as for row in stage.rows(register.student)}
    assert any("Windows-1252" in notice for notice in batch.summary["notices"])


def test_a_dry_run_changes_nothing(stage: Stage, read: Read) -> None:
    before = len(stage.rows(register.student)), len(stage.rows(board.lecture)), len(stage.rows(board.room))
    assert read(students=STUDENTS + "7,dee,Dee\n", lectures=LECTURES + A1.replace("4/4053", "New 1")).state == "ready"
    assert (len(stage.rows(register.student)), len(stage.rows(board.lecture)), len(stage.rows(board.room))) == before


def test_a_room_that_is_not_there_is_added_and_counted(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"lectures": LECTURES + A1.replace("4/4053", "4/4053;New 1")})
    apply_now(session, batch)
    assert batch.summary["rooms"] == ["New 1"]
    assert "New 1" in {row.code for row in stage.rows(board.room)}


def test_one_bad_line_stops_everything_and_leaves_nothing_staged(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"students": STUDENTS + "7,dee,Dee\n8,,Eli\n"})
    assert batch.state == "refused"
    assert batch.problems == ("students.csv, line 3, column login: is empty.",)
    assert stage.rows(imports.import_change) == []
    with pytest.raises(NotApplied):
        apply_now(session, batch)


def test_problems_say_where_and_never_what_a_cell_holds(read: Read) -> None:
    batch = read(
        students=STUDENTS + "7,zaphod has spaces,Zaphod\n8,ada,Trillian\n",
        enrolments=ENROLMENTS + "99999999,COMP1201,\n7,NOPE1,\n",
    )
    assert [line.split(":")[0] for line in batch.problems] == [
        "students.csv, line 2, column login",
        "students.csv, line 3, column login",
        "enrolments.csv, line 2, column student_no",
        "enrolments.csv, line 3, column module_code",
    ]
    assert not any(word in str(batch.problems) for word in ("zaphod", "Zaphod", "Trillian", "99999999", "NOPE1"))


@pytest.mark.parametrize("folder", ["refused", "nul", "mixed", "no-heading", "workbook", "gap"])
def test_files_that_cannot_be_used_are_refused_with_the_database_as_it_was(
    folder: str, stage: Stage, session: Session
) -> None:
    batch = read_with(session, sample(folder))
    assert batch.state == "refused"
    assert batch.problems
    assert len(stage.rows(register.student)) == 3


def test_two_students_may_exchange_their_logins(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, {"students": STUDENTS + "31000001,ben,Ada\n31000002,ada,Ben\n"}))
    assert {row.number: row.login for row in stage.rows(register.student)} == {
        "31000001": "ben", "31000002": "ada", "31000003": "cy",
    }  # fmt: skip


def test_a_changed_name_overwrites_the_old_one_and_a_column_that_is_missing_changes_nothing(
    stage: Stage, session: Session
) -> None:
    stage.change(register.student, stage.ids["ada"], left_on=date(2027, 6, 30))
    apply_now(session, read_with(session, {"students": STUDENTS + "31000001,ada,Ada King\n"}))
    (ada,) = stage.rows(register.student, register.student.c.login == "ada")
    assert (ada.known_as, ada.left_on) == ("Ada King", date(2027, 6, 30))


def test_new_lectures_have_the_current_key_and_no_digits_twice(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, {"lectures": LECTURES + A1}))
    (row,) = stage.rows(board.lecture, board.lecture.c.ref == "A1")
    assert row.kid == MASTER.current
    assert not repeats(row.id, row.salt, *REACH)


def test_a_salt_with_digits_twice_is_drawn_again(stage: Stage, session: Session) -> None:
    lecture_id = max(row.id for row in stage.rows(board.lecture)) + 1
    bad = next(repeating_salts(lecture_id, *REACH))
    good = next(salt for salt in (bytes([n]) * 16 for n in range(50)) if not repeats(lecture_id, salt, *REACH))
    drawn = iter([bad, good])
    batch = read_with(session, {"lectures": LECTURES + A1})
    apply(session, batch.id, now=START, making=replace(MAKING, draw=lambda size: next(drawn)))
    assert stage.rows(board.lecture, board.lecture.c.ref == "A1")[0].salt == good


def moved(session: Session, stage: Stage, *, shown: bool) -> tuple[bytes, bytes]:
    """A1's salt before and after a file moves it by an hour."""
    apply_now(session, read_with(session, {"lectures": LECTURES + A1}))
    before = stage.rows(board.lecture, board.lecture.c.ref == "A1")[0]
    if shown:
        stage.add("", board.showing, lecture_id=before.id, first_shown_at=START)
    apply_now(
        session, read_with(session, {"lectures": LECTURES + A1.replace("10:00", "11:00").replace("10:50", "11:50")})
    )
    after = stage.rows(board.lecture, board.lecture.c.ref == "A1")[0]
    assert after.starts_at == before.starts_at + timedelta(hours=1)
    assert after.version == before.version + 1
    return before.salt, after.salt


def test_a_lecture_moved_before_its_code_was_shown_gets_a_new_salt(stage: Stage, session: Session) -> None:
    before, after = moved(session, stage, shown=False)
    assert before != after


def test_a_lecture_moved_after_its_code_was_shown_keeps_its_codes(stage: Stage, session: Session) -> None:
    before, after = moved(session, stage, shown=True)
    assert before == after


@pytest.mark.parametrize(("shown", "is_drawn_anew"), [(False, True), (True, False)])
def test_a_modules_new_window_draws_the_codes_of_its_lectures_to_come_anew(
    any_stage: Stage, any_session: Session, shown: bool, is_drawn_anew: bool
) -> None:
    """One of Dr Day's lectures was made by hand, and is in no file."""
    past = any_stage.add_lecture("past", starts_at=START - timedelta(days=1))
    coming = any_stage.add_lecture("coming", starts_at=START + timedelta(days=1), modules=("COMP1201", "HIST2002"))
    others = any_stage.add_lecture("others", starts_at=START + timedelta(days=1), modules=("HIST2002",))
    before = {row.id: row for row in any_stage.rows(board.lecture)}
    if shown:
        any_stage.add("", board.showing, lecture_id=coming, first_shown_at=START)
    wider = "code,title,department,participation,closes_minutes_after\nCOMP1201,Algorithms,Computing,policy,400\n"

    apply_now(any_session, read_with(any_session, {"modules": wider}))

    after = {row.id: row for row in any_stage.rows(board.lecture)}
    assert (after[coming].salt != before[coming].salt) is is_drawn_anew
    assert (after[past], after[others]) == (before[past], before[others])
    if is_drawn_anew:
        assert not repeats(
            coming, after[coming].salt, START + timedelta(hours=22), START + timedelta(days=1, minutes=460)
        )


def test_a_module_whose_window_stays_leaves_its_lectures_codes_alone(stage: Stage, session: Session) -> None:
    before = stage.rows(board.lecture)

    apply_now(session, read_with(session, {"modules": MODULES + "COMP1201,Algorithmics,Computing,policy\n"}))

    assert stage.rows(board.lecture) == before


def test_modules_and_rooms_of_a_lecture_are_replaced(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, {"lectures": LECTURES + A1}))
    changed = A1.replace("COMP1201,", "COMP1201+HIST2002,").replace("4/4053", "58/1065")
    apply_now(session, read_with(session, {"lectures": LECTURES + changed}))
    (row,) = stage.rows(board.lecture, board.lecture.c.ref == "A1")
    assert len(stage.rows(board.lecture_module, board.lecture_module.c.lecture_id == row.id)) == 2
    (room,) = stage.rows(board.lecture_room, board.lecture_room.c.lecture_id == row.id)
    assert room.room_id == stage.ids["58/1065"]


def test_a_lecture_cancelled_by_hand_stays_so_unless_the_file_says_no(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, {"lectures": LECTURES + A1}))
    (row,) = stage.rows(board.lecture, board.lecture.c.ref == "A1")
    stage.change(board.lecture, row.id, cancelled_at=START)
    with_column = (LECTURES + A1).replace("mode\n", "mode,cancelled\n").replace("in_person\n", "in_person,{}\n")
    assert counts(read_with(session, {"lectures": with_column.format("")}), "lectures") == (0, 0, 1)
    apply_now(session, read_with(session, {"lectures": with_column.format("no")}))
    assert stage.rows(board.lecture, board.lecture.c.ref == "A1")[0].cancelled_at is None


def test_an_enrolment_that_comes_later_settles_the_walk_in(stage: Stage, session: Session) -> None:
    stage.keep_walk_in()
    apply_now(session, read_with(session, {"enrolments": ENROLMENTS + "31000003,COMP1201,\n"}))
    assert stage.rows(register.walk_in)[0].settled_at == START
    (row,) = stage.rows(register.attendance)
    assert (row.student_id, row.status, row.method, row.arrived_at) == (stage.ids["cy"], "present", "qr", START)
    (change,) = stage.rows(register.attendance_change)
    assert (change.status, change.set_by_role) == ("present", "import")


def test_settling_leaves_what_staff_have_recorded(stage: Stage, session: Session) -> None:
    stage.keep_walk_in()
    stage.put_in_register("cy", "authorised")
    apply_now(session, read_with(session, {"enrolments": ENROLMENTS + "31000003,COMP1201,\n"}))
    assert [row.status for row in stage.rows(register.attendance)] == ["authorised"]


def test_an_enrolment_from_a_later_day_leaves_the_walk_in_to_people(stage: Stage, session: Session) -> None:
    stage.keep_walk_in()
    text = "student_no,module_code,from_on\n31000003,COMP1201,2026-11-25\n"
    apply_now(session, read_with(session, {"enrolments": text}))
    assert stage.rows(register.walk_in)[0].settled_at is None


def test_a_batch_that_no_longer_fits_is_not_applied_at_all(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"students": STUDENTS + "31000001,ada,Ada King\n7,dee,Dee\n"})
    stage.change(register.student, stage.ids["ada"], known_as="Ada Byron")
    with pytest.raises(NotApplied, match="Kiosk has changed since the dry run"):
        apply_now(session, batch)
    assert {row.known_as for row in stage.rows(register.student)} == {"Ada Byron", "Ben Okri", "Cy Young"}


def test_a_change_in_the_very_last_moment_stops_everything(
    stage: Stage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read_with(session, {"students": STUDENTS + "31000001,ada,Ada King\n7,dee,Dee\n"})
    prepare = applying._prepare

    def prepare_and_be_overtaken(*args: Any) -> Any:
        writes = prepare(*args)
        stage.change(register.student, stage.ids["ada"], known_as="Ada Byron")
        return writes

    monkeypatch.setattr(applying, "_prepare", prepare_and_be_overtaken)
    with pytest.raises(NotApplied):
        apply_now(session, batch)
    assert len(stage.rows(register.student)) == 3


def test_an_id_taken_in_the_last_moment_is_chosen_anew(
    stage: Stage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read_with(session, {"students": STUDENTS + "7,dee,Dee\n"})
    prepare = applying._prepare
    taken: list[int] = []

    def prepare_and_be_overtaken(*args: Any) -> Any:
        writes = prepare(*args)
        if not taken:
            taken.append(stage.add("eli", register.student, number="8", login="eli", known_as="Eli"))
        return writes

    monkeypatch.setattr(applying, "_prepare", prepare_and_be_overtaken)
    apply_now(session, batch)
    assert len(stage.rows(register.student)) == 5


def test_a_batch_is_applied_once_and_its_staged_rows_are_gone(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"students": STUDENTS + "7,dee,Dee\n"})
    apply_now(session, batch)
    assert stage.rows(imports.import_change) == []
    assert [(row.act, row.thing_id) for row in stage.rows(staff.journal)] == [("import:apply", batch.id)]
    with pytest.raises(NotApplied):
        apply_now(session, batch)


def test_a_dropped_batch_leaves_nothing_staged(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"students": STUDENTS + "7,dee,Dee\n"})
    drop(session, batch.id, START)
    assert stage.rows(imports.import_change) == []
    assert stage.rows(imports.import_batch)[0].state == "dropped"


@pytest.mark.parametrize("state", ["applying", "applied", "dropped", "refused", "broken"])
def test_whoever_drops_what_somebody_has_dealt_with_is_told_and_changes_nothing(
    any_stage: Stage, any_session: Session, state: str
) -> None:
    batch = read_with(any_session, {"students": STUDENTS + "7,dee,Dee\n"})
    any_stage.change(imports.import_batch, batch.id, state=state)

    assert not drop(any_session, batch.id, START)

    assert any_stage.rows(imports.import_batch)[0].state == state
    assert len(any_stage.rows(imports.import_change)) == 1


def test_an_import_that_is_dropped_while_it_is_read_stays_dropped_and_leaves_nothing(
    any_stage: Stage, any_session: Session
) -> None:
    def drop_it(*_: object) -> None:
        (row,) = any_stage.rows(imports.import_batch)
        any_stage.change(imports.import_batch, row.id, state="dropped")
        with any_stage.database.owner.begin() as owner:
            owner.execute(imports.import_change.delete())

    lines = "".join(f"{number},login{number},Dee\n" for number in range(4_500))
    batch = read_with(any_session, {"students": STUDENTS + lines}, report=drop_it)

    assert (batch.state, any_stage.rows(imports.import_change)) == ("dropped", [])


@pytest.mark.parametrize("files", [{"students": STUDENTS + "7,dee,Dee\n"}, {"students": "student_no,login\n"}])
def test_an_import_that_is_dropped_when_it_has_been_read_stays_dropped(
    any_stage: Stage, any_session: Session, files: dict[str, str | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop_it(plan: Plan) -> dict[str, Any]:
        (row,) = any_stage.rows(imports.import_batch)
        any_stage.change(imports.import_batch, row.id, state="dropped")
        return summary(plan)

    monkeypatch.setattr("kiosk.imports.stage.summary", drop_it)

    assert read_with(any_session, files).state == "dropped"


def test_what_is_applied_while_the_next_import_looks_for_what_was_left_behind_stays_applied(
    any_stage: Stage, any_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = read_with(any_session, {"students": STUDENTS + "7,dee,Dee\n"})
    any_stage.change(imports.import_batch, left.id, asked_at=START - timedelta(days=2))
    look = reading.left_behind

    def look_too_early(*args: Any, **since: datetime) -> Mapping[int, str]:
        found = look(*args, **since)
        any_stage.change(imports.import_batch, left.id, state="applied")
        return found

    monkeypatch.setattr("kiosk.imports.stage.reading.left_behind", look_too_early)
    read_with(any_session, {"students": "student_no,login\n"})

    (row,) = any_stage.rows(imports.import_batch, imports.import_batch.c.id == left.id)
    assert row.state == "applied"


@pytest.mark.parametrize("state", ["dropped", "broken", "applied"])
def test_an_import_that_cannot_be_applied_any_more_stays_what_it_became(
    any_stage: Stage, any_session: Session, state: str
) -> None:
    batch, url = read_with(any_session, {"students": STUDENTS + "7,dee,Dee\n"}), any_stage.database.urls["import"]
    assert page.claim(url, batch.id)
    any_stage.change(imports.import_batch, batch.id, state=state)

    page.apply_claimed(url, batch.id, START, MAKING, None)

    (row,) = any_stage.rows(imports.import_batch)
    assert (row.state, row.problems) == (state, [])


@pytest.mark.parametrize(
    ("state", "hours", "is_swept"),
    [("reading", 1, True), ("applying", 2, True), ("reading", 0.9, False), ("ready", 24, True), ("ready", 23, False)],
)
def test_the_next_import_deletes_what_one_left_behind(
    any_stage: Stage, any_session: Session, state: str, hours: float, is_swept: bool
) -> None:
    left = read_with(any_session, {"students": STUDENTS + "7,dee,Dee\n"})
    asked_at = START - timedelta(hours=hours, seconds=1)
    any_stage.change(imports.import_batch, left.id, state=state, asked_at=asked_at)

    read_with(any_session, {"students": "student_no,login\n"})

    assert (any_stage.rows(imports.import_change) == []) is is_swept
    (row,) = any_stage.rows(imports.import_batch, imports.import_batch.c.id == left.id)
    assert row.state == ("broken" if is_swept else state)


def test_without_a_column_of_groups_a_session_is_of_the_whole_module(stage: Stage, session: Session) -> None:
    lines = "ref,module_codes,kind,starts_at,ends_at,rooms,mode\nx1,COMP1201,Lecture,2026-12-01T10:00,2026-12-01T11:00,,in_person\n"
    apply_now(session, read_with(session, {"lectures": lines}))
    (added,) = stage.rows(board.lecture, board.lecture.c.ref == "x1")
    assert [
        it.group_name for it in stage.rows(board.lecture_module, board.lecture_module.c.lecture_id == added.id)
    ] == [""]


def test_a_role_that_has_no_departments_is_not_given_for_one(session: Session) -> None:
    refused = read_with(session, {"staff": STAFF + "fay,Fay,History,lecturer,department,History\n"})
    assert "Lecturer cannot be given for one: write own or all" in refused.problems[0]


def test_a_role_is_for_a_year_and_needs_a_scope(stage: Stage, session: Session) -> None:
    refused = read_with(session, {"staff": STAFF + "fay,Fay,History,lecturer,,\n"})
    assert "a role without a scope sees nobody" in refused.problems[0]
    apply_now(session, read_with(session, {"staff": STAFF + "fay,Fay,History,lecturer,own,\n"}))
    (grant,) = stage.rows(staff.role_grant, staff.role_grant.c.until_on == date(2027, 11, 24))
    assert grant.role == "lecturer"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("new,New,,dpo,all,\n", "needs a second person"),
        ("day,Dr Day,Computing,dpo,all,\n", "may not be held together with: Lecturer"),
        ("new,New,,room_admin,all,\nnew,New,,lecturer,own,\n", ""),
    ],
)
def test_a_file_gives_no_role_that_needs_a_second_person_and_no_forbidden_pair(
    session: Session, lines: str, words: str
) -> None:
    problems = read_with(session, {"staff": STAFF + lines}).problems
    assert (words in problems[0]) if words else not problems


OF_ONA = "engagement_officer,department,Computing,2027-08-31"


@pytest.mark.parametrize(
    "grant",
    [
        "engagement_officer,department,Computing,2027-09-01",
        "engagement_officer,department,Computing,2027-08-30",
        "engagement_officer,all,,2027-08-31",
        "engagement_officer,all,,",
        "engagement_officer,department,History,2027-08-31",
        "engagement_officer,department,History,",
    ],
)
def test_a_file_changes_neither_reach_nor_last_day_of_a_role_that_a_second_person_approved(
    any_session: Session, grant: str
) -> None:
    """Of several lines too: the one which says what was approved opens nothing to the next."""
    lines = "".join(f"ona,Ona Officer,Computing,{it}\n" for it in (OF_ONA, grant))
    (problem,) = read_with(any_session, {"staff": WITH_DAYS + lines}).problems
    assert "line 3, column role: was approved with another reach or last day, and any other needs a second" in problem


@pytest.mark.parametrize("grant", [OF_ONA, "engagement_officer,department,Computing,"])
def test_a_file_may_say_again_what_was_approved(any_stage: Stage, any_session: Session, grant: str) -> None:
    before = any_stage.rows(staff.role_grant)
    apply_now(any_session, read_with(any_session, {"staff": WITH_DAYS + f"ona,Ona O,Computing,{grant}\n"}))
    assert any_stage.rows(staff.role_grant) == before


@pytest.mark.parametrize("until_on", ["", "2027-08-31"])
def test_a_file_gives_no_role_anew_that_was_approved_once_and_is_over(
    any_stage: Stage, any_session: Session, until_on: str
) -> None:
    (grant,) = any_stage.rows(staff.role_grant, staff.role_grant.c.staff_id == any_stage.ids["ona"])
    any_stage.change(staff.role_grant, grant.id, until_on=date(2026, 11, 23))
    line = f"ona,Ona Officer,Computing,engagement_officer,department,Computing,{until_on}\n"
    assert "column role: needs a second person" in read_with(any_session, {"staff": WITH_DAYS + line}).problems[0]


def test_a_role_that_was_read_before_there_was_a_data_owner_is_not_given_afterwards(
    any_stage: Stage, any_session: Session
) -> None:
    (owner,) = any_stage.rows(staff.role_grant, staff.role_grant.c.role == "data_owner")
    any_stage.change(staff.role_grant, owner.id, until_on=date(2026, 11, 23))
    batch = read_with(any_session, {"staff": STAFF + "new,New,,visa_officer,all,\n"})
    any_stage.change(staff.role_grant, owner.id, until_on=owner.until_on)
    with pytest.raises(NotApplied, match="Line 2 of staff.csv now needs a second person"):
        apply_now(any_session, batch)


@pytest.mark.parametrize(("cell", "leads"), [("yes", True), ("no", False), ("", True)])
def test_a_file_says_who_leads_and_an_empty_cell_leaves_it_as_it_is(
    stage: Stage, session: Session, cell: str, leads: bool
) -> None:
    headings = "staff_login,module_code,leads\n"
    apply_now(session, read_with(session, {"teaching": headings + "day,COMP1201,yes\n"}))
    apply_now(session, read_with(session, {"teaching": headings + f"day,COMP1201,{cell}\neve,COMP1201,{cell}\n"}))
    of_day, *_, of_eve = (row for row in stage.rows(staff.teaching) if row.module_id == stage.ids["COMP1201"])
    assert (of_day.leads, of_eve.leads) == (leads, cell == "yes")


def test_a_file_says_whose_tutor_somebody_is_and_until_when(any_stage: Stage, any_session: Session) -> None:
    apply_now(
        any_session, read_with(any_session, {"tutees": TUTEES + "tia,31000002,2026-09-21,\nTia,31000001,,2026-11-30\n"})
    )
    ids = any_stage.ids
    assert [(row.staff_id, row.student_id, row.from_on, row.until_on) for row in any_stage.rows(records.tutee)] == [
        (ids["tia"], ids["ada"], None, date(2026, 11, 30)),
        (ids["tia"], ids["ben"], date(2026, 9, 21), None),
    ]


def test_a_tutee_whom_a_file_leaves_out_stays_and_one_that_comes_again_changes_nothing(
    any_stage: Stage, any_session: Session
) -> None:
    files = {"tutees": "login,student_no\ntia,31000001\neve,31000003\n"}
    apply_now(any_session, read_with(any_session, {"tutees": "login,student_no,until_on\ntia,31000001,2026-12-11\n"}))

    apply_now(any_session, read_with(any_session, files))

    assert counts(read_with(any_session, files), "tutees") == (0, 0, 2)
    assert [row.until_on for row in any_stage.rows(records.tutee)] == [date(2026, 12, 11), None]


def test_a_tutor_or_a_student_who_is_not_there_stops_the_file(stage: Stage, session: Session) -> None:
    batch = read_with(session, {"tutees": TUTEES + "nobody,31000002,,\ntia,999,,\ntia,31000002,soon,\n"})
    assert [line.split(":")[0] for line in batch.problems] == [
        "tutees.csv, line 2, column login",
        "tutees.csv, line 3, column student_no",
        "tutees.csv, line 4, column from_on",
    ]
    assert len(stage.rows(records.tutee)) == 1


def test_a_student_and_their_tutor_may_come_in_one_import(stage: Stage, session: Session) -> None:
    files = {
        "students": STUDENTS + "7,dee,Dee\n",
        "staff": "login,name,unit\ntom,Tom,\n",
        "tutees": TUTEES + "tom,7,,\n",
    }
    apply_now(session, read_with(session, files))
    (dee,) = stage.rows(register.student, register.student.c.number == "7")
    assert [row.student_id for row in stage.rows(records.tutee)] == [stage.ids["ada"], dee.id]


def test_from_the_staff_page_nobody_says_whose_tutor_they_are_themselves(session: Session) -> None:
    batch = read_with(session, {"tutees": TUTEES + "mo,31000001,,\ntia,31000002,,\n"}, staff_id=1, asked_by="mo")
    assert [line.split(":")[0] for line in batch.problems] == ["tutees.csv, line 2, column login"]


def test_from_the_staff_page_nobody_gives_roles_or_teaching_to_themselves(session: Session) -> None:
    files = {"staff": STAFF + "mo,Mo,Computing,room_admin,all,\n", "teaching": TEACHING + "mo,COMP1201\nday,COMP1201\n"}
    batch = read_with(session, files, staff_id=1, asked_by="mo")
    assert [line.split(":")[0] for line in batch.problems] == [
        "staff.csv, line 2, column role",
        "teaching.csv, line 2, column staff_login",
    ]


JOINED = "A1,COMP1201;HIST2002,,Lecture,2026-11-25 10:00,2026-11-25 10:50,4/4053,in_person\n"
OF_EVE = A1.replace("COMP1201", "HIST2002")


@pytest.mark.parametrize(
    ("asked_by", "before", "lectures", "is_refused"),
    [
        ("day", "", JOINED, True),
        ("day", A1, JOINED, True),
        ("day", OF_EVE, A1, True),
        ("day", A1, A1.replace("10:50", "11:20"), False),
        ("day", JOINED, JOINED.replace("10:50", "11:20"), False),
        ("day", "", OF_EVE, False),
        ("mo", A1, JOINED, False),
        (None, A1, JOINED, False),
    ],
)
def test_nobody_brings_students_into_a_register_of_their_own(
    session: Session, asked_by: str | None, before: str, lectures: str, is_refused: bool
) -> None:
    """Who teaches one module and imports for another would read its students otherwise."""
    if before:
        apply_now(session, read_with(session, {"lectures": LECTURES + before}))

    batch = read_with(session, {"lectures": LECTURES + lectures}, staff_id=1, asked_by=asked_by)

    assert [line.split(":")[0] for line in batch.problems] == ["lectures.csv, line 2, column module_codes"] * is_refused


def test_nobody_enrols_students_in_what_they_teach(session: Session) -> None:
    files = {"enrolments": ENROLMENTS + "31000003,COMP1201,\n31000003,HIST2002,B\n31000001,COMP1201,\n"}
    batch = read_with(session, files, staff_id=1, asked_by="day")
    assert [line.split(":")[0] for line in batch.problems] == ["enrolments.csv, line 2, column module_code"]
    assert read_with(session, files, staff_id=1, asked_by="mo").problems == ()


def test_a_line_that_comes_twice_counts_once_unless_it_says_something_else(read: Read) -> None:
    twice = read(enrolments=ENROLMENTS + "31000003,COMP1201,A\n" * 2)
    assert twice.summary["files"]["enrolments.csv"]["repeated"] == 1
    differing = read(enrolments=ENROLMENTS + "31000003,COMP1201,A\n31000003,COMP1201,B\n")
    assert "line 3: is about the same as line 2 and says something else" in differing.problems[0]


def test_check_ins_go_on_between_the_steps_of_a_dry_run(stage: Stage, session: Session) -> None:
    checkin = stage.database.engine("checkin")
    arrived = []

    @transaction
    def check_in(other: Session) -> None:
        row = {"lecture_id": stage.ids["algorithms"], "student_id": stage.ids["ada"], "status": "present"}
        other.execute(register.attendance.insert().values(**row, method="qr", arrived_at=START))

    def pause(_: float) -> None:
        if not arrived:
            with Session(checkin) as other:
                check_in(other)
            arrived.append(True)

    many = STUDENTS + "".join(f"9{n},s{n},Student {n}\n" for n in range(4500))
    assert read_with(session, {"students": many}, pause=pause).lines_done == 4501
    assert len(stage.rows(register.attendance)) == 1
    checkin.dispose()


def test_progress_is_reported_and_kept(stage: Stage, session: Session) -> None:
    told: list[tuple[int, int]] = []
    many = STUDENTS + "".join(f"9{n},s{n},Student {n}\n" for n in range(4500))
    read_with(session, {"students": many}, report=lambda done, total: told.append((done, total)))
    assert told == [(2000, 4501), (4000, 4501), (4501, 4501)] or told[-1] == (4501, 4501)
    assert len(told) >= 3


def test_an_unknown_file_and_two_of_a_kind_are_refused(session: Session) -> None:
    batch = read_with(session, {"people": "a,b\n", "students": STUDENTS, "students-2": STUDENTS})
    assert len(batch.problems) == 2


def test_clashes_are_said_and_do_not_stop_the_import(read: Read) -> None:
    batch = read(lectures=LECTURES + A1 + A1.replace("A1", "A2"))
    assert batch.state == "ready"
    assert "lectures.csv has sessions in one room at one time: lines 2 and 3." in batch.summary["notices"]


def test_what_breaks_off_leaves_a_broken_batch_and_nothing_staged(stage: Stage, session: Session) -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    files = binary({"students": STUDENTS + "7,dee,Dee\n"})
    with pytest.raises(KeyboardInterrupt):
        read_with_files(session, files, stop)
    with stage.database.owner.connect() as connection:
        assert connection.scalar(select(imports.import_batch.c.state)) == "broken"
        assert connection.scalar(select(func.count()).select_from(imports.import_change)) == 0


def read_with_files(session: Session, files: dict[str, io.BytesIO], pause: Any) -> None:
    from kiosk.imports.stage import dry_run

    dry_run(session, files, now=START, zone=LONDON, report=lambda done, total: pause(0.0))


def test_an_archived_module_takes_no_new_lectures(stage: Stage, session: Session) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(update(board.module).values(archived_at=START))
    assert "archived" in read_with(session, {"lectures": LECTURES + A1}).problems[0]


def test_digits_of_an_imported_lecture_are_six(stage: Stage, session: Session) -> None:
    apply_now(session, read_with(session, {"lectures": LECTURES + A1}))
    (row,) = stage.rows(board.lecture, board.lecture.c.ref == "A1")
    assert len(digits_code(lecture_key(MASTER.keys["k1"], row.id, row.salt), 1)) == 6

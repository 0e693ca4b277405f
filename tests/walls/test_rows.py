"""The wall of rows on PostgreSQL: under the admin wing's own role, whoever forgets a filter still gets own rows alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, Table, create_engine, func, insert, literal, select, text, union_all, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.domain.access_log import UNSEEN, Act, Entry, flaws
from kiosk.domain.permissions import Permission
from kiosk.store import excuses, reach, schema
from kiosk.store.database import metadata
from kiosk.store.doors import chain
from kiosk.store.doors.access_log import append
from kiosk.store.doors.admin.denials import student_with
from kiosk.store.doors.admin.locks import is_open_to
from kiosk.store.identity import Identity, identify, name_student, name_students, past_locks
from kiosk.store.tables import board, log, records, register, staff
from tests.domain.test_access_log import LOOK
from tests.fixtures_store import ROLE_PASSWORDS
from tests.servers import PostgresServer
from tests.stage import Browser, Database, Stage, set_stage

ZONE = ZoneInfo("Europe/London")

Ids = Iterable[Any]
Bug = Callable[[Session], Ids]


@pytest.fixture
def full(postgres_stage: Stage) -> Stage:
    """Everybody came to what they are enrolled in, and Ben walked into the Silk Roads too."""
    for student, lecture in (("ada", "algorithms"), ("ben", "algorithms"), ("cy", "silk")):
        postgres_stage.put_in_register(student, lecture=lecture)
        change = {"lecture_id": postgres_stage.ids[lecture], "student_id": postgres_stage.ids[student]}
        postgres_stage.add(
            "",
            register.attendance_change,
            **change,
            status="present",
            set_at=postgres_stage.start,
            set_by_role="student",
        )
    postgres_stage.keep_walk_in("ben", "silk")
    return postgres_stage


def asking(stage: Stage, who: str = "", engine: Engine | None = None) -> Session:
    """A session under the admin wing's role, that asks for somebody or for nobody."""
    session = Session(engine or stage.database.engine("admin"))
    if who:
        identify(session, Identity(stage.ids[who], stage.clock(), ZONE))
    return session


def names(stage: Stage, ids: Ids) -> set[str]:
    cast = {stage.ids[name]: name for name in ("ada", "ben", "cy")}
    return {cast[one] for one in ids}


def reached(stage: Stage, who: str, column: Any = register.student.c.id) -> set[str]:
    with asking(stage, who) as session:
        return names(stage, session.scalars(select(column)))


STUDENT, ATTENDANCE, ENROLMENT = register.student.c, register.attendance.c, register.enrolment.c

# Each gives ids of students, and none asks who is asking.
BUGS: dict[str, Bug] = {
    "all students": lambda s: s.scalars(select(STUDENT.id)),
    "all students in raw SQL": lambda s: s.scalars(text("select id from student")),
    "students by name": lambda s: s.scalars(select(STUDENT.id).where(STUDENT.known_as.icontains("o"))),
    "a common table expression": lambda s: s.scalars(
        text("with x as (select lecture_id, student_id from attendance) select student_id from x")
    ),
    "a union": lambda s: s.scalars(union_all(select(STUDENT.id), select(ENROLMENT.student_id))),
    "a scalar subquery": lambda s: filter(None, s.scalars(text("select (select max(id) from student)"))),
    "an outer join from the board": lambda s: filter(
        None, s.scalars(select(ATTENDANCE.student_id).select_from(board.lecture).outerjoin(register.attendance))
    ),
    "an OR that lets all in": lambda s: s.scalars(text("select id from student where id = 1 or true")),
    "all enrolments": lambda s: s.scalars(select(ENROLMENT.student_id)),
    "all attendance": lambda s: s.scalars(select(ATTENDANCE.student_id)),
    "all of the history": lambda s: s.scalars(select(register.attendance_change.c.student_id)),
    "an update that returns": lambda s: s.scalars(
        update(register.attendance).values(status="present_late").returning(ATTENDANCE.student_id)
    ),
    "a prepared filter that raises": lambda s: s.scalars(
        text("select id from student where length(known_as) > 0 and 1/length(number) >= 0")
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_view_that_forgets_its_filter_gets_own_rows_alone(full: Stage, bug: str) -> None:
    with asking(full, "day") as session:
        assert "cy" not in names(full, BUGS[bug](session))


@pytest.mark.parametrize("bug", BUGS)
def test_without_an_identity_there_is_no_row(full: Stage, bug: str) -> None:
    with asking(full) as session:
        assert names(full, BUGS[bug](session)) == set()


@pytest.mark.parametrize(("who", "own"), [("day", {"ada", "ben"}), ("eve", {"cy", "ben"})])
def test_a_lecturer_reaches_the_students_of_own_lectures_and_whoever_walked_in(
    full: Stage, who: str, own: set[str]
) -> None:
    """The companion of the bugs above, which would pass on a wall that hides everything."""
    assert reached(full, who) == own


@pytest.mark.parametrize(("who", "own"), [("day", {"ada", "ben"}), ("eve", {"cy"})])
@pytest.mark.parametrize(
    "column", [ENROLMENT.student_id, ATTENDANCE.student_id, register.attendance_change.c.student_id]
)
def test_the_other_tables_hold_what_is_of_own_lectures(full: Stage, who: str, own: set[str], column: Any) -> None:
    assert reached(full, who, column) == own


def test_a_walk_in_is_a_row_of_the_lecture_walked_into(full: Stage) -> None:
    column = register.walk_in.c.student_id
    assert (reached(full, "day", column), reached(full, "eve", column)) == (set(), {"ben"})


def test_an_update_of_somebody_elses_row_changes_nothing(full: Stage) -> None:
    with asking(full, "eve") as session:
        session.execute(update(register.attendance).values(status="present_late"))
        session.commit()
    late = full.rows(register.attendance, ATTENDANCE.status == "present_late")
    assert names(full, [row.student_id for row in late]) == {"cy"}


@pytest.mark.parametrize("who", ["eve", "mo", ""])
def test_nobody_adds_to_a_register_that_is_not_their_own(full: Stage, who: str) -> None:
    row = {"lecture_id": full.ids["algorithms"], "student_id": full.ids["cy"], "status": "present", "method": "hand"}
    with asking(full, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(
            insert(register.attendance).values(**row, arrived_at=full.clock(), other_group=False, version=1)
        )


def test_a_lecturer_writes_for_seven_days_and_reads_on(full: Stage) -> None:
    full.clock.go_on(days=7, hours=1)
    with asking(full, "day") as session:
        changed = session.scalars(
            update(register.attendance).values(status="present_late").returning(ATTENDANCE.id)
        ).all()
        left = session.scalars(select(ATTENDANCE.student_id)).all()
    assert (changed, names(full, left)) == ([], {"ada", "ben"})


# Cover, groups, days ------------------------------------------------------------------------------


def test_the_right_of_a_cover_begins_at_once_and_ends_with_the_lecture(full: Stage) -> None:
    before = reached(full, "eve")
    full.add("", staff.cover, lecture_id=full.ids["algorithms"], staff_id=full.ids["eve"], named_at=full.clock())
    during = reached(full, "eve")
    full.clock.set(11, 0)
    assert (before, during, reached(full, "eve")) == ({"ben", "cy"}, {"ada", "ben", "cy"}, {"ben", "cy"})


def test_a_cover_that_is_withdrawn_reaches_nothing(full: Stage) -> None:
    named = {"lecture_id": full.ids["algorithms"], "staff_id": full.ids["eve"], "named_at": full.clock()}
    full.add("", staff.cover, **named, withdrawn_at=full.clock())
    assert "ada" not in reached(full, "eve")


def test_a_link_to_one_group_reaches_that_group(full: Stage) -> None:
    link = {"staff_id": full.ids["eve"], "module_id": full.ids["COMP1201"], "group_name": "B"}
    full.add("", staff.teaching, **link)
    full.add_student("dee", "31000004", "Dee Green", "COMP1201", group="B")
    full.add_lecture("lab", group="B")
    with asking(full, "eve") as session:
        rows = session.scalars(select(ENROLMENT.student_id)).all()
    assert set(rows) == {full.ids["cy"], full.ids["dee"]}


def test_a_joint_lecture_is_each_lecturers_own(full: Stage) -> None:
    full.add_lecture("joint", modules=("COMP1201", "HIST2002"))
    assert reached(full, "day") == reached(full, "eve") == {"ada", "ben", "cy"}


def test_a_link_whose_days_are_over_keeps_its_lectures_and_gets_no_new_student(full: Stage) -> None:
    full.clock.go_on(days=30)
    ended = full.start.date() + timedelta(days=1)
    with full.database.owner.begin() as connection:
        connection.execute(
            update(staff.teaching).where(staff.teaching.c.staff_id == full.ids["day"]).values(until_on=ended)
        )
    full.add_student("dee", "31000004", "Dee Green")
    since = {"from_on": ended + timedelta(days=2)}
    full.add("", register.enrolment, student_id=full.ids["dee"], module_id=full.ids["COMP1201"], group_name="", **since)
    full.add_lecture("later", starts_at=full.start + timedelta(days=14))
    with asking(full, "day") as session:
        assert set(session.scalars(select(STUDENT.id))) == {full.ids["ada"], full.ids["ben"]}


def test_a_link_before_its_first_day_reaches_no_lecture_of_today(full: Stage) -> None:
    with full.database.owner.begin() as connection:
        connection.execute(update(staff.teaching).values(from_on=full.start.date() + timedelta(days=1)))
    assert reached(full, "day", ATTENDANCE.student_id) == reached(full, "day") == set()


# Roles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2026, 11, 24)])
def test_a_role_that_has_ended_reaches_nobody(full: Stage, until: date) -> None:
    with full.database.owner.begin() as connection:
        connection.execute(update(staff.role_grant).values(until_on=until))
    assert bool(reached(full, "day")) is (until == full.start.date())


def test_a_permission_that_no_page_uses_yet_changes_no_row(full: Stage) -> None:
    full.add_staff("xen", "Xen", "engagement_officer", "department", "Computing")
    with asking(full, "xen") as session:
        session.execute(update(register.attendance).values(version=9))
        session.commit()
    assert {row.version for row in full.rows(register.attendance)} == {1}


def test_a_role_without_departments_given_for_one_reaches_nobody(full: Stage) -> None:
    with full.database.owner.begin() as connection:
        connection.execute(update(staff.role_grant).values(scope_kind="department", scope_value="Computing"))
    assert reached(full, "day") == set()


def test_an_archived_account_reaches_nobody(full: Stage) -> None:
    full.change(staff.staff, full.ids["day"], archived_at=full.clock())
    assert reached(full, "day") == set()


@pytest.mark.parametrize(
    ("role", "scope", "value", "sees"),
    [
        ("module_admin", "department", "Computing", set()),
        ("module_admin", "department", "", set()),
        ("module_admin", "own", "", set()),
        ("engagement_officer", "department", "History", {"ben", "cy"}),
        ("support_desk", "department", "History", {"ben", "cy"}),
        ("visa_officer", "all", "", set()),
        ("personal_tutor", "all", "", set()),
        ("module_lead", "own", "", set()),
        ("dpo", "all", "", set()),
        ("room_admin", "all", "", set()),
        ("system_admin", "all", "", set()),
        ("data_owner", "all", "", set()),
    ],
)
def test_other_roles_reach_whom_their_grant_says(
    full: Stage, role: str, scope: str, value: str, sees: set[str]
) -> None:
    full.add_staff("xen", "Xen", role, scope, value)
    assert reached(full, "xen") == sees


def test_a_module_lead_reaches_what_they_lead_alone(full: Stage) -> None:
    full.add_staff("lea", "Lea", "module_lead")
    for code, leads in (("COMP1201", True), ("HIST2002", False)):
        full.add("", staff.teaching, staff_id=full.ids["lea"], module_id=full.ids[code], leads=leads)
    assert reached(full, "lea") == reached(full, "lea", ATTENDANCE.student_id) == {"ada", "ben"}


@pytest.mark.parametrize("column", [STUDENT.id, ATTENDANCE.student_id, ENROLMENT.student_id])
def test_whoever_sees_numbers_alone_reads_no_row_for_them(full: Stage, column: Any) -> None:
    full.add_staff("xen", "Xen", "dpo", "all")
    assert reached(full, "xen", column) == set()


def test_whoever_adds_lectures_reads_the_groups_of_own_modules_and_nobody_in_a_register(full: Stage) -> None:
    seen = [reached(full, "mo", column) for column in (ENROLMENT.student_id, ATTENDANCE.student_id, STUDENT.id)]
    assert seen == [{"ada", "ben"}, set(), set()]


# One student at a time ------------------------------------------------------------------------------


def test_a_tutor_reaches_their_tutees_and_all_that_is_theirs(full: Stage) -> None:
    full.add("", register.enrolment, student_id=full.ids["ada"], module_id=full.ids["HIST2002"], group_name="")
    with asking(full, "tia") as session:
        found = [
            session.scalars(select(column)).all()
            for column in (STUDENT.id, ATTENDANCE.student_id, ENROLMENT.student_id)
        ]
    assert found == [[full.ids["ada"]], [full.ids["ada"]], [full.ids["ada"]] * 2]


@pytest.mark.parametrize(("closed", "sees"), [(False, {"cy"}), (True, set())])
def test_a_case_reaches_its_student_while_it_is_open(full: Stage, closed: bool, sees: set[str]) -> None:
    case = {"student_id": full.ids["cy"], "kind": "rights", "opened_by": full.ids["dot"], "opened_at": full.clock()}
    full.add("", records.student_case, **case, closed_at=full.clock() if closed else None)
    assert reached(full, "dot") == sees


def test_broken_glass_reaches_its_student_for_its_time(full: Stage) -> None:
    opening = {"staff_id": full.ids["day"], "student_id": full.ids["cy"], "reason": "safety", "opened_at": full.clock()}
    full.add("", records.break_glass, **opening, until=full.clock() + timedelta(minutes=15))
    during = reached(full, "day")
    full.clock.go_on(minutes=15)
    assert (during, reached(full, "day")) == ({"ada", "ben", "cy"}, {"ada", "ben"})


@pytest.mark.parametrize(
    ("who", "sees"), [("day", {"ada", "ben", "cy"}), ("dot", {"cy"}), ("mo", set()), ("ro", set())]
)
def test_a_full_number_reaches_one_student_for_those_who_may_ask_by_it(full: Stage, who: str, sees: set[str]) -> None:
    with asking(full, who) as session:
        name_student(session, "31000003")
        named = names(full, session.scalars(select(STUDENT.id)))
        session.commit()
        after = names(full, session.scalars(select(STUDENT.id)))
    assert (named, after) == (sees, sees - {"cy"})


def test_a_locked_student_has_no_row_but_for_those_named(full: Stage) -> None:
    lock = {"student_id": full.ids["ada"], "department": "Computing", "set_by": full.ids["ona"], "set_at": full.clock()}
    lock_id = full.add("", records.record_lock, **lock)
    full.add("", records.record_lock_staff, lock_id=lock_id, staff_id=full.ids["eve"])
    columns = (STUDENT.id, ATTENDANCE.student_id, ENROLMENT.student_id, register.attendance_change.c.student_id)
    assert [reached(full, "day", column) for column in columns] == [{"ben"}] * 4
    full.add("", staff.teaching, staff_id=full.ids["eve"], module_id=full.ids["COMP1201"])
    assert "ada" in reached(full, "eve")


def test_past_locks_a_locked_student_has_rows_until_it_ends(full: Stage) -> None:
    lock = {"student_id": full.ids["ada"], "department": "Computing", "set_by": full.ids["ona"], "set_at": full.clock()}
    full.add("", records.record_lock, **lock)
    with asking(full, "day") as session:
        with past_locks(session):
            within = names(full, session.scalars(select(ATTENDANCE.student_id)))
        after = names(full, session.scalars(select(ATTENDANCE.student_id)))
    assert (within, after) == ({"ada", "ben"}, {"ben"})


def test_past_locks_ends_with_its_transaction(full: Stage) -> None:
    lock = {"student_id": full.ids["ada"], "department": "Computing", "set_by": full.ids["ona"], "set_at": full.clock()}
    full.add("", records.record_lock, **lock)
    with asking(full, "day") as session:
        with pytest.raises(ZeroDivisionError), past_locks(session):
            raise ZeroDivisionError
        session.rollback()
        assert names(full, session.scalars(select(STUDENT.id))) == {"ben"}


@pytest.mark.parametrize(("who", "sees"), [("day", 1), ("eve", 0), ("sue", 1), ("", 0)])
def test_an_act_is_a_row_of_its_lecture(full: Stage, who: str, sees: int) -> None:
    full.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    act = {"lecture_id": full.ids["algorithms"], "kind": "all", "at": full.clock(), "role": "lecturer", "staff_id": 1}
    full.add("", register.attendance_act, **act)
    with asking(full, who) as session:
        assert len(session.scalars(select(register.attendance_act.c.id)).all()) == sees


@pytest.mark.parametrize("who", ["eve", "mo", ""])
def test_nobody_adds_an_act_to_a_register_that_is_not_their_own(full: Stage, who: str) -> None:
    act = {"lecture_id": full.ids["algorithms"], "kind": "all", "at": full.clock(), "role": "lecturer", "staff_id": 1}
    with asking(full, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(register.attendance_act).inline().values(**act))


# A link for a new password ----------------------------------------------------------------------------

NUMBER = {"ada": "31000001", "ben": "31000002", "cy": "31000003"}


def leave_link(stage: Stage, who: str, student: str, *said: str) -> None:
    """Leave a student a link, after these students' numbers were said."""
    link = {"student_id": stage.ids[student], "secret_hash": "f" * 64, "expires_at": stage.clock()}
    with asking(stage, who) as session:
        name_students(session, [NUMBER[one] for one in said])
        session.execute(insert(register.student_link).inline().values(**link))
        session.commit()


@pytest.fixture
def manned(full: Stage) -> Stage:
    """Computing and History have a support desk each, and Ben walked into the Silk Roads."""
    full.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    full.add_staff("hugh", "Hugh Desk", "support_desk", "department", "History")
    return full


@pytest.mark.parametrize(("who", "student"), [("sue", "ada"), ("hugh", "cy"), ("hugh", "ben")])
def test_the_support_desk_leaves_a_link_for_whoever_of_its_departments_said_their_number(
    manned: Stage, who: str, student: str
) -> None:
    leave_link(manned, who, student, student)
    (link,) = manned.rows(register.student_link)
    assert link.student_id == manned.ids[student]


@pytest.mark.parametrize(
    ("who", "student", "said"),
    [
        ("sue", "ada", []),
        ("sue", "ada", ["ben"]),
        ("sue", "cy", ["cy"]),
        *((who, "ada", ["ada"]) for who in ("day", "mo", "tia", "ona", "dot", "hugh", "")),
    ],
)
def test_nobody_else_leaves_a_link_whomever_they_see(manned: Stage, who: str, student: str, said: list[str]) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        leave_link(manned, who, student, *said)


def test_nobody_is_left_a_link_whose_record_is_locked(manned: Stage) -> None:
    lock = {"student_id": manned.ids["ada"], "department": "Computing", "set_by": manned.ids["ona"]}
    manned.add("", records.record_lock, **lock, set_at=manned.clock())
    with pytest.raises(DBAPIError, match="row-level security"):
        leave_link(manned, "sue", "ada", "ada")


def test_a_number_that_was_said_counts_for_its_transaction_alone(manned: Stage) -> None:
    link = {"student_id": manned.ids["ada"], "secret_hash": "f" * 64, "expires_at": manned.clock()}
    with asking(manned, "sue") as session:
        name_students(session, [NUMBER["ada"]])
        session.commit()
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(insert(register.student_link).inline().values(**link))


# Whom a refusal was about ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sue", "day", "dot"])
def test_the_log_is_told_whose_number_was_asked_for_and_reads_no_row_for_it(manned: Stage, who: str) -> None:
    """Cy is a student of History, and the record is locked on top."""
    lock = {"student_id": manned.ids["cy"], "department": "History", "set_by": manned.ids["ona"]}
    manned.add("", records.record_lock, **lock, set_at=manned.clock())
    with asking(manned, who) as session:
        assert student_with(session, NUMBER["cy"]) == manned.ids["cy"]
        assert manned.ids["cy"] not in set(session.scalars(select(STUDENT.id)))


@pytest.mark.parametrize("number", ["3100000", "31000003%", "99999999", ""])
def test_less_than_a_full_number_is_nobodys(manned: Stage, number: str) -> None:
    with asking(manned, "sue") as session:
        assert student_with(session, number) is None


@pytest.mark.parametrize("who", ["", "day"])
def test_nobody_and_no_archived_account_is_told_whose_a_number_is(manned: Stage, who: str) -> None:
    manned.change(staff.staff, manned.ids["day"], archived_at=manned.clock())
    with asking(manned, who) as session:
        assert student_with(session, NUMBER["ada"]) is None


# Whose tutor somebody is ------------------------------------------------------------------------------

TUTEE = records.tutee.c


@pytest.fixture
def tutored(full: Stage) -> Stage:
    """Cy of History and Ada of Computing have a tutor each, and one of them is Mo."""
    full.add("", records.tutee, staff_id=full.ids["eve"], student_id=full.ids["cy"])
    full.add("", records.tutee, staff_id=full.ids["mo"], student_id=full.ids["ben"])
    return full


@pytest.mark.parametrize(
    ("who", "sees"),
    [("mo", {"ada", "ben"}), ("tia", {"ada"}), ("eve", {"cy"}), ("day", set()), ("ona", set()), ("", set())],
)
def test_a_tutees_row_is_read_by_the_tutor_and_by_whoever_says_whose_tutor_somebody_is(
    tutored: Stage, who: str, sees: set[str]
) -> None:
    assert reached(tutored, who, TUTEE.student_id) == sees


@pytest.mark.parametrize(
    ("who", "tutor", "student"),
    [("mo", "tia", "cy"), ("mo", "mo", "ada"), ("tia", "tia", "ben"), ("ona", "tia", "ben"), ("", "tia", "ben")],
)
def test_nobody_adds_a_tutee_out_of_reach_or_of_their_own(tutored: Stage, who: str, tutor: str, student: str) -> None:
    row = {"staff_id": tutored.ids[tutor], "student_id": tutored.ids[student]}
    with asking(tutored, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(records.tutee).inline().values(**row))


@pytest.mark.parametrize(("who", "ends"), [("mo", {"ada"}), ("tia", set()), ("eve", set()), ("", set())])
def test_nobody_ends_a_tutee_out_of_reach_or_of_their_own(tutored: Stage, who: str, ends: set[str]) -> None:
    with asking(tutored, who) as session:
        session.execute(update(records.tutee).values(until_on=date(2026, 11, 1)))
        session.commit()
    ended = tutored.rows(records.tutee, TUTEE.until_on.is_not(None))
    assert names(tutored, [row.student_id for row in ended]) == ends


def test_a_tutee_whose_record_is_locked_is_in_no_row_and_gets_none(tutored: Stage) -> None:
    lock = {"student_id": tutored.ids["ada"], "department": "Computing", "set_by": tutored.ids["ona"]}
    tutored.add("", records.record_lock, **lock, set_at=tutored.clock())
    assert (reached(tutored, "mo", TUTEE.student_id), reached(tutored, "tia", TUTEE.student_id)) == ({"ben"}, set())
    row = {"staff_id": tutored.ids["eve"], "student_id": tutored.ids["ada"]}
    with asking(tutored, "mo") as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(records.tutee).inline().values(**row))


@pytest.mark.parametrize(
    ("who", "sees"), [("mo", {"ada"}), ("hal", {"cy"}), ("ro", set()), ("tia", {"ada"}), ("sue", set()), ("", set())]
)
def test_full_numbers_reach_students_of_own_departments_until_the_transaction_ends(
    full: Stage, who: str, sees: set[str]
) -> None:
    full.add_staff("hal", "Hal History", "module_admin", "department", "History")
    full.add_staff("sue", "Sue Desk", "support_desk", "department", "Languages")
    with asking(full, who) as session:
        name_students(session, ["31000001", "31000003", "999"])
        named = names(full, session.scalars(select(STUDENT.id)))
        registers = set(session.scalars(select(ATTENDANCE.student_id)))
        session.commit()
        after = names(full, session.scalars(select(STUDENT.id)))
    own = {"ada"} if who == "tia" else set()
    assert (named, names(full, registers), after) == (sees, own, own)


def test_a_tutee_whose_record_is_locked_is_in_no_row(tutored: Stage) -> None:
    lock = {"student_id": tutored.ids["ada"], "department": "Computing", "set_by": tutored.ids["ona"]}
    tutored.add("", records.record_lock, **lock, set_at=tutored.clock())
    assert (reached(tutored, "mo", TUTEE.student_id), reached(tutored, "tia", TUTEE.student_id)) == ({"ben"}, set())


# Who did what ------------------------------------------------------------------------------------------


@pytest.fixture
def told(full: Stage) -> Stage:
    """A case of Dot's and one of Di's, glass that Dr Day broke, what Tia said was shown, and the notices of both."""
    at, cy = full.clock(), full.ids["cy"]
    full.add_staff("di", "Di Dataprotection", "dpo", "all")
    for name in ("dot", "di"):
        case = {"student_id": cy, "kind": "complaint", "opened_by": full.ids[name], "opened_at": at}
        full.add(f"case of {name}", records.student_case, **case)
    glass = {"staff_id": full.ids["day"], "student_id": cy, "reason": "safety", "opened_at": at, "until": at}
    full.add("glass of day", records.break_glass, **glass)
    full.add("incident of tia", records.incident, reported_at=at, reported_by=full.ids["tia"], page="register")
    for kind, thing in (("break_glass", "glass of day"), ("incident", "incident of tia")):
        full.add(f"notice of {kind}", records.notice, at=at, kind=kind, thing_id=full.ids[thing])
    return full


def read(stage: Stage, who: str, table: Table) -> set[str]:
    """The rows of a table that somebody reads, by their names on the stage."""
    word = {"student_case": "case", "break_glass": "glass", "record_lock": "lock"}.get(table.name, table.name)
    rows = {number: name for name, number in stage.ids.items() if name.startswith(f"{word} of ")}
    with asking(stage, who) as session:
        return {rows[one] for one in session.scalars(select(table.c.id))}


NOTICES = {"notice of break_glass", "notice of incident"}


@pytest.mark.parametrize(
    ("who", "table", "sees"),
    [
        ("dot", records.student_case, {"case of dot"}),
        ("di", records.student_case, {"case of di"}),
        ("day", records.student_case, set()),
        ("", records.student_case, set()),
        ("day", records.break_glass, {"glass of day"}),
        ("dot", records.break_glass, {"glass of day"}),
        ("tia", records.break_glass, set()),
        ("sid", records.break_glass, set()),
        ("", records.break_glass, set()),
        ("tia", records.incident, {"incident of tia"}),
        ("dot", records.incident, {"incident of tia"}),
        ("day", records.incident, set()),
        ("", records.incident, set()),
        ("dot", records.notice, NOTICES),
        ("day", records.notice, set()),
        ("tia", records.notice, set()),
        ("", records.notice, set()),
    ],
)
def test_what_somebody_did_is_read_by_them_and_by_whoever_is_told(
    told: Stage, who: str, table: Table, sees: set[str]
) -> None:
    assert read(told, who, table) == sees


def test_an_officer_whose_role_has_ended_is_told_nothing(told: Stage) -> None:
    with told.database.owner.begin() as connection:
        connection.execute(update(staff.role_grant).values(until_on=told.start.date() - timedelta(days=1)))
    assert read(told, "dot", records.notice) == read(told, "dot", records.break_glass) == set()


@pytest.mark.parametrize(
    ("who", "table", "change", "changed"),
    [
        ("dot", records.student_case, "closed_at", {"case of dot"}),
        ("day", records.student_case, "closed_at", set()),
        ("tia", records.incident, "withdrawn_at", {"incident of tia"}),
        ("dot", records.incident, "withdrawn_at", set()),
        ("dot", records.notice, "seen_at", NOTICES),
        ("day", records.notice, "seen_at", set()),
        ("", records.notice, "seen_at", set()),
    ],
)
def test_nobody_ends_what_somebody_else_did(
    told: Stage, who: str, table: Table, change: str, changed: set[str]
) -> None:
    with asking(told, who) as session:
        session.execute(update(table).values({change: told.clock()}))
        session.commit()
    ids = {told.ids[name] for name in changed}
    assert {row.id for row in told.rows(table, table.c[change].is_not(None))} == ids


def in_the_name_of(stage: Stage, who: str) -> dict[Table, dict[str, Any]]:
    """A row of each table, as somebody would write it."""
    at, one, student_id = stage.clock(), stage.ids.get(who), stage.ids["cy"]
    return {
        records.student_case: {"student_id": student_id, "kind": "rights", "opened_by": one, "opened_at": at},
        records.break_glass: {
            "staff_id": one,
            "student_id": student_id,
            "reason": "safety",
            "opened_at": at,
            "until": at,
        },
        records.incident: {"reported_at": at, "reported_by": one, "page": "register"},
        records.notice: {"at": at, "kind": "incident", "thing_id": 1},
    }


@pytest.mark.parametrize("table", [records.student_case, records.break_glass, records.incident, records.notice])
def test_everybody_writes_down_what_they_did_themselves(full: Stage, table: Table) -> None:
    with asking(full, "dot") as session:
        name_student(session, "31000003")
        session.execute(insert(table).inline().values(**in_the_name_of(full, "dot")[table]))
        session.commit()
    assert len(full.rows(table)) == 1


@pytest.mark.parametrize(
    ("table", "who"),
    [
        (records.student_case, "di"),
        (records.student_case, ""),
        (records.break_glass, "di"),
        (records.break_glass, ""),
        (records.incident, "di"),
        (records.incident, ""),
        (records.notice, ""),
    ],
)
def test_nobody_writes_down_what_somebody_else_did(told: Stage, table: Table, who: str) -> None:
    with asking(told, who) as session:
        name_student(session, "31000003")
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(insert(table).inline().values(**in_the_name_of(told, "dot")[table]))


# Locks ------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(full: Stage) -> Stage:
    """Ona has locked Ada's record to all but Dr Eve, and Hal that of Cy to all but himself."""
    full.add_staff("hal", "Hal Officer", "engagement_officer", "department", "History")
    full.add_staff("oz", "Oz Officer", "engagement_officer", "department", "Computing")
    for name, student, department, named in (("ona", "ada", "Computing", "eve"), ("hal", "cy", "History", "hal")):
        lock = {"student_id": full.ids[student], "department": department, "set_by": full.ids[name]}
        lock_id = full.add(f"lock of {name}", records.record_lock, **lock, set_at=full.clock())
        full.add("", records.record_lock_staff, lock_id=lock_id, staff_id=full.ids[named])
    return full


LOCKS = [
    ("ona", {"lock of ona"}),
    ("oz", {"lock of ona"}),
    ("hal", {"lock of hal"}),
    ("day", set()),
    ("eve", set()),
    ("tia", set()),
    ("dot", set()),
    ("mo", set()),
    ("", set()),
]


@pytest.mark.parametrize(("who", "sees"), LOCKS)
def test_locks_and_who_is_named_in_them_are_read_by_the_officers_of_their_department(
    locked: Stage, who: str, sees: set[str]
) -> None:
    with asking(locked, who) as session:
        named = set(session.scalars(select(records.record_lock_staff.c.lock_id)))
    assert (read(locked, who, records.record_lock), named) == (sees, {locked.ids[name] for name in sees})


@pytest.mark.parametrize(
    ("who", "opens"), [("day", False), ("eve", True), ("ona", False), ("hal", False), ("dot", False), ("", False)]
)
@pytest.mark.parametrize("by_number", [True, False])
def test_a_lock_that_somebody_can_not_read_keeps_the_record_from_them_all_the_same(
    locked: Stage, who: str, opens: bool, by_number: bool
) -> None:
    """The wing's own condition, without the wall of rows: break-glass and cases ask it of a student found by the full number."""
    asked = literal(locked.ids["ada"])
    with asking(locked, who) as session:
        if by_number:
            name_student(session, "31000001")
        is_open = session.scalar(select(is_open_to(locked.ids.get(who, 0), asked)))
        with past_locks(session):
            past = session.scalar(select(is_open_to(locked.ids.get(who, 0), asked)))
        others = session.scalar(select(is_open_to(locked.ids.get(who, 0), literal(locked.ids["ben"]))))
    assert (is_open, past, others) == (opens, opens, True)


def test_a_lock_that_is_lifted_keeps_nobody_out(locked: Stage) -> None:
    gone = {"lifted_by": locked.ids["oz"], "lifted_at": locked.clock()}
    locked.change(records.record_lock, locked.ids["lock of ona"], **gone)
    with asking(locked, "day") as session:
        assert session.scalar(select(is_open_to(locked.ids["day"], literal(locked.ids["ada"]))))
    assert reached(locked, "day") == {"ada", "ben"}


@pytest.mark.parametrize(("who", "lifted"), [("oz", {"lock of ona"}), ("ona", set()), ("day", set()), ("", set())])
def test_a_lock_is_lifted_by_another_officer_of_its_department(locked: Stage, who: str, lifted: set[str]) -> None:
    with asking(locked, who) as session:
        session.execute(update(records.record_lock).values(lifted_by=locked.ids["oz"], lifted_at=locked.clock()))
        session.commit()
    gone = {row.id for row in locked.rows(records.record_lock, records.record_lock.c.lifted_at.is_not(None))}
    assert gone == {locked.ids[name] for name in lifted}


@pytest.mark.parametrize(
    ("who", "by", "department"),
    [("oz", "ona", "Computing"), ("oz", "oz", "History"), ("day", "day", "Computing"), ("", "oz", "Computing")],
)
def test_nobody_locks_in_another_name_or_department(locked: Stage, who: str, by: str, department: str) -> None:
    lock = {"student_id": locked.ids["ben"], "department": department, "set_by": locked.ids[by]}
    with asking(locked, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(records.record_lock).inline().values(**lock, set_at=locked.clock()))


@pytest.mark.parametrize("who", ["oz", "day", "eve", ""])
def test_nobody_names_somebody_in_a_lock_that_another_set(locked: Stage, who: str) -> None:
    named = {"lock_id": locked.ids["lock of ona"], "staff_id": locked.ids["day"]}
    with asking(locked, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(records.record_lock_staff).values(**named))


# The access log ---------------------------------------------------------------------------------------

ENTRY, SUBJECT = log.access_entry, log.access_subject


def entry_of(stage: Stage, who: str, student: str, **changes: Any) -> Entry:
    return replace(LOOK, staff_id=stage.ids[who], subjects=frozenset({stage.ids[student]}), **changes)


@pytest.fixture
def looked(full: Stage) -> Stage:
    """Dr Day looked at Ada, was refused Ben and reached Cy without seeing them; Dr Eve looked at Cy."""
    entries = {
        "look of day": entry_of(full, "day", "ada"),
        "refusal of day": entry_of(full, "day", "ben", act=Act.DENY, outcome="refused"),
        "look of eve": entry_of(full, "eve", "cy"),
        "unseen by day": entry_of(full, "day", "cy", data=UNSEEN),
    }
    for name, entry in entries.items():
        with full.database.asking(entry.staff_id) as session:
            full.ids[name] = append(session, entry)
            session.commit()
    return full


def looks(stage: Stage, who: str) -> tuple[set[str], set[str]]:
    """The entries that somebody reads, and the students in them."""
    cast = {number: name for name, number in stage.ids.items() if " " in name}
    with asking(stage, who) as session:
        return {cast[it] for it in session.scalars(select(ENTRY.c.id))}, reached(stage, who, SUBJECT.c.student_id)


@pytest.mark.parametrize(
    ("who", "entries", "students"),
    [
        ("day", {"look of day", "refusal of day"}, {"ada"}),
        ("eve", {"look of eve"}, {"cy"}),
        ("dot", {"look of day", "refusal of day", "look of eve", "unseen by day"}, {"ada", "ben", "cy"}),
        ("tia", set(), set()),
        ("sid", set(), set()),
        ("", set(), set()),
    ],
)
def test_the_log_is_read_by_the_officer_and_of_own_acts_as_far_as_they_saw_anybody(
    looked: Stage, who: str, entries: set[str], students: set[str]
) -> None:
    assert looks(looked, who) == (entries, students)


def test_entries_that_their_writers_can_not_read_of_each_other_are_one_chain(looked: Stage) -> None:
    with Session(looked.database.engine("audit")) as check:
        kept = list(chain.entries(check))
    assert (len(kept), flaws(kept)) == (4, [])


def test_the_head_is_the_same_whoever_asks_and_tells_of_nobody(looked: Stage) -> None:
    with asking(looked, "tia") as session, asking(looked) as nobody:
        heads = [chain.newest_head(it) for it in (session, nobody)]
    (newest,) = looked.rows(ENTRY, ENTRY.c.id == looked.ids["unseen by day"])
    assert [head and (head.id, head.hash) for head in heads] == [(newest.id, newest.hash)] * 2


@pytest.mark.parametrize("who", ["eve", "dot", ""])
def test_nobody_adds_to_the_log_in_another_name(looked: Stage, who: str) -> None:
    with asking(looked, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        append(session, replace(LOOK, staff_id=looked.ids["day"], subjects=frozenset()))


@pytest.mark.parametrize(("who", "name"), [("day", "look of day"), ("eve", "unseen by day"), ("", "unseen by day")])
def test_nobody_adds_a_student_to_an_entry_that_is_not_the_newest_and_their_own(
    looked: Stage, who: str, name: str
) -> None:
    row = {"entry_id": looked.ids[name], "student_id": looked.ids["ben"]}
    with asking(looked, who) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(SUBJECT).values(**row))


def test_when_the_log_can_not_be_added_to_no_name_is_shown(full: Stage) -> None:
    day = Browser(full.app("admin"))
    full.enter(day, "day")
    page = f"/lectures/{full.ids['algorithms']}/register"
    shown = day.send(f"{page}/names", page)
    with full.database.owner.begin() as connection:
        connection.execute(text("REVOKE EXECUTE ON FUNCTION kiosk_log_head(timestamptz) FROM kiosk_admin"))

    refused = day.send(f"{page}/names", page)

    assert (shown.status_code, "Ada Lovelace" in shown.text) == (200, True)
    assert (refused.status_code, "Ada Lovelace" in refused.text, len(full.rows(ENTRY))) == (503, False, 1)


def test_every_permission_that_shows_a_student_has_its_place_in_the_reach_once_a_page_uses_it() -> None:
    placed = reach.OF_LECTURES | reach.OF_STUDENTS | reach.EXCUSING | reach.DECIDING | reach.ANSWERING | reach.HELPING
    apart = {Permission.LOG_READ_ALL}  # it reads the log, whose rows are no student's own
    used = {permission for permission in Permission if not permission.is_later}
    assert {permission for permission in used if permission.shows_person} - placed == apart


def test_every_table_of_students_that_the_wing_reads_says_whose_its_rows_are() -> None:
    unsaid = {
        table.name
        for table in metadata.sorted_tables
        if "admin" in table.info["rights"] and "student_id" in table.columns and "rows" not in table.info
    }
    assert unsaid == set()


def test_every_table_of_who_did_what_with_whom_says_whose_its_rows_are() -> None:
    tables = [table for module in (records, log) for table in vars(module).values() if isinstance(table, Table)]
    assert [table.name for table in tables if "rows" not in table.info] == []


READ = [table for table in metadata.sorted_tables if "rows" in table.info and table.info["rights"]["admin"].read]


@pytest.mark.parametrize("table", READ, ids=str)
def test_without_an_identity_no_table_of_rows_shows_one(looked: Stage, table: Table) -> None:
    """Whatever the table: the wall does not lean on what else a query would need."""
    with asking(looked) as session:
        assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("table", [ENTRY, SUBJECT])
def test_the_import_and_the_check_read_of_the_log_what_their_grants_allow(looked: Stage, table: Table) -> None:
    first = next(iter(table.primary_key.columns))
    for party in ("import", "audit"):
        with Session(looked.database.engine(party)) as session:
            assert len(session.scalars(select(first)).all()) == 4


def test_the_import_adds_to_the_log_for_whoever_asked_for_it(looked: Stage) -> None:
    with Session(looked.database.engine("import")) as session:
        append(session, entry_of(looked, "mo", "ada"))
        session.commit()
    assert len(looked.rows(ENTRY, ENTRY.c.staff_id == looked.ids["mo"])) == 1


# Transactions, the owner, the other parties ---------------------------------------------------------


def test_the_identity_is_there_again_after_a_commit(full: Stage) -> None:
    with asking(full, "day") as session:
        session.commit()
        assert names(full, session.scalars(select(STUDENT.id))) == {"ada", "ben"}


def test_an_identity_set_in_the_middle_of_a_transaction_counts_from_there(full: Stage) -> None:
    with asking(full) as session:
        nobody = session.scalars(select(STUDENT.id)).all()
        identify(session, Identity(full.ids["day"], full.clock(), ZONE))
        assert (nobody, names(full, session.scalars(select(STUDENT.id)))) == ([], {"ada", "ben"})


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_the_next_user_of_a_connection_does_not_inherit_the_identity(
    full: Stage, end: Callable[[Session], None]
) -> None:
    engine = full.database.engine("admin")
    with asking(full, "day", engine) as session:
        session.scalars(select(STUDENT.id)).all()
        connection_id = session.scalar(select(func.pg_backend_pid()))
        end(session)
    with asking(full, "", engine) as session:
        found = session.scalars(select(STUDENT.id)).all()
        assert (session.scalar(select(func.pg_backend_pid())), found) == (connection_id, [])


@pytest.mark.parametrize("party", ["checkin", "import"])
def test_check_in_and_the_import_see_all_that_their_grants_allow(full: Stage, party: str) -> None:
    with Session(full.database.engine(party)) as session:
        assert names(full, session.scalars(select(STUDENT.id))) == {"ada", "ben", "cy"}


def test_a_policy_made_by_hand_is_gone_after_the_next_upgrade(full: Stage) -> None:
    with full.database.owner.begin() as connection:
        connection.execute(text("CREATE POLICY all_of_it ON student USING (true)"))
        connection.execute(text("ALTER TABLE attendance DISABLE ROW LEVEL SECURITY"))
    opened = reached(full, "eve")
    schema.apply_grants(full.database.owner)
    assert (opened, reached(full, "eve")) == ({"ada", "ben", "cy"}, {"ben", "cy"})
    assert reached(full, "eve", ATTENDANCE.student_id) == {"cy"}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("public", False),
        ("kiosk_display", False),
        ("kiosk_checkin", False),
        ("kiosk_purge", False),
        ("kiosk_admin", True),
        ("kiosk_import", True),
        ("kiosk_audit", True),
    ],
)
def test_the_head_of_the_log_is_asked_for_by_whoever_adds_to_it_or_checks_it(full: Stage, role: str, may: bool) -> None:
    with full.database.owner.connect() as connection:
        asked = func.has_function_privilege(role, "kiosk_log_head(timestamptz)", "EXECUTE")
        assert connection.scalar(select(asked)) is may


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("public", False),
        ("kiosk_display", False),
        ("kiosk_checkin", False),
        ("kiosk_purge", False),
        ("kiosk_admin", True),
        ("kiosk_import", True),
    ],
)
def test_registers_are_settled_by_whoever_changes_lectures(full: Stage, role: str, may: bool) -> None:
    with full.database.owner.connect() as connection:
        asked = func.has_function_privilege(role, excuses.FUNCTION, "EXECUTE")
        assert connection.scalar(select(asked)) is may


@pytest.mark.parametrize("function", reach.FUNCTIONS)
def test_nobody_else_may_ask_how_far_somebody_reaches(full: Stage, function: str) -> None:
    with full.database.owner.connect() as connection:
        may = [
            connection.scalar(select(func.has_function_privilege(role, function, "EXECUTE")))
            for role in ("public", "kiosk_display", "kiosk_checkin", "kiosk_import", "kiosk_purge")
        ]
    assert may == [False] * 5


@pytest.fixture
def owned(postgres_server: PostgresServer) -> Iterator[Stage]:
    """The cast in a database whose owner is no administrator of the server, as in production."""
    url = make_url(postgres_server.create_database("owned"))
    root = create_engine(postgres_server.superuser_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("CREATE ROLE plain_owner LOGIN PASSWORD 'owner-password'"))
        connection.execute(text(f"ALTER DATABASE {url.database} OWNER TO plain_owner"))
    schema.make_roles(url.render_as_string(hide_password=False), ROLE_PASSWORDS)
    passwords = {"plain_owner": "owner-password", "kiosk_admin": ROLE_PASSWORDS["admin"]}
    owner, admin = (postgres_server.url(role, passwords[role], url.database or "") for role in passwords)
    schema.migrate(owner)
    stage = set_stage(Database({"owner": owner, "admin": admin}))
    yield stage
    stage.database.close()
    with root.connect() as connection:
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
        connection.execute(text("DROP ROLE plain_owner"))
    root.dispose()


def test_row_level_security_is_forced_upon_the_owner_who_must_say_so(owned: Stage) -> None:
    engine = create_engine(owned.database.urls["owner"])
    with engine.connect() as connection:
        unsaid = connection.scalar(select(func.count()).select_from(register.student))
        connection.execute(text("SET kiosk.as_owner = 'on'"))
        said = connection.scalar(select(func.count()).select_from(register.student))
    engine.dispose()
    assert (unsaid, said) == (0, 3)


def test_the_reach_is_the_same_when_the_owner_is_no_administrator(owned: Stage) -> None:
    assert (reached(owned, "day"), reached(owned, "eve"), reached(owned, "ro")) == ({"ada", "ben"}, {"cy"}, set())


def test_the_admin_role_gets_nothing_by_calling_itself_the_owner(owned: Stage) -> None:
    with asking(owned) as session:
        session.execute(text("SET LOCAL kiosk.as_owner = 'on'"))
        assert session.scalars(select(STUDENT.id)).all() == []


def test_a_lock_holds_and_the_log_is_added_to_when_the_owner_is_no_administrator(owned: Stage) -> None:
    """Where row-level security is forced upon the functions' owner, too."""
    lock = {"student_id": owned.ids["ada"], "department": "Computing", "set_by": owned.ids["ona"]}
    owned.add("lock of ona", records.record_lock, **lock, set_at=owned.clock())
    for who in ("day", "eve"):
        with owned.database.asking(owned.ids[who]) as session:
            append(session, entry_of(owned, who, "ben"))
            session.commit()
    assert (reached(owned, "day"), read(owned, "ona", records.record_lock)) == ({"ben"}, {"lock of ona"})
    with Session(owned.database.owner) as check:
        assert flaws(list(chain.entries(check))) == []

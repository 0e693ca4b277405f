"""The wall of rows on PostgreSQL around disputes: who reads one, who decides it, and what that lets them set in a register."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from kiosk.store.identity import past_locks
from kiosk.store.tables import register, staff, wishes
from tests.admin.crowds import lock
from tests.stage import Stage
from tests.walls.test_rows import asking, names

ENTRY, DISPUTE = register.attendance.c, wishes.dispute.c
CAST = ("day", "eve", "tia", "ona", "oz", "mo", "dot", "sid", "")


@pytest.fixture
def disputed(postgres_stage: Stage) -> Stage:
    """Ada and Ben were at Algorithms and Cy at the Silk Roads; Ada and Cy dispute it."""
    stage = postgres_stage
    stage.add_staff("oz", "Oz Officer", "engagement_officer", "department", "History")
    for student, lecture in (("ada", "algorithms"), ("ben", "algorithms"), ("cy", "silk")):
        stage.put_in_register(student, lecture=lecture)
    for student, lecture in (("ada", "algorithms"), ("cy", "silk")):
        dispute(stage, student, lecture)
    return stage


def dispute(stage: Stage, student: str, lecture: str, **values: Any) -> None:
    about = {"student_id": stage.ids[student], "lecture_id": stage.ids[lecture], "says": "not_me"}
    stage.add(f"dispute of {student}", wishes.dispute, **about, opened_at=stage.clock(), **values)


def read(stage: Stage, who: str) -> set[str]:
    with asking(stage, who) as session:
        return names(stage, session.scalars(select(DISPUTE.student_id)))


def decided(stage: Stage, who: str) -> set[str]:
    """Whose dispute an update that forgets its filter decides."""
    with asking(stage, who) as session:
        session.execute(update(wishes.dispute).values(is_open=None, closed_at=stage.clock(), outcome="kept"))
        session.commit()
    return names(stage, [row.student_id for row in stage.rows(wishes.dispute, DISPUTE.outcome == "kept")])


def set_late(stage: Stage, who: str) -> set[str]:
    """Whose entry an update that forgets its filter changes."""
    with asking(stage, who) as session:
        session.execute(update(register.attendance).values(status="present_late"))
        session.commit()
    return names(stage, [row.student_id for row in stage.rows(register.attendance, ENTRY.status == "present_late")])


def test_whoever_reads_a_dispute_reads_what_its_student_noted_before_and_nobody_else(disputed: Stage) -> None:
    for student, lecture in (("ada", "algorithms"), ("cy", "silk")):
        key = {"lecture_id": disputed.ids[lecture], "student_id": disputed.ids[student]}
        disputed.add("", wishes.claim, **key, made_at=disputed.clock(), code="digits", shown_at=disputed.clock())

    assert {who: found for who in CAST if (found := claims_read(disputed, who))} == READS


def claims_read(stage: Stage, who: str) -> set[str]:
    with asking(stage, who) as session:
        return names(stage, session.scalars(select(wishes.claim.c.student_id)))


READS = {"day": {"ada"}, "eve": {"cy"}, "tia": {"ada"}, "ona": {"ada"}, "oz": {"cy"}}
DECIDES = {"ona": {"ada"}, "oz": {"cy"}}


@pytest.mark.parametrize("who", CAST)
def test_whoever_reads_an_entry_reads_its_dispute_and_nobody_else(disputed: Stage, who: str) -> None:
    assert read(disputed, who) == READS.get(who, set())


@pytest.mark.parametrize("who", CAST)
def test_a_dispute_is_decided_by_the_officers_of_its_student_alone(disputed: Stage, who: str) -> None:
    assert decided(disputed, who) == DECIDES.get(who, set())


@pytest.mark.parametrize("who", ["ona", "oz", "dot", "mo"])
def test_deciding_sets_the_disputed_entry_and_no_other(disputed: Stage, who: str) -> None:
    assert set_late(disputed, who) == DECIDES.get(who, set())


def test_what_is_decided_is_set_no_more(disputed: Stage) -> None:
    decided(disputed, "ona")
    assert set_late(disputed, "ona") == set()


def test_a_lecturer_sets_own_entries_as_before(disputed: Stage) -> None:
    """The wing's own code leaves a disputed one alone: here is only how far anybody reaches."""
    assert set_late(disputed, "day") == {"ada", "ben"}


@pytest.mark.parametrize(
    ("who", "student", "lecture", "may"),
    [
        ("ona", "ada", "second", True),
        ("ona", "ben", "second", False),
        ("oz", "ada", "second", False),
        ("dot", "ada", "second", False),
    ],
)
def test_deciding_adds_the_disputed_entry_its_history_and_its_act(
    disputed: Stage, who: str, student: str, lecture: str, may: bool
) -> None:
    stage = disputed
    stage.add_lecture(lecture)
    dispute(stage, "ada", lecture)
    key = {"lecture_id": stage.ids[lecture], "student_id": stage.ids[student]}
    entry = {"status": "present", "method": "hand", "arrived_at": stage.clock(), "other_group": False, "version": 1}
    change = {"status": "present", "set_at": stage.clock(), "set_by_role": "engagement_officer"}
    for table, values in ((register.attendance, entry), (register.attendance_change, change)):
        with asking(stage, who) as session:
            query = insert(table).inline().values(**key, **values)
            if may:
                session.execute(query)
            else:
                with pytest.raises(DBAPIError, match="row-level security"):
                    session.execute(query)


def test_an_act_is_added_where_something_is_disputed_and_nowhere_else(disputed: Stage) -> None:
    act = {"kind": "one", "at": disputed.clock(), "role": "engagement_officer", "staff_id": disputed.ids["ona"]}
    with asking(disputed, "ona") as session:
        query = insert(register.attendance_act).returning(register.attendance_act.c.id)
        session.execute(query.values(lecture_id=disputed.ids["algorithms"], **act))
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(query.values(lecture_id=disputed.ids["silk"], **act))


def test_an_officer_whose_role_has_ended_decides_nothing(disputed: Stage) -> None:
    with disputed.database.owner.begin() as connection:
        connection.execute(update(staff.role_grant).values(until_on=disputed.start.date().replace(day=1)))
    assert (decided(disputed, "ona"), set_late(disputed, "ona")) == (set(), set())


def test_a_locked_students_dispute_is_read_and_decided_by_nobody_who_is_not_named(disputed: Stage) -> None:
    lock(disputed, disputed.ids["ada"])
    assert [read(disputed, who) for who in ("day", "ona")] == [set(), set()]
    assert (decided(disputed, "ona"), set_late(disputed, "ona")) == (set(), set())


def test_what_is_set_for_everybody_finds_a_locked_students_dispute_to_leave_it_alone(disputed: Stage) -> None:
    lock(disputed, disputed.ids["ada"])
    with asking(disputed, "day") as session, past_locks(session):
        assert names(disputed, session.scalars(select(DISPUTE.student_id))) == {"ada"}

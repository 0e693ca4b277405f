"""The data wall: one list of deliberate bugs, each of which a view of the display could have, dies in both engines."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, exists, func, insert, literal, select, text, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload, registry, relationship, selectinload

from kiosk.store.engines import make_engine, make_owner_engine
from kiosk.store.rights import PARTIES, rights_of
from kiosk.store.tables import board, every, log, records, register, screens, staff, wishes
from tests.stage import Stage

CANARY = "Ada Lovelace"

mappings = registry(metadata=every.metadata)


class Student:
    """Somebody maps the tables and lets the ORM fetch what it likes."""


class Attendance:
    pass


class Lecture:
    pass


mappings.map_imperatively(Student, register.student)
mappings.map_imperatively(Attendance, register.attendance, properties={"student": relationship(Student)})
mappings.map_imperatively(Lecture, board.lecture, properties={"attendances": relationship(Attendance)})

REFUSALS = ("not authorized", "prohibited", "authorization denied", "permission denied", "must be owner")

Bug = Callable[[Session], object]

BUGS: dict[str, Bug] = {
    "everything of a table": lambda s: s.execute(select(register.student)).all(),
    "every object": lambda s: s.query(Student).all(),
    "one by its key": lambda s: s.get(Student, 1),
    "a count": lambda s: s.scalar(select(func.count()).select_from(register.student)),
    "a count in raw SQL": lambda s: s.execute(text("select count(*) from student")).all(),
    "whether one exists": lambda s: s.scalar(select(exists(select(register.student.c.id)))),
    "a lazy join": lambda s: s.query(Lecture).options(sa.orm.load_only(Lecture.id)).first().attendances,  # type: ignore[attr-defined,union-attr]
    "an eager join": lambda s: s.query(Attendance).options(joinedload(Attendance.student)).all(),  # type: ignore[attr-defined]
    "an eager second query": lambda s: s.query(Lecture).options(selectinload(Lecture.attendances)).all(),  # type: ignore[attr-defined]
    "an outer join from the board": lambda s: s.execute(
        select(board.lecture.c.id, register.attendance.c.student_id).outerjoin(register.attendance)
    ).all(),
    "a scalar subquery": lambda s: s.execute(text("select (select known_as from student limit 1)")).all(),
    "a union": lambda s: s.execute(union_all(select(board.module.c.code), select(register.student.c.known_as))).all(),
    "a common table expression": lambda s: s.execute(text("with x as (select * from student) select * from x")).all(),
    "an alias": lambda s: s.execute(text("select a.known_as from student a")).all(),
    "enrolments": lambda s: s.execute(select(register.enrolment.c.student_id)).all(),
    "attendance": lambda s: s.execute(select(register.attendance.c.status)).all(),
    "staff": lambda s: s.execute(select(staff.staff.c.name)).all(),
    "who teaches": lambda s: s.execute(select(staff.teaching.c.staff_id)).all(),
    "the journal": lambda s: s.execute(select(staff.journal.c.after)).all(),
    "staged imports": lambda s: s.execute(text("select * from import_change")).all(),
    "a hidden column of an open table": lambda s: s.execute(select(board.module.c.department)).all(),
    "every column of an open table": lambda s: s.execute(select(board.lecture)).all(),
    "an update": lambda s: s.execute(update(register.student).values(known_as="x")),
    "an update of a lecture": lambda s: s.execute(update(board.lecture).values(closed_at=None)),
    "an update of a pairing's secret": lambda s: s.execute(update(screens.pairing).values(secret_hash="x")),
    "an approval of its own": lambda s: s.execute(
        text("insert into screen(secret_hash, approved_at, expires_at) values ('x', '2026-01-01', '2027-01-01')")
    ),
    "a deletion": lambda s: s.execute(delete(register.attendance)),
    "an insert of attendance": lambda s: s.execute(
        insert(register.attendance).values(
            lecture_id=1, student_id=1, status="present", method="qr", arrived_at=None, other_group=False, version=1
        )
    ),
    "an insert that selects": lambda s: s.execute(
        text("insert into showing(lecture_id, first_shown_at) select id, null from student")
    ),
    "an insert that returns": lambda s: s.execute(
        text(
            "insert into sighting(screen_ref, seen_at) values ('s1', '2026-01-01') "
            "returning (select known_as from student limit 1)"
        )
    ),
    "a temporary table": lambda s: s.execute(text("create temporary table t as select * from student")),
    "a temporary view": lambda s: s.execute(text("create temporary view v as select * from student")),
    "a new table": lambda s: s.execute(text("create table t (i integer)")),
    "a dropped table": lambda s: s.execute(text("drop table showing")),
}

SQLITE_BUGS: dict[str, Bug] = {
    "attach": lambda s: s.execute(text("attach database 'other.sqlite' as other")),
    "the schema": lambda s: s.execute(text("select sql from sqlite_master")).all(),
    "a pragma": lambda s: s.execute(text("pragma table_info(student)")).all(),
    "a pragma as a table": lambda s: s.execute(text("select * from pragma_table_info('student')")).all(),
    "the wall off by pragma": lambda s: s.execute(text("pragma writable_schema=on")),
    "vacuum into a file": lambda s: s.execute(text("vacuum into 'leak.sqlite'")),
    "an extension": lambda s: s.execute(text("select load_extension('x')")).all(),
    "row numbers": lambda s: s.execute(text("select rowid from student")).all(),
    "a quoted name in capitals": lambda s: s.execute(text('select a.KNOWN_AS from main."STUDENT" a')).all(),
    "a trigger": lambda s: s.execute(
        text("create temp trigger t after insert on sighting begin delete from screen; end")
    ),
}

POSTGRESQL_BUGS: dict[str, Bug] = {
    "another role": lambda s: s.execute(text("set role kiosk_admin")),
    "a copy": lambda s: s.execute(text("copy student to stdout")),
    "a file": lambda s: s.execute(text("select pg_read_file('/etc/passwd')")).all(),
    "a grant to itself": lambda s: s.execute(text("grant select on student to kiosk_display")),
    "a statistic": lambda s: s.execute(text("table pg_statistic")).all(),
}


def dies(stage: Stage, party: str, bug: Bug) -> None:
    engine = stage.database.engine(party)
    with Session(engine) as session, pytest.raises(DBAPIError) as refusal:
        bug(session)
    said = str(refusal.value.orig)
    assert any(words in said for words in REFUSALS)
    assert CANARY not in said


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_of_the_display_dies_in_the_engine(any_stage: Stage, bug: str) -> None:
    dies(any_stage, "display", BUGS[bug])


@pytest.mark.parametrize("bug", SQLITE_BUGS)
def test_what_only_sqlite_offers_is_refused(stage: Stage, bug: str) -> None:
    dies(stage, "display", SQLITE_BUGS[bug])


@pytest.mark.parametrize("bug", POSTGRESQL_BUGS)
def test_what_only_postgresql_offers_is_refused(postgres_stage: Stage, bug: str) -> None:
    dies(postgres_stage, "display", POSTGRESQL_BUGS[bug])


STRANGERS_TO_CHECKIN: dict[str, Bug] = {
    "staff": lambda s: s.execute(select(staff.staff.c.name)).all(),
    "who looked": lambda s: s.execute(select(log.access_entry.c.staff_id)).all(),
    "who changed a status": lambda s: s.execute(select(register.attendance_change.c.set_by_staff_id)).all(),
    "why an entry is held back": lambda s: s.execute(select(wishes.log_delay.c.reason)).all(),
    "locks": lambda s: s.execute(select(records.record_lock.c.id)).all(),
    "the journal": lambda s: s.execute(select(staff.journal.c.id)).all(),
    "an attendance moved to somebody else": lambda s: s.execute(update(register.attendance).values(student_id=1)),
    "a deleted attendance": lambda s: s.execute(delete(register.attendance)),
    "a rewritten history": lambda s: s.execute(update(register.attendance_change).values(status="present")),
    "an enrolment": lambda s: s.execute(text("insert into enrolment(student_id, module_id) values (1, 1)")),
    "a screen": lambda s: s.execute(select(screens.screen.c.id)).all(),
}

STRANGERS_TO_ADMIN: dict[str, Bug] = {
    "students' passwords": lambda s: s.execute(select(register.student_credential.c.password_hash)).all(),
    "students' links": lambda s: s.execute(select(register.student_link.c.secret_hash)).all(),
    "whose link it is": lambda s: s.execute(select(register.student_link.c.student_id)).all(),
    "a link of somebody else's that lasts longer": lambda s: s.execute(
        update(register.student_link).values(expires_at=None)
    ),
    "a deleted attendance": lambda s: s.execute(delete(register.attendance)),
    "a rewritten history": lambda s: s.execute(update(register.attendance_change).values(status="present")),
    "a rewritten act": lambda s: s.execute(update(register.attendance_act).values(role="nobody")),
    "a deleted act": lambda s: s.execute(delete(register.attendance_act)),
    "a shortened history": lambda s: s.execute(delete(register.attendance_change)),
    "a rewritten head-count": lambda s: s.execute(update(staff.headcount).values(people=1)),
    "a rewritten journal": lambda s: s.execute(update(staff.journal).values(act="nothing")),
    "a shortened journal": lambda s: s.execute(delete(staff.journal)),
    "a grant to itself": lambda s: s.execute(update(staff.role_grant).values(scope_kind="all")),
    "a changed name": lambda s: s.execute(update(register.student).values(known_as="x")),
}


@pytest.mark.parametrize("bug", STRANGERS_TO_CHECKIN)
def test_the_check_in_wing_is_refused_what_is_not_its_own(any_stage: Stage, bug: str) -> None:
    dies(any_stage, "checkin", STRANGERS_TO_CHECKIN[bug])


@pytest.mark.parametrize("bug", STRANGERS_TO_ADMIN)
def test_the_admin_wing_is_refused_what_is_not_its_own(any_stage: Stage, bug: str) -> None:
    dies(any_stage, "admin", STRANGERS_TO_ADMIN[bug])


def test_the_display_reads_its_board(any_stage: Stage) -> None:
    """The list above would pass on a wall that refuses everything."""
    engine = any_stage.database.engine("display")
    with Session(engine) as session:
        found = session.execute(select(board.lecture.c.id, board.lecture.c.salt, board.lecture.c.starts_at)).all()
        session.execute(insert(board.showing).values(lecture_id=found[0].id, first_shown_at=any_stage.clock()))
        session.commit()
    assert len(found) == 2


def test_every_connection_of_a_pool_has_the_wall(stage: Stage) -> None:
    engine = stage.database.engine("display")
    with engine.connect(), engine.connect() as second, pytest.raises(DBAPIError):
        second.execute(select(literal(1)).select_from(register.student))
    engine.dispose()
    with engine.connect() as fresh, pytest.raises(DBAPIError):
        fresh.execute(select(literal(1)).select_from(register.student))


WRITTEN_AND_KEPT = [
    (party, table)
    for party in PARTIES
    for table, right in rights_of(party, every.metadata).values()
    if right.insert and not right.delete
]


@pytest.mark.parametrize(("party", "table"), WRITTEN_AND_KEPT, ids=lambda it: getattr(it, "name", it))
def test_what_a_party_may_add_and_not_delete_it_can_not_replace(tmp_path: Path, party: str, table: sa.Table) -> None:
    """SQLite asks nobody before it deletes the row that an INSERT OR REPLACE is about."""
    url, names = f"sqlite:///{tmp_path / 'one.sqlite'}", ", ".join(table.columns.keys())
    owner = make_owner_engine(url)
    bare = [sa.Column(it.name, it.type, primary_key=it.primary_key) for it in table.columns]
    sa.Table(table.name, sa.MetaData(), *bare).create(owner)

    def write(engine: sa.Engine, verb: str, value: int) -> None:
        with engine.begin() as connection:
            connection.execute(
                text(f"{verb} into {table.name}({names}) values ({', '.join(str(value) for _ in bare)})")
            )

    write(owner, "insert", 1)
    write(owner, "replace", 1)  # the owner still can: what must go in time goes
    owner.dispose()
    engine = make_engine(url, party)
    with pytest.raises(DBAPIError, match="not authorized"):
        write(engine, "insert or replace", 1)
    write(engine, "insert", 2)
    engine.dispose()


def test_an_update_replaces_nothing_either(stage: Stage) -> None:
    dies(
        stage,
        "import",
        lambda s: s.execute(text("update or replace student set login = (select min(login) from student)")),
    )

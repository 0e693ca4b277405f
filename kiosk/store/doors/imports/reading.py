"""The import's door, reading: staged batches, and what Kiosk holds by the names the files use. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from kiosk.store import statements
from kiosk.store.tables.board import lecture, lecture_module, lecture_room, module, room, showing
from kiosk.store.tables.imports import import_batch, import_change
from kiosk.store.tables.records import tutee
from kiosk.store.tables.register import enrolment, student, walk_in
from kiosk.store.tables.staff import role_grant, staff, teaching

Plain = str | int | bool | None | list[Any]
Key = tuple[str, ...]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "modules": (
        "title", "department", "participation", "opens_minutes_before", "closes_minutes_after", "late_minutes_after",
    ),
    "students": ("login", "known_as", "left_on"),
    "staff": ("name", "unit"),
    "roles": ("until_on",),
    "rooms": (),
    "lectures": ("kind", "starts_at", "ends_at", "mode", "cancelled", "places", "rooms"),
    "enrolments": ("group", "from_on", "until_on"),
    "teaching": ("leads", "from_on", "until_on"),
    "tutees": ("from_on", "until_on"),
}  # fmt: skip
"""What a file may change of each thing; what names the thing is its key."""

APPLICABLE = ("ready", "applying")
"""The states a batch may be applied from: the page says "applying" first, so that others see it."""


class Held(NamedTuple):
    """A thing in the database: its id (0 where it has none) and its FIELDS; `extra` is not in the files."""

    id: int
    values: tuple[Plain, ...]
    extra: Any = None


@dataclass(frozen=True)
class Batch:
    id: int
    state: str
    staff_id: int | None
    lines_done: int
    lines_total: int
    summary: Mapping[str, Any]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Staged:
    kind: str
    line: int
    act: str
    key: Key
    was: Mapping[str, Plain]
    set: Mapping[str, Plain] = field(default_factory=dict)


def plain(value: Any) -> Plain:
    """A value as JSON has it, the same from a file and from the database."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value


# Batches -----------------------------------------------------------------------------------------


def batch_by_id(session: Session, batch_id: int) -> Batch | None:
    columns = import_batch.c
    row = session.execute(
        select(
            columns.id,
            columns.state,
            columns.staff_id,
            columns.lines_done,
            columns.lines_total,
            columns.summary,
            columns.problems,
        ).where(columns.id == batch_id)
    ).first()
    if row is None:
        return None
    return Batch(row.id, row.state, row.staff_id, row.lines_done, row.lines_total, row.summary, tuple(row.problems))


def left_behind(session: Session, *, busy_since: datetime, ready_since: datetime) -> Mapping[int, str]:
    """The batches that are read or applied for too long, and those that lie ready for too long; the state of each."""
    batch = import_batch.c
    is_left = or_(
        batch.state.in_(("reading", "applying")) & (batch.asked_at < busy_since),
        (batch.state == "ready") & (batch.asked_at < ready_since),
    )
    return {row.id: row.state for row in session.execute(select(batch.id, batch.state).where(is_left))}


def applied_batches(session: Session) -> int:
    """How many imports have ever been applied."""
    return session.scalar(select(func.count(import_batch.c.id)).where(import_batch.c.state == "applied")) or 0


def staged(session: Session, batch_id: int) -> Iterator[Staged]:
    columns = import_change.c
    query = (
        select(columns.kind, columns.line, columns.act, columns.row)
        .where(columns.batch_id == batch_id)
        .order_by(columns.place)
        .execution_options(yield_per=2000)
    )
    for kind, line, act, row in session.execute(query):
        yield Staged(kind, line, act, tuple(row["key"]), row["was"], row["set"])


# What is held ------------------------------------------------------------------------------------


def held(session: Session, kind: str) -> dict[Key, list[Held]]:
    """Everything of a kind by its key: one each, except roles, teaching and tutees, which may have been given more than once."""
    if kind == "lectures":
        return _held_lectures(session)
    found: dict[Key, list[Held]] = defaultdict(list)
    query, key_length, has_id = _QUERIES[kind]
    values = len(FIELDS[kind])
    for row in session.execute(query.execution_options(yield_per=5000)):
        rest = tuple(plain(value) for value in row[key_length + has_id :])
        found[tuple(row[has_id : key_length + has_id])].append(
            Held(row[0] if has_id else 0, rest[:values], rest[values:])
        )
    return dict(found)


_module_values = [module.c[name] for name in FIELDS["modules"]]
_QUERIES: Mapping[str, tuple[Select[Any], int, bool]] = {
    "modules": (select(module.c.id, module.c.code, *_module_values, module.c.version, module.c.archived_at), 1, True),
    "rooms": (select(room.c.id, room.c.code), 1, True),
    "students": (
        select(student.c.id, student.c.number, student.c.login, student.c.known_as, student.c.left_on), 1, True,
    ),
    "staff": (select(staff.c.id, staff.c.login, staff.c.name, staff.c.unit), 1, True),
    "roles": (
        select(
            role_grant.c.id, staff.c.login, role_grant.c.role, role_grant.c.scope_kind, role_grant.c.scope_value,
            role_grant.c.until_on,
        ).join(staff, staff.c.id == role_grant.c.staff_id).order_by(role_grant.c.until_on),
        4, True,
    ),
    "enrolments": (
        select(
            student.c.number, module.c.code, enrolment.c.group_name, enrolment.c.from_on, enrolment.c.until_on,
            enrolment.c.student_id, enrolment.c.module_id,
        )
        .select_from(enrolment)
        .join(student, student.c.id == enrolment.c.student_id)
        .join(module, module.c.id == enrolment.c.module_id),
        2, False,
    ),
    "teaching": (
        select(
            teaching.c.id, staff.c.login, module.c.code, teaching.c.group_name,
            teaching.c.leads, teaching.c.from_on, teaching.c.until_on,
        )
        .select_from(teaching)
        .join(staff, staff.c.id == teaching.c.staff_id)
        .join(module, module.c.id == teaching.c.module_id)
        .order_by(teaching.c.id),
        3, True,
    ),
    "tutees": (
        select(tutee.c.id, staff.c.login, student.c.number, tutee.c.from_on, tutee.c.until_on, tutee.c.student_id)
        .select_from(tutee)
        .join(staff, staff.c.id == tutee.c.staff_id)
        .join(student, student.c.id == tutee.c.student_id)
        .order_by(tutee.c.id),
        2, True,
    ),
}  # fmt: skip


def _held_lectures(session: Session) -> dict[Key, list[Held]]:
    places: dict[int, list[list[str]]] = defaultdict(list)
    link = lecture_module.c
    for lecture_id, code, group in session.execute(
        select(link.lecture_id, module.c.code, link.group_name).join(module, module.c.id == link.module_id)
    ):
        places[lecture_id].append([code, group])
    rooms: dict[int, list[str]] = defaultdict(list)
    for lecture_id, code in session.execute(
        select(lecture_room.c.lecture_id, room.c.code).join(room, room.c.id == lecture_room.c.room_id)
    ):
        rooms[lecture_id].append(code)
    columns = [lecture.c[name] for name in "id ref kind starts_at ends_at mode cancelled_at version".split()]
    shown = select(showing.c.lecture_id).where(showing.c.lecture_id == lecture.c.id).exists()
    found: dict[Key, list[Held]] = {}
    for row in session.execute(select(*columns, shown.label("is_shown")).where(lecture.c.ref.is_not(None))):
        values = (
            row.kind, plain(row.starts_at), plain(row.ends_at), row.mode, row.cancelled_at is not None,
            sorted(places[row.id]), sorted(rooms[row.id]),
        )  # fmt: skip
        found[(row.ref,)] = [Held(row.id, values, (row.version, row.is_shown))]
    return found


class LectureToCome(NamedTuple):
    """A lecture whose codes no screen has shown."""

    id: int
    version: int
    starts_at: datetime
    ends_at: datetime
    modules: list[str]


def lectures_to_come(session: Session, modules: Collection[str], now: datetime) -> list[LectureToCome]:
    """The lectures of these modules that have not ended and whose codes were never shown, with all their modules."""
    link, shown = lecture_module.c, select(showing.c.lecture_id).where(showing.c.lecture_id == lecture.c.id)
    of_these = select(link.lecture_id).join(module, module.c.id == link.module_id).where(module.c.code.in_(modules))
    query = (
        select(lecture.c.id, lecture.c.version, lecture.c.starts_at, lecture.c.ends_at, module.c.code)
        .join(lecture_module, link.lecture_id == lecture.c.id)
        .join(module, module.c.id == link.module_id)
        .where(lecture.c.id.in_(of_these), lecture.c.ends_at > now, ~shown.exists())
    )
    found: dict[int, LectureToCome] = {}
    for lecture_id, version, starts_at, ends_at, code in session.execute(query):
        found.setdefault(lecture_id, LectureToCome(lecture_id, version, starts_at, ends_at, [])).modules.append(code)
    return list(found.values())


class WalkIn(NamedTuple):
    """Somebody who was there and not on the list."""

    id: int
    lecture_id: int
    student_id: int
    method: str
    arrived_at: datetime
    starts_at: datetime


def open_walk_ins(session: Session) -> list[tuple[WalkIn, int]]:
    """Walk-ins nobody has settled, once for each module of their lecture."""
    came = walk_in.c
    query = (
        select(came.id, came.lecture_id, came.student_id, came.method, came.arrived_at, lecture.c.starts_at)
        .add_columns(lecture_module.c.module_id)
        .select_from(walk_in)
        .join(lecture, lecture.c.id == came.lecture_id)
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .where(came.settled_at.is_(None))
    )
    return [(WalkIn(*row[:6]), row[6]) for row in session.execute(query)]


_NUMBERED = {table.name: table for table in (module, room, student, staff, lecture)}


def reserve_ids(session: Session, table: str, count: int) -> list[int]:
    """Ids for rows to come; when another writer takes them first, `apply` makes everything ready anew."""
    return statements.reserve_ids(session, _NUMBERED[table], count)

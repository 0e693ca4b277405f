"""The staff's door to lectures: the right to one is part of the query. Hands out lectures and numbers, no student."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, exists, false, insert, or_, select, true, update
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, RoomRef, WindowPolicy
from kiosk.domain.permissions import Scope, Way, Width
from kiosk.store.doors.board import lectures_where
from kiosk.store.tables.board import lecture, lecture_module, lecture_room, module, room, showing
from kiosk.store.tables.register import enrolment
from kiosk.store.tables.staff import cover, staff, teaching


@dataclass(frozen=True)
class Reach:
    """How far one permission of one member of staff goes, at one moment.

    by_cover: whether standing in for a colleague is enough.
    grace: how long a link that has ended still reaches the lectures of its days; None for as long as the cell allows.
    """

    staff_id: int
    scope: Scope
    now: datetime
    zone: ZoneInfo
    by_cover: bool
    grace: timedelta | None = None


@dataclass(frozen=True)
class LectureFacts:
    """What the board does not need and the lecture's page does."""

    version: int
    opened_at: datetime | None
    closed_at: datetime | None
    void_reason: str
    first_shown_at: datetime | None
    covers: int


@dataclass(frozen=True)
class ModuleChoice:
    """A module, or one group of it, that somebody may give a lecture for."""

    id: int
    code: str
    title: str
    group: str


@dataclass(frozen=True)
class Cover:
    staff_id: int
    name: str
    named_at: datetime


def lectures_within(
    session: Session, reach: Reach, policy: WindowPolicy, *conditions: ColumnElement[bool]
) -> tuple[Lecture, ...]:
    """The lectures a permission reaches, by their start."""
    return lectures_where(session, policy, [_within(session, reach), *conditions])


def lecture_within(session: Session, reach: Reach, policy: WindowPolicy, lecture_id: int) -> Lecture | None:
    """One lecture, if the permission reaches it."""
    return next(iter(lectures_within(session, reach, policy, lecture.c.id == lecture_id)), None)


def lectures_between(
    session: Session, reach: Reach, policy: WindowPolicy, since: datetime, until: datetime
) -> tuple[Lecture, ...]:
    """The lectures a permission reaches that are on at some time in between."""
    return lectures_within(session, reach, policy, lecture.c.ends_at > since, lecture.c.starts_at < until)


def facts_of(session: Session, lecture_id: int) -> LectureFacts:
    columns = [lecture.c[name] for name in ("version", "opened_at", "closed_at", "void_reason")]
    row = session.execute(
        select(*columns, showing.c.first_shown_at)
        .join(showing, showing.c.lecture_id == lecture.c.id, isouter=True)
        .where(lecture.c.id == lecture_id)
    ).one()
    return LectureFacts(
        row.version,
        row.opened_at,
        row.closed_at,
        row.void_reason or "",
        row.first_shown_at,
        len(covers_of(session, lecture_id)),
    )


def add_lecture(
    session: Session, modules: Iterable[tuple[int, str]], rooms: Iterable[int], values: Mapping[str, object]
) -> int:
    """A new lecture of modules and groups, in rooms."""
    lecture_id = int(session.execute(insert(lecture).values(**values).returning(lecture.c.id)).scalar_one())
    for module_id, group in modules:
        session.execute(insert(lecture_module).values(lecture_id=lecture_id, module_id=module_id, group_name=group))
    set_rooms(session, lecture_id, rooms)
    return lecture_id


def change_lecture(
    session: Session, lecture_id: int, values: Mapping[str, object], *, version: int | None = None
) -> bool:
    """Change what `values` names; False when somebody else changed the lecture since `version`."""
    query = update(lecture).where(lecture.c.id == lecture_id)
    if version is not None:
        query = query.where(lecture.c.version == version)
    outcome = session.execute(query.values(**values, version=lecture.c.version + 1))
    return bool(outcome.rowcount)  # type: ignore[attr-defined]


def set_rooms(session: Session, lecture_id: int, rooms: Iterable[int]) -> None:
    session.execute(delete(lecture_room).where(lecture_room.c.lecture_id == lecture_id))
    for room_id in dict.fromkeys(rooms):
        session.execute(insert(lecture_room).values(lecture_id=lecture_id, room_id=room_id))


def rooms_in_use(session: Session) -> tuple[RoomRef, ...]:
    query = select(room.c.id, room.c.code, room.c.name).where(room.c.archived_at.is_(None)).order_by(room.c.code)
    return tuple(RoomRef(row.id, row.code, row.name) for row in session.execute(query))


def teachable(session: Session, reach: Reach) -> tuple[ModuleChoice, ...]:
    """The modules and groups a permission lets somebody give lectures for, today."""
    today = reach.now.astimezone(reach.zone).date()
    own, led = reach.scope.has(Width.OWN), reach.scope.has(Width.MODULES)
    found = _taught(session, reach, today, led_alone=not own) if own or led else set()
    if reach.scope.everywhere or reach.scope.departments:
        found |= _administered(session, reach)
    return tuple(sorted(found, key=lambda choice: (choice.code, choice.group)))


def covers_of(session: Session, lecture_id: int) -> tuple[Cover, ...]:
    query = (
        select(staff.c.id, staff.c.name, cover.c.named_at)
        .join(staff, staff.c.id == cover.c.staff_id)
        .where(cover.c.lecture_id == lecture_id, cover.c.withdrawn_at.is_(None))
        .order_by(cover.c.named_at, staff.c.id)
    )
    return tuple(Cover(row.id, row.name, row.named_at) for row in session.execute(query))


def name_cover(session: Session, lecture_id: int, staff_id: int, at: datetime) -> None:
    """Let somebody stand in; once more after a withdrawal is all right."""
    change = update(cover).where(cover.c.lecture_id == lecture_id, cover.c.staff_id == staff_id)
    if not session.execute(change.values(named_at=at, withdrawn_at=None)).rowcount:  # type: ignore[attr-defined]
        session.execute(insert(cover).values(lecture_id=lecture_id, staff_id=staff_id, named_at=at))


def restore_cover(session: Session, lecture_id: int, staff_id: int, at: datetime) -> bool:
    """Take a withdrawal back; False when there is none."""
    change = update(cover).where(
        cover.c.lecture_id == lecture_id, cover.c.staff_id == staff_id, cover.c.withdrawn_at.is_not(None)
    )
    return bool(session.execute(change.values(named_at=at, withdrawn_at=None)).rowcount)  # type: ignore[attr-defined]


def withdraw_cover(session: Session, lecture_id: int, staff_id: int, at: datetime) -> bool:
    query = update(cover).where(
        cover.c.lecture_id == lecture_id, cover.c.staff_id == staff_id, cover.c.withdrawn_at.is_(None)
    )
    return bool(session.execute(query.values(withdrawn_at=at)).rowcount)  # type: ignore[attr-defined]


def _within(session: Session, reach: Reach) -> ColumnElement[bool]:
    """The right itself, as a condition on the lecture: any way of the scope that reaches lectures."""
    ways = [and_(_in_time(way, reach.now), or_(*_by_way(session, reach, way))) for way in reach.scope.ways]
    return or_(false(), *ways)


def _in_time(way: Way, now: datetime) -> ColumnElement[bool]:
    return true() if way.days is None else lecture.c.ends_at > now - timedelta(days=way.days)


def _by_way(session: Session, reach: Reach, way: Way) -> list[ColumnElement[bool]]:
    match way.width:
        case Width.ALL:
            return [true()]
        case Width.DEPARTMENT:
            return [_of_department(way.department)]
        case Width.OWN:
            by_cover = [_by_cover(reach)] if reach.by_cover else []
            return [false(), *_by_teaching(session, reach), *by_cover]
        case Width.MODULES:
            return [false(), *_by_teaching(session, reach, led_alone=True)]
    return [false()]


def _of_department(department: str) -> ColumnElement[bool]:
    return exists(
        select(module.c.id)
        .join(lecture_module, lecture_module.c.module_id == module.c.id)
        .where(lecture_module.c.lecture_id == lecture.c.id, module.c.department == department)
    )


def _by_cover(reach: Reach) -> ColumnElement[bool]:
    named = exists(
        select(cover.c.lecture_id).where(
            cover.c.lecture_id == lecture.c.id, cover.c.staff_id == reach.staff_id, cover.c.withdrawn_at.is_(None)
        )
    )
    return and_(named, lecture.c.ends_at > reach.now)


def _by_teaching(session: Session, reach: Reach, *, led_alone: bool = False) -> list[ColumnElement[bool]]:
    """One condition per teaching link. A link to one group reaches that group's lectures, not the whole module's."""
    columns = [teaching.c[name] for name in ("module_id", "group_name", "from_on", "until_on")]
    query = select(*columns).where(teaching.c.staff_id == reach.staff_id)
    if reach.grace is not None:
        today = reach.now.astimezone(reach.zone).date()
        query = query.where(or_(teaching.c.until_on.is_(None), teaching.c.until_on >= today - reach.grace))
    links = session.execute(query.where(teaching.c.leads) if led_alone else query).all()
    ways = []
    for link in links:
        of_module = [lecture_module.c.lecture_id == lecture.c.id, lecture_module.c.module_id == link.module_id]
        if link.group_name:
            of_module.append(lecture_module.c.group_name == link.group_name)
        ways.append(and_(exists(select(lecture_module.c.module_id).where(*of_module)), *_on_days(link, reach.zone)))
    return ways


def _on_days(link: object, zone: ZoneInfo) -> Sequence[ColumnElement[bool]]:
    """A link's days, which are days of the institution's calendar, as instants."""
    from_on: date | None = link.from_on  # type: ignore[attr-defined]
    until_on: date | None = link.until_on  # type: ignore[attr-defined]
    days = []
    if from_on is not None:
        days.append(lecture.c.starts_at >= datetime.combine(from_on, time.min, zone))
    if until_on is not None:
        days.append(lecture.c.starts_at < datetime.combine(until_on + timedelta(days=1), time.min, zone))
    return days


def _taught(session: Session, reach: Reach, today: date, *, led_alone: bool) -> set[ModuleChoice]:
    query = (
        select(module.c.id, module.c.code, module.c.title, teaching.c.group_name)
        .join(teaching, teaching.c.module_id == module.c.id)
        .where(
            teaching.c.staff_id == reach.staff_id,
            module.c.archived_at.is_(None),
            or_(teaching.c.until_on.is_(None), teaching.c.until_on >= today),
        )
    )
    if led_alone:
        query = query.where(teaching.c.leads)
    taught = {ModuleChoice(row.id, row.code, row.title, row.group_name) for row in session.execute(query)}
    whole = [choice for choice in taught if not choice.group]
    return taught | _groups_of(session, whole)


def _administered(session: Session, reach: Reach) -> set[ModuleChoice]:
    query = select(module.c.id, module.c.code, module.c.title).where(module.c.archived_at.is_(None))
    if not reach.scope.everywhere:
        query = query.where(module.c.department.in_(sorted(reach.scope.departments)))
    whole = [ModuleChoice(row.id, row.code, row.title, "") for row in session.execute(query)]
    return set(whole) | _groups_of(session, whole)


def _groups_of(session: Session, whole: Sequence[ModuleChoice]) -> set[ModuleChoice]:
    """The groups that somebody is enrolled in, for modules that may be chosen as a whole."""
    by_id = {choice.id: choice for choice in whole}
    query = (
        select(enrolment.c.module_id, enrolment.c.group_name)
        .where(enrolment.c.module_id.in_(by_id), enrolment.c.group_name != "")
        .distinct()
    )
    return {
        ModuleChoice(row.module_id, by_id[row.module_id].code, by_id[row.module_id].title, row.group_name)
        for row in session.execute(query)
    }

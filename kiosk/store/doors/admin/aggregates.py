"""The staff's door to numbers: counts of people by lecture, exact, for the domain to round. Hands out no person."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.permissions import Way, Width
from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.doors.admin.lectures import Reach, lectures_within
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import lecture, lecture_module, module
from kiosk.store.tables.register import attendance, enrolment, student
from kiosk.store.tables.staff import teaching

_PRESENT = [status.value for status in Status if counts_as_present(status)]
_EXCUSED = [Status.AUTHORISED.value, Status.EXEMPT.value, Status.VOID.value]
_TIMED = [Status.PRESENT.value, Status.PRESENT_LATE.value, Status.PRESENT_REMOTE.value]

CROWD = 100
"""So many enrolments that begin or end on one day are worth another count."""

Audience = frozenset[tuple[int, str]]
"""The modules and groups a lecture is for; an empty group is the whole module."""


@dataclass(frozen=True)
class ModuleName:
    id: int
    code: str
    title: str
    is_archived: bool


@dataclass(frozen=True)
class Count:
    """How many were expected at a lecture, without those who need not come, and how many of them were there."""

    expected: int
    there: int


def modules_within(session: Session, reach: Reach) -> tuple[ModuleName, ...]:
    """The modules whose numbers a permission reaches, by code."""
    return _modules(session, reach, true())


def module_within(session: Session, reach: Reach, module_id: int) -> ModuleName | None:
    """One module, if the permission reaches numbers of it."""
    return next(iter(_modules(session, reach, module.c.id == module_id)), None)


def lectures_of(
    session: Session, reach: Reach, policy: WindowPolicy, module_id: int, since: datetime
) -> tuple[Lecture, ...]:
    """A module's lectures since an instant and up to now, those of them that the permission reaches."""
    of_module = exists(
        select(lecture_module.c.lecture_id).where(
            lecture_module.c.lecture_id == lecture.c.id, lecture_module.c.module_id == module_id
        )
    )
    begun = and_(lecture.c.starts_at >= since, lecture.c.starts_at <= reach.now)
    return lectures_within(session, reach, policy, of_module, begun)


def counts_of(session: Session, lectures: Iterable[Lecture], days: Mapping[int, date]) -> dict[int, Count]:
    """Counts by lecture id; `days` says on which day of the institution's calendar each begins."""
    by_audience: dict[Audience, list[int]] = defaultdict(list)
    for it in lectures:
        by_audience[frozenset((link.id, link.group) for link in it.modules)].append(it.id)
    came = _came(session, days)
    counts = {}
    for audience, ids in by_audience.items():
        listed = _listed(session, audience, {lecture_id: days[lecture_id] for lecture_id in ids})
        for lecture_id in ids:
            there, excused = came.get(lecture_id, (0, 0))
            counts[lecture_id] = Count(listed[lecture_id] - excused, there)
    return counts


def arrivals_of(session: Session, lecture_id: int, edges: Sequence[datetime]) -> list[int]:
    """How many came by a code before the first of the edges, between each two, and after the last."""
    before = [(attendance.c.arrived_at < edge, position) for position, edge in enumerate(edges)]
    placed = (
        select(case(*before, else_=len(edges)).label("position"))
        .where(attendance.c.lecture_id == lecture_id, attendance.c.status.in_(_TIMED), attendance.c.method != "hand")
        .subquery()
    )
    query = select(placed.c.position, func.count().label("people")).group_by(placed.c.position)
    counted = {row.position: row.people for row in session.execute(query)}
    return [counted.get(position, 0) for position in range(len(edges) + 1)]


def _modules(session: Session, reach: Reach, condition: ColumnElement[bool]) -> tuple[ModuleName, ...]:
    query = (
        select(module.c.id, module.c.code, module.c.title, module.c.archived_at)
        .where(condition, or_(false(), *(_by_way(reach, way) for way in reach.scope.ways)))
        .order_by(module.c.code)
    )
    return tuple(ModuleName(row.id, row.code, row.title, row.archived_at is not None) for row in session.execute(query))


def _by_way(reach: Reach, way: Way) -> ColumnElement[bool]:
    taught = select(teaching.c.id).where(teaching.c.staff_id == reach.staff_id, teaching.c.module_id == module.c.id)
    match way.width:
        case Width.ALL:
            return true()
        case Width.DEPARTMENT:
            return module.c.department == way.department
        case Width.OWN:
            return exists(taught)
        case Width.MODULES:
            return exists(taught.where(teaching.c.leads))
    return false()


def _came(session: Session, lecture_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many each lecture's register has as there, and as excused."""
    columns = [func.sum(case((attendance.c.status.in_(statuses), 1), else_=0)) for statuses in (_PRESENT, _EXCUSED)]
    found = {}
    for part in in_parts(lecture_ids):
        query = select(attendance.c.lecture_id, *columns).where(attendance.c.lecture_id.in_(part))
        rows = session.execute(query.group_by(attendance.c.lecture_id))
        found.update({lecture_id: (int(there), int(excused)) for lecture_id, there, excused in rows})
    return found


def _listed(session: Session, audience: Audience, days: Mapping[int, date]) -> dict[int, int]:
    """How many the register of each of these lectures lists: expected on its day, or in it."""
    turns = _turns(session, audience)
    spans: dict[int, dict[int, date]] = defaultdict(dict)
    for lecture_id, on in days.items():
        spans[bisect_right(turns, on)][lecture_id] = on
    return {key: count for span in spans.values() for key, count in _listed_in(session, audience, span).items()}


def _listed_in(session: Session, audience: Audience, days: Mapping[int, date]) -> dict[int, int]:
    """The same for lectures between two turns. Most are enrolled on all of the days: they are counted once, by the database."""
    first, last = min(days.values()), max(days.values())
    steady = _steady(audience, first, last)
    count = session.execute(select(func.count()).select_from(steady.subquery())).scalar_one()
    others = _others(session, audience, days, steady)
    strangers = _strangers(session, days, steady)
    return {lecture_id: count + len(others[lecture_id] | strangers[lecture_id]) for lecture_id in days}


def _turns(session: Session, audience: Audience) -> list[date]:
    """The days from which on a crowd more, or a crowd less, is enrolled: a term's first day, mostly."""
    found = []
    for column, later in ((enrolment.c.from_on, 0), (enrolment.c.until_on, 1)):
        query = select(column).where(_is_for(audience), column.is_not(None)).group_by(column)
        for on in session.execute(query.having(func.count() >= CROWD)).scalars():
            found.append(on + timedelta(days=later))
    return sorted(found)


def _steady(audience: Audience, first: date, last: date) -> Select[tuple[int]]:
    """The students who are enrolled for an audience on every day between two."""
    leaving = select(student.c.id).where(student.c.left_on.is_not(None), student.c.left_on <= last)
    return (
        select(enrolment.c.student_id)
        .distinct()
        .where(
            _is_for(audience),
            or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= first),
            or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= last),
            enrolment.c.student_id.not_in(leaving),
        )
    )


def _others(
    session: Session, audience: Audience, days: Mapping[int, date], steady: Select[tuple[int]]
) -> dict[int, set[int]]:
    """Who else is expected at each lecture: enrolled on some of the days."""
    query = (
        select(enrolment.c.student_id, enrolment.c.from_on, enrolment.c.until_on, student.c.left_on)
        .join(student, student.c.id == enrolment.c.student_id)
        .where(
            _is_for(audience),
            enrolment.c.student_id.not_in(steady),
            or_(enrolment.c.from_on.is_(None), enrolment.c.from_on <= max(days.values())),
            or_(enrolment.c.until_on.is_(None), enrolment.c.until_on >= min(days.values())),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(query):
        for lecture_id, on in days.items():
            has_begun = row.from_on is None or row.from_on <= on
            is_over = row.until_on is not None and row.until_on < on
            has_left = row.left_on is not None and row.left_on <= on
            if has_begun and not is_over and not has_left:
                found[lecture_id].add(row.student_id)
    return found


def _strangers(session: Session, lecture_ids: Collection[int], steady: Select[tuple[int]]) -> dict[int, set[int]]:
    """Who is in a register without being enrolled on all of the days: from another group, or gone since."""
    found: dict[int, set[int]] = defaultdict(set)
    for part in in_parts(lecture_ids):
        query = select(attendance.c.lecture_id, attendance.c.student_id).where(
            attendance.c.lecture_id.in_(part),
            attendance.c.student_id.not_in(steady),
            attendance.c.status != Status.NOT_RECORDED.value,
        )
        for lecture_id, student_id in session.execute(query):
            found[lecture_id].add(student_id)
    return found


def _is_for(audience: Audience) -> ColumnElement[bool]:
    ways = []
    for module_id, group in sorted(audience):
        of_group = [enrolment.c.group_name == group] if group else []
        ways.append(and_(enrolment.c.module_id == module_id, *of_group))
    return or_(false(), *ways)

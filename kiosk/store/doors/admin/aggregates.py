"""The staff's door to numbers: counts of people by lecture, exact, for the domain to round. Reads no student's row."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.domain.permissions import Way, Width
from kiosk.store import counts as counting
from kiosk.store.doors.admin.lectures import Reach, lectures_within
from kiosk.store.tables.board import lecture, lecture_module, module
from kiosk.store.tables.staff import teaching

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
    # Of a lecture that the database does not count for whoever asks, nobody was expected: nothing is shown.
    counts = {lecture_id: (0, 0) for ids in by_audience.values() for lecture_id in ids}
    for ids in by_audience.values():
        turns = counting.turns(session, ids[0])
        for _, alike in groupby(sorted(ids, key=days.__getitem__), key=lambda it: bisect_right(turns, days[it])):
            between = list(alike)
            counts.update(counting.turnouts(session, between, days[between[0]]))
    return {lecture_id: Count(*count) for lecture_id, count in counts.items()}


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

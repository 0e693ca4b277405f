"""Attendance in numbers: a module by weeks, a lecture by minutes, head-counts. Hands out what the domain lets through alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.lectures import lecture_for, reach_of
from kiosk.admin.services.register import day_of
from kiosk.domain import aggregates
from kiosk.domain.aggregates import Arrivals, Heads, Kind, Sum, Turnout
from kiosk.domain.lectures import Lecture
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store import counts
from kiosk.store.doors.admin import aggregates as door
from kiosk.store.doors.admin.aggregates import Count, ModuleName
from kiosk.store.doors.admin.headcounts import headcounts_of

LOOK_BACK = timedelta(weeks=40)
"""About one teaching year: what is older says little about this one."""
BUCKETS = 40
_MINUTES = (1, 2, 5, 10, 15, 30, 60)


@dataclass(frozen=True)
class Week:
    """What was taught in the week that begins on a Monday; `shown` sums up those turnouts that can be shown."""

    monday: date
    held: int
    shown: Sum


@dataclass(frozen=True)
class Held:
    """A lecture that is over and counts; `heads` where somebody counted and it may be shown."""

    lecture: Lecture
    on: date
    turnout: Turnout
    heads: Heads | None


@dataclass(frozen=True)
class ModuleNumbers:
    """A module's teaching weeks, and the lectures in them; `off` is how many were cancelled or void."""

    module: ModuleName
    weeks: tuple[Week, ...]
    held: tuple[Held, ...]
    off: int

    @property
    def counted(self) -> tuple[tuple[Held, Heads], ...]:
        """The lectures whose head-count may be shown."""
        return tuple((it, it.heads) for it in self.held if it.heads)

    def count(self, kind: Kind | str) -> int:
        """At how many lectures no more than this may be said."""
        return sum(it.turnout.kind == kind for it in self.held)


@dataclass(frozen=True)
class LectureNumbers:
    """A lecture's turnout once it is over, and when they came. A bucket is `minutes` wide; the first begins at `since`.

    module: one of its modules whose numbers the same person may see.
    """

    lecture: Lecture
    module: ModuleName | None
    turnout: Turnout | None
    arrivals: Arrivals | None
    heads: Heads | None
    since: datetime
    minutes: int


def list_modules(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, search: str
) -> tuple[ModuleName, ...]:
    """The modules whose numbers somebody may see, those whose code or title has every word of the search."""
    words = search.casefold().split()
    found = door.modules_within(session, reach_of(staff, Permission.AGGREGATE_READ, now, settings))
    return tuple(it for it in found if all(word in f"{it.code} {it.title}".casefold() for word in words))


def module_numbers(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int
) -> ModuleNumbers:
    """A module's weeks, with those of its lectures that the person's scope reaches.

    Raises:
        NotFound: there is no such module, or it is none of theirs.
    """
    reach = reach_of(staff, Permission.AGGREGATE_READ, now, settings)
    module = door.module_within(session, reach, module_id)
    if module is None:
        raise NotFound
    found = door.lectures_of(session, reach, settings.windows, module_id, now - LOOK_BACK)
    over = [it for it in found if it.is_over(now)]
    counting = [it for it in over if not it.cancelled and not it.voided]
    held = _held(session, settings, counting)
    return ModuleNumbers(module, _weeks(held), held, len(over) - len(counting))


def lecture_numbers(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> LectureNumbers:
    """One lecture's turnout and arrivals; neither before it is over, or whoever looks twice would count in between.

    Raises:
        NotFound: there is no such lecture, or it is none of theirs.
    """
    lecture = lecture_for(session, staff, Permission.AGGREGATE_READ, lecture_id, now=now, settings=settings)
    reach = reach_of(staff, Permission.AGGREGATE_READ, now, settings)
    within = (door.module_within(session, reach, it.id) for it in lecture.modules)
    module = next((it for it in within if it), None)
    since, minutes = lecture.opens_at, _bucket(lecture)
    if not lecture.is_over(now) or lecture.cancelled or lecture.voided:
        return LectureNumbers(lecture, module, None, None, None, since, minutes)
    count = door.counts_of(session, [lecture], _days([lecture], settings))[lecture_id]
    buckets = counts.arrivals(session, lecture_id, _edges(lecture, minutes))
    arrivals = aggregates.arrivals(buckets, count.there - sum(buckets), count.expected - count.there)
    turnout = aggregates.turnout(count.expected, count.there)
    heads = _heads(count, headcounts_of(session, [lecture_id]).get(lecture_id))
    return LectureNumbers(lecture, module, turnout, arrivals, heads, since, minutes)


def _held(session: Session, settings: AdminSettings, lectures: Iterable[Lecture]) -> tuple[Held, ...]:
    by_id, days = {it.id: it for it in lectures}, _days(lectures, settings)
    found = door.counts_of(session, by_id.values(), days)
    in_room = headcounts_of(session, by_id)
    return tuple(
        Held(it, days[it.id], aggregates.turnout(count.expected, count.there), _heads(count, in_room.get(it.id)))
        for it, count in ((it, found[it.id]) for it in by_id.values())
    )


def _heads(count: Count, in_room: int | None) -> Heads | None:
    return None if in_room is None else aggregates.heads(count.expected, count.there, in_room)


def _weeks(held: Iterable[Held]) -> tuple[Week, ...]:
    """Weeks in which something took place; vacations have none."""
    by_monday: dict[date, list[Turnout]] = {}
    for it in held:
        by_monday.setdefault(it.on - timedelta(days=it.on.weekday()), []).append(it.turnout)
    return tuple(
        Week(monday, len(turnouts), aggregates.sum_of(turnouts)) for monday, turnouts in sorted(by_monday.items())
    )


def _days(lectures: Iterable[Lecture], settings: AdminSettings) -> Mapping[int, date]:
    return {it.id: day_of(it, settings) for it in lectures}


def _bucket(lecture: Lecture) -> int:
    """How many minutes a bucket has, so that there are not too many."""
    minutes = (lecture.closes_at - lecture.opens_at) / timedelta(minutes=1)
    return next((width for width in _MINUTES if minutes / width <= BUCKETS), _MINUTES[-1])


def _edges(lecture: Lecture, minutes: int) -> list[datetime]:
    """Where one bucket ends and the next begins."""
    edges, edge = [], lecture.opens_at + timedelta(minutes=minutes)
    while edge < lecture.closes_at:
        edges.append(edge)
        edge += timedelta(minutes=minutes)
    return edges

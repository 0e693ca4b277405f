"""What a record says of one student's lectures, and what they add up to: the same for whoever reads it. Knows no student."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.lectures import Lecture, ModuleRef
from kiosk.domain.statuses import Count, Status, count_of, counts_as_present, is_counted, read_as

FEWEST_FOR_PERCENT = 5


@dataclass(frozen=True)
class Entry:
    """One lecture of a record: what is recorded of the student, and how the lecture counts."""

    lecture: Lecture
    status: Status
    count: Count
    is_over: bool
    is_disputed: bool

    @property
    def reads(self) -> str:
        """How it reads: the name of a status, or of why there is none."""
        if self.lecture.cancelled:
            return "cancelled"
        said = read_as(self.status, self.count)
        return said if self.is_over or said != Status.NOT_RECORDED else "not_yet"

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the sums (R79)."""
        return self.count is Count.COUNTS and is_counted(self.status, disputed=self.is_disputed)


@dataclass(frozen=True)
class Tally:
    """`present` of `recorded`: what is authorised, exempt, void or not recorded counts in neither."""

    present: int
    recorded: int

    @property
    def percent(self) -> int | None:
        """In whole percent; None while so few sessions would say more than they know."""
        return round(100 * self.present / self.recorded) if self.recorded >= FEWEST_FOR_PERCENT else None


@dataclass(frozen=True)
class Sum:
    """What a module's lectures add up to."""

    module_id: int
    code: str
    title: str
    tally: Tally


def tally(statuses: Iterable[Status]) -> Tally:
    """Add up statuses of one student."""
    counted = [counts_as_present(it) for it in statuses if counts_as_present(it) or it is Status.ABSENT]
    return Tally(sum(counted), len(counted))


def count_at(lecture: Lecture, now: datetime, *, is_observed: bool) -> Count:
    """How a lecture counts as things stand; `is_observed` says whether anybody at all was recorded as present."""
    is_off = lecture.voided or lecture.cancelled
    return count_of(voided=is_off, is_over=lecture.is_over(now), present=int(is_observed))


def sums_of(entries: Iterable[Entry], own: Collection[int]) -> tuple[Sum, ...]:
    """By module; a lecture of two modules belongs to the student's own. A module they only visited counts by what it recorded."""
    statuses: dict[ModuleRef, list[Status]] = {}
    for entry in entries:
        modules = {it.id: ModuleRef(it.id, it.code, it.title) for it in entry.lecture.modules}
        for module in [it for it in modules.values() if it.id in own] or modules.values():
            found = statuses.setdefault(module, [])
            found += [entry.status] if entry.is_counted else []
    ordered = sorted(statuses.items(), key=lambda pair: pair[0].code)
    return tuple(Sum(it.id, it.code, it.title, tally(found)) for it, found in ordered if found or it.id in own)

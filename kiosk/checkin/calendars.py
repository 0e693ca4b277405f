"""A record laid out by months: weeks from Monday to Sunday, each day with its sessions. Knows no database and no clock."""

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import groupby
from typing import TypeVar

from kiosk.checkin.record import Row

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year; as an address has it: 2026-11."""

    year: int
    month: int

    @classmethod
    def of(cls, on: date) -> "Month":
        return cls(on.year, on.month)

    @classmethod
    def read(cls, typed: str) -> "Month | None":
        """None when it is no month."""
        found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", typed)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def before(self) -> "Month":
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    @property
    def after(self) -> "Month":
        return Month(self.year, self.month + 1) if self.month < 12 else Month(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


@dataclass(frozen=True)
class Day:
    """A day and its sessions, the earliest first; `is_of_month` is False for what fills the first and the last week."""

    on: date
    is_of_month: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """A month with its weeks, and its neighbours as far as there is anything to see."""

    month: Month
    weeks: tuple[tuple[Day, ...], ...]
    before: Month | None
    after: Month | None

    @property
    def is_empty(self) -> bool:
        return not any(day.rows for week in self.weeks for day in week)


def sheet(month: Month, rows: Iterable[Row], today: date, zone: tzinfo) -> Sheet | None:
    """A month of a record; None when it is not between the month of the first session and that of the last, or today's."""
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        by_day.setdefault(day_of(row, zone), []).append(row)
    this = Month.of(today)
    first, last = min([this, *map(Month.of, by_day)]), max([this, *map(Month.of, by_day)])
    if not first <= month <= last:
        return None
    weeks = tuple(
        tuple(_day(on, month, by_day) for on in week)
        for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
    )
    return Sheet(month, weeks, month.before if month > first else None, month.after if month < last else None)


def by_month(things: Iterable[T], day_of: Callable[[T], date]) -> list[tuple[date, list[T]]]:
    """Things in the order given, under the first day of each month."""
    grouped = groupby(things, key=lambda it: Month.of(day_of(it)))
    return [(month.first, list(some)) for month, some in grouped]


def day_of(row: Row, zone: tzinfo) -> date:
    """The day on which a session begins, where the institution is."""
    return row.lecture.starts_at.astimezone(zone).date()


def _day(on: date, month: Month, by_day: dict[date, list[Row]]) -> Day:
    is_of_month = Month.of(on) == month
    rows = sorted(by_day.get(on, []), key=lambda row: row.lecture.starts_at) if is_of_month else []
    return Day(on, is_of_month, tuple(rows))

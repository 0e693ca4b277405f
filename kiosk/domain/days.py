"""The days on which somebody teaches, leads or is a tutor. Knows nobody and no clock."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Days:
    """From the first day to the last; None is no limit. Whose last day is before the first reach no day at all."""

    from_on: date | None = None
    until_on: date | None = None

    @classmethod
    def none(cls, on: date) -> "Days":
        """Not a single day: what is taken back keeps its row, and nothing is deleted."""
        return cls(on, on - timedelta(days=1))

    def holds(self, on: date) -> bool:
        """Whether a day is one of them."""
        return (self.from_on is None or self.from_on <= on) and (self.until_on is None or on <= self.until_on)

    def lasts(self, since: date) -> bool:
        """Whether there is any of them on this day or later."""
        return not self.is_empty and (self.until_on is None or since <= self.until_on)

    @property
    def is_empty(self) -> bool:
        return self.from_on is not None and self.until_on is not None and self.until_on < self.from_on

    def covers(self, other: "Days") -> bool:
        """Whether each of the other's days is one of these."""
        starts = self.from_on is None or (other.from_on is not None and self.from_on <= other.from_on)
        ends = self.until_on is None or (other.until_on is not None and other.until_on <= self.until_on)
        return starts and ends

    def meets(self, other: "Days") -> bool:
        """Whether they have a day in common."""
        starts = [day for day in (self.from_on, other.from_on) if day]
        ends = [day for day in (self.until_on, other.until_on) if day]
        return not (self.is_empty or other.is_empty) and (not starts or not ends or max(starts) <= min(ends))

    def joined(self, other: "Days") -> "Days":
        """From the earlier first day to the later last one."""
        starts, ends = (self.from_on, other.from_on), (self.until_on, other.until_on)
        return Days(
            None if None in starts else min(day for day in starts if day),
            None if None in ends else max(day for day in ends if day),
        )

    def ended(self, today: date) -> "Days":
        """The same without today and whatever comes: a tutee is out of reach at once."""
        return Days(self.from_on, today - timedelta(days=1))

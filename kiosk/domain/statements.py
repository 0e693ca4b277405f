"""When the accessibility statement was looked at last, and whether that is due again; knows no file and no page."""

from dataclasses import dataclass
from datetime import date, timedelta

LASTS = timedelta(days=366)
"""Twelve months, leap years included."""


@dataclass(frozen=True)
class AccessibilityStatement:
    """What an institution adds to the program's own words: whom to write to, if not its help address, and two days."""

    contact: str = ""
    prepared_on: date | None = None
    reviewed_on: date | None = None

    def __post_init__(self) -> None:
        for day in (self.prepared_on, self.reviewed_on):
            if day is not None and type(day) is not date:
                raise ValueError("prepared_on and reviewed_on are days such as 2026-11-24, without quotes")

    def is_due(self, today: date) -> bool:
        """Whether nobody has reviewed it for twelve months, or ever; a day to come is none."""
        return self.reviewed_on is None or not today - LASTS <= self.reviewed_on <= today

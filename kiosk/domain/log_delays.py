"""Holding an entry of the access log back from the student it is about: for which listed reason, how long at most."""

from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=90)


class Reason(StrEnum):
    """Why; a closed list, since a free text would tell what nobody may keep."""

    INVESTIGATION = "investigation"
    SAFETY = "safety"


def may_end(on: date, today: date) -> bool:
    """Whether the student may see the entry again from that day on: tomorrow at the earliest, in 90 days at the latest."""
    return today < on <= today + LONGEST

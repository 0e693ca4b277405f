"""One student's sessions added up: how many were recorded, and at how many they were. Knows no student."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.statuses import Status, counts_as_present

FEWEST_FOR_PERCENT = 5


@dataclass(frozen=True)
class Tally:
    """`present` of `recorded`: what is authorised, exempt, void or not recorded counts in neither."""

    present: int
    recorded: int

    @property
    def percent(self) -> int | None:
        """In whole percent; None while so few sessions would say more than they know."""
        return round(100 * self.present / self.recorded) if self.recorded >= FEWEST_FOR_PERCENT else None


def tally(statuses: Iterable[Status]) -> Tally:
    """Add up statuses of one student."""
    counted = [counts_as_present(it) for it in statuses if counts_as_present(it) or it is Status.ABSENT]
    return Tally(sum(counted), len(counted))

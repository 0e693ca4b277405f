"""When somebody may be called absent: every condition of R78, each a fact that is handed in. Knows no student and no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.lectures import Participation
from kiosk.domain.statuses import Status

CORRECTION_TIME = timedelta(days=7)
"""How long after a lecture's end what is missing may still be put right."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one lecture.

    checked_in: how many students checked in by themselves: check-in worked for somebody.
    participation: what its modules say of taking part.
    """

    ends_at: datetime
    closes_at: datetime
    voided: bool
    checked_in: int
    participation: Collection[Participation]


def may_be_absent(evidence: Evidence, status: Status, now: datetime, *, disputed: bool = False) -> bool:
    """Whether a student of whom nothing else is recorded or waits to be decided may be called absent by now."""
    return (
        now >= evidence.closes_at
        and now >= evidence.ends_at + CORRECTION_TIME
        and not evidence.voided
        and evidence.checked_in > 0
        # A claim, an authorisation and an exemption are statuses of their own.
        and status is Status.NOT_RECORDED
        and not disputed
        and Participation.VOLUNTARY not in evidence.participation
    )

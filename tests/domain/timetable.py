"""The lecture the tests talk about: COMP1201, Monday 10:00 to 11:00 UTC in 4/4053, unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.domain.lectures import Lecture, Mode, ModuleRef, RoomRef, WindowPolicy, check_in_window

TEN = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
COMP1201 = ModuleRef(1, "COMP1201", "Algorithmics")
MATH1001 = ModuleRef(2, "MATH1001", "Calculus")
ROOM = RoomRef(1, "4/4053", "Lecture Theatre A")


def at(clock: str, *, days: int = 0) -> datetime:
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    midnight = TEN.replace(hour=0)
    return midnight + timedelta(days=days, hours=hours, minutes=minutes, seconds=sum(seconds))


def lecture_at(
    starts_at: datetime,
    ends_at: datetime,
    *,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    **changes: Any,
) -> Lecture:
    window = check_in_window(starts_at, WindowPolicy(), opened_at=opened_at, closed_at=closed_at)
    lecture = Lecture(
        id=1,
        ref="COMP1201-L1",
        kind="lecture",
        starts_at=starts_at,
        ends_at=ends_at,
        mode=Mode.IN_PERSON,
        kid="2026",
        salt=bytes(16),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        late_at=window.late_at,
        holds=(),
        cancelled=False,
        voided=False,
        modules=(COMP1201,),
        rooms=(ROOM,),
    )
    return replace(lecture, **changes)


def ten_o_clock(**changes: Any) -> Lecture:
    return lecture_at(at("10:00"), at("11:00"), **changes)

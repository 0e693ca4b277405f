"""A lecture and the window in which its check-in is open; knows no database, no person, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.domain.codes import Hold, hold_on

LONGEST = timedelta(hours=24)
"""No lecture is longer: so whatever is near an instant began at most this long before it."""
OPENABLE_BEFORE = timedelta(hours=2)
"""How long before its start a lecture's check-in can be opened by hand."""
OPENED_BEFORE = timedelta(hours=3)
"""An opening by hand that lies further before the start was for another time: the lecture was moved since."""


class Mode(StrEnum):
    IN_PERSON = "in_person"
    REMOTE = "remote"
    BOTH = "both"


class Participation(StrEnum):
    POLICY = "policy"
    PROFESSIONAL_BODY = "professional_body"
    VOLUNTARY = "voluntary"


class Phase(StrEnum):
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    VOIDED = "voided"


@dataclass(frozen=True)
class WindowPolicy:
    opens_minutes_before: int = 15
    closes_minutes_after: int = 20
    late_minutes_after: int = 10


@dataclass(frozen=True)
class WindowOverride:
    """What a module sets for itself; None leaves the wider setting standing."""

    opens_minutes_before: int | None = None
    closes_minutes_after: int | None = None
    late_minutes_after: int | None = None


@dataclass(frozen=True)
class Window:
    opens_at: datetime
    closes_at: datetime
    late_at: datetime


@dataclass(frozen=True)
class ModuleRef:
    id: int
    code: str
    title: str
    group: str = ""


@dataclass(frozen=True)
class RoomRef:
    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Lecture:
    id: int
    ref: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    kid: str
    salt: bytes = field(repr=False)
    opens_at: datetime
    closes_at: datetime
    late_at: datetime
    holds: tuple[Hold, ...]
    cancelled: bool
    voided: bool
    modules: tuple[ModuleRef, ...]
    rooms: tuple[RoomRef, ...]

    @property
    def code(self) -> str:
        return _join(module.code for module in self.modules)

    @property
    def title(self) -> str:
        return _join(module.title for module in self.modules)

    def hold_at(self, now: datetime) -> Hold | None:
        """The hold that keeps the code on the screen at an instant, while check-in is open."""
        return hold_on(self.holds, now) if self.phase(now) is Phase.OPEN else None

    def is_over(self, now: datetime) -> bool:
        """Whether nobody comes any more: it has ended, and check-in is closed."""
        return now >= max(self.ends_at, self.closes_at)

    def longer_by(self, minutes: int) -> "Lecture":
        """As it is for somebody with whom a longer time was agreed: what a screen shows stays as it is."""
        more = timedelta(minutes=minutes)
        return replace(self, closes_at=self.closes_at + more, late_at=self.late_at + more)

    def phase(self, now: datetime) -> Phase:
        if self.cancelled:
            return Phase.CANCELLED
        if self.voided:
            return Phase.VOIDED
        # Closed before early: a lecture may be closed by hand before it ever opened.
        if now >= self.closes_at:
            return Phase.CLOSED
        return Phase.OPEN if now >= self.opens_at else Phase.EARLY


def check_in_window(
    starts_at: datetime,
    policy: WindowPolicy,
    *,
    module_policies: Collection[WindowOverride] = (),
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> Window:
    """The timetable's window, as its modules and what was done by hand change it."""
    policy = _overridden(policy, module_policies)
    starts_at = _in_utc(starts_at)
    opens_at = starts_at - timedelta(minutes=policy.opens_minutes_before)
    closes_at = starts_at + timedelta(minutes=policy.closes_minutes_after)
    if opened_at is not None and opened_at < starts_at - OPENED_BEFORE:
        opened_at = None
    if opened_at is not None:
        # Opening only ever adds: a scan made while it was open by the timetable stays in time.
        opens_at = min(opens_at, opened_at)
        closes_at = max(closes_at, opened_at + timedelta(minutes=policy.closes_minutes_after))
    if closed_at is not None and (opened_at is None or closed_at >= opened_at):
        closes_at = min(closes_at, closed_at)
    return Window(opens_at, closes_at, starts_at + timedelta(minutes=policy.late_minutes_after))


def codes_span(
    starts_at: datetime,
    ends_at: datetime,
    policy: WindowPolicy,
    *,
    module_policies: Collection[WindowOverride] = (),
) -> tuple[datetime, datetime]:
    """The first and the last instant at which check-in could be open, by the timetable or by any hand."""
    usual = check_in_window(starts_at, policy, module_policies=module_policies)
    latest = check_in_window(starts_at, policy, module_policies=module_policies, opened_at=_in_utc(ends_at))
    return min(usual.opens_at, _in_utc(starts_at) - OPENABLE_BEFORE), latest.closes_at


def _in_utc(instant: datetime) -> datetime:
    # Minutes added to local time would be wrong on the two Sundays when clocks change.
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(UTC)


def _overridden(policy: WindowPolicy, overrides: Collection[WindowOverride]) -> WindowPolicy:
    """A joint lecture takes the widest of its modules' settings, figure by figure."""
    if not overrides:
        return policy
    return WindowPolicy(
        _widest((it.opens_minutes_before for it in overrides), policy.opens_minutes_before),
        _widest((it.closes_minutes_after for it in overrides), policy.closes_minutes_after),
        _widest((it.late_minutes_after for it in overrides), policy.late_minutes_after),
    )


def _widest(minutes: Iterable[int | None], usual: int) -> int:
    return max((own for own in minutes if own is not None), default=usual)


def _join(words: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(words))

"""Which part of the access log somebody wants to read. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.admin.forms.words import one_line, whole_number
from kiosk.domain.access_log import Act

FURTHEST = timedelta(days=366 * 20)


def page_number(typed: str | None) -> int:
    """Counted from 0."""
    return whole_number(typed) or 0


@dataclass(frozen=True)
class LogForm:
    """Days, an act, a member of staff, a case; what is empty leaves nothing out."""

    since: str
    until: str
    act: str = ""
    staff: str = ""
    case: str = ""

    @classmethod
    def of_week(cls, today: date) -> "LogForm":
        return cls((today - timedelta(days=6)).isoformat(), today.isoformat())

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "LogForm":
        return cls(*(one_line(sent.get(name))[:120] for name in ("since", "until", "act", "staff", "case")))

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From the first day's beginning to the last day's end; None when they are no two days in this order."""
        try:
            first, last = date.fromisoformat(self.since), date.fromisoformat(self.until)
            end = last + timedelta(days=1)
        except (ValueError, OverflowError):
            return None
        if last < first or first.year < 2000:
            return None
        return datetime.combine(first, time.min, zone), datetime.combine(end, time.min, zone)

    @property
    def wanted_act(self) -> Act | None:
        return Act(self.act) if self.act in set(Act) else None

    def problems(self, zone: ZoneInfo) -> dict[str, str]:
        """What to change, by field."""
        found = {}
        if self.span(zone) is None:
            found["since"] = "Give two days, the earlier one first."
        if self.act and self.wanted_act is None:
            found["act"] = "Choose one of the list."
        return found

"""Why an entry of the access log is held back from its student, and until when. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.admin.forms.words import one_line
from kiosk.domain.log_delays import LONGEST, Reason, may_end

REASONS = {Reason.INVESTIGATION: "An investigation", Reason.SAFETY: "Somebody’s safety"}


@dataclass(frozen=True)
class DelayForm:
    """A listed reason, and the day from which the student sees the entry again."""

    reason: str = ""
    until: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "DelayForm":
        return cls(*(one_line(sent.get(name))[:20] for name in ("reason", "until")))

    @property
    def chosen(self) -> Reason | None:
        return Reason(self.reason) if self.reason in set(Reason) else None

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """The beginning of that day; None when it is no day."""
        try:
            return datetime.combine(date.fromisoformat(self.until), time.min, zone)
        except ValueError:
            return None

    def problems(self, today: date, zone: ZoneInfo) -> dict[str, str]:
        """What to change, by field."""
        found = {} if self.chosen else {"reason": "Choose one of the list."}
        ends_at = self.ends_at(zone)
        if ends_at is None or not may_end(ends_at.date(), today):
            found["until"] = f"Give a day from tomorrow on, at most {LONGEST.days} days ahead."
        return found

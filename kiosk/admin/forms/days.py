"""Days as a date field or an address sends them. Knows no form."""

from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1990, 2100


def read_day(typed: str) -> date | None:
    """A day that somebody may have meant."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def monday(typed: str, today: date, furthest: timedelta) -> date:
    """The Monday of the week a day is in; of this week when no day can be read, or one too far away."""
    day = read_day(typed) or today
    day = day if abs(day - today) < furthest else today
    return day - timedelta(days=day.weekday())

"""Instants as people say them, in the institution's time zone and in the language of the page."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment

from kiosk.web.languages import SOURCE, language


def add_filters(environment: Environment, zone: ZoneInfo) -> None:
    """Give templates `clock`, `day`, `day_clock`, `date`, `date_clock`, `month`, `weekday`, and `hour` for a time of no day."""
    environment.filters["clock"] = lambda instant: clock(instant, zone)
    environment.filters["date"] = lambda on: full_date(on, language())
    environment.filters["date_clock"] = lambda instant: (
        f"{full_date(instant.astimezone(zone), language())}, {clock(instant, zone)}"
    )
    environment.filters["month"] = lambda on: _said(on, "LLLL y", language())
    environment.filters["weekday"] = lambda on: _said(on, "cccc", language())
    environment.filters["hour"] = lambda at: f"{at:%H:%M}"
    environment.filters["day"] = lambda instant: day(instant, zone, language())
    environment.filters["day_clock"] = lambda instant: f"{day(instant, zone, language())}, {clock(instant, zone)}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """10:00"""
    return f"{instant.astimezone(zone):%H:%M}"


def day(instant: datetime, zone: ZoneInfo, said_in: str = SOURCE) -> str:
    """Tuesday 24 November"""
    return _said(instant.astimezone(zone).date(), "EEEE d MMMM", said_in)


def full_date(on: date, said_in: str = SOURCE) -> str:
    """24 November 2026"""
    return _said(on.date() if isinstance(on, datetime) else on, "d MMMM y", said_in)


@lru_cache(maxsize=1024)
def _said(on: date, pattern: str, said_in: str) -> str:
    """Kept, since a page of a term says few days, each many times."""
    return format_date(on, pattern, locale=said_in)

"""Instants as people say them, in the institution's time zone and in the language of the page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment

from kiosk.web.languages import SOURCE, language


def add_filters(environment: Environment, zone: ZoneInfo) -> None:
    """Give templates `clock`, `day`, `day_clock`, `date`, `month` and `weekday`."""
    environment.filters["clock"] = lambda instant: clock(instant, zone)
    environment.filters["date"] = lambda on: full_date(on, language())
    environment.filters["month"] = lambda on: format_date(on, "LLLL y", locale=language())
    environment.filters["weekday"] = lambda on: format_date(on, "cccc", locale=language())
    environment.filters["day"] = lambda instant: day(instant, zone, language())
    environment.filters["day_clock"] = lambda instant: f"{day(instant, zone, language())}, {clock(instant, zone)}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """10:00"""
    return f"{instant.astimezone(zone):%H:%M}"


def day(instant: datetime, zone: ZoneInfo, said_in: str = SOURCE) -> str:
    """Tuesday 24 November"""
    return format_date(instant.astimezone(zone), "EEEE d MMMM", locale=said_in)


def full_date(on: date, said_in: str = SOURCE) -> str:
    """24 November 2026"""
    return format_date(on, "d MMMM y", locale=said_in)

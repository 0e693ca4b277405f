"""Instants as people say them, in the institution's time zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment


def add_filters(environment: Environment, zone: ZoneInfo) -> None:
    """Give templates `clock`, `day`, `day_clock` and `date`."""
    environment.filters["clock"] = lambda instant: clock(instant, zone)
    environment.filters["date"] = full_date
    environment.filters["day"] = lambda instant: day(instant, zone)
    environment.filters["day_clock"] = lambda instant: f"{day(instant, zone)}, {clock(instant, zone)}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """10:00"""
    return f"{instant.astimezone(zone):%H:%M}"


def day(instant: datetime, zone: ZoneInfo) -> str:
    """Tuesday 24 November"""
    local = instant.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"


def full_date(on: date) -> str:
    """24 November 2026"""
    return f"{on.day} {on:%B %Y}"

"""Instants as people say them, in the institution's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment


def add_filters(environment: Environment, zone: ZoneInfo) -> None:
    """Give templates `clock`, `day` and `day_clock`."""
    environment.filters["clock"] = lambda instant: clock(instant, zone)
    environment.filters["day"] = lambda instant: day(instant, zone)
    environment.filters["day_clock"] = lambda instant: f"{day(instant, zone)}, {clock(instant, zone)}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """10:00"""
    return f"{instant.astimezone(zone):%H:%M}"


def day(instant: datetime, zone: ZoneInfo) -> str:
    """Tuesday 24 November"""
    local = instant.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"

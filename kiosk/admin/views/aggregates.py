"""Attendance in numbers: of which modules, of one by weeks, of one session by minutes. No person on any of these pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request

from kiosk.admin.access import current_staff
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import aggregates as service
from kiosk.admin.services import charts
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.aggregates import AT_LEAST, Stretch
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("aggregates", __name__)

SHOWN_ROWS = 300


@blueprint.get("/numbers")
@access(Permission.AGGREGATE_READ)
def list_all() -> str:
    search = one_line(request.args.get("search"))[:100]
    modules = service.list_modules(db.session, now(), settings(), current_staff(), search)
    return render_template("admin/aggregates_list.html", modules=modules, search=search, most=SHOWN_ROWS)


@blueprint.get("/modules/<int(max=2147483647):module_id>/numbers")
@access(Permission.AGGREGATE_READ)
def show(module_id: int) -> str:
    numbers = service.module_numbers(db.session, now(), settings(), current_staff(), module_id)
    return render_template(
        "admin/aggregates.html",
        numbers=numbers,
        chart=charts.chart_of_weeks(numbers),
        heads_chart=charts.chart_of_heads(numbers),
        least=AT_LEAST,
    )


@blueprint.get(f"{LECTURE}/arrivals")
@access(Permission.AGGREGATE_READ)
def arrivals(lecture_id: int) -> str:
    numbers = service.lecture_numbers(db.session, now(), settings(), current_staff(), lecture_id)
    found = numbers.arrivals.stretches if numbers.arrivals else ()
    return render_template(
        "admin/arrivals.html",
        numbers=numbers,
        lecture=numbers.lecture,
        stretches=[_timed(numbers, it) for it in found],
        busiest=_timed(numbers, most) if (most := charts.busiest(numbers)) else None,
        chart=charts.chart_of_minutes(numbers),
        least=AT_LEAST,
    )


@dataclass(frozen=True)
class _Timed:
    """A stretch by the clock, and in minutes from the start."""

    people: int
    minutes: tuple[str, str]
    clocks: tuple[datetime, datetime]


def _timed(numbers: service.LectureNumbers, stretch: Stretch) -> _Timed:
    first, last = charts.minutes_of(numbers, stretch)
    at = numbers.lecture.starts_at
    return _Timed(
        stretch.people,
        (charts.signed(first), charts.signed(last)),
        (at + timedelta(minutes=first), at + timedelta(minutes=last)),
    )

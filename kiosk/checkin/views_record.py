"""A student's own record: the list, one session, a month, who looked, and all of it to take away. GET alone."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from kiosk.checkin import (
    access,
    calendars,
    dispute_words,
    disputes,
    export,
    export_words,
    look_words,
    looks,
    record_words,
)
from kiosk.checkin import record as service
from kiosk.checkin.pages import Page, page, to
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("record", __name__, url_prefix="/record")

LARGEST = 2**31 - 1
LONGEST_NUMBER = 4


@blueprint.get("")
@allow(SIGNED_IN)
def show() -> Page:
    """Every session so far, fifty on a page, and what they add up to."""
    record, number = own_record(), page_number()
    if not record.has_page(number):
        abort(404)
    zone = place().zone
    return page(
        "record",
        record=record,
        months=calendars.by_month(record.page(number), lambda row: calendars.day_of(row, zone)),
        number=number,
        has_older=record.has_page(number + 1),
        said=record_words,
    )


@blueprint.get(f"/<int(max={LARGEST}):lecture_id>")
@allow(SIGNED_IN)
def show_session(lecture_id: int) -> Page:
    """One session, and every change of its status."""
    return session_page(lecture_id)


def session_page(lecture_id: int, status: int = HTTPStatus.OK) -> Page:
    """The same page; in answer to what no longer fits the entry it says so first."""
    found = service.one_session(db.session, now(), place(), own_id(), lecture_id)
    contest = disputes.contest(db.session, now(), place(), own_id(), lecture_id)
    if found is None or contest is None:
        abort(404)
    about: dict[str, Any] = {"changes": found.changes, "contest": contest, "words": dispute_words}
    about |= {"own_word": found.own_word, "is_changed": status == HTTPStatus.CONFLICT}
    return page("record_session", status, row=found.row, said=record_words, **about)


@blueprint.get("/calendars")
@allow(SIGNED_IN)
def this_month() -> Page:
    """On to the month it is."""
    return to("record.show_month", month=str(calendars.Month.of(access.today())))


@blueprint.get("/calendars/<month>")
@allow(SIGNED_IN)
def show_month(month: str) -> Page:
    """A month as a table of weeks."""
    wanted = calendars.Month.read(month)
    sheet = wanted and calendars.sheet(wanted, own_record().rows, access.today(), place().zone)
    if sheet is None:
        abort(404)
    return page("record_month", sheet=sheet, said=record_words)


@blueprint.get("/looks")
@allow(SIGNED_IN)
def show_looks() -> Page:
    """Who looked at what is held about them, by role."""
    number = page_number()
    found = looks.look_page(db.session, now(), own_id(), settings().windows, number)
    if found is None:
        abort(404)
    zone = place().zone
    months = calendars.by_month(found.groups, lambda group: group.first.at.astimezone(zone).date())
    return page("record_looks", page=found, months=months, number=number, said=record_words, looked=look_words)


@blueprint.get("/export")
@allow(SIGNED_IN)
def show_export() -> Page:
    """Everything that is held about them, on one page to read or print."""
    found = own_export()
    return page(
        "record_export",
        held=found.held,
        groups=looks.grouped(found.looks),
        lectures=found.lectures,
        said=record_words,
        looked=look_words,
        words=export_words,
    )


@blueprint.get("/export.json")
@allow(SIGNED_IN)
def export_file() -> Response:
    """The same as a file, which is named after the day and nobody."""
    answer = Response(own_export().as_json(settings().institution.name), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"record-{access.today()}.json")
    return answer


def own_export() -> export.Export:
    """Everything that is held about whoever asks."""
    return export.own_export(db.session, now(), place(), own_id())


def own_record() -> service.Record:
    """The record of whoever asks."""
    return service.own_record(db.session, now(), place(), own_id())


def own_id() -> int:
    """Whose record it is: never from the request."""
    student = access.student()
    if student is None:
        abort(404)
    return student.id


def place() -> service.Place:
    """Where the institution is."""
    return service.Place(settings().institution.time_zone, settings().windows)


def page_number() -> int:
    """Which page was asked for, counted from 0; what is no number is the first."""
    typed = request.args.get("page", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0

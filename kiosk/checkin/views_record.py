"""A student's own record: the list, one session, and a month. GET alone, and of the one student who is signed in."""

from flask import Blueprint, abort, request

from kiosk.checkin import access, calendars, record_words
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
    return page(
        "record",
        record=record,
        months=calendars.by_month(record.page(number), place().zone),
        number=number,
        has_older=record.has_page(number + 1),
        said=record_words,
    )


@blueprint.get(f"/<int(max={LARGEST}):lecture_id>")
@allow(SIGNED_IN)
def show_session(lecture_id: int) -> Page:
    """One session, and every change of its status."""
    found = service.one_session(db.session, now(), place(), own_id(), lecture_id)
    if found is None:
        abort(404)
    return page("record_session", row=found.row, changes=found.changes, said=record_words)


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

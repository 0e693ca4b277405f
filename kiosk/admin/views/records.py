"""Finding a student, and one student's record. Both open closed; names are the answer to a form, and leave by shown.js."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from kiosk.admin.access import any_of, current_staff
from kiosk.admin.forms import records as forms
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import records as service
from kiosk.domain.permissions import Permission
from kiosk.domain.purposes import UnknownPurpose
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("records", __name__, url_prefix="/records")


@blueprint.get("")
@access(Permission.STUDENT_SEARCH)
def ask() -> str:
    return _ask("")


@blueprint.post("/search")
@access(Permission.STUDENT_SEARCH)
def search() -> str | tuple[str, int]:
    typed = one_line(request.form.get("search"))[: forms.LENGTH]
    if not service.has_enough(typed):
        return _ask(forms.TOO_SHORT), 422
    try:
        found = service.find_students(db.session, now(), settings(), current_staff(), typed, _purpose())
    except UnknownPurpose:
        abort(400)
    if not found.students:
        return _ask(forms.NOBODY), 200
    return render_template("admin/students_found.html", found=found)


@blueprint.post("/show")
@access(any_of(Permission.RECORD_READ, Permission.MODULE_RECORD_READ))
def show() -> str | Response:
    student_id = row_id(request.form.get("record", ""))
    if student_id is None:
        abort(404)
    try:
        record = service.open_own_record(db.session, now(), settings(), current_staff(), student_id, _purpose())
    except UnknownPurpose:
        abort(400)
    back = "records.ask" if current_staff().may(Permission.STUDENT_SEARCH) else "landing.show"
    return record_page(record, back)


def record_page(record: service.Record, back: str) -> str:
    """A record with its name; `back` is where it closes to."""
    return render_template("admin/record.html", record=record, back=back)


def _purpose() -> str | None:
    return request.form.get("purpose")


def _ask(problem: str) -> str:
    purposes = service.purposes_for(current_staff(), Permission.STUDENT_SEARCH)
    return render_template("admin/students.html", problem=problem, purposes=purposes)

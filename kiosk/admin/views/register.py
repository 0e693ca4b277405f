"""One session's register. Its page carries no name; names are the answer to a POST, and leave by script.js."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.services import register as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("register", __name__)


@blueprint.get(f"{LECTURE}/register")
@access(Permission.REGISTER_READ)
def show(lecture_id: int) -> str:
    closed = service.closed_register(db.session, now(), settings(), current_staff(), lecture_id)
    return render_template("admin/register.html", register=closed, is_open=False, done="")


@blueprint.post(f"{LECTURE}/register/names")
@access(Permission.REGISTER_READ)
def names(lecture_id: int) -> Response:
    return _open(lecture_id, "")


@blueprint.post(f"{LECTURE}/register/present")
@access(Permission.REGISTER_SET)
def mark_present(lecture_id: int) -> Response:
    marked = service.mark_present(db.session, now(), settings(), current_staff(), lecture_id, _student())
    return _row(lecture_id, marked, "Marked present.")


@blueprint.post(f"{LECTURE}/register/undo")
@access(Permission.REGISTER_SET)
def undo_mark(lecture_id: int) -> Response:
    marked = service.undo_mark(db.session, now(), settings(), current_staff(), lecture_id, _student())
    return _row(lecture_id, marked, "Back to the status before.")


def _student() -> int:
    student_id = row_id(request.form.get("student", ""))
    if student_id is None:
        raise NotFound
    return student_id


def _row(lecture_id: int, marked: service.Marked, done: str) -> Response:
    """The one row for the script; for a browser without it, the page with all names again."""
    if not _is_for_script():
        return _open(lecture_id, done)
    answer = make_response(render_template("admin/register_row.html", row=marked.row, may_mark=True))
    return _for_script(answer, marked.counts.present)


def _open(lecture_id: int, done: str) -> Response:
    register = service.open_register(db.session, now(), settings(), current_staff(), lecture_id)
    template = "admin/register_names.html" if _is_for_script() else "admin/register.html"
    answer = make_response(render_template(template, register=register, is_open=True, done=done))
    return _for_script(answer, register.counts.present)


def _is_for_script() -> bool:
    return request.headers.get("X-Kiosk-Part") == "1"


def _for_script(answer: Response, present: int) -> Response:
    # Tells the script that these are names, and not the sign-in page after an hour at lunch.
    answer.headers["X-Kiosk-Present"] = str(present)
    return answer

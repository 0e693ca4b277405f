"""The support desk's page. It opens without anybody; one student comes by full number, as the answer to a POST."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.register import reason_of, settled
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import support_desk as service
from kiosk.admin.services.symbols import path_of
from kiosk.admin.views.register import WORDS, is_for_script, proved
from kiosk.domain.corrections import said_of
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings
from kiosk.web.times import clock

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

# The same for a number that nobody has and for a student of another department.
NOBODY = "No student with this number has a session in your department now, or had one in the last seven days. Check the digits."


# By whether they came without being on the list, and whether they are taken at their word.
SETTLED = {
    (True, True): "Taken into the register.",
    (True, False): "Settled as not for this session.",
    (False, True): "Taken at their word.",
    (False, False): "Declined. Nothing is recorded of them there.",
}


@dataclass(frozen=True)
class Said:
    """A sentence about what was just asked for; a problem when it could not be done."""

    words: str
    is_problem: bool


@blueprint.before_request
def limit_look_ups() -> Response | None:
    """Each form here names a student by number, and says by its answer whether there is one."""
    if request.method != "POST":
        return None
    until = service.wait_until(db.session, now(), settings(), current_staff(), _number())
    return None if until is None else _part(Said(_too_many(until), is_problem=True), 429)


def _too_many(until: datetime) -> str:
    minute = clock(until + timedelta(seconds=59, microseconds=999_999), settings().institution.time_zone)
    return f"That was {service.LOOK_UPS.tries} numbers in ten minutes. You can look up the next one at {minute}."


@blueprint.get("")
@access(Permission.DESK_RECORD)
def show() -> str:
    return render_template("admin/desk.html", visitor=None, said=None)


@blueprint.post("/student")
@access(Permission.DESK_RECORD)
def student() -> Response:
    return _visitor(None)


@blueprint.post("/record")
@access(Permission.DESK_RECORD)
def record() -> Response:
    reason, lecture_id = reason_of(request.form), row_id(request.form.get("lecture", ""))
    if reason is None or lecture_id is None:
        raise NotFound
    done = service.record(db.session, now(), settings(), current_staff(), _number(), lecture_id, reason)
    return _visitor(_said(done, "Recorded as present.", "The register has something for this session already."))


@blueprint.post("/settle")
@access(Permission.WALK_IN_SETTLE)
def settle() -> Response:
    chosen = settled(request.form)
    accepted, lecture_id = chosen or (False, None)
    if lecture_id is None:
        raise NotFound
    done = service.settle_arrival(
        db.session, now(), settings(), current_staff(), _number(), lecture_id, accepted=accepted
    )
    return _visitor(_said(done.is_done, SETTLED[done.is_walk_in, accepted], "Somebody has settled this already."))


@blueprint.post("/undo")
@access(Permission.DESK_RECORD)
def undo() -> Response:
    lecture, _, act = request.form.get("undo", "").partition(":")
    lecture_id, act_id = row_id(lecture), row_id(act)
    if lecture_id is None or act_id is None:
        raise NotFound
    done = service.undo(db.session, now(), settings(), current_staff(), _number(), lecture_id, act_id)
    return _visitor(_said(done, "Taken back.", "There is nothing left to take back: it was changed since."))


@blueprint.post("/restart")
@access(Permission.DESK_RECORD)
def restart_sign_in() -> Response:
    address = service.restart_sign_in(db.session, now(), settings(), current_staff(), _number())
    return _visitor(None, address)


def _number() -> str:
    return one_line(request.form.get("number"))[:40]


def _said(done: bool, yes: str, no: str) -> Said:
    return Said(yes if done else no, is_problem=not done)


def _visitor(said: Said | None, address: str = "") -> Response:
    """The one student who stands there, looked up anew: whatever was just done shows in what the registers say."""
    visitor = service.find(db.session, now(), settings(), current_staff(), _number())
    if visitor is None:
        # After the last thing there was to do they are nobody's business any more.
        return _part(said, 200) if said else _part(Said(NOBODY, is_problem=True), 422)
    content = {"visitor": visitor, "number": _number(), "said": said, "address": address}
    if address:
        content["symbol"], content["width"] = path_of(address)
    template = "admin/desk_student.html" if is_for_script() else "admin/desk.html"
    answer = make_response(render_template(template, words=WORDS, reasons=said_of(), proved=proved, **content))
    answer.headers["X-Kiosk-Part"] = "1"
    return answer


def _part(said: Said, status: int) -> Response:
    """What is to be said once no name is left to show: plain text, by which the script knows to close."""
    if is_for_script():
        answer = Response(said.words, status, mimetype="text/plain")
    else:
        answer = make_response(render_template("admin/desk.html", visitor=None, said=said), status)
    answer.headers["X-Kiosk-Part"] = "1"
    return answer

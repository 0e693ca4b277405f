"""Acts on one session, each a POST from its page: hold, open, close, cancel, void, and stopping a screen."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.control import screen_ref, void_reason
from kiosk.admin.services import control as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("control", __name__)


@blueprint.post(f"{LECTURE}/act/<name>")
@access(Permission.LECTURE_CONTROL)
def act(lecture_id: int, name: str) -> Response:
    reason = void_reason(request.form) if name == "void" else ""
    if name not in service.ACTS or reason is None:
        raise NotFound
    done = service.perform(db.session, now(), settings(), current_staff(), lecture_id, name, reason)
    return _back(lecture_id, name if done else "nothing")


@blueprint.post(f"{LECTURE}/screens/stop")
@access(Permission.LECTURE_CONTROL)
def stop_screen(lecture_id: int) -> Response:
    ref = screen_ref(request.form)
    done = service.stop_screen(db.session, now(), settings(), current_staff(), lecture_id, ref)
    return _back(lecture_id, "stop-screen", screen=ref) if done else _back(lecture_id, "nothing")


@blueprint.post(f"{LECTURE}/screens/resume")
@access(Permission.LECTURE_CONTROL)
def resume_screen(lecture_id: int) -> Response:
    done = service.resume_screen(db.session, now(), settings(), current_staff(), lecture_id, screen_ref(request.form))
    return _back(lecture_id, "resume-screen" if done else "nothing")


def _back(lecture_id: int, done: str, screen: str | None = None) -> Response:
    return redirect(url_for("lectures.show", lecture_id=lecture_id, done=done, screen=screen), 303)

"""How many are in the room, typed beside how many have checked in. No student on any of it."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.register import people_of
from kiosk.admin.services import headcounts as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("headcounts", __name__)


@blueprint.post(f"{LECTURE}/headcount")
@access(Permission.HEADCOUNT_SET)
def set_headcount(lecture_id: int) -> Response:
    people, problem = people_of(request.form)
    service.lecture_to_count(db.session, now(), settings(), current_staff(), lecture_id)
    if not problem:
        service.set_headcount(db.session, now(), settings(), current_staff(), lecture_id, people)
    flash(problem or ("The head-count is taken back." if people is None else f"Head-count: {people} in the room."))
    place = "register.show" if request.form.get("back") == "register" else "lectures.show"
    return redirect(url_for(place, lecture_id=lecture_id), 303)

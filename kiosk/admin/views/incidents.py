"""One button on every page: something was shown. It asks nothing, and says afterwards what happened and what to do."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.services import incidents as service
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("incidents", __name__)

INCIDENT = "/incidents/<int(max=2147483647):incident_id>"
PAGE_LENGTH = 40


@blueprint.post("/incidents")
@access(SIGNED_IN)
def report() -> Response:
    page = request.form.get("page", "").replace("\0", "")[:PAGE_LENGTH]
    lecture_id = request.form.get("lecture", type=int)
    incident_id = service.report(db.session, now(), settings(), current_staff(), page, _fitting(lecture_id))
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@blueprint.get(INCIDENT)
@access(SIGNED_IN)
def show(incident_id: int) -> str:
    reported = service.reported(db.session, now(), settings(), current_staff(), incident_id)
    return render_template("admin/incident.html", **vars(reported))


@blueprint.post(f"{INCIDENT}/withdraw")
@access(SIGNED_IN)
def withdraw(incident_id: int) -> Response:
    service.withdraw(db.session, now(), current_staff(), incident_id)
    flash("It is taken back. Nobody is told.")
    return redirect(url_for("landing.show"), 303)


def _fitting(lecture_id: int | None) -> int | None:
    return lecture_id if lecture_id is not None and 0 < lecture_id < 2**31 else None

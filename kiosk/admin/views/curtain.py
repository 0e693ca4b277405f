"""Closing the curtain for the whole sign-in, and saying that somebody is still there."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff, keys
from kiosk.admin.services import curtain as service
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now

blueprint = Blueprint("curtain", __name__, url_prefix="/curtain")


@blueprint.post("/close")
@access(SIGNED_IN)
def close() -> Response:
    """For a script no page; without one the start page, since no request says where to lead to."""
    service.close(db.session, keys())
    if request.form.get("part"):
        return Response(status=204)
    flash("The names are closed.")
    return redirect(url_for("landing.show"), 303)


@blueprint.post("/keep")
@access(SIGNED_IN)
def keep() -> Response:
    """Keep an open curtain open; a closed one stays closed."""
    if not service.is_open(now(), current_staff()):
        return Response(status=423)
    service.keep_open(db.session, now(), current_staff(), keys())
    return Response(status=204)

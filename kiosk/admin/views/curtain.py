"""Closing the curtain for the whole sign-in, and saying that somebody is still there."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.exceptions import HTTPException
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
    """For a script no page; without one the page that asked for the names."""
    service.close(db.session, keys())
    if request.form.get("part"):
        return Response(status=204)
    flash("The names are closed.")
    return redirect(_closed_page(), 303)


def _closed_page() -> str:
    """Where the form says to lead to, if that is a page of this wing; else the start page."""
    path, root = request.form.get("closed", ""), request.script_root
    if not path.startswith(f"{root}/") or path.startswith("//"):  # a browser takes two slashes for another host
        return url_for("landing.show")
    try:
        current_app.create_url_adapter(request).match(path.removeprefix(root), "GET")  # type: ignore[union-attr]
    except HTTPException:
        return url_for("landing.show")
    return path


@blueprint.post("/keep")
@access(SIGNED_IN)
def keep() -> Response:
    """Keep an open curtain open; a closed one stays closed."""
    is_open = service.keep_open(db.session, now(), current_staff(), keys())
    return Response(status=204 if is_open else 423)

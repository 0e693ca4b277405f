"""The start page: today's sessions and the way to everything else. Nobody's data but the name of whoever is signed in."""

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import clean_code
from kiosk.admin.services.landing import todays_lectures
from kiosk.admin.services.notices import notices_for
from kiosk.admin.services.pairing import is_waiting
from kiosk.domain.permissions import Permission, Role
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("landing", __name__)


@blueprint.get("/")
@access(SIGNED_IN)
def show() -> str:
    day = todays_lectures(db.session, now(), settings(), current_staff())
    told = notices_for(db.session, now(), settings().institution.time_zone, current_staff())
    labels = {role.value: role.label for role in Role}
    return render_template(
        "admin/landing.html", day=day, now=now(), scanned=_scanned(), notices=told, role_labels=labels
    )


def go_on() -> Response:
    """Where signing in leads: to the screen that was scanned before, as long as it waits, or else here.

    The code is all that is kept of what was asked for, and the only pages that this leads to are these two.
    """
    code = _scanned() if current_staff().may(Permission.LECTURE_SHOW, Permission.ROOM_MANAGE) else None
    return redirect(url_for("pairing.choose", code=code) if code else url_for("landing.show"), 303)


def _scanned() -> str | None:
    """The code this browser scanned before it was signed in, while its screen still waits."""
    code = clean_code(session.get("scanned", ""))
    if code and is_waiting(db.session, now(), code):
        return code
    session.pop("scanned", None)
    return None

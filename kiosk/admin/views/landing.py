"""The start page: today's sessions and the way to everything else. Nobody's data but the name of whoever is signed in."""

from flask import Blueprint, render_template, session

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import clean_code
from kiosk.admin.services.landing import todays_lectures
from kiosk.admin.services.notices import notices_for
from kiosk.admin.services.pairing import is_waiting
from kiosk.domain.permissions import Role
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


def _scanned() -> str | None:
    """The code this browser scanned before it was signed in, while its screen still waits."""
    code = clean_code(session.get("scanned", ""))
    if code and is_waiting(db.session, now(), code):
        return code
    session.pop("scanned", None)
    return None

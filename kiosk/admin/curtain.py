"""The server's lock behind the curtain: what is about students is answered after a deliberate step, and for a while after it.

The step is a button pressed on a page without names: its form carries it (`csrf` in parts.html). Forms among names don't carry it,
and are answered while the curtain is open. Closed by a key, a button or two minutes without a request, it refuses them, and its
page keeps what they hold.
"""

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from kiosk.admin.access import keys as carried
from kiosk.admin.access import known_staff, needs_about_people
from kiosk.admin.services import curtain
from kiosk.store.database import db
from kiosk.web.surroundings import now

FIELD, STEP = "curtain", "open"
LOCKED = 423


def hang(app: Flask) -> None:
    """Look at each request that the other walls let through; none of them may be opened by what the curtain is opened by."""
    app.before_request(_check)


def _check() -> Response | None:
    staff = known_staff()
    # What is only read shows nobody; names are the answer to a form.
    if staff is None or request.method != "POST" or not needs_about_people():
        return None
    if curtain.is_open(now(), staff) or request.form.get(FIELD) == STEP:
        curtain.keep_open(db.session, now(), staff, carried())
        return None
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", FIELD)]
    return make_response(render_template("admin/curtain.html", typed=typed), LOCKED)

"""The server's lock behind the curtain: what is about students is answered after a deliberate step, and for a while after it.

The step is a button pressed on a page without names: its form carries it (`csrf` in parts.html). Forms among names don't carry it,
and are answered while the curtain is open. Closed by a key, a button or two minutes without a request, it refuses them, and its
page keeps what they hold.
"""

import json
import zlib
from datetime import timedelta

from flask import Flask, abort, g, make_response, render_template, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from kiosk.admin.access import keys as carried
from kiosk.admin.access import known_staff, needs_about_people
from kiosk.admin.services import curtain
from kiosk.domain.hashes import hash_secret
from kiosk.store.database import db
from kiosk.store.seals import seal_bytes, unseal_bytes
from kiosk.web.surroundings import now, settings

STEP, AGAIN = "curtain", "again"
_OURS = ("csrf_token", STEP, AGAIN)
LOCKED = 423
KEPT = timedelta(hours=1)
"""How long what a form held can be sent again. It is for a moment's interruption, and not for another day or another sign-in."""
_SEALED_BYTES, _BESIDE_BYTES = 2, 1024
"""How much a form may grow by being sealed: compressed and in letters again it is never twice as large; a CSRF token beside it."""


def make_room(app: Flask) -> None:
    """Whatever fits a form's own limit comes back when it was refused. It has to be said before the CSRF check reads the form."""
    app.before_request(_widen)


def _widen() -> None:
    if request.method == "POST" and needs_about_people():
        g.form_bytes = request.max_content_length or 0
        sealed_bytes = g.form_bytes * _SEALED_BYTES + _BESIDE_BYTES
        request.max_content_length = request.max_form_memory_size = sealed_bytes


def hang(app: Flask) -> None:
    """Look at each request that the other walls let through, so that none of those opens it for somebody else."""
    app.jinja_env.globals["same_again"] = _same_again
    app.before_request(_check)


def _check() -> Response | None:
    staff = known_staff()
    # What is only read shows nobody; names are the answer to a form.
    if staff is None or request.method != "POST" or not needs_about_people():
        return None
    takes_step = request.form.get(STEP) == "open"
    if AGAIN in request.form:
        request.form = _unsealed()
    elif (request.content_length or 0) > g.form_bytes:
        abort(413)
    if takes_step:
        curtain.open_up(db.session, now(), carried())
    elif not curtain.keep_open(db.session, now(), staff, carried()):
        return make_response(render_template("admin/curtain.html"), LOCKED)
    return None


def _same_again() -> str:
    """What this request's form held, sealed: for the same sign-in and address and an hour; the page shows it to nobody."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _OURS]
    written = json.dumps([now().timestamp(), typed], ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(settings().secret_key, _purpose(), zlib.compress(written.encode()))


def _unsealed() -> ImmutableMultiDict[str, str]:
    """What the form held. One that can't be read holds nobody knows what, and is not carried out as if it were empty."""
    packed = unseal_bytes(settings().secret_key, _purpose(), request.form[AGAIN])
    if packed is None:
        abort(400)
    sealed_at, typed = json.loads(zlib.decompress(packed))
    if abs(now().timestamp() - sealed_at) >= KEPT.total_seconds():  # after it too: the clock may have gone back
        abort(400)
    return ImmutableMultiDict([(name, value) for name, value in typed])


def _purpose() -> str:
    return f"again/{hash_secret(carried().sign_in)}{request.path}"

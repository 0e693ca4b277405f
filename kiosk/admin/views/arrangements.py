"""Pages of what is arranged with students: in numbers, and with names after a deliberate step. The services decide."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import arrangements as forms
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.records import NOBODY
from kiosk.admin.services import arrangements as service
from kiosk.domain.arrangements import Arrangement
from kiosk.domain.permissions import Permission, Role
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("arrangements", __name__, url_prefix="/arrangements")

ONE = "/<int(max=2147483647):arrangement_id>"
_CHANGED = "Somebody else has just answered that. This is how it is now."
_SAME = "This is agreed with them already."
_SAID = {"asked": "It waits again", "agreed": "Agreed", "declined": "Declined", "withdrawn": "Taken back"}


@blueprint.get("")
@access(Permission.ABSENCE_GRANT)
def show() -> str:
    return _page(forms.empty())


@blueprint.post("/new")
@access(Permission.ABSENCE_GRANT)
def arrange() -> Response | tuple[str, int]:
    reading = forms.read(request.form)
    if reading.problems or reading.kind is None or reading.when is None:
        return _page(reading), 422
    wish = service.Wish(reading.typed["number"], reading.kind, reading.minutes, reading.when)
    done = service.arrange(db.session, now(), settings(), current_staff(), wish)
    if isinstance(done, service.NoSuchStudent):
        return _page(reading, number=NOBODY), 422
    if isinstance(done, service.AlreadyAgreed):
        return _page(reading, from_on=_SAME), 422
    flash(_said(done))
    return redirect(url_for("arrangements.show"), 303)


@blueprint.post("/names")
@access(Permission.ABSENCE_GRANT)
def names() -> str:
    return _names("")


@blueprint.post(ONE)
@access(Permission.ABSENCE_GRANT)
def take_step(arrangement_id: int) -> str:
    version, step = row_id(request.form.get("version", "")) or 0, request.form.get("step", "")
    done = service.take_step(db.session, now(), settings(), current_staff(), arrangement_id, step, version)
    return _names(_said(done) if done else _CHANGED)


@blueprint.post(f"{ONE}/undo")
@access(Permission.ABSENCE_GRANT)
def undo(arrangement_id: int) -> Response:
    done = service.undo(db.session, now(), settings(), current_staff(), arrangement_id)
    flash(_said(done) if done else _CHANGED)
    return redirect(url_for("arrangements.show"), 303)


def _names(said: str) -> str:
    start = row_id(request.form.get("start", "")) or 0
    found = service.names(db.session, now(), settings(), current_staff(), start)
    about = {"said": said, "role_label": _role_label, "at_once": service.SHOWN_AT_ONCE}
    return render_template("admin/arrangements_names.html", found=found, **about)


def _page(reading: forms.Reading, **problems: str) -> str:
    return render_template(
        "admin/arrangements.html",
        numbers=service.numbers(db.session, now(), settings(), current_staff()),
        form=reading,
        problems=defaultdict(str, {**reading.problems, **problems}),
        kinds=tuple(Arrangement),
    )


def _said(done: service.Done) -> str:
    """What was done, in words that name nobody."""
    word, it = _SAID[done.arranged.state.value], done.arranged
    if it.kind.status is None or it.state.value not in ("agreed", "withdrawn"):
        return f"{word}."
    how_many = f"{done.sessions} {'session' if done.sessions == 1 else 'sessions'}"
    if it.state.value == "withdrawn":
        return f"{word}. It no longer covers {how_many}."
    return f"{word}. It covers {how_many} of the timetable as it is, and those that are added."


def _role_label(role: str) -> str:
    return "the student" if role == "student" else Role(role).label

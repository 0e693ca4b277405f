"""Pages of whose tutor somebody is. Student numbers come in and never go out; the answers are numbers of students."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import tutors as forms
from kiosk.admin.forms.links import LOGIN_LENGTH
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.register import NUMBERS_BYTES
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import tutors as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.sizes import widen
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("tutors", __name__, url_prefix="/tutors")
widen(blueprint, "add", "end", body_bytes=NUMBERS_BYTES)

Page = str | tuple[str, int] | Response
_TUTOR = "/<int(max=2147483647):tutor_id>"
_OWN = "This is your own sign-in name. Ask a colleague who looks after modules too: nobody does this for themselves."
# The same for an unknown name and for somebody without the role: who has an account is nobody's business.
_NO_TUTOR = "No personal tutor signs in with this name. Check it, or ask whoever gives roles."
_NOTHING_LEFT = "There is nothing left to take back: it was changed since."


@blueprint.get("")
@access(Permission.LINK_CHANGE)
def ask() -> str:
    return render_template("admin/tutors.html", login="", problem="")


@blueprint.post("")
@access(Permission.LINK_CHANGE)
def find() -> Page:
    login = one_line(request.form.get("login"))[:LOGIN_LENGTH]
    found = service.find(db.session, now(), settings(), current_staff(), login)
    if isinstance(found, service.Tutor):
        return redirect(url_for("tutors.show", tutor_id=found.id), 303)
    problem = _OWN if isinstance(found, service.ForOneself) else _NO_TUTOR
    return render_template("admin/tutors.html", login=login, problem=problem), 422


@blueprint.get(_TUTOR)
@access(Permission.LINK_CHANGE)
def show(tutor_id: int) -> str:
    return _page(tutor_id)


@blueprint.post(f"{_TUTOR}/add")
@access(Permission.LINK_CHANGE)
def add(tutor_id: int) -> Page:
    reading = forms.read(request.form, _today())
    if reading.problems:
        return _page(tutor_id, adding=reading), 422
    done = service.add(db.session, now(), settings(), current_staff(), tutor_id, reading.numbers, reading.days)
    flash(f"{done.changed} added, {_were(done.already)} there already, {_strangers(done)}")
    return redirect(url_for("tutors.show", tutor_id=tutor_id), 303)


@blueprint.post(f"{_TUTOR}/end")
@access(Permission.LINK_CHANGE)
def end(tutor_id: int) -> Page:
    reading = forms.read(request.form, _today())
    if "numbers" in reading.problems:
        return _page(tutor_id, ending=reading), 422
    done = service.end(db.session, now(), settings(), current_staff(), tutor_id, reading.numbers)
    others = "tutee" if done.already == 1 else "tutees"
    flash(f"{done.changed} ended, {_were(done.already)} no {others} of theirs, {_strangers(done)}")
    return redirect(url_for("tutors.show", tutor_id=tutor_id), 303)


@blueprint.post(f"{_TUTOR}/undo")
@access(Permission.LINK_CHANGE)
def undo(tutor_id: int) -> Response:
    entry_id = row_id(request.form.get("entry", "")) or 0
    done = service.undo(db.session, now(), settings(), current_staff(), tutor_id, entry_id)
    stay = "stays as it is" if done and done.already == 1 else "stay as they are"
    left = f" {done.already} {stay}." if done and done.already else ""
    flash(f"{done.changed} taken back.{left}" if done and done.changed else _NOTHING_LEFT)
    return redirect(url_for("tutors.show", tutor_id=tutor_id), 303)


def _page(tutor_id: int, *, adding: forms.Reading | None = None, ending: forms.Reading | None = None) -> str:
    page = service.page_for(db.session, now(), settings(), current_staff(), tutor_id)
    readings = {"adding": adding or forms.empty(), "ending": ending or forms.empty()}
    return render_template("admin/tutor.html", page=page, date_of=date.fromisoformat, **readings)


def _today() -> date:
    return settings().institution.day_of(now())


def _were(count: int) -> str:
    return f"{count} {'was' if count == 1 else 'were'}"


def _strangers(done: service.Done) -> str:
    """The same for a number that nobody has, for a student of another department, and for a locked record."""
    return f"{done.strangers} {'number is' if done.strangers == 1 else 'numbers are'} nobody in your reach."

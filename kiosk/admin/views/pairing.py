"""Approving a screen from a phone: by the code in the address, or by typing it. Nobody's personal data."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import any_of, current_staff
from kiosk.admin.forms.pairing import CODE_PROBLEM, AnswerForm, clean_code, row_id
from kiosk.admin.services import pairing as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("pairing", __name__)

Page = str | tuple[str, int] | Response

NEEDED = any_of(Permission.LECTURE_SHOW, Permission.ROOM_MANAGE)
_GONE = {
    service.Gone.UNKNOWN: "No screen has this code. Look at the screen again and type its eight letters.",
    service.Gone.EXPIRED: "This code is older than ten minutes. The screen shows a new one: type that.",
    service.Gone.USED: "This code has been used. If the screen asks again, type the code it shows now.",
}


@blueprint.get("/pair")
@access(NEEDED)
def ask() -> Page:
    # The room goes along in the cookie, since the next address may come from the screen, by the phone's camera.
    session["room"] = row_id(request.args.get("room", ""))
    return _ask("", "")


@blueprint.post("/pair")
@access(NEEDED)
def find() -> Page:
    typed = request.form.get("code", "")
    code = clean_code(typed)
    if code is None:
        return _ask(typed[:40], CODE_PROBLEM), 422
    return redirect(url_for("pairing.choose", code=code), 303)


@blueprint.get("/pair/<code>")
@access(NEEDED)
def choose(code: str) -> Page:
    return _choose(code, service.Place(row_id(request.args.get("lecture", "")), session.get("room")), {}, 200)


@blueprint.post("/pair/<code>")
@access(NEEDED)
def answer(code: str) -> Page:
    form = AnswerForm.read(request.form)
    place, problems = service.Place(form.lecture_id, form.room_id), form.problems()
    if problems:
        return _choose(code, place, problems, 422)
    outcome = service.answer(db.session, now(), settings(), current_staff(), clean_code(code) or "", place, form.number)
    session.pop("scanned", None)
    if isinstance(outcome, service.Gone):
        return _ask("", _GONE[outcome]), 410
    if isinstance(outcome, service.Refused):
        return render_template("admin/pairing_refused.html", room_id=session.get("room"))
    session.pop("room", None)
    return _approved(outcome.place)


def _approved(place: service.Place) -> Page:
    if place.lecture_id is not None:
        return redirect(url_for("lectures.show", lecture_id=place.lecture_id, done="pair"), 303)
    flash("The screen is paired. It follows the room's timetable by itself.")
    return redirect(url_for("rooms.show", room_id=place.room_id), 303)


def _choose(code: str, wanted: service.Place, problems: dict[str, str], status: int) -> Page:
    found = service.offer(db.session, now(), settings(), current_staff(), clean_code(code) or "", wanted)
    if isinstance(found, service.Gone):
        return _ask("", _GONE[found]), 404 if found is service.Gone.UNKNOWN else 410
    return render_template("admin/pairing_choose.html", offer=found, problems=problems, now=now()), status


def _ask(code: str, problem: str) -> str:
    room = service.find_room(db.session, current_staff(), session.get("room"))
    return render_template("admin/pairing.html", code=code, problem=problem, room=room)

"""Saying "I was here" after check-in has closed, with or without what was noted in the room."""

from typing import Any

from flask import Blueprint, abort, request

from kiosk.checkin import access, claims, forms, limits
from kiosk.checkin.pages import Page, page, to
from kiosk.domain.claims import Code, Noted
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("claims", __name__)


@blueprint.get("/claims/new")
@allow(SIGNED_IN)
def new() -> Page:
    """The sessions of the last seven days of which nothing is recorded; with a code that was scanned too late, typed already."""
    return _page("", lecture_id=forms.read_lecture(request.args), noted=forms.read_noted(request.args))


@blueprint.post("/claims")
@allow(SIGNED_IN)
def make() -> Page:
    """Write down that somebody says they were there, or say what more is needed."""
    student = _student()
    lecture_id, noted = forms.read_lecture(request.form), forms.read_noted(request.form)
    if noted is None:
        return _page("unread", 422, lecture_id=lecture_id)
    keys = _tries(student) if noted.code is not Code.NONE else []
    if keys and (seconds := limits.seconds_to_wait(db.session, now(), keys)):
        return _page("wait", 429, lecture_id=lecture_id, seconds=seconds)
    outcome = claims.say(db.session, now(), student.id, claims.Wish(lecture_id, noted), _rules())
    if isinstance(outcome, claims.NoFit):
        return _page("no_fit", 422, lecture_id=lecture_id, noted=noted)
    if keys:
        limits.take_back(db.session, now(), keys)
    return _answer(outcome, lecture_id, noted)


def _answer(outcome: claims.Outcome, lecture_id: int | None, noted: Noted) -> Page:
    match outcome:
        case claims.Said(said_of):
            return to("checkin.done", lecture_id=said_of)
        case claims.Elsewhere(lecture, shown_at):
            return _page("elsewhere", 422, lecture_id=lecture.id, noted=noted, lecture=lecture, shown_at=shown_at)
        case claims.StillOpen(lecture):
            return _page("open", 409, lecture_id=None, lecture=lecture)
        case claims.WhichOne(lectures):
            return _page("which", 422, lecture_id=lecture_id, noted=noted, among=lectures)
        case _:
            return _page("choose", 422, lecture_id=lecture_id)


def _page(trouble: str, status: int = 200, *, lecture_id: int | None, seconds: int = 0, **about: Any) -> Page:
    about = {"noted": None, "lecture": None, "shown_at": None, "among": None, **about}
    lectures = about["among"] or claims.claimable(db.session, now(), _student().id, _rules())
    shown = page("claim", status, trouble=trouble, lectures=lectures, chosen=lecture_id, seconds=seconds, **about)
    if seconds:
        shown.headers["Retry-After"] = str(seconds)
    return shown


def _tries(student: access.Student) -> list[limits.Key]:
    """What was noted can be guessed as digits on the screen can, and its tries are fewer."""
    secret = settings().secret_key
    own = limits.key(secret, "noted/student", str(student.id), limits.NOTED_OF_STUDENT)
    return [own, limits.key(secret, "digits/browser", access.browser(), limits.DIGITS_OF_BROWSER)]


def _rules() -> claims.Rules:
    own = settings()
    return claims.Rules(own.windows, own.codes, own.master.keys, own.institution.time_zone)


def _student() -> access.Student:
    student = access.student()
    if student is None:
        abort(404)
    return student

"""What students set for themselves, and the notice of why anything is recorded of them."""

from flask import Blueprint, abort, request

from kiosk.checkin import access, forms, notices, wishes
from kiosk.checkin.pages import Page, page
from kiosk.domain.codes import MORE_TIME
from kiosk.store.database import db
from kiosk.web.access import ANYONE, SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import settings

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
@allow(SIGNED_IN)
def show() -> Page:
    """What is set, and what each setting does."""
    return _page(wishes.wishes_of(db.session, _student().id), None)


@blueprint.post("/settings")
@allow(SIGNED_IN)
def keep() -> Page:
    """Keep what was set, say what changed, and offer the way back."""
    wanted = forms.read_wishes(request.form, settings().institution.languages)
    if wanted is None:
        abort(400)
    before = wishes.keep_wishes(db.session, _student().id, wanted)
    access.speak(wanted.language)
    access.give_time(more_time=wanted.more_time)
    return _page(wanted, before)


@blueprint.get("/notice")
@allow(ANYONE)
def notice() -> Page:
    """Why attendance is recorded and what is required; of each module of whoever is signed in."""
    student = access.student()
    required = notices.required_of(db.session, student.id, access.today()) if student else ()
    return page("why_recorded", required=required)


def _student() -> access.Student:
    student = access.student()
    if student is None:
        abort(404)
    return student


def _page(is_set: wishes.Wishes, before: wishes.Wishes | None) -> Page:
    policy = settings().codes
    shared = int(access.SHARED_COMPUTER.total_seconds())
    return page("settings", wishes=is_set, before=before, policy=policy, times=MORE_TIME, shared=shared)

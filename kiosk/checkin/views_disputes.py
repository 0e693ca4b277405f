"""What a student does who says on the page of a session that its entry is wrong: one press each."""

from http import HTTPStatus

from flask import Blueprint, abort, request

from kiosk.checkin import disputes as service
from kiosk.checkin.forms import LARGEST_ID
from kiosk.checkin.pages import Page, to
from kiosk.checkin.views_record import own_id, place, session_page
from kiosk.domain.disputes import Says
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now

blueprint = Blueprint("disputes", __name__, url_prefix=f"/record/<int(max={LARGEST_ID}):lecture_id>/disputes")


@blueprint.post("")
@allow(SIGNED_IN)
def send(lecture_id: int) -> Page:
    """Pass it on to the office that decides."""
    typed = request.form.get("says", "")
    says = Says(typed) if typed in set(Says) else None
    done = service.send(db.session, now(), place(), own_id(), lecture_id, says)
    if done is None:
        abort(404)
    if isinstance(done, service.Changed):
        return session_page(lecture_id, HTTPStatus.CONFLICT)
    return to("record.show_session", lecture_id=lecture_id)


@blueprint.post("/withdraw")
@allow(SIGNED_IN)
def withdraw(lecture_id: int) -> Page:
    """Take it back while nobody has decided."""
    if not service.withdraw(db.session, now(), own_id(), lecture_id):
        abort(404)
    return to("record.show_session", lecture_id=lecture_id)


@blueprint.post("/reopen")
@allow(SIGNED_IN)
def reopen(lecture_id: int) -> Page:
    """Undo the taking back."""
    if not service.reopen(db.session, now(), place(), own_id(), lecture_id):
        abort(404)
    return to("record.show_session", lecture_id=lecture_id)

"""Pages on which a student objects to how data is used, or asks to have it put right. No page asks why."""

from flask import Blueprint, abort, request

from kiosk.checkin import access, request_words
from kiosk.checkin import requests as service
from kiosk.checkin.forms import LARGEST_ID
from kiosk.checkin.pages import Page, page, to
from kiosk.checkin.views_record import own_id
from kiosk.domain.requests import WITHDRAWN, About, Kind
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

ONE = f"/<int(max={LARGEST_ID}):request_id>"


@blueprint.get("")
@allow(SIGNED_IN)
def show() -> Page:
    """What can be asked, and what was."""
    return _page()


@blueprint.post("")
@allow(SIGNED_IN)
def send() -> Page:
    """Pass it on to the officer who answers."""
    kind, about = request.form.get("kind", ""), request.form.get("about", "")
    if kind not in set(Kind) or (about in set(About)) is not (kind == Kind.CORRECTION):
        abort(404)
    service.send(db.session, now(), access.today(), own_id(), Kind(kind), About(about) if about else None)
    return to("requests.sent")


@blueprint.get("/sent")
@allow(SIGNED_IN)
def sent() -> Page:
    """That it was passed on, and what comes next."""
    return _page("sent")


@blueprint.post(f"{ONE}/withdraw")
@allow(SIGNED_IN)
def withdraw(request_id: int) -> Page:
    """Take back what nobody has answered."""
    done = service.withdraw(db.session, now(), own_id(), request_id)
    if done is None:
        abort(404)
    return to("requests.withdrawn") if done else _page("answered", 409)


@blueprint.get("/withdrawn")
@allow(SIGNED_IN)
def withdrawn() -> Page:
    """That it was taken back, with the way to ask again beside it."""
    return _page("withdrawn")


@blueprint.post(f"{ONE}/ask-again")
@allow(SIGNED_IN)
def ask_again(request_id: int) -> Page:
    """Undo the taking back."""
    again = service.ask_again(db.session, access.today(), own_id(), request_id)
    if again is None:
        abort(404)
    if again is service.Again.ASKED:
        return to("requests.sent")
    return _page("waits" if again is service.Again.WAITS else "answered", 409)


def _page(said: str = "", status: int = 200) -> Page:
    own = service.list_own(db.session, own_id())
    # An address can be kept and opened later: it says of nothing that it was done which was not.
    done = {"sent": any(not it.closed_at for it in own), "withdrawn": any(it.outcome == WITHDRAWN for it in own)}
    said = said if done.get(said, True) else ""
    return page("requests", status, own=own, said=said, words=request_words, things=tuple(About), today=access.today())

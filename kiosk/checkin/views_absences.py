"""Pages on which a student says ahead that they can't come, for an office to answer. No page asks why."""

from flask import Blueprint, abort, request

from kiosk.checkin import absences as service
from kiosk.checkin import access, forms
from kiosk.checkin import forms_absences as forms_of_absences
from kiosk.checkin.forms_absences import Reading
from kiosk.checkin.pages import Page, page, to
from kiosk.domain.arrangements import State
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now

blueprint = Blueprint("absences", __name__, url_prefix="/absences")

ONE = f"/<int(max={forms.LARGEST_ID}):arrangement_id>"


@blueprint.get("")
@allow(SIGNED_IN)
def show() -> Page:
    """What was asked and agreed, and the form for more."""
    return _page(Reading())


@blueprint.post("")
@allow(SIGNED_IN)
def ask() -> Page:
    """Pass it on to the office that answers."""
    reading = forms_of_absences.read(request.form, access.today())
    if reading.when is None:
        return _page(reading, 422)
    if isinstance(service.ask(db.session, now(), _student_id(), reading.when), service.TooMany):
        return _page(reading, 429, trouble="many")
    return to("absences.asked")


@blueprint.get("/asked")
@allow(SIGNED_IN)
def asked() -> Page:
    """That it was passed on, and what comes next."""
    return _page(Reading(), said=State.ASKED)


@blueprint.post(f"{ONE}/withdraw")
@allow(SIGNED_IN)
def withdraw(arrangement_id: int) -> Page:
    """Take back what nobody has answered."""
    return _turned(service.withdraw(db.session, now(), _student_id(), arrangement_id), "absences.withdrawn")


@blueprint.get("/withdrawn")
@allow(SIGNED_IN)
def withdrawn() -> Page:
    """That it was taken back, with the way to ask again beside it."""
    return _page(Reading(), said=State.WITHDRAWN)


@blueprint.post(f"{ONE}/ask-again")
@allow(SIGNED_IN)
def ask_again(arrangement_id: int) -> Page:
    """Undo the taking back."""
    return _turned(service.ask_again(db.session, now(), _student_id(), arrangement_id), "absences.asked")


def _turned(done: bool | None, endpoint: str) -> Page:
    if done is None:
        abort(404)
    return to(endpoint) if done else _page(Reading(), 409, trouble="answered")


def _page(reading: Reading, status: int = 200, *, said: State | None = None, trouble: str = "") -> Page:
    own = service.list_own(db.session, _student_id())
    # An address can be kept and opened later: it says of nothing that it was done which was not.
    done = said.value if said in {it.state for it in own} else ""
    return page("absences", status, own=own, form=reading, said=done, trouble=trouble, today=access.today())


def _student_id() -> int:
    student = access.student()
    if student is None:
        abort(404)
    return student.id

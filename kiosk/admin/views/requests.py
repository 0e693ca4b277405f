"""Pages of students' requests: in numbers by the day they are due, and with names after a deliberate step."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.permissions import NotFound
from kiosk.admin.services import requests as service
from kiosk.domain.permissions import Permission
from kiosk.domain.requests import ANSWERS, Answer
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

ONE = "/<int(max=2147483647):request_id>"
_CHANGED = "Somebody else has just answered that, or the student took it back. This is how it is now."
LABELS = {
    Answer.UPHELD: "Upheld",
    Answer.PARTLY_UPHELD: "Partly upheld",
    Answer.NOT_UPHELD: "Not upheld",
    Answer.PUT_RIGHT: "Put right",
    Answer.PASSED_ON: "Passed on to whoever keeps the source",
}


@blueprint.get("")
@access(Permission.REQUEST_ANSWER)
def show() -> str:
    numbers = service.numbers(db.session, now(), settings(), current_staff())
    return render_template("admin/requests.html", numbers=numbers, labels={it.value: LABELS[it] for it in Answer})


@blueprint.post("/names")
@access(Permission.REQUEST_ANSWER)
def names() -> str:
    return _names("")


@blueprint.post(ONE)
@access(Permission.REQUEST_ANSWER)
def answer(request_id: int) -> str | tuple[str, int]:
    outcome = request.form.get("outcome", "")
    if not outcome:
        return _names("Choose the answer first. Nothing was answered."), 422
    if outcome not in set(Answer):
        raise NotFound
    if not service.answer(db.session, now(), current_staff(), request_id, Answer(outcome)):
        return _names(_CHANGED), 409
    return _names(f"Answered: {LABELS[Answer(outcome)].lower()}. The student sees it.")


@blueprint.post(f"{ONE}/undo")
@access(Permission.REQUEST_ANSWER)
def undo(request_id: int) -> Response:
    done = service.undo(db.session, now(), current_staff(), request_id)
    flash("Taken back. It waits for an answer again." if done else _CHANGED)
    return redirect(url_for("requests.show"), 303)


def _names(said: str) -> str:
    found = service.names(db.session, now(), settings(), current_staff())
    choices = {kind.value: [(it.value, LABELS[it]) for it in some] for kind, some in ANSWERS.items()}
    return render_template("admin/requests_names.html", found=found, said=said, choices=choices)

"""Pages of students' requests: in numbers by the day they are due, with names after a deliberate step; and help to make one."""

from collections import defaultdict

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.records import NOBODY
from kiosk.admin.forms.requests import ASKS, HelpForm
from kiosk.admin.permissions import NotFound
from kiosk.admin.services import helping
from kiosk.admin.services import requests as service
from kiosk.domain.permissions import Permission, Role
from kiosk.domain.purposes import UnknownPurpose
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


@blueprint.get("/new")
@access(Permission.REQUEST_ASSIST)
def ask() -> str:
    return _help(HelpForm("", ""), {})


@blueprint.post("/new")
@access(Permission.REQUEST_ASSIST)
def make() -> Response | tuple[str, int]:
    form, purpose = HelpForm.read(request.form), request.form.get("purpose")
    problems, kind = form.problems(), form.kind
    if problems or kind is None:
        return _help(form, problems), 422
    try:
        done = helping.help_with(db.session, now(), settings(), current_staff(), form.number, kind, form.about, purpose)
    except UnknownPurpose:
        abort(400)
    if not done:
        return _help(form, {"number": NOBODY}), 422
    flash(
        "The data-protection officer has it. The student sees it in their record, and that somebody in your role helped."
    )
    return redirect(url_for("requests.ask"), 303)


def _help(form: HelpForm, problems: dict[str, str]) -> str:
    purposes = helping.purposes(current_staff())
    return render_template(
        "admin/request_new.html",
        form=form,
        problems=defaultdict(str, problems),
        asks=ASKS,
        purposes=purposes,
        purpose=request.form.get("purpose"),
    )


def _names(said: str) -> str:
    found = service.names(db.session, now(), settings(), current_staff())
    choices = {kind.value: [(it.value, LABELS[it]) for it in some] for kind, some in ANSWERS.items()}
    roles = {role.value: role.label for role in Role}
    return render_template("admin/requests_names.html", found=found, said=said, choices=choices, roles=roles)

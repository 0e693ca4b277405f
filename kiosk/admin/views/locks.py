"""Locks on records, in numbers: which hold, a new one, one lifted by a second officer. No student is named."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import any_of, current_staff
from kiosk.admin.forms import records as forms
from kiosk.admin.services import locks as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("locks", __name__, url_prefix="/locks")


@blueprint.get("")
@access(any_of(Permission.LOCK_SET, Permission.LOCK_LIFT))
def list_all() -> str:
    return _page(forms.LockForm("", ""), {})


@blueprint.post("/new")
@access(Permission.LOCK_SET)
def set_new() -> Response | tuple[str, int]:
    form = forms.LockForm.read(request.form)
    problems = form.problems()
    if problems:
        return _page(form, problems), 422
    outcome = service.set_lock(db.session, now(), settings(), current_staff(), form.number, form.logins)
    if isinstance(outcome, service.NoSuchStaff):
        return _page(form, {"staff": f"Nobody has the sign-in name {', '.join(outcome.logins)}."}), 422
    if isinstance(outcome, service.NoSuchStudent):
        return _page(form, {"number": forms.NOBODY}), 422
    flash("The record is locked. Only those you named can see it.")
    return redirect(url_for("locks.list_all"), 303)


@blueprint.post("/<int(max=2147483647):lock_id>/lift")
@access(Permission.LOCK_LIFT)
def lift(lock_id: int) -> Response:
    service.lift_lock(db.session, now(), current_staff(), lock_id)
    flash("The lock is lifted.")
    return redirect(url_for("locks.list_all"), 303)


def _page(form: forms.LockForm, problems: dict[str, str]) -> str:
    return render_template(
        "admin/locks.html",
        locks=service.locks_for(db.session, current_staff()),
        form=form,
        problems=defaultdict(str, problems),
    )

"""Break-glass: a number and a reason, then one record for fifteen minutes. The page itself says whose for nobody."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import records as forms
from kiosk.admin.services import break_glass as service
from kiosk.admin.views.records import record_page
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("break_glass", __name__, url_prefix="/break-glass")

NOBODY = "No record can be opened with this number. Check it, and type all of it."


@blueprint.get("")
@access(Permission.BREAK_GLASS_USE)
def ask() -> str:
    return _page(forms.NumberForm("", ""), {})


@blueprint.post("/new")
@access(Permission.BREAK_GLASS_USE)
def open_new() -> Response | tuple[str, int]:
    form = forms.NumberForm.read(request.form, "reason")
    problems, reason = form.problems(service.Reason), form.chosen(service.Reason)
    if problems or reason is None:
        return _page(form, problems), 422
    if not service.break_glass(db.session, now(), current_staff(), form.number, reason):
        return _page(form, {"number": NOBODY}), 422
    flash("One record is open to you for fifteen minutes. The data-protection officer has been told.")
    return redirect(url_for("break_glass.ask"), 303)


@blueprint.post("/<int(max=2147483647):opening_id>/record")
@access(Permission.BREAK_GLASS_USE)
def show_record(opening_id: int) -> str:
    record = service.open_record_behind_glass(db.session, now(), settings(), current_staff(), opening_id)
    return record_page(record, "break_glass.ask")


def _page(form: forms.NumberForm, problems: dict[str, str]) -> str:
    return render_template(
        "admin/break_glass.html",
        openings=service.own_openings(db.session, now(), current_staff()),
        form=form,
        problems=defaultdict(str, problems),
    )

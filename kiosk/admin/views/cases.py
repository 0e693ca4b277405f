"""Cases of the data-protection officer, each about one student; and what the officer is told. No name until a record opens."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import records as forms
from kiosk.admin.services import cases as service
from kiosk.admin.services import notices
from kiosk.admin.views.records import record_page
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("cases", __name__)

CASE = "/cases/<int(max=2147483647):case_id>"


@blueprint.get("/cases")
@access(Permission.CASE_MANAGE)
def list_own() -> str:
    return _list(forms.NumberForm("", ""), {})


@blueprint.post("/cases/new")
@access(Permission.CASE_MANAGE)
def open_new() -> Response | tuple[str, int]:
    form = forms.NumberForm.read(request.form, "kind")
    problems, kind = form.problems(service.Kind), form.chosen(service.Kind)
    if problems or kind is None:
        return _list(form, problems), 422
    if service.open_case(db.session, now(), settings(), current_staff(), form.number, kind) is None:
        return _list(form, {"number": forms.NOBODY}), 422
    flash("The case is open.")
    return redirect(url_for("cases.list_own"), 303)


@blueprint.post(f"{CASE}/close")
@access(Permission.CASE_MANAGE)
def close(case_id: int) -> Response:
    service.close_case(db.session, now(), current_staff(), case_id)
    flash("The case is closed. It opens no record any more.")
    return redirect(url_for("cases.list_own"), 303)


@blueprint.post(f"{CASE}/record")
@access(Permission.CASE_MANAGE)
def show_record(case_id: int) -> str:
    record = service.open_record_of_case(db.session, now(), settings(), current_staff(), case_id)
    return record_page(record, url_for("cases.list_own"))


@blueprint.post("/notices/<int(max=2147483647):notice_id>/seen")
@access(Permission.LOG_READ_ALL)
def mark_seen(notice_id: int) -> Response:
    notices.mark_seen(db.session, now(), settings().institution.time_zone, current_staff(), notice_id)
    return redirect(url_for("landing.show"), 303)


def _list(form: forms.NumberForm, problems: dict[str, str]) -> str:
    return render_template(
        "admin/cases.html",
        cases=service.own_cases(db.session, current_staff()),
        form=form,
        problems=defaultdict(str, problems),
    )

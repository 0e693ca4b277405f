"""The access log as pages: my own acts for everybody, all of it for the data-protection officer. No student's name on either."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, render_template, request

from kiosk.admin.access import current_staff
from kiosk.admin.forms import acts as forms
from kiosk.admin.forms.days import monday
from kiosk.admin.forms.log_delays import REASONS
from kiosk.admin.forms.words import whole_number
from kiosk.admin.services import acts as service
from kiosk.admin.services.cases import own_cases
from kiosk.domain.access_log import Act
from kiosk.domain.permissions import Permission, Role
from kiosk.store.database import db
from kiosk.store.doors.admin.log_pages import LogRow
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("acts", __name__)

NOBODY = "Nobody has this sign-in name or number."


@blueprint.get("/my-acts")
@access(Permission.LOG_READ_OWN)
def show_own() -> str:
    zone, today = settings().institution.time_zone, settings().institution.day_of(now())
    first = monday(request.args.get("from", ""), today, forms.FURTHEST)
    since, until = (datetime.combine(first + timedelta(days=days), time.min, zone) for days in (0, 7))
    page = forms.page_number(request.args.get("page"))
    acts = service.own_acts(db.session, settings(), current_staff(), since, until, page)
    return render_template("admin/my_acts.html", acts=acts, days=_by_day(acts), first=since, page=page)


@blueprint.get("/access-log")
@access(Permission.LOG_READ_ALL)
def ask() -> str:
    return _form(forms.LogForm.of_week(settings().institution.day_of(now())), {})


@blueprint.post("/access-log/entries")
@access(Permission.LOG_READ_ALL)
def show_all() -> str | tuple[str, int]:
    form, zone = forms.LogForm.read(request.form), settings().institution.time_zone
    problems, span = form.problems(zone), form.span(zone)
    staff_id = service.staff_called(db.session, form.staff) if form.staff else None
    if form.staff and staff_id is None:
        problems["staff"] = NOBODY
    if problems or span is None:
        return _form(form, problems), 422
    page = forms.page_number(request.form.get("page"))
    case_id = (whole_number(form.case) or 0) if form.case else None
    asked = service.Asked(*span, form.wanted_act, staff_id, case_id, page)
    acts = service.all_acts(db.session, now(), settings(), current_staff(), asked)
    return _form(form, {}, acts=acts, days=_by_day(acts), page=page)


def _form(form: forms.LogForm, problems: dict[str, str], **more: object) -> str:
    cases = own_cases(db.session, current_staff())
    return render_template(
        "admin/access_log.html",
        **{"acts": None, "days": [], "page": 0, **more},
        form=form,
        problems=defaultdict(str, problems),
        kinds=list(Act),
        roles={role.value: role.label for role in Role},
        reasons=REASONS,
        cases=cases,
    )


def _by_day(acts: service.Acts) -> list[tuple[datetime, list[LogRow]]]:
    institution = settings().institution
    by_day = groupby(acts.page.rows, lambda row: institution.day_of(row.at))
    return [(datetime.combine(day, time(12), institution.time_zone), list(rows)) for day, rows in by_day]

"""Holding one entry of the access log back from its student. The page has the entry's number and nothing of the entry."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.log_delays import REASONS, DelayForm
from kiosk.admin.services import log_delays as service
from kiosk.domain.log_delays import LONGEST
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("log_delays", __name__, url_prefix="/access-log/entries/<int(max=2147483647):entry_id>/delay")


@blueprint.get("")
@access(Permission.LOG_READ_ALL)
def ask(entry_id: int) -> str:
    return _page(entry_id, DelayForm(), {})


@blueprint.post("")
@access(Permission.LOG_READ_ALL)
def hold_back(entry_id: int) -> Response | tuple[str, int]:
    form, zone = DelayForm.read(request.form), settings().institution.time_zone
    problems = form.problems(now().astimezone(zone).date(), zone)
    reason, until = form.chosen, form.ends_at(zone)
    if problems or reason is None or until is None:
        return _page(entry_id, form, problems), 422
    is_new = service.hold_back(db.session, now(), current_staff(), entry_id, reason, until)
    flash("The student does not see this entry until then." if is_new else "This entry was held back before.")
    return redirect(url_for("log_delays.ask", entry_id=entry_id), 303)


def _page(entry_id: int, form: DelayForm, problems: dict[str, str]) -> str:
    today = now().astimezone(settings().institution.time_zone).date()
    return render_template(
        "admin/log_delay.html",
        entry_id=entry_id,
        delay=service.delay_of(db.session, entry_id),
        form=form,
        problems=defaultdict(str, problems),
        reasons=[(reason.value, label) for reason, label in REASONS.items()],
        latest=(today + LONGEST).isoformat(),
    )

"""What was done to one session, with the way back. Names of staff, and no student's."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import lectures as forms
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.services import control
from kiosk.admin.services import lecture_history as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("lecture_history", __name__)


@blueprint.get(f"{LECTURE}/history")
@access(Permission.LECTURE_CHANGE)
def show(lecture_id: int) -> str:
    seen = service.see_history(db.session, now(), settings(), current_staff(), lecture_id)
    words = {"modes": dict(forms.MODES), "reasons": control.VOID_REASONS}
    return render_template(
        "admin/lecture_history.html", seen=seen, lecture=seen.lecture, instant=service.instant, **words
    )


@blueprint.post(f"{LECTURE}/undo")
@access(Permission.LECTURE_CHANGE)
def undo(lecture_id: int) -> Response:
    entry_id = row_id(request.form.get("entry", "")) or 0
    is_undone = service.undo(db.session, now(), settings(), current_staff(), lecture_id, entry_id)
    flash(
        "Undone. The history keeps both."
        if is_undone
        else "It has been changed since then, so there is nothing to undo."
    )
    return redirect(url_for("lecture_history.show", lecture_id=lecture_id), 303)

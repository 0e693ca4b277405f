"""Who stands in for one session. Names of staff, and no student's."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.sign_in import SignInForm
from kiosk.admin.services import cover as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("cover", __name__)

Page = str | tuple[str, int] | Response
_NAMED = "They may run this session from now on, until it ends."
_PROBLEMS = {
    # The same for an unknown name and for somebody without the role: who has an account is nobody's business.
    service.Named.NO_LECTURER: "No lecturer signs in with this name. Check it, or ask the module administrator.",
    service.Named.SELF: "This is your own sign-in name, and you run this session already. Type somebody else’s.",
    service.Named.OVER: "This session is over, so nobody can stand in for it.",
}


@blueprint.get(f"{LECTURE}/cover")
@access(Permission.LECTURE_COVER)
def show(lecture_id: int) -> Page:
    return _page(lecture_id, "", "")


@blueprint.post(f"{LECTURE}/cover")
@access(Permission.LECTURE_COVER)
def name(lecture_id: int) -> Page:
    login = SignInForm.read(request.form).login
    outcome = service.name_cover(db.session, now(), settings(), current_staff(), lecture_id, login)
    if outcome is not service.Named.DONE:
        return _page(lecture_id, login, _PROBLEMS[outcome]), 422
    flash(_NAMED)
    return redirect(url_for("cover.show", lecture_id=lecture_id), 303)


@blueprint.post(f"{LECTURE}/cover/withdraw")
@access(Permission.LECTURE_COVER)
def withdraw(lecture_id: int) -> Page:
    cover_id = row_id(request.form.get("staff", ""))
    if cover_id is None:
        raise NotFound
    if service.withdraw_cover(db.session, now(), settings(), current_staff(), lecture_id, cover_id):
        session["withdrawn"] = {"lecture": lecture_id, "staff": cover_id}
    return redirect(url_for("cover.show", lecture_id=lecture_id), 303)


@blueprint.post(f"{LECTURE}/cover/restore")
@access(Permission.LECTURE_COVER)
def restore(lecture_id: int) -> Response:
    cover_id = row_id(request.form.get("staff", ""))
    if cover_id is None:
        raise NotFound
    if service.restore_cover(db.session, now(), settings(), current_staff(), lecture_id, cover_id):
        flash(_NAMED)
    return redirect(url_for("cover.show", lecture_id=lecture_id), 303)


def _page(lecture_id: int, login: str, problem: str) -> str:
    lecture, covers = service.covers_for(db.session, now(), settings(), current_staff(), lecture_id)
    withdrawn = session.pop("withdrawn", {})
    return render_template(
        "admin/cover.html",
        lecture=lecture,
        covers=covers,
        login=login,
        problem=problem,
        is_over=now() >= lecture.ends_at,
        withdrawn=withdrawn.get("staff") if withdrawn.get("lecture") == lecture_id else None,
    )

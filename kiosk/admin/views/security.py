"""Somebody's own sign-in on one page: devices, second factors, where they are signed in; and the password. No student."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask import request as asked
from flask_login import logout_user
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.access import current_staff
from kiosk.admin.forms.security import WRONG_OLD
from kiosk.admin.forms.sign_in import TOO_MANY, NewPassword
from kiosk.admin.permissions import NotHere
from kiosk.admin.services import passkeys
from kiosk.admin.services import security as service
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("security", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/security")
@access(SIGNED_IN)
def show() -> Page:
    overview = service.overview(db.session, now(), current_staff(), gate.keys())
    may_add = current_staff().is_proven or (current_staff().is_enrolled and not overview.has_second)
    passkeys_work = passkeys.party_for(settings(), asked.host_url) is not None
    return render_template(
        "admin/security.html", overview=overview, may_add=may_add, passkeys_work=passkeys_work, host=asked.host
    )


@blueprint.post("/security/sign-ins/end")
@access(SIGNED_IN)
def end_sign_in() -> Page:
    service.end_sign_in(db.session, now(), current_staff(), asked.form.get("ref", ""))
    flash("That sign-in is ended.")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/security/sign-out-everywhere")
@access(SIGNED_IN)
def end_everywhere() -> Page:
    service.end_everywhere(db.session, now(), current_staff())
    logout_user()
    session.clear()
    flash("You are signed out everywhere.")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/security/password")
@access(SIGNED_IN)
def ask_password() -> Page:
    if not current_staff().is_proven:
        raise NotHere
    return _password_page({})


@blueprint.post("/security/password")
@access(SIGNED_IN)
def change_password() -> Page:
    form = NewPassword.read(asked.form)
    if not current_staff().is_proven:
        raise NotHere
    if form.problems():
        return _password_page(form.problems()), 422
    old = asked.form.get("old", "")
    outcome = service.change_password(db.session, now(), settings(), current_staff(), gate.keys(), old, form.password)
    match outcome:
        case service.WrongPassword():
            return _password_page({"old": WRONG_OLD}), 422
        case service.TooMany():
            return _password_page({"old": TOO_MANY}), 429
    flash("Your password is changed. Whoever was signed in elsewhere is signed out.")
    return redirect(url_for("security.show"), 303)


def _password_page(problems: dict[str, str]) -> str:
    return render_template("admin/password.html", problems=defaultdict(str, problems))

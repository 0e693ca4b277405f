"""Signing in and out, and the first password. The only pages of this wing that are open to anyone."""

from collections import defaultdict

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask import request as asked
from flask_login import current_user, logout_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.forms.sign_in import NOT_ENTERED, TOO_MANY, FirstPasswordForm, SignInForm
from kiosk.admin.services import sign_in as service
from kiosk.store.database import db
from kiosk.web.access import ANYONE, SIGNED_IN, access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("sign_in", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/sign-in")
@access(ANYONE)
def show() -> Page:
    return _page("", "")


@blueprint.post("/sign-in")
@access(ANYONE)
def enter() -> Page:
    form = SignInForm.read(asked.form)
    zone = settings().institution.time_zone
    outcome = service.sign_in(db.session, now(), form.login, form.password, key=settings().secret_key, zone=zone)
    match outcome:
        case service.Entered(secret, staff):
            gate.enter(secret, staff)
            return redirect(url_for("landing.show"), 303)
        case service.TooMany():
            return _page(form.login, TOO_MANY), 429
    return _page(form.login, NOT_ENTERED), 401


@blueprint.post("/sign-out")
@access(SIGNED_IN)
def sign_out() -> Page:
    service.sign_out(db.session, now(), current_user.get_id())
    logout_user()
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/first-password/<secret>")
@access(ANYONE)
def first_password(secret: str) -> Page:
    if not service.is_link_good(db.session, now(), secret):
        raise NotFound
    return render_template("admin/first_password.html", problems=defaultdict(str))


@blueprint.post("/first-password/<secret>")
@access(ANYONE)
def set_first_password(secret: str) -> Page:
    form = FirstPasswordForm.read(asked.form)
    problems = form.problems()
    if problems:
        return render_template("admin/first_password.html", problems=defaultdict(str, problems)), 422
    if not service.set_first_password(db.session, now(), secret, form.password):
        raise NotFound
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("sign_in.show"), 303)


def _page(login: str, problem: str) -> str:
    return render_template("admin/sign_in.html", login=login, problem=problem)

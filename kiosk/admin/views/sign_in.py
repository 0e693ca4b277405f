"""Signing in and out, and the link somebody starts with. With enrolling, the only pages of this wing that are open to anyone."""

import secrets
from collections import defaultdict

from flask import Blueprint, flash, jsonify, redirect, render_template, session, url_for
from flask import request as asked
from flask_login import logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.forms.security import NO_PASSKEY, NameForm
from kiosk.admin.forms.sign_in import NOT_ENTERED, TOO_MANY, NewPassword, SignInForm
from kiosk.admin.services import entry, passkeys, second_factors
from kiosk.admin.services import sign_in as service
from kiosk.admin.services.entry import Entered
from kiosk.admin.views.landing import go_on
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
    outcome = service.sign_in(db.session, now(), settings(), gate.keys(), form.login, form.password)
    match outcome:
        case Entered():
            return _enter(outcome)
        case service.TooMany():
            return _page(form.login, TOO_MANY), 429
    return _page(form.login, NOT_ENTERED), 401


@blueprint.post("/sign-in/passkey")
@access(ANYONE)
def enter_by_passkey() -> Page:
    party = passkeys.party_for(settings(), asked.host_url)
    if party is None:
        raise NotFound
    answer = passkeys.Answer(asked.form.get("ticket", ""), asked.form.get("answer", ""))
    outcome = passkeys.enter(db.session, now(), settings(), party, gate.keys(), answer)
    if isinstance(outcome, Entered):
        return _enter(outcome)
    return _page("", "", NO_PASSKEY), 401


def _enter(entered: Entered) -> Response:
    gate.enter(entered)
    if entered.staff.is_proven:
        return gate.remember_devices(go_on())
    # A screen waits for the code that was scanned, and a hall for the screen: names can wait.
    if not entered.staff.is_enrolled or "scanned" in session:
        return go_on()
    has_second = second_factors.kinds_of(db.session, entered.staff)
    return redirect(url_for("second_factor.ask" if has_second else "factors.offer_app"), 303)


@blueprint.get("/idle")
@access(SIGNED_IN)
def left() -> Page:
    """How long this sign-in goes on; asking does not make it longer."""
    return _left()


@blueprint.post("/stay")
@access(SIGNED_IN)
def stay() -> Page:
    """Somebody is there: like any other request, this one makes the sign-in go on."""
    return _left()


def _left() -> Response:
    found = entry.left(db.session, now(), gate.keys())
    # The CSRF value comes along: signing in anew in another tab gave this browser a new one.
    return jsonify(seconds=found.seconds, can_stay=found.can_stay, csrf_token=generate_csrf())


@blueprint.post("/sign-out")
@access(SIGNED_IN)
def sign_out() -> Page:
    entry.sign_out(db.session, now(), gate.keys())
    logout_user()
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.get("/first-password/<secret>")
@access(ANYONE)
def first_password(secret: str) -> Page:
    if not service.is_link_good(db.session, now(), secret):
        return _link_gone()
    return _start_page("My computer", {})


@blueprint.post("/first-password/<secret>")
@access(ANYONE)
def start(secret: str) -> Page:
    password, device = NewPassword.read(asked.form), NameForm.read(asked.form)
    problems = {**password.problems(), **device.problems()}
    if problems:
        return _start_page(device.name, problems), 422
    given = service.Start(secret, password.password, device.name, secrets.token_urlsafe(32))
    entered = service.start(db.session, now(), settings(), given)
    if entered is None:
        return _link_gone()
    gate.enter(entered)
    flash(f"Your password is set, and this device is enrolled as {device.name}.")
    return gate.remember_devices(redirect(url_for("factors.offer_app"), 303), given.device)


def _link_gone() -> Page:
    return render_template("admin/link_gone.html"), 404


def _start_page(name: str, problems: dict[str, str]) -> str:
    return render_template("admin/first_password.html", name=name, problems=defaultdict(str, problems))


def _page(login: str, problem: str, passkey_problem: str = "") -> str:
    party = passkeys.party_for(settings(), asked.host_url)
    offer = passkeys.offer_entry(db.session, now(), settings(), party) if party else None
    return render_template(
        "admin/sign_in.html", login=login, problem=problem, offer=offer, passkey_problem=passkey_problem
    )

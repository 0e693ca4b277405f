"""Adding second factors to one's own sign-in: an app, passkeys, recovery codes. What is secret here is shown once."""

from collections import defaultdict
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import request as asked
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.access import current_staff
from kiosk.admin.forms import security as forms
from kiosk.admin.services import passkeys
from kiosk.admin.services import second_factors as service
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now, settings
from kiosk.web.symbols import symbol

blueprint = Blueprint("factors", __name__, url_prefix="/security")

Page = str | tuple[str, int] | Response


@blueprint.get("/app")
@access(SIGNED_IN)
def offer_app() -> Page:
    return _app_page(service.offer_app(db.session, settings(), current_staff()))


@blueprint.post("/app")
@access(SIGNED_IN)
def add_app() -> Page:
    sealed, typed = asked.form.get("sealed", ""), asked.form.get("code", "")
    outcome = service.add_app(db.session, now(), settings(), current_staff(), gate.keys(), sealed, typed)
    if isinstance(outcome, service.Proven):
        return _added(outcome, "Your authenticator app is set up.")
    again = service.offer_again(db.session, settings(), current_staff(), sealed)
    if isinstance(outcome, service.TooMany):
        return _app_page(again, forms.TOO_MANY_CODES), 429
    return _app_page(again, forms.WRONG_SETUP), 422


@blueprint.get("/passkeys/new")
@access(SIGNED_IN)
def offer_passkey() -> Page:
    return _passkey_page("My passkey", {})


@blueprint.post("/passkeys/new")
@access(SIGNED_IN)
def add_passkey() -> Page:
    party = passkeys.party_for(settings(), asked.host_url)
    if party is None:
        raise NotFound
    form = forms.NameForm.read(asked.form)
    if form.problems():
        return _passkey_page(form.name, form.problems()), 422
    answer = passkeys.Answer(asked.form.get("ticket", ""), asked.form.get("answer", ""))
    outcome = passkeys.add(db.session, now(), settings(), party, current_staff(), gate.keys(), answer, form.name)
    if isinstance(outcome, service.Proven):
        return _added(outcome, "The passkey is added.")
    return _passkey_page(form.name, {"passkey": forms.NOT_ADDED}), 422


@blueprint.post("/passkeys/<int(max=2147483647):passkey_id>/remove")
@access(SIGNED_IN)
def remove_passkey(passkey_id: int) -> Page:
    if passkeys.remove(db.session, now(), current_staff(), passkey_id):
        flash("The passkey is removed. Remove it from the device too, or the device goes on offering it.")
    else:
        flash("This is your only second factor. Set up an app or another passkey first, then remove this one.")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/recovery-codes")
@access(SIGNED_IN)
def draw_codes() -> Page:
    codes = service.new_codes(db.session, now(), settings(), current_staff())
    return _codes_page(codes, "Your old recovery codes are worthless now.")


def _added(proven: service.Proven, done: str) -> Page:
    """Answered at once where there are codes to show: they must not wait in a cookie."""
    gate.enter(proven.entered)
    if proven.codes:
        return gate.remember_devices(Response(_codes_page(proven.codes, done), mimetype="text/html"))
    flash(done)
    return gate.remember_devices(redirect(url_for("security.show"), 303))


def _codes_page(codes: tuple[str, ...], done: str) -> str:
    name = settings().institution.name
    lines = [f"Kiosk, {name}: recovery codes of {current_staff().name}", "Each works once.", "", *codes, ""]
    file = "data:text/plain;charset=utf-8," + quote("\r\n".join(lines))
    return render_template("admin/recovery_codes.html", codes=codes, done=done, file=file)


def _app_page(app: service.NewApp, problem: str = "") -> str:
    return render_template("admin/app.html", app=app, symbol=symbol(app.address), problem=problem)


def _passkey_page(name: str, problems: dict[str, str]) -> str:
    party = passkeys.party_for(settings(), asked.host_url)
    offer = passkeys.offer_new(db.session, now(), settings(), party, current_staff()) if party else None
    return render_template("admin/passkey.html", offer=offer, name=name, problems=defaultdict(str, problems))

"""Enrolling devices: an enrolled one gives a link, the new one opens it. No page here shows a student."""

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import request as asked
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.access import current_staff
from kiosk.admin.forms.security import NameForm
from kiosk.admin.permissions import NotHere
from kiosk.admin.services import devices as service
from kiosk.store.database import db
from kiosk.web.access import ANYONE, SIGNED_IN, access
from kiosk.web.surroundings import now, settings
from kiosk.web.symbols import symbol

blueprint = Blueprint("devices", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/security/devices/new")
@access(SIGNED_IN)
def offer_link() -> Page:
    if not current_staff().is_proven:
        raise NotHere
    return render_template("admin/device_new.html")


@blueprint.post("/security/devices/new")
@access(SIGNED_IN)
def make_link() -> Page:
    secret = service.make_link(db.session, now(), current_staff())
    # Answered at once, without the usual redirect: the address must not wait in a cookie or a log.
    address = f"{settings().addresses.admin}/enrol/{secret}"
    ends_at = now() + service.LINK_LASTS
    return render_template("admin/device_link.html", address=address, symbol=symbol(address), ends_at=ends_at)


@blueprint.post("/security/devices/<int(max=2147483647):device_id>/revoke")
@access(SIGNED_IN)
def revoke(device_id: int) -> Page:
    service.revoke(db.session, now(), current_staff(), gate.keys(), device_id)
    flash("The device is revoked. It shows no names any more.")
    return redirect(url_for("security.show"), 303)


@blueprint.get("/enrol/<secret>")
@access(ANYONE)
def ask(secret: str) -> Page:
    if not service.is_link_good(db.session, now(), secret):
        return _link_gone()
    return render_template("admin/enrol.html", name="My phone", problem="")


@blueprint.post("/enrol/<secret>")
@access(ANYONE)
def enrol(secret: str) -> Page:
    form = NameForm.read(asked.form)
    if form.problems():
        return render_template("admin/enrol.html", name=form.name, problem=form.problems()["name"]), 422
    device = secrets.token_urlsafe(32)
    if not service.enrol(db.session, now(), secret, form.name, device):
        return _link_gone()
    flash(f"This device is enrolled as {form.name}. Sign in to use it.")
    return gate.remember_devices(redirect(url_for("sign_in.show"), 303), device)


def _link_gone() -> Page:
    return render_template("admin/link_gone.html"), 404

"""Giving a second factor: a code of the app, a passkey, or a recovery code. Nobody's data but whoever asks."""

from collections import defaultdict

from flask import Blueprint, redirect, render_template, url_for
from flask import request as asked
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin import access as gate
from kiosk.admin.access import current_staff
from kiosk.admin.forms import security as forms
from kiosk.admin.permissions import NotHere
from kiosk.admin.services import passkeys
from kiosk.admin.services import second_factors as service
from kiosk.admin.services.entry import Entered
from kiosk.admin.views.landing import go_on
from kiosk.store.database import db
from kiosk.web.access import SIGNED_IN, access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("second_factor", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/second-factor")
@access(SIGNED_IN)
def ask() -> Page:
    if current_staff().is_proven:
        return redirect(url_for("landing.show"), 303)
    if not current_staff().is_enrolled:
        raise NotHere
    if not service.kinds_of(db.session, current_staff()):
        return redirect(url_for("factors.offer_app"), 303)
    return _page()


@blueprint.post("/second-factor")
@access(SIGNED_IN)
def give_code() -> Page:
    typed = asked.form.get("code", "")
    outcome = service.give_code(db.session, now(), settings(), current_staff(), gate.keys(), typed)
    match outcome:
        case service.Proven(entered):
            return _enter(entered)
        case service.TooMany():
            return _page(code=forms.TOO_MANY_CODES), 429
        case service.Wrong(was_used):
            if "recovery" in asked.form:
                return _page(recovery=forms.WRONG_RECOVERY), 401
    return _page(code=forms.USED_CODE if was_used else forms.WRONG_CODE), 401


@blueprint.post("/second-factor/passkey")
@access(SIGNED_IN)
def give_passkey() -> Page:
    party = passkeys.party_for(settings(), asked.host_url)
    if party is None:
        raise NotFound
    if not current_staff().is_enrolled:
        raise NotHere
    answer = passkeys.Answer(asked.form.get("ticket", ""), asked.form.get("answer", ""))
    outcome = passkeys.enter(db.session, now(), settings(), party, gate.keys(), answer, current_staff())
    if isinstance(outcome, Entered):
        return _enter(outcome)
    return _page(passkey=forms.NO_PASSKEY), 401


def _enter(entered: Entered) -> Response:
    gate.enter(entered)
    return gate.remember_devices(go_on())


def _page(**problems: str) -> str:
    kinds = service.kinds_of(db.session, current_staff())
    party = passkeys.party_for(settings(), asked.host_url)
    offer = (
        passkeys.offer_entry(db.session, now(), settings(), party, current_staff()) if party and kinds.passkey else None
    )
    return render_template("admin/second_factor.html", kinds=kinds, offer=offer, problems=defaultdict(str, problems))

"""The start page: today's sessions and the way to everything else. Nobody's data but the name of whoever is signed in."""

from flask import Blueprint, render_template

from kiosk.web.access import SIGNED_IN, access

blueprint = Blueprint("landing", __name__)


@blueprint.get("/")
@access(SIGNED_IN)
def show() -> str:
    return render_template("admin/landing.html")

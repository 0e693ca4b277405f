"""A page for administrators of accounts: a new one-time link for a colleague who lost everything. No student."""

from flask import Blueprint, render_template
from flask import request as asked

from kiosk.admin.access import current_staff
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import new_links as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("new_links", __name__)

NOBODY = "No account has this sign-in name. Type it as they do when they sign in."
ONESELF = "Nobody gives a link to themselves. Ask another administrator."
ON_THE_SERVER = (
    "They hold a role that takes two people, or it is proposed for them. Their link is made on the server: "
    "ask whoever runs it for “kiosk staff link” and their sign-in name."
)


@blueprint.get("/sign-in-links")
@access(Permission.ACCOUNT_PROPOSE)
def ask() -> str:
    return _page("", "")


@blueprint.post("/sign-in-links")
@access(Permission.ACCOUNT_PROPOSE)
def give() -> str | tuple[str, int]:
    login = one_line(asked.form.get("login"))[:120]
    outcome = service.give(db.session, now(), settings().institution.time_zone, current_staff(), login)
    match outcome:
        case service.NobodyThere():
            return _page(login, NOBODY), 422
        case service.OneSelf():
            return _page(login, ONESELF), 422
        case service.OnTheServer():
            return _page(login, ON_THE_SERVER), 422
    # Answered at once, without the usual redirect: the address must not wait in a cookie or a log.
    address = f"{settings().addresses.admin}/first-password/{outcome.secret}"
    return render_template("admin/new_link_given.html", given=outcome, address=address)


def _page(login: str, problem: str) -> str:
    return render_template("admin/new_link.html", login=login, problem=problem)

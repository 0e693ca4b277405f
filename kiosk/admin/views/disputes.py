"""Pages of disputes: in numbers, and with names after a deliberate step. The services decide who may decide."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import disputes as forms
from kiosk.admin.permissions import NotFound
from kiosk.admin.services import disputes as service
from kiosk.admin.views.register import WORDS, proved
from kiosk.domain.corrections import said_of
from kiosk.domain.disputes import Ground, Says
from kiosk.domain.permissions import Permission, Role
from kiosk.domain.statuses import Status
from kiosk.store.database import db
from kiosk.store.doors.admin.disputes import Setter
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("disputes", __name__, url_prefix="/disputes")

ONE = "/<int(max=2147483647):dispute_id>"
_CHANGED = "Somebody else has just decided it, or the entry was changed. This is how it is now."
_OWN = "You set this entry yourself. Another engagement officer of the department decides: ask a colleague."
_CHOOSE = "Choose why it stays: the student reads it. Nothing was decided."
_SAYS = {
    Says.WAS_THERE: "“I was there”",
    Says.WAS_IN_TIME: "“I was in time”",
    Says.WAS_ONLINE: "“I was there online”",
    Says.NOT_ME: "“That was not me”",
}


@blueprint.get("")
@access(Permission.DISPUTE_DECIDE)
def show() -> str:
    return render_template(
        "admin/disputes.html", numbers=service.numbers(db.session, now(), settings(), current_staff())
    )


@blueprint.post("/names")
@access(Permission.DISPUTE_DECIDE)
def names() -> str:
    return _names("")


@blueprint.post(f"{ONE}/change")
@access(Permission.DISPUTE_DECIDE)
def change(dispute_id: int) -> str | tuple[str, int]:
    wish = forms.wish(request.form)
    if wish is None:
        raise NotFound
    try:
        service.change(db.session, now(), settings(), current_staff(), dispute_id, wish)
    except (service.Overtaken, service.OwnEntry) as refused:
        return _names(_why_not(refused)), 409
    return _names(f"Changed: {WORDS[wish.status.value].lower()}. The student sees it, and why.")


@blueprint.post(f"{ONE}/keep")
@access(Permission.DISPUTE_DECIDE)
def keep(dispute_id: int) -> str | tuple[str, int]:
    if not request.form.get("ground"):
        return _names(_CHOOSE), 422
    ground = forms.ground(request.form)
    if ground is None:
        raise NotFound
    try:
        service.keep(db.session, now(), settings(), current_staff(), dispute_id, ground)
    except (service.Overtaken, service.OwnEntry) as refused:
        return _names(_why_not(refused)), 409
    return _names("Kept as it was. The student sees it, and why.")


@blueprint.post(f"{ONE}/undo")
@access(Permission.DISPUTE_DECIDE)
def undo(dispute_id: int) -> Response:
    done = service.undo(db.session, now(), settings(), current_staff(), dispute_id)
    flash("Taken back. It waits again, and the entry is what it was." if done else _CHANGED)
    return redirect(url_for("disputes.show"), 303)


def _why_not(refused: Exception) -> str:
    return _OWN if isinstance(refused, service.OwnEntry) else _CHANGED


def _names(said: str) -> str:
    found = service.names(db.session, now(), settings(), current_staff())
    return render_template(
        "admin/disputes_names.html",
        found=found,
        said=said,
        words=WORDS,
        says=_SAYS,
        proved=proved,
        words_of=_words_of,
        by=_by,
        reasons=said_of(),
        grounds=[(it.value, it.label) for it in Ground],
    )


def _words_of(statuses: Iterable[Status]) -> list[tuple[str, str]]:
    """Pairs of value and label, for a list to choose from."""
    return [(it.value, WORDS[it.value]) for it in statuses]


def _by(setter: Setter | None) -> str:
    """Who set an entry, by role; nobody did where nothing was recorded."""
    if setter is None:
        return "Nobody set it"
    if setter.role == "student":
        return "Set by the student’s check-in"
    return f"Set by {Role(setter.role).label}" if setter.role in set(Role) else "Set by an import"

"""Pages of staff accounts and their roles: proposed by one person, approved by another. Names of staff, and no student's."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import any_of, current_staff
from kiosk.admin.forms import grants as forms
from kiosk.admin.forms.words import one_line
from kiosk.admin.services import grants as service
from kiosk.domain.permissions import Permission, Role, ScopeKind
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("grants", __name__)

Page = str | tuple[str, int] | Response

SHOWN_ROWS = 200
SCOPES = {
    ScopeKind.OWN: "their own sessions, modules or tutees",
    ScopeKind.DEPARTMENT: "one department",
    ScopeKind.ALL: "the whole university",
}
EITHER = any_of(Permission.ACCOUNT_PROPOSE, Permission.GRANT_APPROVE)
_ID = "<int(max=2147483647):{}>".format


@blueprint.get("/accounts")
@access(EITHER)
def list_all() -> str:
    return _listed("")


@blueprint.post("/accounts/search")
@access(EITHER)
def search() -> str:
    # A form, because names are not for addresses.
    return _listed(one_line(request.form.get("search"))[:100])


def _listed(search: str) -> str:
    found = service.list_people(db.session, now(), _zone(), search, SHOWN_ROWS + 1)
    return render_template("admin/accounts.html", found=found, search=search, most=SHOWN_ROWS)


@blueprint.get("/accounts/new")
@access(Permission.ACCOUNT_PROPOSE)
def start() -> str:
    return render_template("admin/account_new.html", form=forms.empty_account())


@blueprint.post("/accounts/new")
@access(Permission.ACCOUNT_PROPOSE)
def create() -> Page:
    reading = forms.read_account(request.form)
    if not reading.problems:
        outcome = service.add_account(db.session, now(), current_staff(), **reading.typed)
        if isinstance(outcome, service.Done):
            flash("The account is added. It sees nobody until a role is approved.")
            return redirect(url_for("grants.show", staff_id=outcome.id), 303)
        reading = reading.with_problem("login", "An account has this sign-in name already.")
    return render_template("admin/account_new.html", form=reading), 422


@blueprint.get(f"/accounts/{_ID('staff_id')}")
@access(EITHER)
def show(staff_id: int) -> str:
    return _account(staff_id, forms.empty_role(_today()))


@blueprint.post(f"/accounts/{_ID('staff_id')}/propose")
@access(Permission.ACCOUNT_PROPOSE)
def propose(staff_id: int) -> Page:
    reading = forms.read_role(request.form, _today())
    if reading.grant is None or reading.until_on is None:
        return _account(staff_id, reading), 422
    outcome = service.propose(db.session, now(), _zone(), current_staff(), staff_id, reading.grant, reading.until_on)
    if isinstance(outcome, service.Done):
        flash("The role is proposed. It reaches nobody until a data owner approves it.")
        return redirect(url_for("grants.show", staff_id=staff_id), 303)
    return _account(staff_id, forms.RoleReading(reading.typed, {"role": _why_not(outcome)})), 409


@blueprint.post(f"/grants/{_ID('grant_id')}/end")
@access(EITHER)
def end(grant_id: int) -> Page:
    outcome = service.end(db.session, now(), _zone(), current_staff(), grant_id)
    if isinstance(outcome, service.LastOne):
        return _account(outcome.staff_id, forms.empty_role(_today()), _why_not(outcome)), 409
    flash("The role has ended. To give it again, propose it.")
    return redirect(url_for("grants.show", staff_id=outcome.id), 303)


@blueprint.get("/proposals")
@access(Permission.GRANT_APPROVE)
def list_waiting() -> str:
    return _waiting("")


@blueprint.post(f"/proposals/{_ID('proposal_id')}/approve")
@access(Permission.GRANT_APPROVE)
def approve(proposal_id: int) -> Page:
    outcome = service.approve(db.session, now(), _zone(), current_staff(), proposal_id)
    if not isinstance(outcome, service.Done):
        return _waiting(_why_not(outcome)), 409
    flash("The role is approved. They hold it from now on.")
    return redirect(url_for("grants.list_waiting"), 303)


@blueprint.post(f"/proposals/{_ID('proposal_id')}/refuse")
@access(Permission.GRANT_APPROVE)
def refuse(proposal_id: int) -> Page:
    outcome = service.refuse(db.session, now(), current_staff(), proposal_id)
    if not isinstance(outcome, service.Done):
        return _waiting(_why_not(outcome)), 409
    flash("The role is refused. They don’t get it.")
    return redirect(url_for("grants.list_waiting"), 303)


@blueprint.post(f"/proposals/{_ID('proposal_id')}/withdraw")
@access(Permission.ACCOUNT_PROPOSE)
def withdraw(proposal_id: int) -> Page:
    outcome = service.withdraw(db.session, now(), current_staff(), proposal_id)
    if not isinstance(outcome, service.Done):
        flash("A data owner has decided this meanwhile.")
        return redirect(url_for("grants.list_all"), 303)
    flash("The proposal is taken back. It reaches nobody.")
    return redirect(url_for("grants.show", staff_id=outcome.id), 303)


def _account(staff_id: int, form: forms.RoleReading, problem: str = "") -> str:
    seen = service.see_person(db.session, now(), _zone(), staff_id)
    may_propose = current_staff().may(Permission.ACCOUNT_PROPOSE) and staff_id != current_staff().id
    return render_template(
        "admin/account.html",
        seen=seen,
        form=form,
        problem=problem,
        roles=Role,
        scopes=SCOPES,
        may_propose=may_propose,
    )


def _waiting(problem: str) -> str:
    return render_template(
        "admin/proposals.html", proposals=service.waiting(db.session), problem=problem, scopes=SCOPES
    )


def _why_not(outcome: object) -> str:
    match outcome:
        case service.ForOneself():
            return "Nobody gives a role to themselves. Somebody else has to."
        case service.SamePerson():
            return "You proposed this role, so another data owner has to decide."
        case service.Over():
            return "Its last day is over, so nobody would hold it. Refuse it; it can be proposed anew."
        case service.Held():
            return "They hold this role already, or it waits for approval."
        case service.Clashing(others):
            names = ", ".join(sorted(role.label for role in others))
            return f"Nobody may hold this role together with: {names}. End that one first."
        case service.LastOne(_, role):
            return f"Nobody else is {role.label}, and somebody has to be. Give the role to a colleague first, then end this one."
    return "Somebody else has decided this meanwhile."


def _zone() -> ZoneInfo:
    zone: ZoneInfo = settings().institution.time_zone
    return zone


def _today() -> date:
    return settings().institution.day_of(now())

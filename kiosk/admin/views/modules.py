"""Pages of modules: list, make, change, archive. Asks the service; knows no table."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import modules as forms
from kiosk.admin.forms.words import one_line, whole_number
from kiosk.admin.services import modules as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("modules", __name__, url_prefix="/modules")

SHOWN_ROWS = 300
_ID = "<int(max=2147483647):module_id>"


@blueprint.get("")
@access(Permission.MODULE_READ)
def list_all() -> str:
    archived = request.args.get("archived") == "1"
    search = one_line(request.args.get("search"))[:100]
    undo = whole_number(request.args.get("undo"))
    just_archived = service.find_module(db.session, current_staff(), undo) if undo else None
    return render_template(
        "admin/modules.html",
        listed=service.list_modules(db.session, current_staff(), search, archived=archived),
        archived=archived,
        search=search,
        just_archived=just_archived if just_archived and just_archived.archived_at else None,
        may_change=current_staff().may(Permission.MODULE_CHANGE),
        most=SHOWN_ROWS,
    )


@blueprint.get("/new")
@access(Permission.MODULE_CHANGE)
def start() -> str:
    return _form(forms.empty(_departments()))


@blueprint.post("/new")
@access(Permission.MODULE_CHANGE)
def create() -> Response | str | tuple[str, int]:
    reading = forms.read(request.form, settings().windows)
    if reading.values is None:
        return _form(reading), 422
    outcome = service.create(db.session, now(), current_staff(), reading.values)
    if isinstance(outcome, service.Saved):
        flash(f"{reading.values.code} is made.")
        return redirect(url_for("modules.show", module_id=outcome.module_id), 303)
    return _form(_told(reading, outcome)), 422


@blueprint.get(f"/{_ID}")
@access(Permission.MODULE_READ)
def show(module_id: int) -> str:
    seen = service.see_module(db.session, now(), current_staff(), module_id) or abort(404)
    may_change = current_staff().may(Permission.MODULE_CHANGE)
    return render_template("admin/module.html", seen=seen, windows=settings().windows, may_change=may_change)


@blueprint.get(f"/{_ID}/edit")
@access(Permission.MODULE_CHANGE)
def edit(module_id: int) -> Response | str:
    module = service.find_module(db.session, current_staff(), module_id) or abort(404)
    if module.archived_at:
        return redirect(url_for("modules.show", module_id=module_id), 303)
    return _form(forms.filled_with(module.values), module_id=module_id, version=module.version)


@blueprint.post(f"/{_ID}/edit")
@access(Permission.MODULE_CHANGE)
def change(module_id: int) -> Response | tuple[str, int]:
    version = whole_number(request.form.get("version")) or 0
    reading = forms.read(request.form, settings().windows)
    if reading.values is None:
        service.find_module(db.session, current_staff(), module_id) or abort(404)
        return _form(reading, module_id=module_id, version=version), 422
    outcome = service.change(
        db.session, now(), settings(), current_staff(), module_id, version, reading.values
    ) or abort(404)
    if isinstance(outcome, service.Saved):
        flash("Saved.")
        return redirect(url_for("modules.show", module_id=module_id), 303)
    if isinstance(outcome, service.Clash):
        version = outcome.module.version
        return _form(reading, module_id=module_id, version=version, clash=outcome), 409
    return _form(_told(reading, outcome), module_id=module_id, version=version), 422


@blueprint.post(f"/{_ID}/archive")
@access(Permission.MODULE_CHANGE)
def archive(module_id: int) -> Response:
    service.archive(db.session, now(), current_staff(), module_id) or abort(404)
    return redirect(url_for("modules.list_all", undo=module_id), 303)


@blueprint.post(f"/{_ID}/restore")
@access(Permission.MODULE_CHANGE)
def restore(module_id: int) -> Response:
    module = service.restore(db.session, now(), current_staff(), module_id) or abort(404)
    flash(f"{module.values.code} is in use again.")
    return redirect(url_for("modules.show", module_id=module_id), 303)


def _form(reading: forms.Reading, *, module_id: int = 0, version: int = 0, clash: service.Clash | None = None) -> str:
    departments = _departments()
    return render_template(
        "admin/module_form.html",
        reading=reading,
        theirs=forms.filled_with(clash.module.values).typed if clash else {},
        clash=clash,
        module_id=module_id,
        version=version,
        departments=departments,
        department_choices=[("", "Choose"), *((name, name) for name in departments)],
        windows=settings().windows,
    )


def _told(reading: forms.Reading, outcome: service.CodeTaken | service.NotYourDepartment) -> forms.Reading:
    if isinstance(outcome, service.CodeTaken):
        return reading.with_problem(
            "code", "Another module has this code. It may be archived, or another department's."
        )
    return reading.with_problem("department", "Choose one of your own departments.")


def _departments() -> list[str]:
    """The departments somebody may put a module in; none listed: any."""
    scope = current_staff().scope(Permission.MODULE_CHANGE)
    return [] if scope.everywhere else sorted(scope.departments)

"""Pages of modules: list, make, change, archive. Asks the service; knows no table."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import any_of, current_staff
from kiosk.admin.forms import modules as forms
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.words import one_line, whole_number
from kiosk.admin.services import module_history
from kiosk.admin.services import modules as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.doors.admin.modules import Module
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
    just_archived = _find(undo, Permission.MODULE_CHANGE) if undo else None
    return render_template(
        "admin/modules.html",
        listed=service.list_modules(db.session, now(), settings(), current_staff(), search, archived=archived),
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
    seen = module_history.see_module(db.session, now(), settings(), current_staff(), module_id)
    return render_template("admin/module.html", seen=seen, windows=settings().windows, date_of=date.fromisoformat)


@blueprint.post(f"/{_ID}/undo")
@access(any_of(Permission.MODULE_CHANGE, Permission.MODULE_RENAME, Permission.LINK_CHANGE))
def undo(module_id: int) -> Response:
    entry_id = row_id(request.form.get("entry", "")) or 0
    is_undone = module_history.undo(db.session, now(), settings(), current_staff(), module_id, entry_id)
    flash(
        "Undone. The history keeps both."
        if is_undone
        else "It has been changed since then, so there is nothing to undo."
    )
    return redirect(url_for("modules.show", module_id=module_id), 303)


@blueprint.get(f"/{_ID}/title")
@access(Permission.MODULE_RENAME)
def ask_title(module_id: int) -> Response | str:
    module = _find(module_id, Permission.MODULE_RENAME) or abort(404)
    if module.archived_at:
        return redirect(url_for("modules.show", module_id=module_id), 303)
    return render_template("admin/module_title.html", module=module, title=module.values.title, problem="", clash=None)


@blueprint.post(f"/{_ID}/title")
@access(Permission.MODULE_RENAME)
def rename(module_id: int) -> Response | tuple[str, int]:
    module = _find(module_id, Permission.MODULE_RENAME) or abort(404)
    title, version = one_line(request.form.get("title")), whole_number(request.form.get("version")) or 0
    problem, clash = forms.title_problem(title), None
    if not problem:
        outcome = service.rename(db.session, now(), settings(), current_staff(), module_id, version, title) or abort(
            404
        )
        if isinstance(outcome, service.Saved):
            flash("Saved.")
            return redirect(url_for("modules.show", module_id=module_id), 303)
        module, clash = outcome.module, outcome
    page = render_template("admin/module_title.html", module=module, title=title, problem=problem, clash=clash)
    return page, 409 if clash else 422


@blueprint.get(f"/{_ID}/edit")
@access(Permission.MODULE_CHANGE)
def edit(module_id: int) -> Response | str:
    module = _find(module_id, Permission.MODULE_CHANGE) or abort(404)
    if module.archived_at:
        return redirect(url_for("modules.show", module_id=module_id), 303)
    return _form(forms.filled_with(module.values), module_id=module_id, version=module.version)


@blueprint.post(f"/{_ID}/edit")
@access(Permission.MODULE_CHANGE)
def change(module_id: int) -> Response | tuple[str, int]:
    version = whole_number(request.form.get("version")) or 0
    reading = forms.read(request.form, settings().windows)
    if reading.values is None:
        _find(module_id, Permission.MODULE_CHANGE) or abort(404)
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
    service.archive(db.session, now(), settings(), current_staff(), module_id) or abort(404)
    return redirect(url_for("modules.list_all", undo=module_id), 303)


@blueprint.post(f"/{_ID}/restore")
@access(Permission.MODULE_CHANGE)
def restore(module_id: int) -> Response:
    module = service.restore(db.session, now(), settings(), current_staff(), module_id) or abort(404)
    flash(f"{module.values.code} is in use again.")
    return redirect(url_for("modules.show", module_id=module_id), 303)


def _find(module_id: int, permission: Permission) -> Module | None:
    return service.find_module(db.session, now(), settings(), current_staff(), module_id, permission)


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

"""Pages of who teaches or leads a module. Names of staff, and no student's."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import links as forms
from kiosk.admin.services import links as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.doors.admin.links import LinkValues
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings
from kiosk.web.times import full_date

blueprint = Blueprint("links", __name__, url_prefix="/modules/<int(max=2147483647):module_id>/people")

Page = str | tuple[str, int] | Response
_LINK = "/<int(max=2147483647):link_id>"
_OWN = "This is your own sign-in name. Ask a colleague who looks after modules too: nobody does this for themselves."
# The same for an unknown name and for somebody without the role: who has an account is nobody's business.
_NO_LECTURER = "No lecturer signs in with this name. Check it, or ask whoever gives roles."
_TWICE = "They have this group on some of these days already. Change that line instead."


@blueprint.get("")
@access(Permission.LINK_CHANGE)
def show(module_id: int) -> str:
    return _page(module_id, forms.empty())


@blueprint.post("")
@access(Permission.LINK_CHANGE)
def add(module_id: int) -> Page:
    reading = forms.read(request.form)
    login = reading.typed["login"][: forms.LOGIN_LENGTH]
    if reading.values is None:
        return _page(module_id, reading), 422
    outcome = service.add(db.session, now(), settings(), current_staff(), module_id, login, reading.values)
    if not isinstance(outcome, service.Linked):
        words = {service.ForOneself: _OWN, service.Twice: _TWICE, service.NoLecturer: _NO_LECTURER}[type(outcome)]
        return _page(module_id, reading.with_problem("login", words)), 422
    flash(f"{outcome.name} is added.")
    return redirect(url_for("links.show", module_id=module_id), 303)


@blueprint.get(_LINK)
@access(Permission.LINK_CHANGE)
def edit(module_id: int, link_id: int) -> str:
    _, link = service.link_for(db.session, now(), settings(), current_staff(), module_id, link_id)
    return _form(module_id, link_id, forms.filled_with(link.values))


@blueprint.post(_LINK)
@access(Permission.LINK_CHANGE)
def change(module_id: int, link_id: int) -> Page:
    reading, was = forms.read(request.form), forms.read(request.form, "was_").values
    if reading.values is None or was is None:
        return _form(module_id, link_id, reading, was), 422
    outcome = service.change(db.session, now(), settings(), current_staff(), module_id, link_id, was, reading.values)
    if isinstance(outcome, service.Clash):
        return _form(module_id, link_id, reading, is_clash=True), 409
    if not isinstance(outcome, service.Linked):
        words = _OWN if isinstance(outcome, service.ForOneself) else _TWICE
        return _form(module_id, link_id, reading.with_problem("group_name", words), was), 422
    flash("Saved.")
    return redirect(url_for("links.show", module_id=module_id), 303)


@blueprint.post(f"{_LINK}/end")
@access(Permission.LINK_CHANGE)
def end(module_id: int, link_id: int) -> Page:
    outcome = service.end(db.session, now(), settings(), current_staff(), module_id, link_id)
    if isinstance(outcome, service.Clash):
        return _page(module_id, forms.empty(), outcome.link.name), 409
    flash(
        _OWN
        if isinstance(outcome, service.ForOneself)
        else f"{outcome.name}: today is the last day. Undo it in the module's history."
    )
    return redirect(url_for("links.show", module_id=module_id), 303)


def _page(module_id: int, reading: forms.Reading, not_ended: str = "") -> str:
    page = service.page_for(db.session, now(), settings(), current_staff(), module_id)
    today = settings().institution.day_of(now())
    return render_template(
        "admin/module_people.html",
        page=page,
        reading=reading,
        not_ended=not_ended,
        own_id=current_staff().id,
        today=today,
    )


def _form(
    module_id: int, link_id: int, reading: forms.Reading, was: LinkValues | None = None, *, is_clash: bool = False
) -> str:
    module, link = service.link_for(db.session, now(), settings(), current_staff(), module_id, link_id)
    page = service.page_for(db.session, now(), settings(), current_staff(), module_id)
    there = forms.as_typed(link.values)
    return render_template(
        "admin/module_person.html",
        module=module,
        link=link,
        reading=reading,
        was=forms.as_typed(was) if was else there,
        is_clash=is_clash,
        theirs=_in_words(link.values, reading) if is_clash else {},
        groups=page.groups,
    )


def _in_words(values: LinkValues, reading: forms.Reading) -> dict[str, str]:
    """What somebody else saved, where it is not what was typed."""
    words = {
        "group_name": values.group_name or "every group",
        "leads": "leads the module" if values.leads else "does not lead it",
        "from_on": full_date(values.from_on) if values.from_on else "no first day",
        "until_on": full_date(values.until_on) if values.until_on else "no last day",
    }
    typed = reading.typed
    return {name: words[name] for name, saved in forms.as_typed(values).items() if saved != typed[name]}

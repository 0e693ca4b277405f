"""Pages of rooms, their screens and room keys, and of lectern networks. Asks the service; knows no table."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import rooms as forms
from kiosk.admin.forms.words import one_line, whole_number
from kiosk.admin.services import rooms as service
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("rooms", __name__)

SHOWN_ROWS = 300
_ID = "<int(max=2147483647):room_id>"


@blueprint.get("/rooms")
@access(Permission.ROOM_MANAGE)
def list_all() -> str:
    archived = request.args.get("archived") == "1"
    search = one_line(request.args.get("search"))[:100]
    undo = whole_number(request.args.get("undo"))
    just_archived = service.find_room(db.session, undo) if undo else None
    return render_template(
        "admin/rooms.html",
        lines=service.list_rooms(db.session, now(), search, archived=archived),
        other_count=service.count_rooms(db.session, archived=not archived),
        archived=archived,
        search=search,
        just_archived=just_archived if just_archived and just_archived.archived_at else None,
        most=SHOWN_ROWS,
    )


@blueprint.get("/rooms/new")
@access(Permission.ROOM_MANAGE)
def start() -> str:
    return _form(forms.filled_with())


@blueprint.post("/rooms/new")
@access(Permission.ROOM_MANAGE)
def create() -> Response | tuple[str, int]:
    reading = forms.read_room(request.form)
    if reading.problems:
        return _form(reading), 422
    outcome = service.create(db.session, now(), current_staff(), **reading.typed)
    if isinstance(outcome, service.CodeTaken):
        return _form(_taken(reading)), 422
    flash(f"{outcome.room.code} is added.")
    return redirect(url_for("rooms.show", room_id=outcome.room.id), 303)


@blueprint.get(f"/rooms/{_ID}")
@access(Permission.ROOM_MANAGE)
def show(room_id: int) -> str:
    return _page(room_id, forms.Reading({"label": ""}, {}))


@blueprint.get(f"/rooms/{_ID}/edit")
@access(Permission.ROOM_MANAGE)
def edit(room_id: int) -> Response | str:
    room = service.find_room(db.session, room_id) or abort(404)
    if room.archived_at:
        return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _form(forms.filled_with(room.code, room.name), room_id=room_id, was=(room.code, room.name))


@blueprint.post(f"/rooms/{_ID}/edit")
@access(Permission.ROOM_MANAGE)
def change(room_id: int) -> Response | tuple[str, int]:
    was = (request.form.get("was_code", ""), request.form.get("was_name", ""))
    reading = forms.read_room(request.form)
    if reading.problems:
        service.find_room(db.session, room_id) or abort(404)
        return _form(reading, room_id=room_id, was=was), 422
    outcome = service.change(db.session, now(), current_staff(), room_id, was, **reading.typed) or abort(404)
    if isinstance(outcome, service.CodeTaken):
        return _form(_taken(reading), room_id=room_id, was=was), 422
    if isinstance(outcome, service.Clash):
        is_now = (outcome.room.code, outcome.room.name)
        return _form(reading, room_id=room_id, was=is_now, clash=outcome), 409
    flash("Saved.")
    return redirect(url_for("rooms.show", room_id=room_id), 303)


@blueprint.post(f"/rooms/{_ID}/archive")
@access(Permission.ROOM_MANAGE)
def archive(room_id: int) -> Response:
    service.set_archived(db.session, now(), current_staff(), room_id, archived=True) or abort(404)
    return redirect(url_for("rooms.list_all", undo=room_id), 303)


@blueprint.post(f"/rooms/{_ID}/restore")
@access(Permission.ROOM_MANAGE)
def restore(room_id: int) -> Response:
    room = service.set_archived(db.session, now(), current_staff(), room_id, archived=False) or abort(404)
    flash(f"{room.code} is in use again.")
    return redirect(url_for("rooms.show", room_id=room_id), 303)


@blueprint.post(f"/rooms/{_ID}/screens/<int(max=2147483647):screen_id>/stop")
@access(Permission.ROOM_MANAGE)
def stop_screen(room_id: int, screen_id: int) -> Response:
    service.stop_screen(db.session, now(), current_staff(), room_id, screen_id) or abort(404)
    flash("The screen is stopped. It goes dark within three seconds. To use it again, approve it again.")
    return redirect(url_for("rooms.show", room_id=room_id), 303)


@blueprint.post(f"/rooms/{_ID}/keys/new")
@access(Permission.ROOM_MANAGE)
def make_key(room_id: int) -> str | tuple[str, int]:
    reading = forms.read_key(request.form)
    if reading.problems:
        return _page(room_id, reading), 422
    secret = secrets.token_urlsafe(32)
    label = reading.typed["label"]
    service.make_key(db.session, now(), current_staff(), room_id, label, secret) or abort(404)
    # Answered at once, without the usual redirect: the address must not wait in a cookie or a log.
    address = f"{settings().addresses.display}/room/{secret}"
    return render_template(
        "admin/room_key.html", room=service.find_room(db.session, room_id), label=label, address=address
    )


@blueprint.post(f"/rooms/{_ID}/keys/<int(max=2147483647):key_id>/revoke")
@access(Permission.ROOM_MANAGE)
def revoke_key(room_id: int, key_id: int) -> Response:
    service.revoke_key(db.session, now(), current_staff(), room_id, key_id) or abort(404)
    flash("The room key is revoked. Screens it started go dark within three seconds.")
    return redirect(url_for("rooms.show", room_id=room_id), 303)


@blueprint.get("/lectern-networks")
@access(Permission.ROOM_MANAGE)
def list_networks() -> str:
    return _networks(forms.Reading({"cidr": "", "label": ""}, {}), removed=session.pop("removed_network", None))


@blueprint.post("/lectern-networks/new")
@access(Permission.ROOM_MANAGE)
def add_network() -> Response | tuple[str, int]:
    reading = forms.read_network(request.form)
    if reading.problems:
        return _networks(reading), 422
    outcome = service.add_network(db.session, now(), current_staff(), **reading.typed)
    if isinstance(outcome, service.Covered):
        same = outcome.by.cidr == reading.typed["cidr"]
        words = (
            "This network is listed already." if same else f"{outcome.by.cidr} is listed already, and takes this in."
        )
        return _networks(reading.with_problem("cidr", words)), 422
    flash(f"{reading.typed['cidr']} is listed.")
    return redirect(url_for("rooms.list_networks"), 303)


@blueprint.post("/lectern-networks/<int(max=2147483647):network_id>/remove")
@access(Permission.ROOM_MANAGE)
def remove_network(network_id: int) -> Response:
    removed = service.remove_network(db.session, now(), current_staff(), network_id) or abort(404)
    session["removed_network"] = {"cidr": removed.cidr, "label": removed.label}
    return redirect(url_for("rooms.list_networks"), 303)


def _page(room_id: int, key_reading: forms.Reading) -> str:
    seen = service.see_room(db.session, now(), room_id) or abort(404)
    return render_template("admin/room.html", seen=seen, key_reading=key_reading)


def _form(
    reading: forms.Reading,
    *,
    room_id: int = 0,
    was: tuple[str, str] = ("", ""),
    clash: service.Clash | None = None,
) -> str:
    return render_template("admin/room_form.html", reading=reading, room_id=room_id, was=was, clash=clash)


def _networks(reading: forms.Reading, *, removed: dict[str, str] | None = None) -> str:
    networks = service.networks(db.session)
    return render_template("admin/lectern_networks.html", networks=networks, reading=reading, removed=removed)


def _taken(reading: forms.Reading) -> forms.Reading:
    return reading.with_problem("code", "Another room has this code. It may be archived.")

"""Pages of imports: send files, look at what they would change, apply or drop. Asks the service; knows no table."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import imports as forms
from kiosk.admin.services import imports as service
from kiosk.domain.permissions import Permission
from kiosk.imports.apply import Making
from kiosk.imports.files import FILES
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.sizes import widen
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
# The parser's own buffer counts as form memory, files or not, and takes 64 kB at a time.
widen(blueprint, "send", body_bytes=forms.MAX_BYTES, memory_bytes=2**20)

ANOTHER = "Another import is running just now. Wait until it is done, then try once more."
_ID = "<int(max=2147483647):batch_id>"


@blueprint.get("")
@access(Permission.IMPORT_RUN)
def list_all() -> str:
    return _list()


@blueprint.post("/new")
@access(Permission.IMPORT_RUN)
def send() -> Response | tuple[str, int]:
    sent = [(file.filename or "", file.stream) for file in request.files.getlist("files")]
    reading = forms.read(sent)  # type: ignore[arg-type]
    if reading.problem:
        return _list(reading.problem), 422
    batch_id = service.start(
        db.session,
        now(),
        current_staff(),
        reading.files,
        url=settings().import_url,
        zone=settings().institution.time_zone,
        offload=current_app.extensions["kiosk_offload"],
    )
    if batch_id is None:
        return _list(ANOTHER), 409
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.get(f"/{_ID}")
@access(Permission.IMPORT_RUN)
def show(batch_id: int) -> str:
    batch = service.find_batch(db.session, current_staff(), batch_id) or abort(404)
    return render_template("admin/import.html", batch=batch, is_busy=service.is_busy(batch, now()))


@blueprint.post(f"/{_ID}/apply")
@access(Permission.IMPORT_RUN)
def apply(batch_id: int) -> Response:
    batch = service.find_batch(db.session, current_staff(), batch_id) or abort(404)
    own = settings()
    making = Making(own.institution.time_zone, own.codes, own.windows, own.master)
    offload = current_app.extensions["kiosk_offload"]
    begun = service.apply(db.session, now(), current_staff(), batch, url=own.import_url, making=making, offload=offload)
    if begun is not service.Begun.YES:
        flash(ANOTHER if begun is service.Begun.ANOTHER else "Somebody has dealt with this import already.")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.post(f"/{_ID}/drop")
@access(Permission.IMPORT_RUN)
def drop(batch_id: int) -> Response:
    batch = service.find_batch(db.session, current_staff(), batch_id) or abort(404)
    if not service.drop(db.session, now(), batch, url=settings().import_url):
        flash("Not dropped: this import is at work, or somebody has dealt with it already.")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def _list(problem: str = "") -> str:
    batches = service.list_batches(db.session, current_staff())
    return render_template("admin/imports.html", batches=batches, problem=problem, files=FILES.values())

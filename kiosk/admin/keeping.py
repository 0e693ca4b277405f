"""What this wing does for the access log around every request: a refusal gets its row, a finished day's head is written down."""

import logging

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kiosk.admin.access import known_staff, needs_about_people, was_refused
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.words import one_line
from kiosk.admin.services.access_log import NOTED_ON
from kiosk.admin.services.denials import note_denial
from kiosk.admin.services.heads import lodge_finished_day
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.transactions import DatabaseAway
from kiosk.web.errors import where
from kiosk.web.surroundings import now, settings

log = logging.getLogger("kiosk")

_LODGED_ON = "kiosk_head_lodged_on"


def keep_log(app: Flask) -> None:
    """Look at each answer before it leaves."""
    app.extensions[_LODGED_ON] = None
    app.after_request(_keep)


def _keep(answer: Response) -> Response:
    is_refused = answer.status_code == 404 or was_refused()
    permissions = needs_about_people() if is_refused else []
    if permissions:
        answer = _refuse(answer, permissions)
    _lodge_head()
    return answer


def _refuse(answer: Response, permissions: list[Permission]) -> Response:
    """Write the refusal down; when it can't be written, that is the answer, as for every look."""
    staff = known_staff()
    if staff is None:
        return answer
    name, number = next(iter((request.view_args or {}).items()), (request.blueprint or "", 0))
    asked_for = (name.removesuffix("_id"), number)
    try:
        note_denial(db.session, now(), staff, permissions[0], asked_for, _student_asked_for())
    except (DatabaseAway, SQLAlchemyError) as problem:
        return current_app.make_response(current_app.handle_user_exception(problem))
    return answer


def _student_asked_for() -> int | str | None:
    """The student a form named, if it did, by id or by full number: nobody has read it yet, and it may be anything."""
    try:
        named = row_id(request.form.get("record") or request.form.get("student", "").partition(":")[0])
        return one_line(request.form.get("number"))[:40] or None if named is None else named
    except HTTPException:  # too large, or cut off
        return None


def _lodge_head() -> None:
    day = db.session.info.pop(NOTED_ON, None)
    if day is None or day == current_app.extensions[_LODGED_ON]:
        return
    try:
        lodge_finished_day(db.session, day, settings().heads)
    except (OSError, SQLAlchemyError) as problem:
        # The look's row is written and its answer stands; the next look tries again, `kiosk doctor` says so too.
        log.error("the access log's head of the day before could not be written down: %s", where(problem))
    else:
        current_app.extensions[_LODGED_ON] = day

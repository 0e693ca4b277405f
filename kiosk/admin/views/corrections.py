"""Acts on a register, each a POST: one row by script, many with an answer in numbers, and the way back."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import call_refused, current_staff
from kiosk.admin.forms import register as forms
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.services import corrections as service
from kiosk.admin.services import many_at_once, register
from kiosk.admin.services.acting import NotNow
from kiosk.admin.views.lectures import LECTURE
from kiosk.admin.views.register import TOLD, for_script, is_for_script, open_names, page, row_of
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import read_as
from kiosk.store.database import db
from kiosk.web.access import access
from kiosk.web.sizes import widen
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("corrections", __name__)
widen(blueprint, "mark_numbers", body_bytes=forms.NUMBERS_BYTES)

STALE = "Somebody else has just changed this row, and their change stands. Look at it, then set it again if you still want to."
NOTHING_LEFT = "There is nothing left to take back: it was changed since."

Answer = Response | tuple[str, int]


@blueprint.errorhandler(NotNow)
def refuse(refused: NotNow) -> Answer:
    """Why not, in place of what was asked; no name goes with it."""
    call_refused()
    if is_for_script():
        return for_script({"said": refused.why}, status=409)
    lecture_id = (request.view_args or {})["lecture_id"]
    closed = register.closed_register(db.session, now(), settings(), current_staff(), lecture_id)
    return page(closed, {"form": refused.why}), 409


@blueprint.post(f"{LECTURE}/register/present")
@access(Permission.REGISTER_SET)
def set_row(lecture_id: int) -> Response:
    wish = forms.wish(request.form)
    if wish is None:
        raise NotFound
    marked = service.set_status(db.session, now(), settings(), current_staff(), lecture_id, wish)
    said = TOLD[read_as(marked.row.status, marked.count)]
    done = STALE if marked.is_stale else f"{said}." if marked.act_id else f"Nothing to change: {said.lower()}."
    return _row(lecture_id, marked, done)


@blueprint.post(f"{LECTURE}/register/undo")
@access(Permission.REGISTER_SET)
def undo_row(lecture_id: int) -> Response:
    row = forms.row_to_undo(request.form)
    if row is None:
        raise NotFound
    student_id, act_id = row
    marked = service.undo_row(db.session, now(), settings(), current_staff(), lecture_id, act_id, student_id)
    return _row(lecture_id, marked, "Taken back." if marked.act_id else NOTHING_LEFT)


@blueprint.post(f"{LECTURE}/register/undo-act")
@access(Permission.REGISTER_SET)
def undo_act(lecture_id: int) -> Response:
    act_id = row_id(request.form.get("act", ""))
    if act_id is None:
        raise NotFound
    done = many_at_once.undo_act(db.session, now(), settings(), current_staff(), lecture_id, act_id)
    stay = "stays as it is: it was" if done.left == 1 else "stay as they are: they were"
    left = f" {done.left} {stay} changed since." if done.left else ""
    flash(f"{done.changed} taken back.{left}" if done.changed else NOTHING_LEFT)
    return redirect(url_for("register.show", lecture_id=lecture_id), 303)


@blueprint.post(f"{LECTURE}/register/all")
@access(Permission.REGISTER_SET)
def mark_all(lecture_id: int) -> Response:
    reason = forms.reason_of(request.form)
    if reason is None:
        raise NotFound
    done = many_at_once.mark_all(db.session, now(), settings(), current_staff(), lecture_id, reason)
    return _back(lecture_id, done.act_id, f"{_in_numbers(done)}.")


@blueprint.post(f"{LECTURE}/register/numbers")
@access(Permission.REGISTER_SET)
def mark_numbers(lecture_id: int) -> Answer:
    numbers, problem = forms.numbers_of(request.form)
    if numbers is None:
        closed = register.closed_register(db.session, now(), settings(), current_staff(), lecture_id)
        return page(closed, {"numbers": problem}), 422
    done = many_at_once.mark_numbers(db.session, now(), settings(), current_staff(), lecture_id, numbers)
    word = "number is" if done.strangers == 1 else "numbers are"
    said = f"{_in_numbers(done)}, {done.strangers} {word} not on this session's list."
    return _back(lecture_id, done.act_id, said)


@blueprint.post(f"{LECTURE}/register/pending")
@access(Permission.REGISTER_SET)
def accept_pending(lecture_id: int) -> Response:
    done = many_at_once.accept_pending(db.session, now(), settings(), current_staff(), lecture_id)
    return _back(lecture_id, done.act_id, f"{done.changed} accepted. They count as present, by their own word.")


@blueprint.post(f"{LECTURE}/register/walk-ins")
@access(Permission.WALK_IN_SETTLE)
def settle_walk_ins(lecture_id: int) -> Response:
    chosen = forms.settled(request.form)
    if chosen is None:
        raise NotFound
    accepted, student_id = chosen
    done = many_at_once.settle_walk_ins(
        db.session, now(), settings(), current_staff(), lecture_id, student_id, accepted=accepted
    )
    word = "taken into the register" if accepted else "settled as not for this session"
    if is_for_script():
        return for_script({"said": f"{done.changed} {word}.", "act": done.act_id})
    return _back(lecture_id, done.act_id, f"{done.changed} {word}.")


@blueprint.post(f"{LECTURE}/register/claims")
@access(Permission.WALK_IN_SETTLE)
def settle_claim(lecture_id: int) -> Response:
    chosen = forms.settled(request.form)
    accepted, student_id = chosen or (False, None)
    if student_id is None:
        raise NotFound
    marked = service.settle_claim(
        db.session, now(), settings(), current_staff(), lecture_id, student_id, accepted=accepted
    )
    done = "Taken at their word." if accepted else "Declined."
    return _row(lecture_id, marked, STALE if marked.is_stale else done)


def _row(lecture_id: int, marked: service.Marked, said: str) -> Response:
    """The one row for the script; for a browser without it, the page with all names again."""
    if not is_for_script():
        return open_names(lecture_id, said)
    content = {"row": row_of(marked.row, marked.count), "said": said}
    return for_script(content, marked.present, 409 if marked.is_stale else 200)


def _in_numbers(done: many_at_once.Bulk) -> str:
    return f"{done.changed} marked present, {done.already} {'was' if done.already == 1 else 'were'} recorded already"


def _back(lecture_id: int, act_id: int, said: str) -> Response:
    """To the closed register, which offers to take the act back."""
    flash(said)
    return redirect(url_for("register.show", lecture_id=lecture_id, act=act_id or None), 303)

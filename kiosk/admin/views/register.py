"""One session's register. Its page carries no name; names are the answer to a POST, and leave by script.js."""

import json
from collections import defaultdict
from collections.abc import Mapping

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms.pairing import row_id
from kiosk.admin.forms.register import Seen
from kiosk.admin.services import register as service
from kiosk.admin.views.lectures import LECTURE
from kiosk.domain.claims import Code, Proof
from kiosk.domain.corrections import said_of
from kiosk.domain.names import fits
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import Count, Status, counts_as_present, read_as
from kiosk.store.database import db
from kiosk.store.doors.admin.register import RegisterRow
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings
from kiosk.web.times import clock

blueprint = Blueprint("register", __name__)

AT_ONCE = 200
"""How many rows a page without script has."""

EVERYBODY = Seen()
NO_PROBLEMS: Mapping[str, str] = {}
WORDS = {
    "present": "Present",
    "present_late": "Present, late",
    "present_remote": "Present, online",
    "authorised": "Authorised",
    "exempt": "Exempt",
    "unable_to_check_in": "Says they were there",
    "present_self_declared": "Present, own word",
    "not_recorded": "Not recorded",
    "absent": "Absent",
    "void": "Void",
    "not_observed": "Not observed",
}
TOLD = {name: said for name, said in WORDS.items() if name != Status.EXEMPT}
"""The same for a register: whoever teaches reads "Authorised" of whoever is exempt."""
KINDS = {
    "one": "{reason}",
    "all": "Everybody marked present",
    "numbers": "Marked present by a list of numbers",
    "pending": "Took the word of whoever could not check in",
    "accepted": "Took in who came without being on the list",
    "declined": "Declined: the session was not theirs, or they were not there",
    "desk": "Recorded at the support desk: {reason}",
    "undo": "Took a change back",
}


@blueprint.get(f"{LECTURE}/register")
@access(Permission.REGISTER_READ)
def show(lecture_id: int) -> str:
    closed = service.closed_register(db.session, now(), settings(), current_staff(), lecture_id)
    return page(closed)


@blueprint.post(f"{LECTURE}/register/names")
@access(Permission.REGISTER_READ)
def names(lecture_id: int) -> Response:
    return open_names(lecture_id, "", Seen.read(request.form))


@blueprint.post(f"{LECTURE}/register/history")
@access(Permission.REGISTER_READ)
def history(lecture_id: int) -> Response:
    whose = request.form.get("student", "")
    if not whose:
        found = service.history(db.session, now(), settings(), current_staff(), lecture_id)
        return part("admin/register_history.html", history=found, kinds=KINDS, words=TOLD)
    student_id = row_id(whose)
    if student_id is None:
        raise NotFound
    one = service.students_history(db.session, now(), settings(), current_staff(), lecture_id, student_id)
    return part("admin/student_history.html", history=one, kinds=KINDS, words=TOLD)


def page(closed: service.ClosedRegister, problems: Mapping[str, str] = NO_PROBLEMS) -> str:
    """The register with its curtain closed, and what to do where something could not be taken."""
    act = service.act_of(db.session, current_staff(), closed.lecture.id, row_id(request.args.get("act", "")) or 0)
    return render_template(
        "admin/register.html",
        register=closed,
        opened=None,
        done="",
        act=act,
        problems=defaultdict(str, problems),
        words=TOLD,
        reasons=said_of(),
    )


def open_names(lecture_id: int, done: str, seen: Seen = EVERYBODY) -> Response:
    """All names for the script, which draws them; a page of them for a browser without it."""
    register = service.open_register(db.session, now(), settings(), current_staff(), lecture_id)
    if is_for_script():
        rows = [row_of(row, register.closed.count) for row in register.rows]
        walk_ins = [[it.student_id, it.known_as, it.apart] for it in register.walk_ins]
        return for_script({"rows": rows, "walkIns": walk_ins}, register.closed.counts.present)
    rows_seen = [row for row in register.rows if _is_shown(row, seen)]
    answer = render_template(
        "admin/register.html",
        register=register.closed,
        opened=register,
        done=done,
        act=None,
        problems=defaultdict(str),
        words=TOLD,
        reasons=said_of(),
        seen=seen,
        proved=proved,
        rows=rows_seen[(seen.page - 1) * AT_ONCE : seen.page * AT_ONCE],
        pages=max(1, -(-len(rows_seen) // AT_ONCE)),
    )
    return make_response(answer)


def row_of(row: RegisterRow, count: Count) -> list[int | str]:
    """A row as register.js reads it: student, name, how the status reads, version, the act to undo, what tells it apart;
    whether it is disputed, 0 or 1; and what there is beside their own word, while that waits for a decision.
    """
    reads, said = read_as(row.status, count), [proved(row.proof)] if row.proof else []
    own: list[int | str] = [
        row.student_id,
        row.known_as,
        reads,
        row.version,
        row.act_id,
        row.apart,
        int(row.is_disputed),
    ]
    return [*own, *said]


def proved(proof: Proof) -> str:
    """What somebody noted who says that they were there, for the person who decides."""
    zone = settings().institution.time_zone
    if proof.code is Code.NONE or proof.shown_at is None:
        return "They noted no code."
    noted = "the digits that were" if proof.code is Code.DIGITS else "the address that was"
    return f"They noted {noted} on the screen at {clock(proof.shown_at, zone)}."


def is_for_script() -> bool:
    return request.headers.get("X-Kiosk-Part") == "1"


def for_script(content: Mapping[str, object], present: int | None = None, status: int = 200) -> Response:
    """An answer for register.js; its header tells it from the sign-in page after an hour at lunch."""
    answer = Response(json.dumps(content, separators=(",", ":")), status, mimetype="application/json")
    answer.headers["X-Kiosk-Part"] = "1"
    if present is not None:
        answer.headers["X-Kiosk-Present"] = str(present)
    return answer


def part(template: str, **content: object) -> Response:
    """An answer among the names, or a page by itself for a browser without script."""
    answer = make_response(render_template(template, is_part=is_for_script(), **content))
    answer.headers["X-Kiosk-Part"] = "1"
    return answer


def _is_shown(row: RegisterRow, seen: Seen) -> bool:
    if not fits(seen.letters, row.known_as):
        return False
    if seen.show == "open":
        return row.status is Status.NOT_RECORDED and not row.is_disputed
    return seen.show == "all" or (counts_as_present(row.status) and not row.is_disputed)

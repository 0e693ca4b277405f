"""What a record says in words: statuses, how each was recorded and by which role, reasons. Knows no database."""

from datetime import date

from kiosk.checkin.record import Row
from kiosk.domain.corrections import Reason
from kiosk.domain.permissions import Role
from kiosk.domain.statuses import Status
from kiosk.store.doors.own.record import Change
from kiosk.web.languages import mark, say

STATUSES = {
    "present": mark("Present"),
    "present_late": mark("Present, late"),
    "present_remote": mark("Present, online"),
    "present_self_declared": mark("Present, by your own word"),
    "unable_to_check_in": mark("You said you were there. It counts until somebody decides"),
    "authorised": mark("Authorised. Does not count"),
    "exempt": mark("Exempt. Does not count"),
    "not_recorded": mark("Not recorded. Does not count"),
    "not_yet": mark("Not recorded yet"),
    "absent": mark("Absent"),
    "void": mark("Made void. Counts for nobody"),
    "cancelled": mark("Cancelled. Counts for nobody"),
    "not_observed": mark("Nobody was recorded here. Counts for nobody"),
    "walk_in": mark("You came, and are not on the list yet. Does not count yet"),
    "not_on_list": mark("You came, and were not on the list. Does not count"),
}

SHORT = {
    "unable_to_check_in": mark("Your own word"),
    "present_self_declared": mark("Present, own word"),
    "authorised": mark("Authorised"),
    "exempt": mark("Exempt"),
    "not_recorded": mark("Not recorded"),
    "void": mark("Void"),
    "cancelled": mark("Cancelled"),
    "not_observed": mark("Nobody recorded"),
    "walk_in": mark("Not on the list yet"),
    "not_on_list": mark("Not on the list"),
}
"""The same where there is little room; what is not here is short already."""

METHODS = {
    "qr": mark("You scanned the code"),
    "digits": mark("You typed the digits"),
    "word": mark("By your own word"),
    "hand": mark("Recorded by staff"),
}

CAME_IN = ("qr", "digits")
"""How somebody comes in themselves; their own word and a colleague's hand come later."""

REASONS = {
    Reason.WAS_THERE: mark("Was there"),
    Reason.CODE_UNREADABLE: mark("Could not read the code"),
    Reason.NO_DEVICE: mark("Had no device"),
    Reason.PAPER_LIST: mark("On a paper list"),
    Reason.OUTAGE: mark("Check-in did not work"),
    Reason.OTHER_GROUP: mark("Came to another group"),
    Reason.MISTAKE: mark("It was a mistake"),
    Reason.NOT_THIS_SESSION: mark("Not for this session"),
    Reason.OTHER: mark("Another reason, known to the desk"),
}
"""The staff's own words for the reasons they choose from."""


def status(reads: str) -> str:
    """How a session reads."""
    return say(STATUSES[reads])


def short(reads: str) -> str:
    """How a session reads in a few letters."""
    return say(SHORT.get(reads, STATUSES[reads]))


def sign(row: Row) -> str:
    """A shape for what a session counts as: full, empty, or a line when it does not count."""
    if not row.is_counted:
        return "–"
    return "●" if row.reads.startswith(("present", "unable")) else "○"


def how(row: Row) -> str:
    """How the status came there: by a code, by their own word, or by staff with their role. Empty without one."""
    if row.recorded is None:
        return method(row.walk_in.method) if row.walk_in else ""
    if row.last is None:
        return method(row.recorded.method)
    return by(row.last, row.recorded.method)


def by(change: Change, came: str) -> str:
    """Who made a change: the student by the way they came in, the list they were put on, or a role."""
    if change.set_by_role == "student":
        return method(came)
    if change.set_by_role == "import":
        return say("Counted when you were put on the list")
    return say("By staff: %(role)s") % {"role": role(change.set_by_role)}


def method(name: str) -> str:
    """How somebody came in."""
    return say(METHODS[name])


def day_numbered(number: str) -> date:
    """Some day of the week that has this number: Monday is 1."""
    return date(2024, 1, int(number))


def role(name: str) -> str:
    """A role as people say it."""
    return say(Role(name).label) if name in set(Role) else say("Staff")


def reason(change: Change | None) -> str:
    """Why staff changed it, in the words of their list."""
    return reason_of(change.status_before, change.reason) if change else ""


def reason_of(before: Status | None, code: Reason | None) -> str:
    """The same of a change from one status. Of a word that was declined there is none: whoever declines chooses none."""
    is_declined_word = before is Status.UNABLE_TO_CHECK_IN and code is Reason.NOT_THIS_SESSION
    return say(REASONS[code]) if code and not is_declined_word else ""

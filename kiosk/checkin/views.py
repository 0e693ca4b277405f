"""Scanning, confirming, typing digits, and the page that says "You are checked in"."""

from typing import Any

from flask import Blueprint, abort, current_app, request
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from kiosk.checkin import access, claims, forms, limits, notices, receipts, service
from kiosk.checkin.boards import Board
from kiosk.checkin.pages import Page, page, sign_in_page, to
from kiosk.domain.arrivals import Arrival, Present, TooEarly, TooLate, WalkIn, judge
from kiosk.domain.claims import STANDS_AFTER
from kiosk.domain.codes import clean_scanned
from kiosk.domain.lectures import Lecture
from kiosk.domain.statuses import OWN_WORD
from kiosk.store.database import db
from kiosk.store.transactions import DatabaseAway
from kiosk.web.access import ANYONE, SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.surroundings import now, settings

LARGEST = forms.LARGEST_ID


class ScannedConverter(BaseConverter):
    """One segment of letters and digits: a scanned address, whole or not."""

    regex = "[0-9A-Za-z]{1,64}"


blueprint = Blueprint("checkin", __name__)
blueprint.record_once(lambda state: state.app.url_map.converters.update(scanned=ScannedConverter))


@blueprint.get("/<scanned:scanned>")
@allow(ANYONE)
def scan(scanned: str) -> Page:
    """Where the QR symbol leads. It hands over a receipt and changes nothing, so a link preview is harmless."""
    code = clean_scanned(scanned)
    if code is None:
        return page("scan_cut", 404)
    seen = board().find_scanned(code, now(), settings().codes)
    if seen is None:
        return old_code(code)
    # The code leaves the address bar, the history and every Referer.
    confirm = to("checkin.confirm")
    is_second = is_kept(seen.lecture)
    access.note_scan(is_second=is_second)
    if is_second:
        return confirm
    return receipts.hand_over(confirm, receipts.issue(seen.lecture.id, seen.step, seen.scanned_at(now())), settings())


def is_kept(lecture: Lecture) -> bool:
    """Whether an earlier scan of this session waits here: the first one counts, unless it came before check-in opened."""
    earlier = receipts.unexpired(settings(), now())
    if earlier is None or earlier.code or earlier.lecture_id != lecture.id:
        return False
    return not isinstance(judge(lecture, earlier.at, enrolled=True), TooEarly)


def old_code(code: str) -> Page:
    """To a stranger the same is said of whatever no screen shows, if ever one did: that is looked at after signing in."""
    earlier = receipts.unexpired(settings(), now())
    receipt = earlier if earlier and earlier.code == code else receipts.keep(code, now())
    try:
        student = access.student()
        scan = scan_of(receipt, student) if student else None
    except DatabaseAway:
        student = scan = None
    if scan:
        return receipts.hand_over(to("checkin.confirm"), receipt, settings())
    changed = page("scan_changed", 404, code=code)
    return changed if student or has_scan() else receipts.hand_over(changed, receipt, settings())


def has_scan() -> bool:
    """Whether this browser carries a scan that somebody can check in with."""
    receipt = receipts.unexpired(settings(), now())
    return receipt is not None and not receipt.code


@blueprint.get("/check-in")
@allow(ANYONE)
def confirm() -> Page:
    """One tap, once it is known who taps."""
    receipt, student = receipts.waiting(settings()), access.student()
    if receipt is None:
        return page("scan_none", 404)
    is_good = now() < receipt.expires_at
    if receipt.code and student is None and is_good:
        return sign_in_page(receipt=receipt)
    scan = scan_of(receipt, student)
    if scan is None:
        name, status = ("scan_changed", 404) if receipt.code and is_good else ("scan_old", 410)
        return receipts.take_back(page(name, status, code=receipt.code), settings())
    arrival = judged(scan, student)
    if not isinstance(arrival, Present | WalkIn):
        return not_taken(service.NotTaken(scan.lecture, arrival))
    if student is None:
        return sign_in_page(scan.lecture, receipt)
    why = notices.why_at(db.session, student.id, [scan.lecture])
    return page("confirm", lecture=scan.lecture, student=student, why=why)


def scan_of(receipt: receipts.Receipt, student: access.Student | None) -> service.Scanned | None:
    """What a receipt stands for, while it is good; of a code that was on no screen any more, for this student."""
    if now() >= receipt.expires_at:
        return None
    if receipt.code and student is not None:
        old = service.OldScan(receipt.code, receipt.at, receipt.nonce_hash)
        zone = settings().institution.time_zone
        return service.old_scan(db.session, student.id, old, board(), settings().codes, zone)
    lecture = known_lecture(receipt.lecture_id)
    return None if lecture is None else service.Scanned(lecture, receipt.at, receipt.nonce_hash)


def judged(scan: service.Scanned, student: access.Student | None) -> Arrival:
    """What a tap would lead to; asked of the register only where it is not plain from the timetable."""
    arrival = judge(scan.lecture, scan.at, enrolled=True)
    if student is None or not isinstance(arrival, TooLate):
        return arrival
    return service.judge_scan(db.session, student.id, scan.lecture, scan.at, settings().institution.time_zone)


@blueprint.post("/check-in")
@allow(ANYONE)
def check_in() -> Page:
    """Use the receipt for whoever is signed in."""
    student, receipt = access.student(), receipts.waiting(settings())
    lecture_id = forms.read_lecture(request.form)
    if student is None:
        return to("checkin.confirm")
    scan = scan_of(receipt, student) if receipt else None
    if scan is None or scan.lecture.id != lecture_id:
        # Another tab was quicker: either this very scan is used already, or a later scan waits.
        has_standing = lecture_id is not None and service.standing(db.session, student.id, lecture_id) is not None
        return to("checkin.done", lecture_id=lecture_id) if has_standing else to("checkin.confirm")
    outcome = service.check_in_scanned(db.session, now(), student.id, scan, settings().institution.time_zone)
    return receipts.take_back(answer(outcome, student), settings())


@blueprint.get("/")
@allow(ANYONE)
def start() -> Page:
    """The short address on the screen: sign in, then type the digits."""
    student = access.student()
    return sign_in_page() if student is None else digits_page(student)


@blueprint.post("/")
@allow(ANYONE)
def check_in_typed() -> Page:
    """Compare typed digits with the student's own sessions."""
    student = access.student()
    if student is None:
        return to("checkin.start")
    typed = forms.read_typed(request.form)
    if typed is None:
        return digits_page(student, "not_six", 422)
    own = limits.key(settings().secret_key, "digits/student", str(student.id), limits.DIGITS_OF_STUDENT)
    browser = limits.key(settings().secret_key, "digits/browser", access.browser(), limits.DIGITS_OF_BROWSER)
    if seconds := limits.seconds_to_wait(db.session, now(), [own, browser]):
        return digits_page(student, "wait", 429, seconds=seconds)
    zone = settings().institution.time_zone
    outcome = service.check_in_typed(db.session, now(), student.id, typed, board(), settings().codes, zone)
    if isinstance(outcome, service.WrongDigits):
        return digits_page(student, "wrong_module" if typed.module else "wrong", 422)
    limits.take_back(db.session, now(), [own, browser])
    if isinstance(outcome, service.WhichOne):
        return page("which", lectures=outcome.lectures, digits=typed.digits, module=typed.module, student=student)
    return answer(outcome, student)


@blueprint.get(f"/check-ins/<int(max={LARGEST}):lecture_id>")
@allow(SIGNED_IN)
def done(lecture_id: int) -> Page:
    """What the register says of the one who asks, at one session."""
    student = access.student()
    outcome = student and service.standing(db.session, student.id, lecture_id)
    if student is None or outcome is None:
        abort(404)
    return done_page(outcome, student)


@blueprint.get("/check-ins/last")
@allow(ANYONE)
def say_last() -> Page:
    """What a shared computer says once, after it has signed the student out."""
    found = access.left_to_say()
    outcome = found and service.standing(db.session, found[0].id, found[1])
    if found is None or outcome is None:
        return page("signed_out")
    shown = done_page(outcome, found[0])
    access.has_said()
    return shown


@blueprint.post(f"/check-ins/<int(max={LARGEST}):lecture_id>/not-you")
@allow(SIGNED_IN)
def disown(lecture_id: int) -> Page:
    """Sign out the wrong person after checking in, and say what to do about it."""
    access.sign_out()
    return receipts.take_back(to("account.was_not_you"), settings())


def board() -> Board:
    """What is on now."""
    remembered: Board = current_app.extensions["kiosk_board"].at(now())
    return remembered


def answer(outcome: service.Outcome, student: access.Student) -> Response:
    """Lead to the confirmation, or say why there is none."""
    if isinstance(outcome, service.NotTaken):
        return not_taken(outcome)
    if isinstance(outcome, service.ReceiptSpent):
        return page("scan_used", 409)
    if access.is_shared():
        # Signed out before anybody else can sit down. Were the page this answer, Back and Reload would send the form again.
        access.sign_out_to_say(outcome.lecture_id)
        return to("checkin.say_last")
    return to("checkin.done", lecture_id=outcome.lecture_id)


def done_page(outcome: Any, student: access.Student) -> Response:
    """The tick, or that the arrival is kept, or that it is their own word, or that staff have decided."""
    lecture = lecture_of(outcome.lecture_id)
    if isinstance(outcome, service.CheckedIn) and outcome.recorded.status in OWN_WORD:
        said_at = claims.made_at(db.session, student.id, outcome.lecture_id)
        stands_at = said_at + STANDS_AFTER if said_at and now() < said_at + STANDS_AFTER else None
        return page("said", lecture=lecture, student=student, outcome=outcome, stands_at=stands_at)
    name = {service.CheckedIn: "done", service.KeptWalkIn: "walk_in"}.get(type(outcome), "set_by_staff")
    return page(name, lecture=lecture, student=student, outcome=outcome)


def lecture_of(lecture_id: int) -> Lecture:
    """A lecture somebody was at, however long ago."""
    lecture = known_lecture(lecture_id)
    if lecture is None:
        abort(404)
    return lecture


def known_lecture(lecture_id: int) -> Lecture | None:
    """A lecture that somebody has scanned or was at; one that was moved meanwhile is on the board no more."""
    return board().lectures.get(lecture_id) or service.lecture_of(db.session, lecture_id, settings().windows)


def not_taken(outcome: service.NotTaken) -> Response:
    """Too early, too late, cancelled, not counted: each says what to do."""
    return page("not_taken", 409, lecture=outcome.lecture, why=outcome.why, kind=type(outcome.why).__name__)


def digits_page(student: access.Student, trouble: str = "", status: int = 200, *, seconds: int = 0) -> Response:
    """The form for the six digits, with what was wrong with the last ones."""
    zone = settings().institution.time_zone
    own = service.sessions_on(db.session, now(), student.id, board(), zone)
    why = notices.why_at(db.session, student.id, [it.lecture for it in own])
    shown = page("digits", status, student=student, trouble=trouble, seconds=seconds, sessions=own, why=why)
    if seconds:
        shown.headers["Retry-After"] = str(seconds)
    return shown

"""Signing in and out, the first password, and what is held: for the one student in front of the page."""

from contextlib import suppress

from flask import Blueprint, current_app, request

from kiosk.checkin import access, accounts, forms, held_words, receipts, wishes
from kiosk.checkin.pages import Page, page, page_at, sign_in_page, to
from kiosk.checkin.views import has_scan, known_lecture
from kiosk.checkin.who_sees import lines
from kiosk.domain.permissions import forbidden_pairs
from kiosk.store.database import db
from kiosk.store.transactions import DatabaseAway
from kiosk.web.access import ANYONE, SIGNED_IN
from kiosk.web.access import access as allow
from kiosk.web.languages import say
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("account", __name__)


@blueprint.post("/sign-in")
@allow(ANYONE)
def sign_in() -> Page:
    """Recognise a student; on to the scan that waits, or to the digits."""
    receipt = receipts.waiting(settings())
    given = forms.read_sign_in(request.form)
    if given is None:
        return _once_more(receipt, trouble="unknown", login=request.form.get("login", "")[: forms.LONGEST_LOGIN])
    who = accounts.Who(access.today(), settings().secret_key, access.browser(), access.marks(), has_scan())
    found = accounts.recognise(db.session, now(), who, login=given.login, password=given.password)
    if isinstance(found, accounts.TooMany):
        return _once_more(receipt, trouble="wait", seconds=found.seconds, login=given.login)
    if isinstance(found, accounts.Unknown):
        return _once_more(receipt, trouble="unknown", login=given.login)
    wish = wishes.wishes_of(db.session, found.student_id)
    access.sign_in(found, is_shared=given.is_shared, wish=wish, mark=who.mark(found.login))
    # A code that was gone when it was scanned is worth asking about only for somebody with more time.
    is_waiting = receipt is not None and (wish.more_time or not receipt.code)
    return to("checkin.confirm" if is_waiting else "checkin.start")


def _once_more(receipt: receipts.Receipt | None, *, trouble: str, login: str, seconds: int = 0) -> Page:
    lecture = known_lecture(receipt.lecture_id) if receipt else None
    return sign_in_page(lecture, receipt, trouble=trouble, seconds=seconds, login=login)


@blueprint.post("/sign-out")
@allow(ANYONE)
def sign_out() -> Page:
    """End the sign-in in this browser."""
    access.sign_out()
    return receipts.take_back(to("account.signed_out"), settings())


@blueprint.post("/language")
@allow(ANYONE)
def choose_language() -> Page:
    """Say everything in another language from now on, the page somebody was on first."""
    chosen = request.form.get("language", "")
    if chosen in settings().institution.languages:
        access.speak(chosen)
        _wish_for(chosen)
    endpoint, values = page_at(request.form.get("page", ""))
    return to(endpoint, **values)


def _wish_for(language: str) -> None:
    """Keep it for whoever is signed in. While the database is away this browser is told all the same."""
    with suppress(DatabaseAway):
        if student := access.student():
            wishes.keep_language(db.session, student.id, language)


@blueprint.get("/signed-out")
@allow(ANYONE)
def signed_out() -> Page:
    """What to do next."""
    return page("signed_out")


@blueprint.post("/not-you")
@allow(ANYONE)
def not_you() -> Page:
    """Sign out the wrong person before checking in: the scan stays, somebody else signs in. Where they scanned after the wrong
    person had, they scan once more: the moment that is kept is the other's."""
    if access.sign_out_here():
        return receipts.take_back(to("checkin.start"), settings())
    return to("checkin.confirm" if receipts.waiting(settings()) else "checkin.start")


@blueprint.get("/not-you")
@allow(ANYONE)
def was_not_you() -> Page:
    """What to do when the wrong person was checked in."""
    return page("was_not_you")


@blueprint.get("/account")
@allow(SIGNED_IN)
def account() -> Page:
    """Who is signed in here, and the ways out."""
    return page("account", student=access.student())


@blueprint.post("/account/sign-out-everywhere")
@allow(SIGNED_IN)
def sign_out_everywhere() -> Page:
    """End every sign-in of this student, this one included."""
    student = access.student()
    if student is not None:
        accounts.sign_out_everywhere(db.session, student.id)
    access.sign_out()
    return to("account.signed_out")


@blueprint.get("/what-we-hold")
@allow(ANYONE)
def what_we_hold() -> Page:
    """What is recorded, and who can see it."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    return page("what_we_hold", held=held_words.held(), cookies=held_words.cookies(name))


@blueprint.get("/who-can-see-what")
@allow(ANYONE)
def who_sees() -> Page:
    """The matrix of roles, for anybody to read."""
    pairs = sorted(sorted(say(role.label) for role in pair) for pair in forbidden_pairs())
    return page("who_sees", shows=lines(person=True), hides=lines(person=False), pairs=pairs)


@blueprint.get("/accessibility-statement")
@allow(ANYONE)
def accessibility_statement() -> Page:
    """For whom these pages work, for whom not yet, and what to do then."""
    return page("accessibility_statement", is_due=settings().institution.statement.is_due(access.today()))


@blueprint.get("/first-password/<secret>")
@allow(ANYONE)
def first_password(secret: str) -> Page:
    """Where a one-time link leads; looking changes nothing."""
    found = accounts.account_of_link(db.session, now(), access.today(), secret)
    return page("link_used", 404) if found is None else page("first_password", account=found, trouble="")


@blueprint.post("/first-password/<secret>")
@allow(ANYONE)
def choose_password(secret: str) -> Page:
    """Keep the password and spend the link."""
    found = accounts.account_of_link(db.session, now(), access.today(), secret)
    if found is None:
        return page("link_used", 404)
    chosen = forms.read_first_password(request.form, found.login)
    if chosen.trouble:
        return page("first_password", 422, account=found, trouble=chosen.trouble)
    if not accounts.choose_password(db.session, now(), access.today(), secret, chosen.password):
        return page("link_used", 404)
    return to("account.password_set")


@blueprint.get("/password-set")
@allow(ANYONE)
def password_set() -> Page:
    """On to signing in."""
    return page("password_set")

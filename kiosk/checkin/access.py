"""Who is there: the wing's own login manager and gate. Knows one student at a time, the one who signed in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, make_response, render_template, request, session
from flask_login import LoginManager, current_user, login_user
from werkzeug.wrappers import Response

from kiosk.checkin import receipts
from kiosk.domain.codes import MORE_TIME
from kiosk.settings import Notice
from kiosk.store.database import db
from kiosk.store.doors import checkin as door
from kiosk.store.doors.more_time import Wishes
from kiosk.store.transactions import question
from kiosk.web.access import Gate
from kiosk.web.languages import asked_for
from kiosk.web.surroundings import now, settings

OWN_DEVICE = timedelta(days=150)
SHARED_COMPUTER = timedelta(minutes=10)
"""How long after the last page a sign-in on a shared computer ends; `MORE_TIME` times as long for whoever asked for that."""
SHARED_AT_MOST = timedelta(hours=2)
"""And how long after it began, whatever is read; as much longer."""
USUAL = Wishes()
MOST_MARKS = 4
SAID_WITHIN = timedelta(minutes=1)
"""How long a shared computer can still say, once, what was just recorded."""

PUBLIC = frozenset(
    {
        "static",
        "checkin.start",
        "checkin.check_in_typed",
        "checkin.scan",
        "checkin.confirm",
        "checkin.check_in",
        "checkin.say_last",
        "account.sign_in",
        "account.sign_out",
        "account.choose_language",
        "account.not_you",
        "account.was_not_you",
        "account.signed_out",
        "account.what_we_hold",
        "account.who_sees",
        "account.accessibility_statement",
        "account.first_password",
        "account.choose_password",
        "account.password_set",
        "settings.notice",
    }
)


@dataclass(frozen=True)
class Student:
    """The student who is signed in, as Flask-Login wants to see them."""

    id: int
    known_as: str
    epoch: int
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The id with the account's epoch: signing out everywhere raises it, and this one fits no more."""
        return f"{self.id}.{self.epoch}"


def prepare(app: Flask) -> None:
    """Give the wing a login manager of its own."""
    manager = LoginManager()
    # It would tie a sign-in to address and browser, and log out phones that roam.
    manager.session_protection = None
    # No context processor: the page that says the database is away must not ask it who is there.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.context_processor(_about_browser)
    app.before_request(_go_on)


def _about_browser() -> dict[str, object]:
    """What every page may say, from cookies alone: it is also said while the database is away."""
    notice = settings().notices.get(language(), Notice())
    return {
        "is_signed_in": claim(session, now()) is not None,
        "waiting": receipts.waiting(settings()),
        "notice": notice,
    }


def claim(cookie: Mapping[str, Any], at: datetime) -> tuple[int, int] | None:
    """Who a sign-in cookie says is there, by id and epoch, before anybody has asked whether that still stands."""
    if "_user_id" not in cookie or at.timestamp() >= cookie.get("until", 0):
        return None
    number, _, epoch = cookie["_user_id"].partition(".")
    return int(number), int(epoch)


def _load(_: str) -> Student | None:
    claimed = claim(session, now())
    if claimed is None:
        return None
    account = _account(db.session, claimed[0], today())
    if account is None or account.epoch != claimed[1]:
        return None
    return Student(account.student_id, account.known_as, account.epoch)


_account = question(door.account_by_id)


def student() -> Student | None:
    """The student who is signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def sign_in(account: door.Account, *, is_shared: bool, wish: Wishes = USUAL, mark: str = "") -> None:
    """Begin a sign-in, however the account was recognised; nothing of the one before stays but the browser's name
    and, on a device of one's own, the marks of who was in before.

    wish: what the student has set; without a language, what this browser was told a moment ago stays.
    mark: what this browser keeps of the account, so that strangers' tries don't slow it.
    """
    name, spoken = browser(), wish.language or language_told()
    kept = [] if is_shared else [mark, *(it for it in marks() if it != mark)][:MOST_MARKS]
    session.clear()
    speak(spoken)
    login_user(Student(account.student_id, account.known_as, account.epoch))
    # Flask-Login's fingerprint of address and browser: not used here, so not kept.
    session.pop("_id", None)
    session.pop("_fresh", None)
    session.permanent = not is_shared
    session.update(until=int((now() + OWN_DEVICE).timestamp()), browser=name)
    if is_shared:
        session["shared"] = int(now().timestamp())
        give_time(more_time=wish.more_time)
    _keep_marks(kept)


def give_time(*, more_time: bool) -> None:
    """How long a sign-in on a shared computer lasts from now on; kept in the cookie, so that no page has to ask."""
    if is_shared():
        session["times"] = MORE_TIME if more_time else 1
        _go_on()


def _go_on() -> None:
    """Let a sign-in on a shared computer last from this page on. One that has ended stays ended."""
    if request.endpoint == "static" or not is_shared() or claim(session, now()) is None:
        return
    times = session.get("times", 1)
    after_page = (now() + times * SHARED_COMPUTER).timestamp()
    session["until"] = int(min(after_page, session["shared"] + times * SHARED_AT_MOST.total_seconds()))


def has_ended() -> bool:
    """Whether somebody was signed in here, by this browser's own cookie, and is no more."""
    return "_user_id" in session and student() is None


def sign_out() -> None:
    """End this browser's sign-in. The language it was told says nothing of the person, and stays, as its marks do."""
    name, spoken, kept = browser(), language_told(), marks()
    session.clear()
    session["browser"] = name
    speak(spoken)
    _keep_marks(kept)


def marks() -> list[str]:
    """Of the accounts that this browser has signed in to, the newest first."""
    return list(session.get("marks", ()))


def _keep_marks(kept: list[str]) -> None:
    if kept:
        session["marks"] = kept
        session.permanent = True


def note_scan(*, is_second: bool) -> None:
    """Remember whether what waits was scanned here again: if by somebody else, the first moment is not theirs."""
    if is_second:
        session["second_scan"] = True
    elif "second_scan" in session:
        del session["second_scan"]


def sign_out_here() -> bool:
    """End this browser's sign-in for somebody else; whether the scan that waits may be of the one who leaves."""
    is_of_both = bool(session.get("second_scan"))
    sign_out()
    return is_of_both


def sign_out_to_say(lecture_id: int) -> None:
    """End the sign-in of a shared computer. One page, and nothing else, can still say what was recorded of the student."""
    leaving, until = student(), int((now() + SAID_WITHIN).timestamp())
    sign_out()
    if leaving is not None:
        session["said"] = [leaving.id, lecture_id, until]


def left_to_say() -> tuple[Student, int] | None:
    """Who has just left this shared computer, and the lecture they checked in to; None once that was said."""
    student_id, lecture_id, until = session.get("said", (0, 0, 0))
    account = _account(db.session, student_id, today()) if now().timestamp() < until else None
    if account is None:
        return None
    return Student(account.student_id, account.known_as, account.epoch), lecture_id


def has_said() -> None:
    """Forget them: whoever comes next, or back, reads that nobody is signed in."""
    session.pop("said", None)


def is_shared() -> bool:
    """Whether the student said that others use this computer."""
    return bool(session.get("shared"))


def language() -> str:
    """What this browser was told, or else asks for. From the cookie, since pages say it while the database is away."""
    return language_told() or asked_for(settings().institution.languages)


def language_told() -> str:
    """What this browser was told; empty when that is nothing."""
    return str(session.get("language", ""))


def speak(chosen: str) -> None:
    """From now on this browser is answered in a language; in none that was chosen, in what it asks for."""
    session.pop("language", None)
    if chosen:
        session["language"] = chosen


def browser() -> str:
    """A name for this browser, so that its tries can be counted; it says nothing and lives in the sign-in cookie."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(6)
    return str(session["browser"])


def today() -> date:
    """The day it is where the institution is."""
    return settings().institution.day_of(now())


def _turn_away() -> Response:
    # Of the browser alone, and the same for every address: nobody learns here which of them exist.
    name = "ended" if has_ended() else "stranger"
    return make_response(render_template(f"checkin/{name}.html", is_signed_in=False), 404)


GATE = Gate(
    public=PUBLIC,
    is_signed_in=lambda: student() is not None,
    may=lambda need: False,
    turn_away=_turn_away,
)

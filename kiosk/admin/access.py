"""The gate of this wing: who is signed in, by a sign-in the server keeps, and on which device. Knows no page but the sign-in."""

from collections.abc import Hashable
from dataclasses import dataclass

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from kiosk.admin.permissions import NotHere, Staff
from kiosk.admin.services import entry
from kiosk.admin.services.entry import DEVICE_LASTS, Entered, Keys
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.identity import Identity, identify
from kiosk.web.access import Gate
from kiosk.web.surroundings import now, settings

PUBLIC = frozenset(
    {
        "static",
        "sign_in.show",
        "sign_in.enter",
        "sign_in.enter_by_passkey",
        "sign_in.first_password",
        "sign_in.start",
        "devices.ask",
        "devices.enrol",
    }
)
DEVICES_AT_MOST = 4
"""How many devices one browser can be: colleagues share an office computer, and each enrols it for themselves."""


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """What Flask-Login carries: the cookie's half of a sign-in, and whose it is."""

    secret: str
    staff: Staff

    def get_id(self) -> str:
        return self.secret


def any_of(*permissions: Permission) -> Hashable:
    """For `@access`: one of several permissions is enough."""
    return frozenset(permissions)


def current_staff() -> Staff:
    """Whoever is signed in; for views behind the gate."""
    staff: Staff = current_user.staff
    return staff


def known_staff() -> Staff | None:
    """Whoever this request is already known to come from. Never asks the database: error pages use it."""
    return g.get("staff")


def keys() -> Keys:
    """What this browser carries: its sign-in's secret, and its devices'."""
    return Keys(str(session.get("_user_id", "")), _devices())


def enter(entered: Entered) -> None:
    """Sign this browser in: a new cookie with a new CSRF value. Only a scanned pairing code comes along."""
    scanned = session.get("scanned")
    session.clear()
    login_user(SignedIn(entered.secret, entered.staff))
    g.staff = entered.staff
    session.pop("_id", None)  # Flask-Login's mark of browser and address: nobody needs it here
    g.pop("csrf_token", None)
    if scanned:
        session["scanned"] = scanned


def remember_devices(answer: Response, *new: str) -> Response:
    """Let this browser carry its devices' secrets for another half year, a new one first."""
    kept = [*new, *(secret for secret in _devices() if secret not in new)][:DEVICES_AT_MOST]
    config = current_app.config
    answer.set_cookie(
        _cookie_name(),
        ".".join(kept),
        max_age=DEVICE_LASTS,
        path=config["SESSION_COOKIE_PATH"],
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _devices() -> tuple[str, ...]:
    carried = request.cookies.get(_cookie_name(), "")[:400].split(".")
    return tuple(secret for secret in carried[:DEVICES_AT_MOST] if secret)


def _cookie_name() -> str:
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    return name.replace("kiosk_admin", "kiosk_device")


def set_login_manager(app: Flask) -> None:
    """This wing's own login manager, reading the sign-in that the server keeps."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)


def _load(secret: str) -> SignedIn | None:
    # A page that only asks how long is left must not make it longer.
    touches = request.endpoint != "sign_in.left"
    staff = entry.resume(db.session, now(), settings(), Keys(secret, _devices()), touches=touches)
    if staff is None:
        return None
    identify(db.own_session, Identity(staff.id, now(), settings().institution.time_zone))
    g.staff = staff
    return SignedIn(secret, staff)


def _is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def _may(need: Hashable) -> bool:
    needed = need if isinstance(need, frozenset) else [need]
    permissions = [Permission(str(permission)) for permission in needed]
    if current_staff().may_elsewhere(*permissions):
        raise NotHere
    return current_staff().may(*permissions)


def needs_about_people() -> list[Permission]:
    """The permissions that let whoever is signed in see somebody by this request; none on other pages."""
    need = current_app.extensions["kiosk_needs"].get(request.endpoint or "")
    several = need if isinstance(need, frozenset) else [need]
    return sorted(it for it in several if isinstance(it, Permission) and it.shows_person)


def call_refused() -> None:
    """Say that this request's answer is a refusal although it is no 404: the access log gets a row for it."""
    g.refused = True


def was_refused() -> bool:
    return bool(g.get("refused"))


def _turn_away() -> Response:
    """To the sign-in page, from every address alike. A scanned pairing code waits in the cookie; no address does."""
    if request.endpoint == "pairing.choose" and request.method == "GET":
        session["scanned"] = (request.view_args or {}).get("code", "")[:20]
    return redirect(url_for("sign_in.show"), 303)


GATE = Gate(public=PUBLIC, is_signed_in=_is_signed_in, may=_may, turn_away=_turn_away)

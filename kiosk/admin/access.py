"""The gate of this wing: who is signed in, by a session the server keeps. Knows no page but the sign-in's address."""

from collections.abc import Hashable
from dataclasses import dataclass

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from kiosk.admin.permissions import Staff
from kiosk.admin.services import sign_in
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.identity import Identity, identify
from kiosk.web.access import Gate
from kiosk.web.surroundings import now, settings

PUBLIC = frozenset({"static", "sign_in.show", "sign_in.enter", "sign_in.first_password", "sign_in.set_first_password"})


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """What Flask-Login carries: the cookie's half of a session, and whose it is."""

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


def enter(secret: str, staff: Staff) -> None:
    """Sign this browser in: a new cookie with a new CSRF value. Only a scanned pairing code comes along."""
    scanned = session.get("scanned")
    session.clear()
    login_user(SignedIn(secret, staff))
    session.pop("_id", None)  # Flask-Login's mark of browser and address: nobody needs it here
    g.pop("csrf_token", None)
    if scanned:
        session["scanned"] = scanned


def set_login_manager(app: Flask) -> None:
    """This wing's own login manager, reading the session that the server keeps."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)


def _load(secret: str) -> SignedIn | None:
    zone = settings().institution.time_zone
    staff = sign_in.resume(db.session, now(), secret, zone)
    if staff is None:
        return None
    identify(db.own_session, Identity(staff.id, now(), zone))
    g.staff = staff
    return SignedIn(secret, staff)


def _is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def _may(need: Hashable) -> bool:
    permissions = need if isinstance(need, frozenset) else [need]
    return current_staff().may(*(Permission(str(permission)) for permission in permissions))


def _turn_away() -> Response:
    """To the sign-in page, from every address alike. A scanned pairing code waits in the cookie; no address does."""
    if request.endpoint == "pairing.choose" and request.method == "GET":
        session["scanned"] = (request.view_args or {}).get("code", "")[:20]
    return redirect(url_for("sign_in.show"), 303)


GATE = Gate(public=PUBLIC, is_signed_in=_is_signed_in, may=_may, turn_away=_turn_away)

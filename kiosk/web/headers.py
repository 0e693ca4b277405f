"""The headers every answer carries: nothing framed, nothing cached, nothing fetched from elsewhere."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from kiosk.domain.codes import CLOCKS_APART

_DENIED = (
    "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)


def headers_of_all(*, is_secure: bool) -> dict[str, str]:
    """What every answer carries, a redirect included, which has nothing that could be framed or run."""
    lasting = {"Strict-Transport-Security": "max-age=31536000"} if is_secure else {}
    return {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", **lasting}


def headers_of_redirect(*, is_secure: bool) -> dict[str, str]:
    """What a redirect carries: nobody keeps it."""
    return {**headers_of_all(is_secure=is_secure), "Cache-Control": "no-store"}


class Signer(TimestampSigner):
    """The library's own, which also reads what another process signed whose clock is a little ahead."""

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: Any = False) -> Any:
        try:
            return super().unsign(signed_value, max_age, return_timestamp)
        except SignatureExpired as problem:
            now = datetime.fromtimestamp(self.get_timestamp(), UTC)
            if problem.date_signed is None or not now < problem.date_signed <= now + CLOCKS_APART:
                raise
            return super().unsign(signed_value, None, return_timestamp)


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own sessions, whose answers say of nothing that it varies where nobody keeps it.

    Pages are kept by nobody, and files are the same for every cookie.
    """

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = Signer
        return serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        response.vary.discard("cookie")  # in small letters: Werkzeug finds no others in its list
        if response.cache_control.no_store:
            response.vary.clear()


def send_headers(app: Flask, *, script: bool, allowed: str = "") -> None:
    """Add the wing's headers to every answer.

    script: whether this wing's pages may run script of their own.
    allowed: Permissions-Policy entries the wing needs.
    """
    sources = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
    ]
    sources += ["frame-ancestors 'none'"]
    if script:
        sources += ["script-src 'self'", "connect-src 'self'"]
    always = headers_of_all(is_secure=app.extensions["kiosk_settings"].is_secure)
    of_pages = {
        "Permissions-Policy": ", ".join(filter(None, (_DENIED, allowed))),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    of_content = {
        "Content-Security-Policy": "; ".join(sources),
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def add(answer: Response) -> Response:
        # A redirect shows nothing that could be framed or run, nor does a style sheet; what they lack counts on a phone.
        is_redirect = 300 <= answer.status_code < 400
        is_file = request.endpoint == "static" and answer.status_code == 200
        is_style = is_file and answer.mimetype == "text/css"
        answer.headers.update(always if is_redirect or is_style else {**always, **of_content})
        if not is_file:
            answer.headers["Cache-Control"] = "no-store"
        if not (is_file or is_redirect):
            answer.headers.update(of_pages)  # style and script ask for nothing themselves
        return answer

    app.after_request(add)
    app.session_interface = CookieSessions()

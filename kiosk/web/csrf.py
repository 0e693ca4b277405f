"""Forms from elsewhere are refused: a CSRF token in each, and what the browser says of the request's origin."""

import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import Headers

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask) -> None:
    """Refuse every unsafe request that does not come from this wing's own pages, signing in included."""
    # No page sends a Referer, so Flask-WTF's check of it would refuse everybody; `_check_origin` stands in its place.
    app.config.update(WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=True)
    app.before_request(_check_origin)
    CSRFProtect(app)


def _check_origin() -> None:
    own = current_app.extensions["kiosk_settings"].addresses.of(current_app.extensions["kiosk_wing"])
    if request.method not in _SAFE and is_from_elsewhere(request.headers, {own, f"{request.scheme}://{request.host}"}):
        raise CSRFError("another site")


def is_from_elsewhere(headers: Headers, own: Collection[str]) -> bool:
    """Whether a browser says that a request comes from another site; `own`: this wing's addresses."""
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    # A page without Referer posts "Origin: null"; a browser that old has no Sec-Fetch-Site, and the CSRF token decides.
    return origin not in (None, "null") and origin not in {_origin(it) for it in own}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class Tokens:
    """The tokens in this wing's forms, as Flask-WTF makes them, for whoever has to look at one before Flask does."""

    def __init__(self, secret_key: str) -> None:
        self._signed = URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token")

    def fit(self, token: str, kept: str) -> bool:
        """Whether a form's token was made for the sign-in that keeps this value."""
        try:
            made_for = self._signed.loads(token)
        except BadData:
            return False
        return isinstance(made_for, str) and hmac.compare_digest(made_for, kept)

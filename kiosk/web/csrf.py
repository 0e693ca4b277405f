"""Forms from elsewhere are refused: a CSRF token in each, and what the browser says of the request's origin."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask) -> None:
    """Refuse every unsafe request that does not come from this wing's own pages, signing in included."""
    # No page sends a Referer, so Flask-WTF's check of it would refuse everybody; `_check_origin` stands in its place.
    app.config.update(WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=True)
    app.before_request(_check_origin)
    CSRFProtect(app)


def _check_origin() -> None:
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CSRFError("another site")
    # A page without Referer posts "Origin: null"; a browser that old has no Sec-Fetch-Site, and the CSRF token decides.
    elif origin not in (None, "null") and not _is_own(str(origin)):
        raise CSRFError("another origin")


def _is_own(origin: str) -> bool:
    own = urlsplit(current_app.extensions["kiosk_settings"].addresses.of(current_app.extensions["kiosk_wing"]))
    return origin == f"{own.scheme}://{own.netloc}" or origin == f"{request.scheme}://{request.host}"

"""One neutral page for whatever goes wrong. The log says type and place; neither page nor log says a value."""

import logging
import traceback

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from kiosk.store.transactions import DatabaseAway, raise_if_away
from kiosk.web.languages import mark

log = logging.getLogger("kiosk")

_PAGES = {
    400: (mark("This page could not be used"), mark("Go back, reload the page and try once more.")),
    403: (mark("This page is closed here"), mark("Open it from the start page.")),
    404: (mark("There is no page here"), mark("Check the address, or open the start page.")),
    405: (mark("There is no page here"), mark("Check the address, or open the start page.")),
    413: (mark("That is too large"), mark("Send a smaller one.")),
    429: (mark("Please wait a moment"), mark("Too many tries in a short time. Wait a minute, then try once more.")),
    500: (mark("Something went wrong on our side"), mark("Nothing was changed. Try once more in a minute.")),
    503: (
        mark("We can't reach the register just now"),
        mark("Nothing was recorded yet. Keep this page and try once more in a minute."),
    ),
}

Answer = tuple[str, int, dict[str, str]]


def show_errors(app: Flask) -> None:
    """Answer every exception with the wing's own `problem.html`."""

    def page(status: int, headers: dict[str, str] | None = None) -> Answer:
        title, advice = _PAGES.get(status, _PAGES[500] if status >= 500 else _PAGES[400])
        wing = app.extensions["kiosk_wing"]
        try:
            text = render_template(f"{wing}/problem.html", title=title, advice=advice, status=status)
        except Exception as problem:  # the page about a problem must not become one
            log.error("%s", where(problem))
            text = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{advice}</p>"
        return text, status, headers or {}

    def refused(problem: HTTPException) -> Answer | HTTPException:
        if problem.code is None or problem.code < 400:
            return problem
        if isinstance(problem, SecurityError):
            # No page of ours can be drawn under a host that is not ours.
            return "This address is not served here.", 400, {"Content-Type": "text/plain"}
        allowed = {"Allow": ", ".join(sorted(problem.valid_methods or ()))} if problem.code == 405 else {}  # type: ignore[attr-defined]
        return page(problem.code, allowed)

    def away(_: Exception) -> Answer:
        log.warning("database away")
        return page(503, {"Retry-After": "10"})

    def database(problem: DBAPIError) -> Answer:
        try:
            raise_if_away(problem)
        except DatabaseAway as known:
            return away(known)
        return broken(problem)

    def broken(problem: Exception) -> Answer:
        log.error("%s", where(problem))
        return page(500)

    app.register_error_handler(CSRFError, lambda _: page(400))
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(DatabaseAway, away)
    app.register_error_handler(DBAPIError, database)
    app.register_error_handler(Exception, broken)


def where(problem: BaseException) -> str:
    """The type of an exception and the lines it passed, without its message: messages carry values."""
    frames = traceback.extract_tb(problem.__traceback__)
    return " < ".join([type(problem).__qualname__, *(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))])

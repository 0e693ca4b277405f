"""Answers both groups of views give: a page by name, a redirect without a body, the sign-in page."""

from typing import Any
from urllib.parse import parse_qsl

from flask import current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kiosk.checkin import access
from kiosk.checkin.receipts import Receipt
from kiosk.domain.lectures import Lecture

Page = Response


def page(name: str, status: int = 200, **about: Any) -> Response:
    """One of the wing's templates."""
    return make_response(render_template(f"checkin/{name}.html", **about), status)


def to(endpoint: str, **values: Any) -> Response:
    """On to another page of this wing, never to an address from a request; without a body, which nobody reads."""
    answer = Response(status=303)
    del answer.headers["Content-Type"]
    answer.headers["Location"] = url_for(endpoint, **values)
    return answer


CARRIED = ("lecture", "noted", "page")
"""What may stand behind the address of a page of ours, and goes on with it."""


def page_at(address: str) -> tuple[str, dict[str, Any]]:
    """Which of this wing's own pages an address is, and the start page when it is none."""
    path, _, query = address.partition("?")
    try:
        endpoint, values = current_app.create_url_adapter(request).match(path, "GET")  # type: ignore[union-attr]
    except HTTPException:
        return "checkin.start", {}
    return endpoint, {**{name: it for name, it in parse_qsl(query) if name in CARRIED}, **values}


def sign_in_page(
    lecture: Lecture | None = None,
    receipt: Receipt | None = None,
    *,
    trouble: str = "",
    seconds: int = 0,
    login: str = "",
) -> Response:
    """The sign-in form, with the session that waits for it, and what was wrong with the last try."""
    status = {"": 200, "wait": 429}.get(trouble, 422)
    about = {"lecture": lecture, "receipt": receipt, "trouble": trouble, "seconds": seconds, "login": login}
    answer = page("sign_in", status, has_ended=not trouble and access.has_ended(), **about)
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    return answer

"""The one tap of a lecture hall, taken before Flask (decision 0022). Knows the POST of a check-in and nothing else.

A tap is taken here when everything about it is plain: a signed-in phone of the student's own, this wing's own form, a
receipt for a session whose check-in is open. Whatever is not goes on to the app untouched, and so does everything else:
the app is what says no, and a test sends both the same requests and compares what becomes of them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from itsdangerous import BadData
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import SecurityError
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_host

from kiosk.checkin import receipts
from kiosk.checkin.access import claim
from kiosk.checkin.boards import BoardMemory
from kiosk.checkin.rush import Tap, is_plain
from kiosk.checkin.service import CheckedIn, Scanned
from kiosk.checkin.together import Together
from kiosk.settings import CheckinSettings
from kiosk.store.transactions import DatabaseAway
from kiosk.web.csrf import Tokens, is_from_elsewhere
from kiosk.web.headers import headers_of_redirect

Environ = dict[str, Any]
Start = Callable[..., Any]
Rush = Together[Tap, CheckedIn | None]

FORM = "application/x-www-form-urlencoded"
LARGEST_FORM_BYTES = 1024


class Front:
    """Stands before the check-in wing's app."""

    def __init__(self, app: Flask, settings: CheckinSettings, clock: Callable[[], datetime], rush: Rush) -> None:
        self._inner = app.wsgi_app
        self._settings = settings
        self._clock = clock
        self._rush = rush
        self._board: BoardMemory = app.extensions["kiosk_board"]
        self._hosts: list[str] = app.config["TRUSTED_HOSTS"]
        self._cookie: str = app.config["SESSION_COOKIE_NAME"]
        self._seconds = int(app.permanent_session_lifetime.total_seconds())
        self._sessions = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self._tokens = Tokens(settings.secret_key)
        self._paths = app.url_map.bind("", settings.mount or "/")
        self._path = self._paths.build("checkin.check_in").removeprefix(settings.mount)
        self._answer = self._answer_to_all()
        self._headers = list(self._answer.headers.items())

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == self._path and environ["REQUEST_METHOD"] == "POST":
            lecture_id = self._take(environ)
            if lecture_id:
                location = self._paths.build("checkin.done", {"lecture_id": lecture_id})
                start_response(self._answer.status, [("Location", location), *self._headers])
                return []
        return self._inner(environ, start_response)

    def _take(self, environ: Environ) -> int | None:
        """The lecture somebody is checked in at now; None when this is not plain, and nothing was done."""
        try:
            tap = self._read(environ)
            checked_in = tap and self._rush.submit(tap)
        except (BadData, SecurityError, ValueError, DatabaseAway):
            return None
        return checked_in.lecture_id if checked_in else None

    def _read(self, environ: Environ) -> Tap | None:
        """Who taps for what.

        Raises:
            BadData: the sign-in cookie is none of ours, or too old.
            SecurityError: it asks by a name that nobody configured.
            ValueError: the form is none.
        """
        host = get_host(environ, self._hosts)
        own = {self._settings.addresses.checkin, f"{environ['wsgi.url_scheme']}://{host}"}
        form, cookies = _form(environ), parse_cookie(environ)
        if form is None or is_from_elsewhere(EnvironHeaders(environ), own):
            return None
        kept = self._sessions.loads(cookies.get(self._cookie, ""), max_age=self._seconds)
        claimed, scan = claim(kept, self._clock()), self._scan(cookies)
        if claimed is None or scan is None or kept.get("shared") or form["lecture"] != str(scan.lecture.id):
            return None
        return Tap(*claimed, scan) if self._tokens.fit(form["csrf_token"], kept.get("csrf_token", "")) else None

    def _scan(self, cookies: Mapping[str, str]) -> Scanned | None:
        receipt, now = receipts.read(cookies.get(receipts.COOKIE, ""), self._settings), self._clock()
        if receipt is None or receipt.code or now >= receipt.expires_at:
            return None
        lecture = self._board.at(now).lectures.get(receipt.lecture_id)
        scan = lecture and Scanned(lecture, receipt.at, receipt.nonce_hash)
        return scan if scan and is_plain(scan) else None

    def _answer_to_all(self) -> Response:
        """What the answer to every tap is, but for where it leads."""
        answer = Response(status=303, headers=headers_of_redirect(is_secure=self._settings.is_secure))
        del answer.headers["Content-Type"]
        answer.content_length = 0
        return receipts.forget(answer, self._settings)


def _form(environ: Environ) -> Mapping[str, str] | None:
    """The two fields of the form; None of any other. The app can read it once more.

    Raises:
        ValueError: it is too long, not text, or no form.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("CONTENT_TYPE") != FORM or not 0 < length <= LARGEST_FORM_BYTES:
        return None
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    fields = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=2)
    return dict(fields) if {name for name, _ in fields} == {"csrf_token", "lecture"} else None

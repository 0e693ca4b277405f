"""Who is at the display's door: a screen by its secret, a lectern by its room key, anyone to ask. No person signs in here."""

import secrets

from flask import abort, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from kiosk.display.service import Credential
from kiosk.domain.hashes import hash_secret
from kiosk.web.access import Gate
from kiosk.web.surroundings import asker, settings

SCREEN_COOKIE = "kiosk_screen"
ROOM_COOKIE = "kiosk_room"
COOKIE_SECONDS = 365 * 24 * 3600
"""The cookie may stay for long: what it is good for, the database says."""


def turn_away() -> Response:
    """Whatever is not on the list does not exist."""
    abort(404)


GATE = Gate(
    public=frozenset({"static", "screen.show", "screen.ask", "screen.poll", "screen.start_room"}),
    is_signed_in=lambda: False,
    may=lambda _: False,
    turn_away=turn_away,
)


def credential() -> Credential:
    """What the browser brings with this request."""
    secret = request.cookies.get(SCREEN_COOKIE, "")
    key_id, nonce = _room_cookie()
    return Credential(
        secret_hash=hash_secret(secret) if secret else "",
        room_key_id=key_id,
        nonce_hash=hash_secret(nonce)[:8] if key_id else "",
        address=asker() if key_id else None,
    )


def give_secret(answer: Response, secret: str) -> None:
    """Let the browser keep its secret."""
    _set(answer, SCREEN_COOKIE, secret, COOKIE_SECONDS)


def forget_room(answer: Response) -> None:
    """Let the browser forget a room key that no longer opens anything."""
    if ROOM_COOKIE in request.cookies:
        answer.delete_cookie(ROOM_COOKIE, path=settings().mount or "/")


def give_room(answer: Response, key_id: int) -> None:
    """Let the browser show a room, until it closes; one that was started with this key before stays the same screen."""
    known, nonce = _room_cookie()
    value = [key_id, nonce if known == key_id else secrets.token_urlsafe(16)]
    _set(answer, ROOM_COOKIE, str(_signer().dumps(value)), None)


def _room_cookie() -> tuple[int, str]:
    try:
        key_id, nonce = _signer().loads(request.cookies.get(ROOM_COOKIE, ""))
    except BadSignature:
        return 0, ""
    return int(key_id), str(nonce)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="kiosk display room key")


def _set(answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        path=settings().mount or "/",
        secure=settings().is_secure,
    )

"""The receipt: a scan that waits for its sign-in, in a signed cookie. Knows no student and no database."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from kiosk.domain.hashes import hash_secret
from kiosk.settings import WingSettings

COOKIE = "kiosk_receipt"
LIFETIME = timedelta(minutes=60)


@dataclass(frozen=True)
class Receipt:
    """Which lecture's code was scanned, in which step of it, and when, by the server's clock.

    code: one that is on no screen any more, in place of lecture and step: whether it still counts, and where it was
        seen, is asked once it is known whose scan it is. Until then nothing says whether it ever was a code.
    """

    lecture_id: int
    step: int
    at: datetime
    nonce: str
    code: str = ""

    @property
    def expires_at(self) -> datetime:
        return self.at + LIFETIME

    @property
    def nonce_hash(self) -> str:
        return hash_secret(self.nonce)


def issue(lecture_id: int, step: int, now: datetime) -> Receipt:
    """A receipt for a scan made now."""
    return Receipt(lecture_id, step, now, secrets.token_urlsafe(12))


def keep(code: str, now: datetime) -> Receipt:
    """A receipt for a scan of something that no screen shows now."""
    return replace(issue(0, 0, now), code=code)


def waiting(settings: WingSettings) -> Receipt | None:
    """The receipt this browser carries, expired or not; None when there is none that we signed."""
    return read(request.cookies.get(COOKIE, ""), settings)


def unexpired(settings: WingSettings, now: datetime) -> Receipt | None:
    """The same, unless its hour is over."""
    receipt = waiting(settings)
    return receipt if receipt is not None and now < receipt.expires_at else None


def read(cookie: str, settings: WingSettings) -> Receipt | None:
    """The receipt in a cookie."""
    try:
        text = _signer(settings).unsign(cookie).decode("ascii")
        lecture_id, step, milliseconds, nonce, *code = text.split(":")
        at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        return Receipt(int(lecture_id), int(step), at, nonce, *code)
    except (BadSignature, ValueError, OverflowError, OSError):
        return None


def hand_over(answer: Response, receipt: Receipt, settings: WingSettings) -> Response:
    """Give the browser a receipt, in place of the one it may carry."""
    text = f"{receipt.lecture_id}:{receipt.step}:{int(receipt.at.timestamp() * 1000)}:{receipt.nonce}"
    text += f":{receipt.code}" if receipt.code else ""
    value = _signer(settings).sign(text).decode("ascii")
    answer.set_cookie(COOKIE, value, max_age=int(LIFETIME.total_seconds()), **_scope(settings))
    return answer


def take_back(answer: Response, settings: WingSettings) -> Response:
    """Have the browser forget its receipt."""
    return forget(answer, settings) if COOKIE in request.cookies else answer


def forget(answer: Response, settings: WingSettings) -> Response:
    """The same, for a browser that is known to carry one."""
    answer.delete_cookie(COOKIE, **_scope(settings))
    return answer


def _signer(settings: WingSettings) -> Signer:
    return Signer(settings.secret_key, salt="kiosk.checkin.receipt", sep=".", digest_method=hashlib.sha256)


def _scope(settings: WingSettings) -> dict[str, Any]:
    return {"path": settings.mount or "/", "secure": settings.is_secure, "httponly": True, "samesite": "Lax"}

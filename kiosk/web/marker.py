"""The screen marker: a cookie that says "this browser shows a screen". Not secret: it only ever adds a refusal."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from kiosk.settings import Addresses
from kiosk.web.surroundings import settings

COOKIE = "kiosk_marker"
FOR_A_ROOM = timedelta(days=30)
FOR_A_LECTURE = timedelta(hours=12)


def is_marked() -> bool:
    """Whether the browser that asks carries the marker, whatever its value."""
    return COOKIE in request.cookies


def mark(answer: Response, lasts: timedelta) -> None:
    """Have the browser carry the marker to every wing it can be sent to."""
    domain = shared_domain(settings().addresses)
    answer.set_cookie(
        COOKIE,
        "1",
        max_age=int(lasts.total_seconds()),
        domain=domain,
        path="/",
        secure=settings().is_secure,
        httponly=True,
        samesite="Lax",
    )


def unmark(answer: Response) -> None:
    """Have the browser forget the marker: it shows no screen any more."""
    if is_marked():
        answer.delete_cookie(COOKIE, domain=shared_domain(settings().addresses), path="/")


def shared_domain(addresses: Addresses) -> str | None:
    """The domain above the screens' host and the staff's; None when they are one host, or share too little."""
    hosts = [urlsplit(address).hostname or "" for address in (addresses.display, addresses.admin)]
    if hosts[0] == hosts[1]:
        return None
    shared: list[str] = []
    for one, other in zip(*(reversed(host.split(".")) for host in hosts), strict=False):
        if one != other:
            break
        shared.insert(0, one)
    return ".".join(shared) if len(shared) > 1 else None

"""The guard: keeps this wing off lecterns, its sign-in page included. Its rules only ever refuse; none lets anybody in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from kiosk.store.database import db
from kiosk.store.doors.admin.rooms import lectern_networks
from kiosk.web.marker import is_marked
from kiosk.web.surroundings import asker, settings

Address = IPv4Address | IPv6Address
_FRAMES = frozenset({"frame", "iframe", "embed", "object", "fencedframe"})


class Refusal(StrEnum):
    """Why a browser gets nothing from this wing."""

    SHOWS_A_SCREEN = "shows a screen"
    IS_A_LECTERN = "is a lectern"
    IN_A_FRAME = "in a frame"
    FROM_NOWHERE = "from nowhere"


@dataclass(frozen=True)
class Asking:
    """What the guard looks at.

    Attributes:
        marked: the browser carries the screen marker.
        address: where it is; None when nobody can say.
        destination: what the answer is for, as the browser says (Sec-Fetch-Dest).
        vouched: what the proxy says of a lectern's certificate; anything at all counts.
    """

    marked: bool
    address: Address | None
    destination: str
    vouched: str


def refusal(asking: Asking, networks: Iterable[str]) -> Refusal | None:
    """The first rule that refuses; None when none does. `networks` are the lecterns', as CIDR."""
    if asking.destination in _FRAMES:
        return Refusal.IN_A_FRAME
    if asking.marked:
        return Refusal.SHOWS_A_SCREEN
    if asking.vouched:
        return Refusal.IS_A_LECTERN
    if asking.address is None:
        return Refusal.FROM_NOWHERE
    if any(asking.address in _network(cidr) for cidr in networks):
        return Refusal.IS_A_LECTERN
    return None


def stand_guard(app: Flask) -> None:
    """Ask the guard before anything else answers. Style and script are let through: nobody's data is in them."""
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint == "static":
        return None
    header = settings().lectern_header
    asking = Asking(
        marked=is_marked(),
        address=asker(),
        destination=request.headers.get("Sec-Fetch-Dest", "").lower(),
        vouched=request.headers.get(header, "") if header else "",
    )
    networks = [network.cidr for network in lectern_networks(db.session)]
    db.session.rollback()
    found = refusal(asking, networks)
    if found is None:
        return None
    page = render_template(
        "admin/guarded.html", refusal=found, Refusal=Refusal, screens_address=settings().addresses.display
    )
    return make_response(page, 403)


@lru_cache(maxsize=1024)
def _network(cidr: str) -> IPv4Network | IPv6Network:
    return ip_network(cidr, strict=False)

"""The pages of a screen: asking, pairing, the board. Each is one address, so that nothing has to be touched."""

import math
import secrets

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.display import service
from kiosk.display.access import SCREEN_COOKIE, credential, forget_room, give_room, give_secret
from kiosk.display.feed import Feed
from kiosk.display.qr import SymbolPlan
from kiosk.display.service import Standing
from kiosk.display.wire import PATH
from kiosk.domain.hashes import hash_secret
from kiosk.store.database import db
from kiosk.store.doors.display import PairingAsked
from kiosk.web import marker
from kiosk.web.access import ANYONE, access
from kiosk.web.surroundings import asker, now, settings

blueprint = Blueprint("screen", __name__)

SECRET_BYTES = 32
LONGEST_PAUSE_SECONDS = 30
"""How long a page without script stays, at most, before it asks again."""


def feed() -> Feed:
    found: Feed = current_app.extensions["kiosk_feed"]
    return found


@blueprint.get("/")
@access(ANYONE)
def show() -> Response:
    """The board of a screen that was let in; else the page that asks for it."""
    brought, instant = credential(), now()
    sight = feed().memory.sight(brought, instant)
    if sight is None:
        asking = current_app.make_response(_ask_page(*service.standing(db.session, brought, instant)))
        marker.unmark(asking)
        return asking
    frame, plan = feed().notice(brought, instant), feed().maker.plan
    answer = current_app.make_response(
        render_template(
            "display/board.html",
            frame=frame,
            path=plan.drawn(frame["symbol"]),
            plan=plan,
            socket_path=f"{request.script_root}/{PATH}",
            pause_seconds=min(math.ceil(frame["left_seconds"] + 0.2), LONGEST_PAUSE_SECONDS),
        )
    )
    marker.mark(answer, marker.FOR_A_ROOM if sight.viewer.room else marker.FOR_A_LECTURE)
    if SCREEN_COOKIE in request.cookies:
        give_secret(answer, request.cookies[SCREEN_COOKIE])  # so that a screen which is used keeps its cookie
    return answer


def _ask_page(standing: Standing, asked: PairingAsked | None) -> str:
    if asked is None:
        return render_template("display/ask.html", standing=standing)
    plan = SymbolPlan.for_address(f"{settings().addresses.admin}/pair", characters=service.SPOKEN_LETTERS)
    return render_template("display/pairing.html", asked=asked, plan=plan, path=plan.path(asked.spoken_code), now=now())


@blueprint.post("/pairing")
@access(ANYONE)
def ask() -> Response:
    """Ask for a pairing. One that still waits for its answer is kept."""
    brought, instant = credential(), now()
    answer = redirect(url_for("screen.show"), 303)
    if brought.secret_hash and service.standing(db.session, brought, instant)[0] is Standing.ASKING:
        return answer
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if not service.ask(db.session, hash_secret(secret), str(asker() or "unknown"), instant, secrets.SystemRandom()):
        abort(429)
    give_secret(answer, secret)
    forget_room(answer)
    return answer


@blueprint.post("/pairing/poll")
@access(ANYONE)
def poll() -> dict[str, object]:
    """How far this screen's pairing got."""
    answer = service.poll(db.session, credential().secret_hash, now())
    return {"answer": answer.answer, "seconds": answer.seconds, "slow_down": answer.slow_down}


@blueprint.get("/room/<secret>")
@access(ANYONE)
def start_room(secret: str) -> Response:
    """Start a lectern with its room key: good from the listed networks only, and kept out of the address at once."""
    key_id = service.exchange(db.session, hash_secret(secret), asker())
    if key_id is None:
        abort(404)
    answer = redirect(url_for("screen.show"), 303)
    give_room(answer, key_id)
    return answer

"""The admin wing, put together: staff only, names only behind the curtain. Knows neither of the other wings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, render_template, request
from werkzeug import exceptions

from kiosk.admin import access, curtain, guard
from kiosk.admin.keeping import keep_log
from kiosk.admin.permissions import NotFound, NotHere
from kiosk.admin.views import (
    acts,
    aggregates,
    arrangements,
    break_glass,
    cases,
    control,
    corrections,
    cover,
    devices,
    disputes,
    factors,
    grants,
    headcounts,
    imports,
    incidents,
    landing,
    lecture_history,
    lectures,
    links,
    locks,
    log_delays,
    modules,
    new_links,
    pairing,
    records,
    register,
    requests,
    rooms,
    second_factor,
    security,
    sign_in,
    support_desk,
    tutors,
)
from kiosk.admin.views import curtain as curtain_pages
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.web.factory import Wing, make_app
from kiosk.web.nudges import Nudger
from kiosk.web.surroundings import Offload, run_here, utc_now

BLUEPRINTS = (
    sign_in.blueprint,
    second_factor.blueprint,
    security.blueprint,
    factors.blueprint,
    devices.blueprint,
    new_links.blueprint,
    curtain_pages.blueprint,
    landing.blueprint,
    pairing.blueprint,
    lectures.blueprint,
    control.blueprint,
    cover.blueprint,
    lecture_history.blueprint,
    register.blueprint,
    corrections.blueprint,
    headcounts.blueprint,
    support_desk.blueprint,
    modules.blueprint,
    links.blueprint,
    tutors.blueprint,
    rooms.blueprint,
    imports.blueprint,
    grants.blueprint,
    aggregates.blueprint,
    records.blueprint,
    cases.blueprint,
    break_glass.blueprint,
    locks.blueprint,
    arrangements.blueprint,
    disputes.blueprint,
    requests.blueprint,
    acts.blueprint,
    log_delays.blueprint,
    incidents.blueprint,
)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation, for whoever holds one of the permissions; without any, for all."""

    endpoint: str
    label: str
    permissions: tuple[Permission, ...] = ()


NAVIGATION = (
    Place("landing.show", "Today"),
    Place("lectures.list_week", "Sessions", (Permission.LECTURE_CONTROL,)),
    Place("pairing.ask", "Pair a screen", (Permission.LECTURE_SHOW, Permission.ROOM_MANAGE)),
    Place("desk.show", "Support desk", (Permission.DESK_RECORD,)),
    Place("modules.list_all", "Modules", (Permission.MODULE_READ,)),
    Place("tutors.ask", "Tutors", (Permission.LINK_CHANGE,)),
    Place("aggregates.list_all", "Numbers", (Permission.AGGREGATE_READ,)),
    Place("rooms.list_all", "Rooms", (Permission.ROOM_MANAGE,)),
    Place("imports.list_all", "Import", (Permission.IMPORT_RUN,)),
    Place("grants.list_all", "Accounts", (Permission.ACCOUNT_PROPOSE, Permission.GRANT_APPROVE)),
    Place("grants.list_waiting", "Roles to approve", (Permission.GRANT_APPROVE,)),
    Place("records.ask", "Find a student", (Permission.STUDENT_SEARCH,)),
    Place("cases.list_own", "Cases", (Permission.CASE_MANAGE,)),
    Place("requests.show", "Requests", (Permission.REQUEST_ANSWER,)),
    Place("acts.ask", "Access log", (Permission.LOG_READ_ALL,)),
    Place("arrangements.show", "Arrangements", (Permission.ABSENCE_GRANT,)),
    Place("disputes.show", "Disputes", (Permission.DISPUTE_DECIDE,)),
    Place("requests.ask", "Help with a request", (Permission.REQUEST_ASSIST,)),
    Place("locks.list_all", "Locks", (Permission.LOCK_SET, Permission.LOCK_LIFT)),
    Place("break_glass.ask", "Break-glass", (Permission.BREAK_GLASS_USE,)),
    Place("new_links.ask", "Sign-in links", (Permission.ACCOUNT_PROPOSE,)),
)


def make(settings: AdminSettings, *, clock: Callable[[], datetime] = utc_now, offload: Offload = run_here) -> Flask:
    """The admin wing's Flask app."""
    wing = Wing(name="admin", gate=access.GATE, blueprints=BLUEPRINTS, prepare=_prepare, script=True)
    app = make_app(wing, settings, clock=clock, offload=offload)
    curtain.hang(app)
    return app


CHANGES_SCREENS = frozenset({"control", "pairing", "rooms", "lectures", "lecture_history", "imports", "modules"})
"""Blueprints whose acts can change what a screen shows."""


def _prepare(app: Flask) -> None:
    guard.stand_guard(app)
    if url := app.extensions["kiosk_settings"].redis_url:
        _nudge_screens(app, Nudger(url))
    access.set_login_manager(app)
    keep_log(app)
    curtain.make_room(app)
    app.context_processor(_page_frame)
    app.register_error_handler(NotFound, lambda _: app.handle_http_exception(exceptions.NotFound()))
    app.register_error_handler(NotHere, lambda _: (render_template("admin/not_here.html"), 404))


def _nudge_screens(app: Flask, nudger: Nudger) -> None:
    """Have the displays' processes look at once when somebody did what can change a screen."""

    def nudge(answer: Response) -> Response:
        if request.method == "POST" and answer.status_code < 400 and request.blueprint in CHANGES_SCREENS:
            nudger.nudge()
        return answer

    app.after_request(nudge)


def _page_frame() -> dict[str, object]:
    """What every page's frame needs: who is signed in and where they may go."""
    staff = access.known_staff()
    places = [place for place in NAVIGATION if staff and (not place.permissions or staff.may(*place.permissions))]
    return {"staff": staff, "places": places}

"""The check-in wing, put together. Knows no other wing."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from kiosk.checkin import (
    access,
    views,
    views_absences,
    views_account,
    views_claims,
    views_disputes,
    views_record,
    views_requests,
    views_settings,
)
from kiosk.checkin.boards import BoardMemory
from kiosk.settings import CheckinSettings
from kiosk.store.database import db
from kiosk.store.doors.board import lectures_near
from kiosk.store.transactions import transaction
from kiosk.web.factory import Wing, make_app
from kiosk.web.surroundings import Offload, run_here, utc_now

BLUEPRINTS = (
    views.blueprint,
    views_account.blueprint,
    views_absences.blueprint,
    views_claims.blueprint,
    views_record.blueprint,
    views_disputes.blueprint,
    views_requests.blueprint,
    views_settings.blueprint,
)


def make(settings: CheckinSettings, *, clock: Callable[[], datetime] = utc_now, offload: Offload = run_here) -> Flask:
    """The students' app."""
    read_board = transaction(lectures_near)

    def prepare(app: Flask) -> None:
        access.prepare(app)
        app.extensions["kiosk_board"] = BoardMemory(
            settings.master.keys, lambda now: read_board(db.session, now, settings.windows)
        )

    wing = Wing(
        name="checkin",
        gate=access.GATE,
        blueprints=BLUEPRINTS,
        prepare=prepare,
        script=False,
        is_translated=True,
        choose_language=access.language,
        cookie_days=access.OWN_DEVICE.days,
    )
    return make_app(wing, settings, clock=clock, offload=offload)

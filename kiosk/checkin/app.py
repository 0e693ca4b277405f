"""The check-in wing, put together. Knows no other wing."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.breath import in_turns, let_others_go
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
from kiosk.checkin.front import Front
from kiosk.checkin.rush import Tap, check_in_together
from kiosk.checkin.service import CheckedIn
from kiosk.checkin.together import Together
from kiosk.domain.lectures import Lecture
from kiosk.settings import CheckinSettings
from kiosk.store.database import db
from kiosk.store.doors.board import lectures_near
from kiosk.store.transactions import commit_by, transaction
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
        with app.app_context():
            engine = db.engine

        def board(now: datetime) -> tuple[Lecture, ...]:
            with Session(engine) as session:
                return read_board(session, now, settings.windows, in_turns(let_others_go))

        def check_in(taps: Sequence[Tap]) -> Sequence[CheckedIn | None]:
            with Session(engine) as session:
                return check_in_together(session, clock(), taps, settings.institution.time_zone, commit_by(offload))

        app.extensions["kiosk_board"] = BoardMemory(settings.master.keys, board)
        app.extensions["kiosk_rush"] = Together(check_in)

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
    app = make_app(wing, settings, clock=clock, offload=offload)
    app.wsgi_app = Front(app, settings, clock, app.extensions["kiosk_rush"])  # type: ignore[method-assign]
    return app

"""The display wing, put together: it shows codes and cannot read a name. Knows neither of the other wings."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask

from kiosk.display import access, hearing, views
from kiosk.display.feed import Feed
from kiosk.settings import DisplaySettings
from kiosk.web.factory import Wing, make_app
from kiosk.web.surroundings import Offload, run_here, utc_now


def make(settings: DisplaySettings, *, clock: Callable[[], datetime] = utc_now, offload: Offload = run_here) -> Flask:
    """The display wing's Flask app."""

    def prepare(app: Flask) -> None:
        app.extensions["kiosk_feed"] = feed = Feed(app, settings, clock)
        if settings.redis_url:
            hearing.listen(app, feed, settings.redis_url)
        app.jinja_env.globals["typed_address"] = typed(settings.addresses.checkin).upper()
        app.jinja_env.globals["pairing_address"] = typed(f"{settings.addresses.admin}/pair")

    wing = Wing(
        name="display",
        gate=access.GATE,
        blueprints=(views.blueprint,),
        prepare=prepare,
        script=True,
        is_translated=True,
        allowed="fullscreen=(self), screen-wake-lock=(self)",
        body_bytes=4096,
    )
    return make_app(wing, settings, clock=clock, offload=offload)


def typed(address: str) -> str:
    """An address as people type it."""
    parts = urlsplit(address)
    return parts.netloc + parts.path

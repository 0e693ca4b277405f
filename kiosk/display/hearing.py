"""What a display's process hears from the others, where there is a Redis: ask the database now, and not soon. Knows no person."""

import logging

from flask import Flask

from kiosk.display.feed import Feed
from kiosk.store.transactions import DatabaseAway
from kiosk.web import nudges
from kiosk.web.errors import where
from kiosk.web.surroundings import now

log = logging.getLogger("kiosk")


def listen(app: Flask, feed: Feed, redis_url: str) -> None:
    """Refresh at each nudge, beside the feed's own reader. A look of the reader's that began before may come to its end after
    this one: what it knew stands until its next, two seconds later."""

    def refresh() -> None:
        try:
            with app.app_context():
                feed.refresh(now(), lambda: feed.socketio.sleep(0))
        except DatabaseAway:
            log.warning("database away")
        except Exception as problem:  # noqa: BLE001 - the next nudge is to be heeded all the same
            log.error("%s", where(problem))

    feed.socketio.start_background_task(nudges.heed, redis_url, refresh, feed.socketio.sleep)

"""The house by a clock that is not the machine's: `python -m tests.apart HOST PORT`, by SECONDS_AHEAD of its environment."""

import os
import runpy
from datetime import UTC, datetime, timedelta

from kiosk.server import patch

if __name__ == "__main__":
    patch("eventlet")

from itsdangerous import TimestampSigner  # noqa: E402

from kiosk.web import surroundings  # noqa: E402

AHEAD = timedelta(seconds=float(os.environ["SECONDS_AHEAD"]))


def now() -> datetime:
    """What this process takes for the time."""
    return datetime.now(UTC) + AHEAD


if __name__ == "__main__":
    surroundings.utc_now = now  # before any wing takes it from there
    TimestampSigner.get_timestamp = lambda _: int(now().timestamp())  # type: ignore[method-assign]
    runpy.run_module("wsgi", run_name="__main__")

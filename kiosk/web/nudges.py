"""Nudges through Redis: something about screens has changed, and not what. Whoever misses one finds out by itself soon after.

Knows no wing, and carries nothing: whoever could read or send them learns nothing, and can only have a question asked sooner.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger("kiosk")

CHANNEL = "kiosk/screens"
PATIENCE_SECONDS = 0.2
"""How long a request waits for Redis at most, before it goes on without."""
LEFT_ALONE_SECONDS = 10
"""For so long nobody is asked who did not answer."""
LISTEN_SECONDS = 60
LISTEN_AGAIN_SECONDS = 2
SHARE = 5
"""After a nudge is heeded the next waits for so many times as long as that took: a busy hour must not be spent on them."""


class Nudger:
    """Tells the others that something has changed; never fails, and never keeps anybody waiting twice."""

    def __init__(self, url: str, stopwatch: Callable[[], float] = time.monotonic) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        waits = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **waits)
        self._stopwatch = stopwatch
        self._ask_again_at = stopwatch()

    def nudge(self) -> None:
        from redis import RedisError

        if self._stopwatch() < self._ask_again_at:
            return
        try:
            self._redis.publish(CHANNEL, b"")
        except RedisError:
            self._ask_again_at = self._stopwatch() + LEFT_ALONE_SECONDS
            log.warning("redis away")


def heed(url: str, act: Callable[[], None], sleep: Callable[[float], None] = time.sleep) -> None:
    """Act at each nudge, for ever; of many at once, once."""
    from redis import Redis, RedisError

    client: Any = Redis.from_url(url, socket_keepalive=True)
    is_away = False
    while True:
        try:
            with client.pubsub(ignore_subscribe_messages=True) as line:
                line.subscribe(CHANNEL)
                is_away = False
                while True:
                    if line.get_message(timeout=LISTEN_SECONDS) is None:
                        continue
                    while line.get_message(timeout=0) is not None:
                        pass
                    began = time.monotonic()
                    act()
                    sleep(SHARE * (time.monotonic() - began))
        except RedisError:
            if not is_away:
                log.warning("redis away")
            is_away = True
            sleep(LISTEN_AGAIN_SECONDS)

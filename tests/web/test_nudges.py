"""Nudges between processes: they are heard, they carry nothing, and a Redis that is away costs next to nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue

import pytest
import redis

from kiosk.web.nudges import CHANNEL, LEFT_ALONE_SECONDS, LISTEN_AGAIN_SECONDS, PATIENCE_SECONDS, Nudger, heed
from tests.servers import STOP_SECONDS, RedisServer, becomes, free_port


def subscribers(server: RedisServer) -> int:
    with redis.Redis.from_url(server.url) as client:
        return int(client.pubsub_numsub(CHANNEL)[0][1])


def listen(server: RedisServer) -> "SimpleQueue[float]":
    """When somebody who listens has acted; they are there before this returns."""
    acted: SimpleQueue[float] = SimpleQueue()
    before = subscribers(server)
    threading.Thread(target=heed, args=(server.url, lambda: acted.put(time.monotonic())), daemon=True).start()
    assert becomes(lambda: subscribers(server) > before)
    return acted


def test_a_nudge_is_heard_by_everybody_who_listens(redis_server: RedisServer) -> None:
    one, other = listen(redis_server), listen(redis_server)
    Nudger(redis_server.url).nudge()
    assert [it.get(timeout=STOP_SECONDS) > 0 for it in (one, other)] == [True, True]


def test_whoever_listens_goes_on_after_the_line_was_cut(redis_server: RedisServer) -> None:
    acted: SimpleQueue[bool] = SimpleQueue()
    slept: SimpleQueue[float] = SimpleQueue()
    before = subscribers(redis_server)
    threading.Thread(target=heed, args=(redis_server.url, lambda: acted.put(True), slept.put), daemon=True).start()
    assert becomes(lambda: subscribers(redis_server) > before)
    with redis.Redis.from_url(redis_server.url) as client:
        client.client_kill_filter(_type="pubsub")
    assert slept.get(timeout=STOP_SECONDS) == LISTEN_AGAIN_SECONDS
    assert becomes(lambda: subscribers(redis_server) > 0)
    Nudger(redis_server.url).nudge()
    assert acted.get(timeout=STOP_SECONDS)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a Redis that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_redis_that_says_nothing_keeps_one_request_waiting_for_a_moment_and_no_other(silent: str) -> None:
    hours = iter([0.0, 0.0, 1.0, 2.0])
    nudger = Nudger(silent, lambda: next(hours))
    began = time.monotonic()
    nudger.nudge()
    nudger.nudge()
    assert time.monotonic() - began < 10 * PATIENCE_SECONDS
    assert list(hours) == []


def test_a_redis_that_is_gone_is_asked_again_after_a_while(redis_server: RedisServer) -> None:
    hour = [0.0]
    nudger = Nudger(f"redis://127.0.0.1:{free_port()}/0", lambda: hour[0])
    nudger.nudge()
    nudger._redis = redis.Redis.from_url(redis_server.url)  # it is back
    acted = listen(redis_server)
    nudger.nudge()
    hour[0] = LEFT_ALONE_SECONDS
    nudger.nudge()
    assert acted.get(timeout=STOP_SECONDS)
    assert acted.empty()


def test_a_nudge_carries_nothing(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client, client.pubsub(ignore_subscribe_messages=True) as line:
        line.subscribe(CHANNEL)
        line.get_message(timeout=STOP_SECONDS)
        Nudger(redis_server.url).nudge()
        found = [line.get_message(timeout=STOP_SECONDS)]
    assert [it["data"] for it in found if it] == [b""]

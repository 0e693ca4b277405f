"""The loop and whoever waits for it: eight wait for PostgreSQL while a ninth is served; what is due waits for no whole crowd."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stage import Database

ROOT = Path(__file__).resolve().parents[1]

# As in wsgi.py, the patch comes before everything else. What the eight wait for is a lock, which only the ninth can give up:
# nothing here is measured, and the time-out only turns an endless wait into a failure.
EIGHT_WAIT = """
import sys
from kiosk.server import patch
patch(sys.argv[1])

import threading, time
from sqlalchemy import text
from kiosk.store.engines import make_engine

TURN = "select pg_advisory_lock(1)"
QUEUE = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
engine = make_engine(sys.argv[2], "display")

def wait_for_turn():
    with engine.connect() as connection:
        connection.execute(text("set statement_timeout = '10s'"))
        connection.execute(text(TURN))
        connection.execute(text("select pg_advisory_unlock(1)"))

with engine.connect() as first:
    first.execute(text(TURN))
    others = [threading.Thread(target=wait_for_turn) for _ in range(8)]
    for other in others:
        other.start()
    while first.scalar(text(QUEUE)) < len(others):
        if not all(other.is_alive() for other in others):
            raise SystemExit("one waited, and nobody else could do anything meanwhile")
        time.sleep(0.01)
    first.execute(text("select pg_advisory_unlock(1)"))
    for other in others:
        other.join()
print("all eight have waited at once")
"""


@pytest.mark.parametrize("mode", ["eventlet", "gevent"])
def test_a_wait_in_postgresql_stops_nobody_else(postgres_database: Database, mode: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PSYCOPG")}
    done = subprocess.run(
        [sys.executable, "-c", EIGHT_WAIT, mode, postgres_database.urls["display"]],
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "all eight have waited at once\n", done.stderr[-2000:]


# All hundred are readable before the loop looks. What is due each round stands for the clock of the codes.
A_HUNDRED_ASK = """
from kiosk.server import patch
patch("eventlet")

import socket, threading, time

pairs = [socket.socketpair() for _ in range(100)]
since, longest = 0, 0

def serve(own):
    global since, longest
    own.recv(1)
    since += 1
    longest = max(longest, since)

serving = [threading.Thread(target=serve, args=(own,)) for own, _ in pairs]
for it in serving:
    it.start()
time.sleep(0)
for _, other in pairs:
    other.send(b"!")
while any(it.is_alive() for it in serving):
    time.sleep(0)
    since = 0
print("at most sixteen" if 0 < longest <= 16 else f"{longest} in a row")
"""


def test_what_is_due_waits_for_a_round_of_requests_and_not_for_all_that_came_together() -> None:
    done = subprocess.run(
        [sys.executable, "-c", A_HUNDRED_ASK],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("at most sixteen", "")

"""Runs tests on demand, each time in a fork of this process, which has loaded all that they need but Kiosk and themselves.

A line on standard input is a JSON list: a file for what pytest prints, then pytest's words. The answer is the exit code.
To start Python and load everything anew took three times as long as the tests of a mutation do.
"""

import gc
import importlib
import json
import os
import signal
import sys

import pytest

NEEDED = """
alembic.command argon2 babel.dates click cryptography.x509 flask_compress flask_login flask_socketio flask_sqlalchemy flask_wtf
hypothesis.strategies playwright.sync_api psycopg pydantic.root_model pyotp qrcode.image.pure redis rich.progress socketio
sqlalchemy.dialects.postgresql sqlalchemy.dialects.sqlite sqlalchemy.orm webauthn websocket
"""
LONGEST_SECONDS = 600


def main() -> None:
    for name in NEEDED.split():
        importlib.import_module(name)
    assert not {"kiosk", "tests", "wsgi"} & sys.modules.keys(), "these are to be loaded by each run"
    gc.freeze()  # pytest looks for garbage twice in each run, and need not look here
    for line in sys.stdin:
        log, *words = json.loads(line)
        child = os.fork()
        if child == 0:
            sys.exit(run(log, words))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def run(log: str, words: list[str]) -> int:
    signal.alarm(LONGEST_SECONDS)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, ours in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
        os.dup2(stream, ours)
    return int(pytest.main(words))


if __name__ == "__main__":
    main()

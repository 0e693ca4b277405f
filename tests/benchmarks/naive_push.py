"""The reference for pushes, as the library's guide has it: at each change the codes are made and emitted, room after room.

`python -m tests.benchmarks.naive_push HOST PORT STEP_SECONDS FRAME_BYTES`. A screen says `join` with its room's number.
"""

import eventlet

eventlet.monkey_patch()

import base64  # noqa: E402
import hashlib  # noqa: E402
import hmac  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import eventlet.wsgi  # noqa: E402
import flask_sqlalchemy  # noqa: E402, F401 - any such server has it; with less in memory, garbage would be looked for oftener
from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402

MASTER = b"master secret"
PADDING = base64.b64encode(hashlib.shake_128(b"symbol").digest(6_000)).decode()
STARTS = 500
"""Where in the padding a payload may begin, so that no two rooms' are alike."""


def code(room: int, step: int) -> str:
    """A room's code in a step: two HMACs, as the product's."""
    key = hmac.digest(MASTER, b"%d" % room, "sha256")
    return base64.b32encode(hmac.digest(key, b"%d" % step, "sha256")[:10]).decode()


def payload(room: int, step: int, size: int) -> dict[str, object]:
    """What a screen draws, padded to the size of the product's frames."""
    now = code(room, step)
    start = int(now[0], 36) * 36 + room % 36
    return {"step": step, "digits": f"{room % 10**6:06}", "code": now, "symbol": PADDING[start % STARTS :][:size]}


def make(step_seconds: int, frame_bytes: int) -> Flask:
    """The app, its rooms empty, its clock not yet started."""
    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="eventlet")
    rooms: set[int] = set()
    size = frame_bytes - len(json.dumps(["frame", payload(0, 10**9, 0)], separators=(",", ":"))) - len("42")

    def rotate() -> None:
        while True:
            step = int(time.time() / step_seconds) + 1
            socketio.sleep(step * step_seconds - time.time())
            for room in list(rooms):
                socketio.emit("frame", payload(room, step, size), to=str(room))

    @socketio.on("join")
    def join(room: int) -> None:
        if not rooms:
            socketio.start_background_task(rotate)
        rooms.add(room)
        join_room(str(room))
        now = int(time.time() / step_seconds)
        socketio.emit("frame", payload(room, now, size), to=request.sid)  # type: ignore[attr-defined]

    return app


def main(host: str, port: str, step_seconds: str, frame_bytes: str) -> None:
    logging.disable()
    listener = eventlet.listen((host, int(port)), backlog=4096)
    eventlet.wsgi.server(listener, make(int(step_seconds), int(frame_bytes)), log_output=False, max_size=10_000)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The doors: `app` is all three wings by path, `display()`, `checkin()` and `admin()` are one each.

`python -m wsgi HOST PORT [CERTIFICATE KEY]` serves them from one process; `kiosk serve` starts that.
Nothing imports this module.
"""

import gc
import os
import sys
from pathlib import Path

from kiosk.instance import Instance
from kiosk.server import patch

if __name__ == "__main__":
    gc.disable()  # until `serve`: to look for garbage among what is only just being made is a tenth of the start
    patch(Instance(Path(os.environ.get("KIOSK_INSTANCE", "instance"))).async_mode)

from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from werkzeug.middleware.dispatcher import DispatcherMiddleware  # noqa: E402

from kiosk.server import offloader, open_listener, running_mode, serve  # noqa: E402


def instance() -> Instance:
    """The instance folder: KIOSK_INSTANCE, or `instance` below the current folder."""
    return Instance(Path(os.environ.get("KIOSK_INSTANCE", "instance")))


def display() -> Flask:
    """The display wing, for a process of its own."""
    from kiosk.display import app

    return app.make(instance().display(), offload=offloader(running_mode()))


def checkin() -> Flask:
    """The check-in wing, for a process of its own."""
    from kiosk.checkin import app

    return app.make(instance().checkin(), offload=offloader(running_mode()))


def admin() -> Flask:
    """The admin wing, for a process of its own."""
    from kiosk.admin import app

    return app.make(instance().admin(), offload=offloader(running_mode()))


def compose() -> Callable[..., Any]:
    """All three wings under one server, by the paths of their addresses."""
    addresses = instance().addresses
    screens, students, staff = display(), checkin(), admin()
    mounts = {screens.extensions["kiosk_settings"].mount: screens, staff.extensions["kiosk_settings"].mount: staff}
    if len({*mounts, students.extensions["kiosk_settings"].mount}) != 3:
        raise SystemExit(f"One process serves three wings by path, and two of these have the same: {addresses}")
    return DispatcherMiddleware(students.wsgi_app, {path: app.wsgi_app for path, app in mounts.items()})


def __getattr__(name: str) -> Any:
    if name == "app":
        globals()["app"] = compose()
        return globals()["app"]
    raise AttributeError(name)


if __name__ == "__main__":
    host, port, *tls = sys.argv[1:]
    sys.stdout.write(f"async mode: {running_mode()}\n")
    sys.stdout.flush()
    serve(
        compose(), open_listener(host, int(port)), running_mode(), certificate="".join(tls[:1]), key="".join(tls[1:2])
    )

"""The doors: `app` is all three wings by path, `display()`, `checkin()` and `admin()` are one each.

`python -m wsgi [--wing WING] HOST PORT [CERTIFICATE [KEY]]` serves them from one process, or one of them; `kiosk serve`
starts that. Nothing imports this module.
"""

import gc
import os
import sys
from pathlib import Path

from kiosk.instance import Instance
from kiosk.server import patch

if __name__ == "__main__":
    gc.disable()  # until `serve`: to look for garbage among what is only just being made is a tenth of the start
    own = Instance(Path(os.environ.get("KIOSK_INSTANCE", "instance")))
    patch(own.async_mode, own.limits.work_threads)

from argparse import ArgumentParser, Namespace  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from werkzeug.exceptions import NotFound  # noqa: E402
from werkzeug.middleware.dispatcher import DispatcherMiddleware  # noqa: E402

from kiosk import doctor  # noqa: E402
from kiosk.listener import open_listener  # noqa: E402
from kiosk.server import offloader, running_mode, serve  # noqa: E402
from kiosk.settings import WINGS  # noqa: E402


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


def alone(wing: str) -> Callable[..., Any]:
    """One wing under the path of its address; its process reads no other wing's secret.

    Raises:
        SystemExit: its login can't read what the wing needs.
    """
    app = {"display": display, "checkin": checkin, "admin": admin}[wing]()
    # Here and not before: whoever looked for all tables would have the projector's process know of people.
    problems = doctor.reasons_of_login(instance(), wing)
    if problems:
        raise SystemExit("\n".join(problems))
    mount = app.extensions["kiosk_settings"].mount
    return DispatcherMiddleware(NotFound(), {mount: app.wsgi_app}) if mount else app.wsgi_app


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


def words() -> Namespace:
    """What this program was told on its command line."""
    parser = ArgumentParser("python -m wsgi")
    parser.add_argument("--wing", choices=WINGS)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("certificate", nargs="?", default="")
    parser.add_argument("key", nargs="?", default="")
    return parser.parse_args()


if __name__ == "__main__":
    told = words()
    sys.stdout.write(f"async mode: {running_mode()}\n")
    sys.stdout.flush()
    served = alone(told.wing) if told.wing else compose()
    listener = open_listener(told.host, told.port, own.limits.backlog)
    serve(served, listener, running_mode(), own.limits, certificate=told.certificate, key=told.key)

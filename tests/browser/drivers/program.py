"""Starting a browser as a newcomer to the machine: a home of its own, nobody's desktop, one door to the world."""

import os
import shutil
from pathlib import Path

from tests.servers import LOOPBACK, NotInstalled


def program(name: str, package: str) -> str:
    """Where a program is.

    Raises:
        NotInstalled: with the Debian package that has it.
    """
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(f"apt-get install {package}")
    return found


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a program is started with: nothing of the person who runs the tests, and no session bus to ask."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    of_desktop = {"NO_AT_BRIDGE": "1", "GTK_A11Y": "none", "GIO_USE_VFS": "local", "GSETTINGS_BACKEND": "memory"}
    of_desktop |= {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "XDG_RUNTIME_DIR": str(runtime)}
    places = {"HOME": str(home), "TMPDIR": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return {**places, **of_desktop, **more}


def proxy(port: int) -> str:
    """The one door: every address a browser asks for, whatever its host, is asked of this machine."""
    return f"http://{LOOPBACK}:{port}"

"""A screen that is only in memory, for browsers that need a window."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.browser.drivers.program import environment, program
from tests.servers import running

SIZE = (1000, 2400)
"""So tall that the whole of a page is in sight, and nothing needs scrolling."""


@contextlib.contextmanager
def display(home: Path) -> Iterator[str]:
    """The name of a new display, such as ":7"; the number is the first that is free."""
    folder = home / "display"
    folder.mkdir()
    across, down = SIZE
    command = [program("Xvfb", "xvfb"), "-displayfd", "1", "-screen", "0", f"{across}x{down}x24"]
    # A key that a slow machine is late to let go must not repeat itself (-r).
    # Without -noreset it starts anew, and turns others away, whenever the last client leaves, as a short xdotool does.
    command += ["-nolisten", "tcp", "-noreset", "-r"]
    with running(command, is_ready=lambda: number(folder) != "", folder=folder, environment=environment(home)):
        yield f":{number(folder)}"


def number(folder: Path) -> str:
    """What Xvfb has written down, once it is ready, as a line of its own."""
    found = re.search(r"^(\d+)\n", (folder / "log").read_text(errors="replace"), re.MULTILINE)
    return found[1] if found else ""

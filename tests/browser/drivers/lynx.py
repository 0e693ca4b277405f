"""lynx, in a terminal. Enter opens the field at which the cursor stands; till then what one types is a command."""

import contextlib
import re
from collections.abc import Iterator

from tests.browser.drivers.driver import Driver, NotThere, becomes
from tests.browser.drivers.program import environment, program, proxy
from tests.browser.drivers.terminal import ENTER, TextDriver, terminal
from tests.servers import folder_for


class Lynx(TextDriver):
    @property
    def title(self) -> str:
        """What the first line says between an arrow, when there is a way back, and the number of the page."""
        found = re.fullmatch(r"[← ]*(.*?)( \(p\d+ of \d+\))?", self.terminal.look()[0])
        return found[1] if found else ""

    def open(self, address: str) -> None:
        self.terminal.send("g")
        if not becomes(lambda: "URL to open:" in self.words):
            raise NotThere(f"Nothing asks for an address:\n{self.words}")
        self.terminal.send(f"\x15{address}{ENTER}")

    def enter(self, text: str) -> None:
        self.terminal.send(f"{ENTER}{text}")


@contextlib.contextmanager
def lynx(port: int) -> Iterator[Driver]:
    """lynx at an empty page, asking everything of one port of this machine."""
    # Not -cookies, which turns them off: it is a switch that goes back and forth.
    command = [program("lynx", "lynx"), "-accept_all_cookies", "-nopause", "-tna", "empty.html"]
    with folder_for(None) as home:
        (home / "empty.html").write_text("<title>Empty</title>")
        doors = {"http_proxy": proxy(port), "https_proxy": proxy(port)}
        with terminal(command, environment(home, **doors), home) as opened:
            driver = Lynx(opened)
            driver.wait_for("Empty")
            yield driver

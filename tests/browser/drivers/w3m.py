"""w3m, in a terminal. It asks for a field's text on its last line."""

import contextlib
import re
from collections.abc import Iterator

from tests.browser.drivers.driver import Driver, NotThere, becomes
from tests.browser.drivers.program import environment, program, proxy
from tests.browser.drivers.terminal import ENTER, TextDriver, terminal
from tests.servers import folder_for

OPTIONS = {"use_cookie": "1", "accept_cookie": "1", "confirm_qq": "0", "use_proxy": "1", "no_proxy": ""}


class W3m(TextDriver):
    to_the_top = "g"

    @property
    def title(self) -> str:
        found = re.search("Viewing <(.*)>", self.last_line)
        return found[1] if found else ""

    @property
    def last_line(self) -> str:
        return self.terminal.look()[-1]

    def open(self, address: str) -> None:
        self.terminal.send("U")
        self.expect("Goto URL:")
        self.terminal.send(f"\x15{address}{ENTER}")

    def enter(self, text: str) -> None:
        self.terminal.send(ENTER)
        self.expect("TEXT:", "Password:")
        self.terminal.send(text + ENTER)
        self.expect("≪")

    def expect(self, *starts: str) -> None:
        if not becomes(lambda: self.last_line.startswith(starts)):
            raise NotThere(f"{starts} is not on the last line:\n{self.words}")


@contextlib.contextmanager
def w3m(port: int) -> Iterator[Driver]:
    """w3m at an empty page, asking everything of one port of this machine."""
    options = OPTIONS | {"http_proxy": proxy(port), "https_proxy": proxy(port)}
    command = [program("w3m", "w3m"), "-cookie"]
    command += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with folder_for(None) as home:
        (home / "empty.html").write_text("<title>Empty</title>")
        with terminal([*command, "empty.html"], environment(home), home) as opened:
            driver = W3m(opened)
            driver.wait_for("Empty")
            yield driver

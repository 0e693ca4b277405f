"""WebKit, as Debian's WebKitGTK has it in a small browser of its own, driven by WebDriver."""

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.browser.drivers.display import display
from tests.browser.drivers.dom import ELEMENT, TIMEOUTS, DomDriver
from tests.browser.drivers.driver import PATIENCE_SECONDS, Driver, Part
from tests.browser.drivers.program import environment, program
from tests.servers import LOOPBACK, NotInstalled, folder_for, free_port, running

PACKAGE = "webkit2gtk-driver"
# Nothing here has a graphics card.
PLAIN = {"GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
PLAIN |= {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}


class WebDriver:
    """The line to WebKitWebDriver: a request for each command."""

    def __init__(self, address: str) -> None:
        self.address = address
        # The tests' own proxy settings are for elsewhere.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method: str, path: str, **values: object) -> Any:
        data = json.dumps(values).encode() if method == "POST" else None
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=2 * PATIENCE_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            with problem:
                raise RuntimeError(f"{method} {path}: {problem.read()[:500]!r}") from None

    def answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/status"))
        except urllib.error.URLError:
            return False


class WebKit(DomDriver):
    def __init__(self, line: WebDriver, session: str) -> None:
        self.line, self.session = line, f"/session/{session}"

    def ask(self, method: str, path: str, **values: object) -> Any:
        return self.line.ask(method, self.session + path, **values)

    @property
    def title(self) -> str:
        return str(self.ask("GET", "/title"))

    def go(self, address: str) -> None:
        self.ask("POST", "/url", url=address)

    def find(self, xpath: str) -> str:
        return str(self.ask("POST", "/element", using="xpath", value=xpath)[ELEMENT])

    def type(self, element: str, text: str) -> None:
        self.ask("POST", f"/element/{element}/value", text=text)

    def fill_day(self, field: Part, day: date) -> None:
        """Part by part, as its field for a day wants to be typed, in the order of the browser's own language."""
        self.fill(field, f"{day:%m/%d/%Y}")

    def click(self, element: str) -> None:
        self.ask("POST", f"/element/{element}/click")

    def read(self, element: str) -> str:
        return str(self.ask("GET", f"/element/{element}/text"))

    def forget(self) -> None:
        self.ask("DELETE", "/cookie")
        self.go("about:blank")


@contextlib.contextmanager
def webkit(port: int) -> Iterator[Driver]:
    """WebKit in a window that nobody sees, asking everything of one port of this machine."""
    path, browser, own_port = program("WebKitWebDriver", PACKAGE), small_browser(), free_port()
    with folder_for(None) as home, display(home) as screen:
        line = WebDriver(f"http://{LOOPBACK}:{own_port}")
        given = environment(home, DISPLAY=screen, **PLAIN)
        with running([path, f"--port={own_port}"], is_ready=line.answers, folder=home, environment=given):
            wanted = {"timeouts": TIMEOUTS, "proxy": through(port)}
            wanted["webkitgtk:browserOptions"] = {"binary": str(browser), "args": ["--automation"]}
            session = line.ask("POST", "/session", capabilities={"alwaysMatch": wanted})["sessionId"]
            yield WebKit(line, session)
            line.ask("DELETE", f"/session/{session}")


def through(port: int) -> dict[str, object]:
    door = f"{LOOPBACK}:{port}"
    return {"proxyType": "manual", "httpProxy": door, "sslProxy": door}


def small_browser() -> Path:
    found = [
        *Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"),
        *Path("/usr/libexec").glob("webkit2gtk-4.*/MiniBrowser"),
    ]
    if not found:
        raise NotInstalled(f"apt-get install {PACKAGE}")
    return found[-1]

"""Firefox, by Marionette: the line it listens on itself, with nothing in between."""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.drivers.dom import ELEMENT, TIMEOUTS, DomDriver
from tests.browser.drivers.driver import PATIENCE_SECONDS, Driver
from tests.browser.drivers.program import environment, program
from tests.servers import LOOPBACK, folder_for, running

QUIET = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": True,
    "services.settings.server": "data:,",
    "signon.rememberSignons": False,
}


class Marionette:
    """The line: messages are JSON lists, each after its length and a colon."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection((LOOPBACK, port), PATIENCE_SECONDS)
        self.line.settimeout(2 * PATIENCE_SECONDS)
        self.incoming = self.line.makefile("rb")
        self.number = 0
        self.receive()

    def ask(self, command: str, **values: object) -> Any:
        self.number += 1
        message = json.dumps([0, self.number, command, values]).encode()
        self.line.sendall(b"%d:%b" % (len(message), message))
        _, _, problem, result = self.receive()
        if problem:
            raise RuntimeError(f"{command}: {problem['error']}: {problem['message']}")
        return result.get("value", result)

    def receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            read = self.incoming.read(1)
            if not read:
                raise ConnectionError("Firefox closed its line")
            length += read
        return json.loads(self.incoming.read(int(length[:-1])))

    def close(self) -> None:
        self.incoming.close()
        self.line.close()


class Firefox(DomDriver):
    def __init__(self, marionette: Marionette) -> None:
        self.ask = marionette.ask

    @property
    def title(self) -> str:
        return str(self.ask("WebDriver:GetTitle"))

    def go(self, address: str) -> None:
        self.ask("WebDriver:Navigate", url=address)

    def find(self, xpath: str) -> str:
        return str(self.ask("WebDriver:FindElement", using="xpath", value=xpath)[ELEMENT])

    def type(self, element: str, text: str) -> None:
        self.ask("WebDriver:ElementSendKeys", id=element, text=text)

    def click(self, element: str) -> None:
        self.ask("WebDriver:ElementClick", id=element)

    def read(self, element: str) -> str:
        return str(self.ask("WebDriver:GetElementText", id=element))

    def forget(self) -> None:
        self.ask("WebDriver:DeleteAllCookies")
        self.go("about:blank")


@contextlib.contextmanager
def firefox(port: int) -> Iterator[Driver]:
    """Firefox without a window, asking everything of one port of this machine."""
    path = program("firefox-esr", "firefox-esr")
    with folder_for(None) as home:
        profile = home / "profile"
        profile.mkdir()
        write_preferences(profile, QUIET | through(port))
        command = [path, "--headless", "--marionette", "--no-remote", "--profile", profile]
        given = environment(home, MOZ_HEADLESS="1", MOZ_CRASHREPORTER_DISABLE="1")
        with running(command, is_ready=lambda: listens(profile) > 0, folder=home, environment=given):
            marionette = Marionette(listens(profile))
            marionette.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": TIMEOUTS}})
            yield Firefox(marionette)
            marionette.close()


def through(port: int) -> dict[str, object]:
    """The preferences that send everything through one port, this machine's own names too."""
    kinds = {"http": LOOPBACK, "http_port": port, "ssl": LOOPBACK, "ssl_port": port, "type": 1, "no_proxies_on": ""}
    return {f"network.proxy.{name}": value for name, value in kinds.items()}


def write_preferences(profile: Path, preferences: dict[str, object]) -> None:
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
    (profile / "user.js").write_text("".join(lines))


def listens(profile: Path) -> int:
    """The port Firefox has chosen for Marionette, or 0 as long as it has not."""
    try:
        return int((profile / "MarionetteActivePort").read_text() or 0)
    except FileNotFoundError:
        return 0

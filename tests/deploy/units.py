"""systemd's unit files as far as a test can do without systemd: what is started, with which environment and credentials."""

import shlex
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SYSTEMD = DEPLOY / "systemd"


@dataclass(frozen=True)
class Unit:
    """An instance of a service: its settings by section and name, each with every value it was given."""

    name: str
    settings: dict[tuple[str, str], list[str]]

    def all(self, name: str, section: str = "Service") -> list[str]:
        _, _, instance = self.name.partition("@")
        return [value.replace("%i", instance) for value in self.settings.get((section, name), [])]

    def one(self, name: str, section: str = "Service") -> str:
        (value,) = self.all(name, section)
        return value

    @property
    def command(self) -> list[str]:
        return shlex.split(self.one("ExecStart"))

    @property
    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for line in self.all("Environment") for pair in shlex.split(line))

    @property
    def credentials(self) -> dict[str, str]:
        """The name of each file that systemd hands over, and where it takes it from."""
        return dict(line.split(":", 1) for line in self.all("LoadCredential"))


def read_unit(name: str) -> Unit:
    """`kiosk-checkin@1`, or a unit that has no instances."""
    base, at, _ = name.partition("@")
    kind = "" if "." in name else ".service"
    return Unit(name, read_settings(SYSTEMD / f"{base}{at}{kind}"))


def read_settings(path: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    section = ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and line[0] not in "#;":
            name, _, value = line.partition("=")
            found[section, name].append(value)
    return dict(found)


def services_of_target() -> list[str]:
    """What `systemctl start kiosk.target` starts."""
    wanted = read_unit("kiosk.target").all("Wants", "Unit")
    return [name.removesuffix(".service") for line in wanted for name in line.split()]

"""What there is to set: one frozen dataclass per wing, and what it is made of. Knows no file: `instance.py` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kiosk.domain.codes import CodePolicy
from kiosk.domain.lectures import WindowPolicy
from kiosk.domain.statements import AccessibilityStatement

ASYNC_MODES = ("eventlet", "gevent", "threading")
WINGS = ("display", "checkin", "admin")
LANGUAGES = ("en", "cy")
"""What students and screens can be spoken to in."""


class SettingsProblem(Exception):
    """What is missing or wrong in the instance folder, in words for the person who can mend it."""


@dataclass(frozen=True)
class Institution:
    """Whose Kiosk it is. `languages`: what students choose from and screens show, the one for those who choose none first."""

    name: str
    time_zone: ZoneInfo
    help_address: str
    is_demo: bool = False
    languages: tuple[str, ...] = ("en",)
    statement: AccessibilityStatement = AccessibilityStatement()

    def day_of(self, instant: datetime) -> date:
        """The day of the institution's calendar in which an instant is."""
        return instant.astimezone(self.time_zone).date()


@dataclass(frozen=True)
class Addresses:
    """Where each wing is reached from outside, without a slash at the end."""

    display: str
    checkin: str
    admin: str

    def of(self, wing: str) -> str:
        return str(getattr(self, wing))


@dataclass(frozen=True)
class MasterKeys:
    """The secrets codes are derived from: `current` names the one for new lectures. Never in the database."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class Rule:
    """By which rule attendance is recorded, in one language, as students read it. Empty: "ask the help desk"."""

    policy_name: str = ""
    policy_address: str = ""
    basis: str = ""
    kept: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is said of it."""
        return any((self.policy_name, self.policy_address, self.basis, self.kept))


@dataclass(frozen=True)
class Body(Rule):
    """The professional body that requires it of some modules, by its own rule."""

    name: str = ""


@dataclass(frozen=True)
class Notice(Rule):
    """What only the institution can say of its recording."""

    professional_body: Body = Body()


@dataclass(frozen=True)
class ServerLimits:
    """What the listener bears: docs/settings.md says what each one does."""

    backlog: int = 4096
    max_connections: int = 8192
    idle_seconds: int = 30
    body_seconds: int = 60
    stall_seconds: int = 60
    connection_seconds: int = 600
    head_bytes: int = 16_384
    stop_seconds: int = 10
    work_threads: int = 4


@dataclass(frozen=True)
class WingSettings:
    """What every wing needs; each wing's own class says what else."""

    wing: str
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    institution: Institution
    addresses: Addresses
    codes: CodePolicy
    windows: WindowPolicy
    master: MasterKeys
    async_mode: str
    trusted_proxies: int

    @property
    def mount(self) -> str:
        """The path this wing is served under: "" on a host of its own."""
        return urlsplit(self.addresses.of(self.wing)).path.rstrip("/")

    @property
    def is_secure(self) -> bool:
        return self.addresses.of(self.wing).startswith("https://")


@dataclass(frozen=True)
class DisplaySettings(WingSettings):
    redis_url: str | None = None


@dataclass(frozen=True)
class CheckinSettings(WingSettings):
    """`notices`: by language; where one is missing nothing is known."""

    notices: Mapping[str, Notice] = field(default_factory=dict)


@dataclass(frozen=True)
class AdminSettings(WingSettings):
    factor_key: str = field(repr=False)
    import_url: str = field(repr=False, default="")
    lectern_header: str = ""
    redis_url: str | None = None
    heads: Path = Path("log-heads.txt")

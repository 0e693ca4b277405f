"""Settings and secrets: read once from the instance folder into one frozen dataclass per wing.

A missing secret is a refusal to start, and none has a default. Standard library only, because the
server reads its async mode from here before anything else is imported.

    instance/kiosk.toml            the institution, its addresses, policies, database addresses
    instance/secrets/NAME.key      one file a secret, readable by its owner alone
    instance/secrets/codes.toml    the master secrets codes are made from, by key id
"""

import os
import re
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.domain.codes import CodePolicy
from kiosk.domain.lectures import WindowPolicy
from kiosk.domain.statements import AccessibilityStatement

ASYNC_MODES = ("eventlet", "gevent", "threading")
WINGS = ("display", "checkin", "admin")
LANGUAGES = ("en", "cy")
"""What students and screens can be spoken to in."""
_RULE = {"policy_name": 6, "policy_address": 1, "basis": 10, "kept": 10}
"""How many words each may have, so that the whole notice has 120 at most."""
_BODY = {"name": 7, **_RULE}
_PROFESSIONAL = "professional_body"
_HAS_PASSWORD = re.compile(r"://[^\s/:@]*:[^\s/@]+@")


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
    heads: Path = Path("log-heads.txt")


class Instance:
    """The instance folder, opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / "kiosk.toml"
        if not path.is_file():
            raise SettingsProblem(f"{path} is missing. `kiosk init` makes it.")
        try:
            text = path.read_text("utf-8")
            self.table: dict[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise SettingsProblem(f"{path} can't be read: {problem}") from problem
        denied = stat.S_IRWXO if _HAS_PASSWORD.search(text) else stat.S_IWOTH
        if path.stat().st_mode & denied:
            raise SettingsProblem(f"{path} can be read or changed by others. Run: chmod 600 {path}")

    @property
    def async_mode(self) -> str:
        mode = os.environ.get("KIOSK_ASYNC_MODE") or self._get("server", "async_mode", "eventlet")
        if mode not in ASYNC_MODES:
            raise SettingsProblem(f"async_mode is {mode!r}; it is one of {', '.join(ASYNC_MODES)}")
        return str(mode)

    @property
    def addresses(self) -> Addresses:
        table = self._table("addresses", required=False) or _below(os.environ.get("KIOSK_ORIGIN", ""))
        try:
            found = {wing: str(table[wing]).rstrip("/") for wing in WINGS}
        except KeyError as missing:
            raise SettingsProblem(f"[addresses] has no {missing} in kiosk.toml") from missing
        for wing, address in found.items():
            if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
                raise SettingsProblem(f"[addresses] {wing} = {address!r} is not an http or https address")
        return Addresses(**found)

    @property
    def institution(self) -> Institution:
        table = self._table("institution")
        try:
            zone = ZoneInfo(table["time_zone"])
        except (KeyError, ZoneInfoNotFoundError, ValueError) as problem:
            raise SettingsProblem(
                "[institution] time_zone in kiosk.toml is not a time zone such as Europe/London"
            ) from problem
        return Institution(
            name=str(table.get("name", "")) or "University",
            time_zone=zone,
            help_address=str(table.get("help_address", "")),
            is_demo=bool(table.get("demo", False)),
            languages=_languages(table.get("languages", ["en"])),
            statement=self._policy("accessibility", AccessibilityStatement),
        )

    @property
    def master_keys(self) -> MasterKeys:
        path = self.folder / "secrets" / "codes.toml"
        table = tomllib.loads(read_secret(path))
        keys = {str(kid): bytes.fromhex(value) for kid, value in table.get("keys", {}).items()}
        current = str(table.get("current", ""))
        if current not in keys or any(len(key) < 32 for key in keys.values()):
            raise SettingsProblem(f"{path} needs `current` and a [keys] table of secrets, 32 bytes or more each")
        return MasterKeys(current, keys)

    @property
    def factor_key(self) -> str:
        """What seals the secrets of second factors; apart from the cookie's key, so that either can be changed alone."""
        return read_secret(self.folder / "secrets" / "factors.key")

    def database_url(self, party: str) -> str:
        """The database address of a party; "owner" is the schema's owner."""
        table = self._table("database")
        url = os.environ.get(f"KIOSK_DATABASE_{party.upper()}") or table.get(party) or table.get("sqlite")
        if not url:
            raise SettingsProblem(f"[database] in kiosk.toml has neither {party} nor sqlite")
        if "://" not in url:
            return f"sqlite:///{(self.folder / url).resolve()}"
        return str(url)

    @property
    def heads(self) -> Path:
        """The file that the access log's daily heads go to; a folder stands for a file in it."""
        path = (self.folder / str(self._get("log", "heads", "log-heads.txt"))).resolve()
        return path / "log-heads.txt" if path.is_dir() else path

    @property
    def notices(self) -> Mapping[str, Notice]:
        """The institution's own words of the notice: [notice], and what [notice.cy] says otherwise in Welsh.

        [notice.professional_body] and [notice.cy.professional_body] are the same for the modules of such a body.
        """
        table = self._table("notice", required=False)
        spoken = {language: table.pop(language, {}) for language in LANGUAGES}
        return {language: _notice(table, own) for language, own in spoken.items()}

    @property
    def codes(self) -> CodePolicy:
        return self._policy("codes", CodePolicy)

    @property
    def windows(self) -> WindowPolicy:
        return self._policy("windows", WindowPolicy)

    def display(self) -> DisplaySettings:
        return DisplaySettings(**self._common("display"), redis_url=self._get("server", "redis_url", None))

    def checkin(self) -> CheckinSettings:
        return CheckinSettings(**self._common("checkin"), notices=self.notices)

    def admin(self) -> AdminSettings:
        return AdminSettings(
            **self._common("admin"),
            factor_key=self.factor_key,
            import_url=self.database_url("import"),
            heads=self.heads,
            lectern_header=str(self._get("server", "lectern_header", "")),
        )

    def _common(self, wing: str) -> dict[str, Any]:
        return {
            "wing": wing,
            "secret_key": read_secret(self.folder / "secrets" / f"{wing}.key"),
            "database_url": self.database_url(wing),
            "institution": self.institution,
            "addresses": self.addresses,
            "codes": self.codes,
            "windows": self.windows,
            "master": self.master_keys,
            "async_mode": self.async_mode,
            "trusted_proxies": int(self._get("server", "trusted_proxies", 0)),
        }

    def _policy(self, name: str, kind: type) -> Any:
        try:
            return kind(**self._table(name, required=False))
        except (TypeError, ValueError) as problem:
            raise SettingsProblem(f"[{name}] in kiosk.toml: {problem}") from problem

    def _table(self, name: str, *, required: bool = True) -> dict[str, Any]:
        table = self.table.get(name)
        if table is None and required:
            raise SettingsProblem(f"kiosk.toml has no [{name}]")
        return dict(table or {})

    def _get(self, table: str, name: str, default: Any) -> Any:
        return self._table(table, required=False).get(name, default)


def _languages(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not given or set(given) - set(LANGUAGES) or len(set(given)) < len(given):
        known = ", ".join(f'"{it}"' for it in LANGUAGES)
        raise SettingsProblem(f"[institution] languages in kiosk.toml is a list of some of {known}, each once")
    return tuple(given)


def _notice(table: Mapping[str, Any], own: Mapping[str, Any]) -> Notice:
    """What one language says of its own, and else what is said for all."""
    body = {**table.get(_PROFESSIONAL, {}), **own.get(_PROFESSIONAL, {})}
    rule = {name: text for name, text in {**table, **own}.items() if name != _PROFESSIONAL}
    about_body = Body(**_said("notice.professional_body", body, _BODY))
    return Notice(**_said("notice", rule, _RULE), professional_body=about_body)


def _said(where: str, table: Mapping[str, Any], most: Mapping[str, int]) -> dict[str, str]:
    if set(table) - set(most):
        raise SettingsProblem(f"[{where}] in kiosk.toml has {', '.join(most)} and nothing else")
    said = {name: str(text).strip() for name, text in table.items()}
    for name, text in said.items():
        if len(text.split()) > most[name]:
            raise SettingsProblem(
                f"[{where}] {name} in kiosk.toml has at most {most[name]} words: students read it on a phone"
            )
    if not (said.get("policy_address") or "https://").startswith(("https://", "http://")):
        raise SettingsProblem(f"[{where}] policy_address in kiosk.toml is an http or https address, or empty")
    return said


def _below(origin: str) -> dict[str, str]:
    """All three wings on one origin, for a laptop or a small department."""
    if not origin:
        raise SettingsProblem("kiosk.toml has no [addresses], and KIOSK_ORIGIN, which `kiosk serve` sets, is not there")
    return {"display": f"{origin}/display", "checkin": origin, "admin": f"{origin}/admin"}


def read_secret(path: Path) -> str:
    """A secret from a file that only its owner (or a group of the owner's choosing) can read; a SettingsProblem else."""
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        raise SettingsProblem(f"The secret {path} is missing or out of reach. `kiosk init` makes it.") from problem
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise SettingsProblem(f"The secret {path} can be read by others (mode {mode & 0o777:o}). Run: chmod 600 {path}")
    value = path.read_text("utf-8").strip()
    if len(value) < 32:
        raise SettingsProblem(f"The secret {path} is empty or too short. Remove it and run `kiosk init`.")
    return value


def write_secret(path: Path, value: str) -> None:
    """Make a secret file that nobody else can read, unless it is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value + "\n")


def make_secrets(folder: Path) -> None:
    """Make whatever secret the instance folder does not have yet."""
    for name in (*WINGS, "factors"):
        write_secret(folder / "secrets" / f"{name}.key", secrets.token_urlsafe(48))
    write_secret(folder / "secrets" / "codes.toml", f'current = "k1"\n\n[keys]\nk1 = "{secrets.token_hex(32)}"')

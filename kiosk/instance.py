"""The instance folder, opened: its settings and secrets, read once, into one frozen dataclass per wing.

A missing secret is a refusal to start, and none has a default. Standard library only, because the
server reads its async mode from here before anything else is imported.

    instance/kiosk.toml                the institution, its addresses, policies, database addresses
    instance/secrets/NAME.key          one file a secret, readable by its owner alone
    instance/secrets/codes.toml        the master secrets codes are made from, by key id
    instance/secrets/PARTY.database    a party's database address, where it has a password
    instance/secrets/redis.address     the same of Redis

Of a wing that has a process of its own, systemd hands over the few files that are this wing's: those in
CREDENTIALS_DIRECTORY come first, and the folder of all secrets may be out of reach.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.domain.codes import CodePolicy
from kiosk.domain.lectures import WindowPolicy
from kiosk.domain.statements import AccessibilityStatement
from kiosk.secret_files import read_secret
from kiosk.settings import (
    ASYNC_MODES,
    LANGUAGES,
    WINGS,
    Addresses,
    AdminSettings,
    Body,
    CheckinSettings,
    DisplaySettings,
    Institution,
    MasterKeys,
    Notice,
    ServerLimits,
    SettingsProblem,
)

_RULE = {"policy_name": 6, "policy_address": 1, "basis": 10, "kept": 10}
"""How many words each may have, so that the whole notice has 120 at most."""
_BODY = {"name": 7, **_RULE}
_PROFESSIONAL = "professional_body"
_LIMITS = {
    "backlog": 65_535,
    "max_connections": 1_000_000,
    "idle_seconds": 3_600,
    "body_seconds": 3_600,
    "stall_seconds": 3_600,
    "connection_seconds": 86_400,
    "head_bytes": 65_536,
    "stop_seconds": 600,
    "work_threads": 64,
}
"""The most that each may be; the least is 1."""
_SERVER = {"async_mode", "trusted_proxies", "lectern_header", "redis_url"}
_HAS_PASSWORD = re.compile(r"://[^\s/:@]*:[^\s/@]+@")


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
    def limits(self) -> ServerLimits:
        """What the listener bears, by what [server] says of it."""
        given = self._table("server", required=False)
        named = {name: _whole_number(given[name], name, most) for name, most in _LIMITS.items() if name in given}
        unknown = given.keys() - _LIMITS.keys() - _SERVER
        if unknown:
            known = ", ".join(sorted({*_LIMITS, *_SERVER}))
            raise SettingsProblem(f"[server] in kiosk.toml has {known}, and no {', '.join(sorted(unknown))}")
        return ServerLimits(**named)

    @property
    def trusted_proxies(self) -> int:
        return _whole_number(self._get("server", "trusted_proxies", 0), "trusted_proxies", 10, least=0)

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
        path = self.secret_path("codes.toml")
        table = tomllib.loads(read_secret(path))
        keys = {str(kid): bytes.fromhex(value) for kid, value in table.get("keys", {}).items()}
        current = str(table.get("current", ""))
        if current not in keys or any(len(key) < 32 for key in keys.values()):
            raise SettingsProblem(f"{path} needs `current` and a [keys] table of secrets, 32 bytes or more each")
        return MasterKeys(current, keys)

    @property
    def factor_key(self) -> str:
        """What seals the secrets of second factors; apart from the cookie's key, so that either can be changed alone."""
        return read_secret(self.secret_path("factors.key"))

    def database_url(self, party: str) -> str:
        """The database address of a party; "owner" is the schema's owner."""
        table = self._table("database", required=False)
        named = os.environ.get(f"KIOSK_DATABASE_{party.upper()}") or self._kept_address(f"{party}.database")
        url = str(named or table.get(party) or table.get("sqlite") or "")
        if not url:
            raise SettingsProblem(
                f"[database] in kiosk.toml has neither {party} nor sqlite, and there is no secrets/{party}.database"
            )
        if "://" not in url:
            return f"sqlite:///{(self.folder / url).resolve()}"
        return url

    @property
    def redis_url(self) -> str | None:
        """Where Redis is, for what display and admin processes tell each other."""
        return self._kept_address("redis.address") or self._get("server", "redis_url", None)

    def secret_path(self, name: str) -> Path:
        """Where a secret is: among those that this process was handed, or in the folder of all."""
        handed = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / name
        return handed if "CREDENTIALS_DIRECTORY" in os.environ and handed.is_file() else self.folder / "secrets" / name

    def _kept_address(self, name: str) -> str:
        """An address with a password in it, from a secret file; empty when there is none, or none for this process."""
        path = self.secret_path(name)
        return read_secret(path, least=1) if os.access(path, os.F_OK) else ""

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
        return DisplaySettings(**self._common("display"), redis_url=self.redis_url)

    def checkin(self) -> CheckinSettings:
        return CheckinSettings(**self._common("checkin"), notices=self.notices)

    def admin(self) -> AdminSettings:
        return AdminSettings(
            **self._common("admin"),
            factor_key=self.factor_key,
            import_url=self.database_url("import"),
            heads=self.heads,
            lectern_header=str(self._get("server", "lectern_header", "")),
            redis_url=self.redis_url,
        )

    def _common(self, wing: str) -> dict[str, Any]:
        return {
            "wing": wing,
            "secret_key": read_secret(self.secret_path(f"{wing}.key")),
            "database_url": self.database_url(wing),
            "institution": self.institution,
            "addresses": self.addresses,
            "codes": self.codes,
            "windows": self.windows,
            "master": self.master_keys,
            "async_mode": self.async_mode,
            "trusted_proxies": self.trusted_proxies,
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


def _whole_number(given: Any, name: str, most: int, *, least: int = 1) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise SettingsProblem(f"[server] {name} in kiosk.toml is a whole number from {least} to {most}, not {given!r}")
    return given


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

"""What is right and what could be better with an instance; `kiosk serve` asks it before it starts. Changes nothing."""

import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from kiosk.settings import WINGS, Instance, SettingsProblem


@dataclass(frozen=True)
class Finding:
    is_fine: bool
    text: str


def origin(host: str, port: int, *, is_tls: bool) -> str:
    """The address others reach this server by, as far as it can know: for 0.0.0.0 the machine's own."""
    shown = _own_address() if host in ("0.0.0.0", "::") else host  # nosec B104 - compared, not bound
    scheme, usual = ("https", 443) if is_tls else ("http", 80)
    name = f"[{shown}]" if ":" in shown else shown
    return f"{scheme}://{name}" if port == usual else f"{scheme}://{name}:{port}"


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks the routing table which address would be used
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def reasons_not_to_start(instance: Instance) -> list[str]:
    """What must be mended before this instance can serve."""
    return [finding.text for finding in (*_settings(instance), *_database(instance)) if not finding.is_fine]


def findings(instance: Instance) -> list[Finding]:
    """Everything there is to say of an instance."""
    return [*_settings(instance), *_database(instance), *_projection(instance)]


def welcome(instance: Instance) -> str:
    """What to print when the server starts: where each wing is, and what plain HTTP can't do."""
    addresses = instance.addresses
    lines = [
        "",
        f"  screens   {addresses.display}/",
        f"  students  {addresses.checkin}/",
        f"  staff     {addresses.admin}/",
    ]
    demo = instance.folder / "demo-sign-ins.txt"
    if demo.is_file():
        told = demo.read_text("utf-8").replace("{staff}", addresses.admin)
        lines += ["", *("  " + line for line in told.splitlines())]
    if addresses.checkin.startswith("http://"):
        lines += [
            "",
            "  Plain HTTP: cookies are not marked Secure, and away from this machine the screen may fall asleep.",
        ]
    return "\n".join([*lines, "", "  Ctrl-C stops it.", ""])


def _settings(instance: Instance) -> list[Finding]:
    found = []
    for wing in WINGS:
        try:
            getattr(instance, wing)()
            found.append(Finding(True, f"the {wing} wing has its settings and secrets"))
        except SettingsProblem as problem:
            found.append(Finding(False, str(problem)))
    return found


def _database(instance: Instance) -> list[Finding]:
    from kiosk.store import schema

    url = instance.database_url("owner")
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite") and file.is_file() and file.stat().st_mode & stat.S_IRWXO:
        return [Finding(False, f"The database {file} can be read by others. Run: chmod 600 {file}")]
    try:
        fine = schema.is_current(url)
    except (SQLAlchemyError, OSError) as problem:
        return [Finding(False, f"The database does not answer ({type(problem).__name__}).")]
    return [Finding(fine, "the schema is the newest" if fine else "The database needs `kiosk migrate`.")]


def _projection(instance: Instance) -> list[Finding]:
    from kiosk.display.qr import SymbolPlan

    address = instance.addresses.checkin
    plan = SymbolPlan.for_address(address)
    found = [
        Finding(True, f"symbols for {address}: version {plan.version}-{plan.level}, {plan.modules} modules a side")
    ]
    if plan.version > 2:
        host = urlsplit(address).netloc
        text = f"a students' address shorter than {host} ({len(host)} characters) would make the symbol readable from further away"
        found.append(Finding(True, text))
    return found

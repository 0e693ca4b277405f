"""What is right and what could be better with an instance; `kiosk serve` asks it before it starts. Changes nothing."""

import os
import socket
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.instance import Instance
from kiosk.settings import WINGS, SettingsProblem

NOT_ON_SCREEN = "The others, and {staff} stands for the staff area's address, which Kiosk shows when it starts:"
"""In the demonstration's file of sign-ins, what is below this line is left to those who open it."""


_VISITORS = {"display": "screens", "checkin": "students", "admin": "staff"}


@dataclass(frozen=True)
class Finding:
    """`is_due`: nothing is broken, and somebody has to do something."""

    is_fine: bool
    text: str
    is_due: bool = False


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
    return _to_mend([*_settings(instance, WINGS), *_database(instance)])


def reasons_not_to_start_alone(instance: Instance, wing: str) -> list[str]:
    """What must be mended before one wing can serve, as far as its own settings say. Quick: each process begins with this."""
    return _to_mend(_settings(instance, [wing]))


def reasons_of_login(instance: Instance, wing: str) -> list[str]:
    """What must be mended of a wing's database, as far as its own login can know; once the wing's tables are known."""
    return _to_mend(_login(instance, wing))


def _to_mend(found: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.text for finding in found if not finding.is_fine))


def findings(instance: Instance) -> list[Finding]:
    """Everything there is to say of an instance."""
    found = [*_settings(instance, WINGS), *_database(instance)]
    if all(finding.is_fine for finding in found):
        from kiosk.store.rights import PARTIES

        found += [finding for party in PARTIES for finding in _login(instance, party)]
    found += [*_roles(instance), *_log(instance)]
    try:
        found += _statement(instance)
        found += [*_addresses(instance), *_projection(instance)]
    except SettingsProblem as problem:
        found.append(Finding(False, str(problem)))
    return list(dict.fromkeys(found))


def welcome_alone(instance: Instance, wing: str) -> str:
    """What to print when a wing's own process starts: a line, for the log."""
    return f"{_VISITORS[wing]} {instance.addresses.of(wing)}/"


def welcome(instance: Instance) -> str:
    """What to print when the server starts: where each wing is, and what plain HTTP can't do."""
    addresses = instance.addresses
    lines = ["", *(f"  {visitors:9} {addresses.of(wing)}/" for wing, visitors in _VISITORS.items())]
    demo = instance.folder / "demo-sign-ins.txt"
    if demo.is_file():
        told = demo.read_text("utf-8").partition(NOT_ON_SCREEN)[0].replace("{staff}", addresses.admin)
        lines += ["", *("  " + line for line in told.splitlines())]
    if addresses.checkin.startswith("http://"):
        lines += [
            "",
            "  Plain HTTP: cookies are not marked Secure, and away from this machine the screen may fall asleep.",
        ]
    for finding in _statement(instance):
        if finding.is_due:
            lines += ["", f"  {finding.text}"]
    return "\n".join([*lines, "", "  Ctrl-C stops it.", ""])


def _settings(instance: Instance, wings: Iterable[str]) -> list[Finding]:
    readings: list[tuple[Callable[[], object], str]] = [(lambda: instance.limits, "the listener's limits can be used")]
    readings += [(getattr(instance, wing), f"the {wing} wing has its settings and secrets") for wing in wings]
    found = []
    for read, fine in readings:
        try:
            read()
            found.append(Finding(True, fine))
        except SettingsProblem as problem:
            found.append(Finding(False, str(problem)))
    return found


def _database(instance: Instance) -> list[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

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


def _login(instance: Instance, party: str) -> list[Finding]:
    """Whether a party's own login reads what it should: a wing's process has no other to ask with."""
    from sqlalchemy.exc import SQLAlchemyError

    from kiosk.store import engines

    try:
        missing = engines.unreadable(instance.database_url(party), party)
    except (SQLAlchemyError, OSError) as problem:
        return [Finding(False, f"The database does not answer the {party} login ({type(problem).__name__}).")]
    if missing:
        tables = ", ".join(missing)
        return [Finding(False, f"The {party} login can't read what it should of {tables}. Run `kiosk migrate`.")]
    return [Finding(True, f"the {party} login reads what it should")]


def _addresses(instance: Instance) -> list[Finding]:
    given = "kiosk.toml" if "addresses" in instance.table else "the host and port that `kiosk serve` is given"
    own = instance.addresses
    return [
        Finding(True, f"by {given}, screens go to {own.display}, students to {own.checkin}, staff to {own.admin}"),
    ]


def _roles(instance: Instance) -> list[Finding]:
    """Whether somebody holds two roles that nobody may hold together."""
    from sqlalchemy.exc import SQLAlchemyError

    from kiosk import accounts

    try:
        found = accounts.forbidden_pairs_held(instance, datetime.now(UTC))
    except (SQLAlchemyError, OSError):
        return []  # that the database does not answer is said already
    return [Finding(False, text) for text in found] or [
        Finding(True, "nobody holds two roles that shut each other out")
    ]


def _log(instance: Instance) -> list[Finding]:
    """Whether the access log's heads leave the database, as they should once a day."""
    from sqlalchemy.exc import SQLAlchemyError

    from kiosk import audit, heads

    path = instance.heads
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return [Finding(False, f"The access log's heads can't be written to {path}.")]
    try:
        due = audit.head_not_written_down(instance, datetime.now(UTC).date())
    except (heads.UnreadableHeads, OSError) as problem:
        return [Finding(False, f"The access log's heads in {path} can't be read: {problem}.")]
    except SQLAlchemyError:
        return []  # that the database does not answer is said already
    if due is None:
        return [Finding(True, f"the access log's heads are in {path}")]
    words = (
        f"The access log's head of {due.day} is not in {path}. Run `kiosk log head`, and see why the server could not."
    )
    return [Finding(False, words)]


def _statement(instance: Instance) -> list[Finding]:
    """Whether somebody has reviewed the accessibility statement within twelve months; nobody needs to for a demonstration."""
    institution = instance.institution
    statement, today = institution.statement, institution.day_of(datetime.now(UTC))
    if institution.is_demo or not statement.is_due(today):
        return []
    since = f"since {statement.reviewed_on}" if statement.reviewed_on else "yet"
    text = (
        f"Nobody has reviewed the accessibility statement {since}. Read {instance.addresses.checkin}/accessibility-statement, "
        "go through docs/screen-readers.md, and write the day as reviewed_on under [accessibility] in kiosk.toml."
    )
    return [Finding(True, text, is_due=True)]


def _projection(instance: Instance) -> list[Finding]:
    from kiosk.display.qr import SymbolPlan

    address = instance.addresses.checkin
    plan = SymbolPlan.for_address(address)
    found = [
        Finding(
            True,
            f"the QR symbol for {address} has {plan.modules} modules a side (version {plan.version}-{plan.level}); "
            "fewer can be read from further away",
        )
    ]
    if plan.version > 2:
        host = urlsplit(address).netloc
        text = f"it could be read from further away if the students' address were shorter than {host} ({len(host)} characters)"
        found.append(Finding(True, text))
    return found

"""`kiosk staff add` and `kiosk student links`: accounts and one-time links for first passwords. Knows no password."""

import csv
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from kiosk.domain.hashes import hash_secret
from kiosk.domain.permissions import Role, ScopeKind, clashes
from kiosk.instance import Instance
from kiosk.settings import SettingsProblem
from kiosk.store.doors import accounts as door
from kiosk.store.doors import powers
from kiosk.store.engines import session_for
from kiosk.store.transactions import DatabaseAway, transaction

LINK_LASTS = timedelta(days=14)
ROLE_LASTS = timedelta(days=365)
AT_ONCE = 2_000

_address = click.option(
    "--address", default="", help="The wing's address from outside. Default: [addresses] in kiosk.toml."
)


@click.group()
def staff() -> None:
    """Accounts of staff."""


@click.group()
def student() -> None:
    """Accounts of students."""


@staff.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The name colleagues see.")
@click.option("--unit", default="", help="Their department or office.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="A role, for a year.")
@click.option("--scope", default="", help="How far the role reaches: own, all, or department:NAME.")
@_address
@click.pass_obj
def add_staff(folder: Path, login: str, name: str, unit: str, role: str | None, scope: str, address: str) -> None:
    """Add LOGIN, or a role to LOGIN; prints a one-time link that sets a password and enrols the device it is opened on.

    Whoever has a password keeps it, unless this is their first powerful role: with that they begin anew.
    """
    instance = Instance(folder)
    grant = _grant(role, scope)
    login = login.strip().lower()
    if not login or len(login) > 120 or any(letter.isspace() for letter in login):
        raise click.UsageError("LOGIN is one word of at most 120 characters.")
    if not 1 <= len(name.strip()) <= 200 or len(unit) > 80:
        raise click.UsageError("--name takes 1 to 200 characters, --unit at most 80.")
    base = address.rstrip("/") or _address_of(instance, "admin")
    now = datetime.now(UTC)
    today = instance.institution.day_of(now)
    with _session(instance) as session:
        secret = add_person(session, now, today, login=login, name=name.strip(), unit=unit.strip(), grant=grant)
    if secret is None:
        click.echo(f"{login} has a password already and keeps it. `kiosk staff link {login}` lets them begin anew.")
    else:
        _show_link(base, login, secret, now)


@staff.command("link")
@click.argument("login")
@_address
@click.pass_obj
def link_staff(folder: Path, login: str, address: str) -> None:
    """Print a new one-time link for LOGIN, who lost password, devices or second factor.

    It ends their sign-ins and devices at once, and is the only link for somebody with a powerful role.
    """
    instance = Instance(folder)
    base = address.rstrip("/") or _address_of(instance, "admin")
    now = datetime.now(UTC)
    today = instance.institution.day_of(now)
    with _session(instance) as session:
        secret = new_link(session, now, today, login.strip().lower())
    if secret is None:
        raise click.ClickException(f"There is no member of staff with the sign-in name {login}.")
    _show_link(base, login, secret, now)


def _show_link(base: str, login: str, secret: str, now: datetime) -> None:
    click.echo(f"{base}/first-password/{secret}")
    click.echo(f"Good once, until {(now + LINK_LASTS):%d %B %Y}. Give it to {login} alone.", err=True)
    click.echo(
        "Opened, it sets a password and enrols that device; names of students open on enrolled devices.", err=True
    )


@student.command("links")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write.")
@_address
@click.pass_obj
def student_links(folder: Path, out: Path, address: str) -> None:
    """Write a one-time link for each student without a password: student_no, login, link."""
    instance = Instance(folder)
    base = address.rstrip("/") or _address_of(instance, "checkin")
    now = datetime.now(UTC)
    today = instance.institution.day_of(now)
    try:
        # Made before anything is drawn, and never over a file somebody else can read.
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{out} is there already. Choose another name.") from None
    except OSError as problem:
        raise click.ClickException(f"{out} can't be written: {problem.strerror}.") from None
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file, _session(instance) as session:
        count = 0
        file.write(_csv_lines([("student_no", "login", "link")]))
        for rows in make_links(session, now, today):
            # Guarded as every export is: a cell must not become a formula.
            file.write(
                _csv_lines([(number, login, f"{base}/first-password/{secret}") for number, login, secret in rows])
            )
            count += len(rows)
    click.echo(f"{count:,} links, each good once, until {(now + LINK_LASTS):%d %B %Y}, in {out}")
    click.echo("Send each to its student alone, then delete the file.")


def add_person(
    session: Session,
    now: datetime,
    today: date,
    *,
    login: str,
    name: str,
    unit: str,
    grant: tuple[str, str, str] | None,
) -> str | None:
    """Make the account if it isn't there and give the role; the secret of a link, unless they keep a password."""
    secret = secrets.token_urlsafe(32)
    return secret if _add_person(session, now, today, login, name, unit, grant, hash_secret(secret)) else None


@transaction
def _add_person(
    session: Session,
    now: datetime,
    today: date,
    login: str,
    name: str,
    unit: str,
    grant: tuple[str, str, str] | None,
    secret_hash: str,
) -> bool:
    powers.take_roles_turn(session)
    staff_id = door.find_staff(session, login) or door.add_staff(session, login, name, unit)
    before = powers.held(session, today)
    if grant and not door.has_grant(session, staff_id, *grant, today):
        role, kind, value = grant
        _check_role(session, staff_id, Role(role), today)
        row = {"role": role, "scope_kind": kind, "scope_value": value, "from_on": today, "until_on": today + ROLE_LASTS}
        door.add_grant(session, now, staff_id, row)
    begins_anew = staff_id in powers.follow(session, now, today, before)
    if door.has_password(session, staff_id) and not begins_anew:
        return False
    _give_link(session, now, staff_id, secret_hash, before)
    return True


def _give_link(
    session: Session, now: datetime, staff_id: int, secret_hash: str, before: frozenset[powers.Power]
) -> None:
    """The link, of which the officer is told when it is somebody's who had power before this command."""
    powers.give_link(session, now, staff_id, secret_hash, now + LINK_LASTS, by=None, role=door.COMMAND_LINE)
    if any(it.staff_id == staff_id for it in before):
        powers.tell(session, now, powers.Told.LINK_MADE, staff_id)


def _check_role(session: Session, staff_id: int, role: Role, today: date) -> None:
    held = door.roles_held(session, today)
    others = clashes(role, held.get(staff_id, ()))
    if others:
        names = ", ".join(sorted(other.label for other in others))
        raise click.ClickException(f"Nobody may hold {role.label} together with: {names}. Nothing was changed.")
    owners = (roles for roles in held.values() if Role.DATA_OWNER in roles)
    if role.is_powerful and any(not clashes(Role.DATA_OWNER, roles) for roles in owners):
        raise click.ClickException(
            f"{role.label} needs a second person: propose it in the staff area, where a data owner approves it."
        )


def forbidden_pairs_held(instance: Instance, now: datetime) -> list[str]:
    """A sentence for each who holds roles that nobody may hold together; both are as if they were not held."""
    with session_for(instance.database_url("import"), "import") as session:
        found = door.forbidden_pairs_held(session, instance.institution.day_of(now))
    return [
        f"{login} holds roles that nobody may hold together: {', '.join(sorted(role.label for role in roles))}. "
        "They give nothing until a system administrator or data owner ends one of them."
        for login, roles in found.items()
    ]


def new_link(session: Session, now: datetime, today: date, login: str) -> str | None:
    """The secret of a link for somebody who has an account; None when nobody has this sign-in name."""
    secret = secrets.token_urlsafe(32)
    return secret if _new_link(session, now, today, login, hash_secret(secret)) else None


@transaction
def _new_link(session: Session, now: datetime, today: date, login: str, secret_hash: str) -> bool:
    staff_id = door.find_staff(session, login)
    if staff_id is None:
        return False
    _give_link(session, now, staff_id, secret_hash, powers.held(session, today))
    return True


def make_links(session: Session, now: datetime, today: date) -> Iterator[list[tuple[str, str, str]]]:
    """Number, login and the link's secret of each student without a password, some at a time, once they are kept."""
    waiting = door.students_without_password(session, today)
    session.rollback()
    for start in range(0, len(waiting), AT_ONCE):
        some = [
            (student_id, number, login, secrets.token_urlsafe(32))
            for student_id, number, login in waiting[start : start + AT_ONCE]
        ]
        _keep_links(session, [(student_id, hash_secret(secret)) for student_id, _, _, secret in some], now + LINK_LASTS)
        yield [(number, login, secret) for _, number, login, secret in some]


@transaction
def _keep_links(session: Session, links: list[tuple[int, str]], expires_at: datetime) -> None:
    rows = [{"student_id": student_id, "secret_hash": it, "expires_at": expires_at} for student_id, it in links]
    door.add_student_links(session, rows)


def _grant(role: str | None, scope: str) -> tuple[str, str, str] | None:
    if role is None:
        if scope:
            raise click.UsageError("--scope says how far a role reaches: give --role too.")
        return None
    kind, _, value = scope.partition(":")
    if kind not in list(ScopeKind) or (kind == ScopeKind.DEPARTMENT) != bool(value.strip()):
        raise click.UsageError(
            "A role without a scope sees nobody: add --scope own, --scope all or --scope department:NAME."
        )
    if kind == ScopeKind.DEPARTMENT and not Role(role).has_departments:
        raise click.UsageError(
            f"{Role(role).label} cannot be given for one department: use --scope own or --scope all."
        )
    return role, kind, value.strip()


def _address_of(instance: Instance, wing: str) -> str:
    try:
        return instance.addresses.of(wing)
    except SettingsProblem as problem:
        raise click.ClickException(f"{problem}. Or give --address, such as https://kiosk.example.ac.uk") from problem


@contextmanager
def _session(instance: Instance) -> Iterator[Session]:
    try:
        with session_for(instance.database_url("import"), "import") as session:
            yield session
    except DatabaseAway:
        raise click.ClickException(
            "The database did not answer. What was printed or written so far is kept, no more."
        ) from None


def _csv_lines(rows: list[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [["'" + it if it[:1] in "=+-@\t\r" else it for it in row] for row in rows]
    )
    return text.getvalue()

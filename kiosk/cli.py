"""The `kiosk` command, thin: each part is imported when it is asked for. Knows how to start things, not how they work."""

import json
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from kiosk.instance import Instance
from kiosk.secret_files import make_addresses, make_redis_address, make_secrets, read_secret
from kiosk.settings import LANGUAGES, WINGS, SettingsProblem

_KIOSK_TOML = """\
# Kiosk's settings. docs/settings.md says what each one does.

[institution]
name = {name}
time_zone = "Europe/London"
help_address = {help_address}
demo = {demo}
languages = {languages}

# Without [addresses], `kiosk serve` takes them from the host and port it is given:
# /display for screens, / for students, /admin for staff.

[database]
sqlite = "kiosk.sqlite"

[server]
async_mode = "eventlet"
trusted_proxies = 0
"""


_ELSEWHERE = {
    "import": ("kiosk.imports.command", "import_files"),
    "demo": ("kiosk.demo.command", "demo"),
    "staff": ("kiosk.accounts", "staff"),
    "student": ("kiosk.accounts", "student"),
    "log": ("kiosk.audit", "log"),
}


class Commands(click.Group):
    """Says in one line what is missing, and imports a command that lives elsewhere when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            module, name = _ELSEWHERE[cmd_name]
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsProblem as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
@click.option(
    "--instance",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("KIOSK_INSTANCE", "instance")),
    help="The instance folder. Default: KIOSK_INSTANCE, or ./instance.",
)
@click.pass_context
def main(ctx: click.Context, folder: Path) -> None:
    """Kiosk: attendance that shows a code and nothing else."""
    os.umask(0o077)  # whatever is made in the instance folder is its owner's alone
    ctx.obj = folder


@main.command()
@click.option("--name", default="University of Barchester", help="The institution's name.")
@click.option("--help-address", default="", help="Where students and staff ask for help.")
@click.option("--demo/--no-demo", default=False, help="Mark every page as a demonstration.")
@click.option("--postgresql", default="", metavar="HOST/NAME", help="Make logins of a PostgreSQL database, too.")
@click.option("--redis", default="", metavar="HOST:PORT", help="Make a login of a Redis, too.")
@click.pass_obj
def init(folder: Path, name: str, help_address: str, demo: bool, postgresql: str, redis: str) -> None:
    """Make the instance folder's settings and secrets, whichever are missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "kiosk.toml"
    if not path.exists():
        about = {"name": name, "help_address": help_address, "demo": demo}
        about["languages"] = LANGUAGES if demo else LANGUAGES[:1]
        text = _KIOSK_TOML.format(**{key: json.dumps(value) for key, value in about.items()})
        path.write_text(text + _notice_of_demo() if demo else text, "utf-8")
    make_secrets(folder)
    if postgresql:
        from kiosk.store.rights import PARTIES, role_of

        make_addresses(folder, postgresql, {party: role_of(party) for party in ("owner", *PARTIES)})
    if redis:
        make_redis_address(folder, redis)


def _notice_of_demo() -> str:
    from kiosk.demo.notice import NOTICE

    return NOTICE


@main.command()
@click.pass_obj
def migrate(folder: Path) -> None:
    """Bring the database to the newest schema and give each wing its rights. Run as the owner."""
    from kiosk.store import schema

    schema.migrate(Instance(folder).database_url("owner"))


@main.command()
@click.option("--as", "url", default="", help="An administrator's address of Kiosk's PostgreSQL database.")
@click.option("--print", "database", default="", metavar="NAME", help="Print the SQL for this database, for psql.")
@click.pass_obj
def roles(folder: Path, url: str, database: str) -> None:
    """Make the login roles on PostgreSQL, with the passwords that stand in secrets/ or kiosk.toml."""
    from kiosk.store import rights, schema

    if bool(url) == bool(database):
        raise click.UsageError("Give --as ADDRESS, or --print NAME for somebody else to carry out.")
    passwords = _passwords(Instance(folder), rights.PARTIES)
    if url:
        schema.make_roles(url, passwords)
    else:
        click.echo("".join(f"{statement};\n" for statement in rights.role_statements(passwords, database)), nl=False)


def _passwords(instance: Instance, parties: Iterable[str]) -> dict[str, str]:
    """Each party's password, and the owner's where it has one of its own."""
    from sqlalchemy.engine import make_url

    passwords = {party: make_url(instance.database_url(party)).password or "" for party in parties}
    missing = [party for party, password in passwords.items() if not password]
    if missing:
        raise click.ClickException(f"Neither secrets/ nor kiosk.toml names a password for: {', '.join(missing)}")
    owner = instance.secret_path("owner.database")
    return passwords | ({"owner": make_url(read_secret(owner)).password or ""} if owner.is_file() else {})


@main.command()
def rights() -> None:
    """Print which wing can read what, as a Markdown table."""
    from kiosk.store import disclosure

    click.echo(disclosure.reading_table())


_host = click.option("--host", default="127.0.0.1", show_default=True)
_port = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@main.command()
@_host
@_port
@click.option("--cert", default="", help="A TLS certificate (PEM).")
@click.option("--key", default="", help="The certificate's key (PEM).")
@click.option("--wing", default="", type=click.Choice(["", *WINGS]), help="Serve one wing, with its own secrets alone.")
@click.pass_obj
def serve(folder: Path, host: str, port: int, cert: str, key: str, wing: str) -> None:
    """Serve all three wings from one process, or one of them."""
    from kiosk import doctor

    os.environ.setdefault("KIOSK_ORIGIN", doctor.origin(host, port, is_tls=bool(cert)))
    instance = Instance(folder)
    problems = doctor.reasons_not_to_start_alone(instance, wing) if wing else doctor.reasons_not_to_start(instance)
    if problems:
        raise click.ClickException("\n".join(problems))
    _check_may_listen(host, port, cert, key)
    click.echo(doctor.welcome_alone(instance, wing) if wing else doctor.welcome(instance))
    os.environ["KIOSK_INSTANCE"] = str(folder.resolve())
    sys.stdout.flush()
    words = [sys.executable, "-m", "wsgi", *(["--wing", wing] if wing else []), host, str(port)]
    words += filter(None, (cert, key))
    os.execv(sys.executable, words)  # nosec B606 - this interpreter, with words of our own


def _check_may_listen(host: str, port: int, cert: str, key: str) -> None:
    """Say what is in the way of serving here before anything else is said.

    Raises:
        click.ClickException: the address is taken, or the certificate can't be used.
    """
    from kiosk.listener import open_listener, tls_context

    try:
        open_listener(host, port).close()
    except OSError as problem:
        raise click.ClickException(
            f"{host}, port {port} can't be used: {problem.strerror}. Choose another port, as in: make run PORT=8001"
        ) from None
    try:
        if cert:
            tls_context(cert, key)
    except OSError as problem:
        raise click.ClickException(f"The certificate {cert} can't be used: {problem.strerror or problem}.") from None


@main.command()
@_host
@_port
@click.pass_context
def start(ctx: click.Context, host: str, port: int) -> None:
    """Make what is missing, and serve: `init --demo`, `migrate`, `demo --if-empty` and `serve` in one process."""
    from kiosk.demo.command import demo

    ctx.invoke(init, demo=True)
    ctx.invoke(migrate)
    ctx.invoke(demo, if_empty=True)
    ctx.invoke(serve, host=host, port=port)


@main.command("doctor")
@click.option("--host", default="127.0.0.1", show_default=True, help="As for `kiosk serve`.")
@click.option("--port", default=8000, show_default=True, help="As for `kiosk serve`.")
@click.pass_obj
def examine(folder: Path, host: str, port: int) -> None:
    """Check the settings, the database and the projected address, and say what could be better."""
    from kiosk import doctor

    os.environ.setdefault("KIOSK_ORIGIN", doctor.origin(host, port, is_tls=False))
    findings = doctor.findings(Instance(folder))
    for finding in findings:
        word = "DUE " if finding.is_due else "ok  " if finding.is_fine else "MEND"
        click.echo(f"{word}  {finding.text}")
    to_mend = sum(not finding.is_fine for finding in findings)
    click.echo(f"Things to mend: {to_mend}" if to_mend else "Nothing needs mending.")
    sys.exit(to_mend > 0)

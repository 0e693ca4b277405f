"""Throw-away servers for the tests: each has a free port, a password and a folder of its own, and dies with its starter.

Used by the fixtures in `conftest.py`, and by whatever else starts a program for a test (`running`) or shows a wing of
the test's own process to a real browser (`serving`).
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.serving import WSGIRequestHandler, make_server

START_SECONDS = 30
STOP_SECONDS = 10
ASK_AGAIN_SECONDS = 0.03
LOOPBACK = "127.0.0.1"

# Its input ends when we close it or die. A server that is still dying may write once more, hence the tries.
SWEEP = 'cat; for try in $(seq 100); do rm -rf -- "$1" 2>/dev/null && break; sleep 0.1; done'


class DidNotStart(Exception):
    """The command, and what it wrote before it gave up."""


class NotInstalled(Exception):
    """The Debian package that has what is missing."""


@dataclass(frozen=True)
class PostgresServer:
    host: str
    port: int
    superuser: str
    password: str = field(repr=False)
    databases_made: Iterator[int] = field(default_factory=count, repr=False)

    @property
    def superuser_url(self) -> str:
        return self.url(self.superuser, self.password, "postgres")

    def url(self, role: str, password: str, database: str) -> str:
        """The address SQLAlchemy uses; roles always need a password, as they do in production."""
        return f"postgresql+psycopg://{role}:{password}@{self.host}:{self.port}/{database}"

    def create_database(self, name: str = "kiosk") -> str:
        """Make an empty database, named `name` and a number, and return the superuser's address of it."""
        unique = f"{name}_{next(self.databases_made)}"
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unique)))
        return self.url(self.superuser, self.password, unique)

    @property
    def conninfo(self) -> str:
        return psycopg.conninfo.make_conninfo(
            host=self.host, port=self.port, user=self.superuser, password=self.password, dbname="postgres"
        )


@dataclass(frozen=True)
class RedisServer:
    host: str
    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.host}:{self.port}/0"


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A PostgreSQL of our own; a durable one waits for the disk at each commit, as one in service does."""
    programs, account, password = postgres_programs(), unprivileged_account(), secrets.token_hex(16)
    with folder_for(account) as folder:
        make_cluster(programs / "initdb", folder, account, password)
        server = PostgresServer(LOOPBACK, free_port(), "postgres", password)
        command = [programs / "postgres", "-D", folder / "data", *postgres_options(server, folder, durable=durable)]
        with running(
            command, is_ready=lambda: answers_postgres(server), folder=folder, account=account, stop=signal.SIGQUIT
        ):
            yield server


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL that Debian has installed, or of the one on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        raise NotInstalled("apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def make_cluster(initdb: Path, folder: Path, account: str | None, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    give(password_file, account)
    command = [initdb, "-D", folder / "data", "--username=postgres", f"--pwfile={password_file}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(in_the_account(account, command), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DidNotStart(done.stdout + done.stderr)


def postgres_options(server: PostgresServer, folder: Path, *, durable: bool) -> list[str]:
    """What survives a power cut costs time, and in a test nothing needs to."""
    options: dict[str, object] = {
        "listen_addresses": server.host,
        "port": server.port,
        "unix_socket_directories": folder,
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    options |= {"max_connections": 100, "shared_buffers": "64MB", "timezone": "UTC"}
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def answers_postgres(server: PostgresServer) -> bool:
    try:
        psycopg.connect(server.conninfo, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def redis_in_memory() -> Iterator[RedisServer]:
    program = shutil.which("redis-server")
    if program is None:
        raise NotInstalled("apt-get install redis-server")
    account = unprivileged_account()
    with folder_for(account) as folder:
        server = RedisServer(LOOPBACK, free_port(), secrets.token_hex(16))
        settings = folder / "redis.conf"
        settings.write_text(
            f"bind {server.host}\nport {server.port}\nrequirepass {server.password}\ndir {folder}\n"
            'save ""\nappendonly no\ndatabases 16\n'
        )
        give(settings, account)
        with running([program, settings], is_ready=lambda: answers_redis(server), folder=folder, account=account):
            yield server


def answers_redis(server: RedisServer) -> bool:
    with redis.Redis.from_url(server.url, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    is_ready: Callable[[], bool],
    folder: Path,
    account: str | None = None,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends. What it prints goes to `folder/log`; `folder` is where it runs."""
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            in_the_account(account, command, dies_with_us=stop),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(process, is_ready, log)
        yield process
    finally:
        end(process, stop)


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Server":  # none of the program's own servers names itself
            super().send_header(keyword, value)

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(app: Callable[..., object], port: int = 0) -> Iterator[int]:
    """Serve a wing of this process, on the test's clock, until the block ends; its port, any free one unless named."""
    server = make_server(LOOPBACK, port, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def wait_until_ready(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise DidNotStart(f"{process.args}\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(ASK_AGAIN_SECONDS)


def becomes(is_so: Callable[[], bool]) -> bool:
    """Whether something comes about that another process does, in its own time."""
    give_up_at = time.monotonic() + STOP_SECONDS
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(ASK_AGAIN_SECONDS)
    return is_so()


def end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Ask; then, whether or not it listened, end what is left of its process group."""
    if process.poll() is None:
        process.send_signal(stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def in_the_account(
    account: str | None, command: Sequence[str | Path], *, dies_with_us: signal.Signals = signal.SIGKILL
) -> list[str]:
    """The command run as `account`, by `setpriv`, which has the kernel stop it when the process that asks is gone."""
    identity = [f"--reuid={account}", f"--regid={account_group(account)}", "--clear-groups"] if account else []
    deathbed = ["--pdeathsig", dies_with_us.name.removeprefix("SIG")]
    return ["setpriv", *identity, *deathbed, "--", *map(str, command)]


def unprivileged_account() -> str | None:
    """Who runs the servers: PostgreSQL refuses to be run by root. None is the account the tests run in."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def account_group(account: str) -> int:
    return pwd.getpwnam(account).pw_gid


@contextlib.contextmanager
def folder_for(account: str | None) -> Iterator[Path]:
    """A folder that nobody else on this machine may enter, gone afterwards, even when we are killed."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-tests-", dir=place_in_memory()))
    with subprocess.Popen(["sh", "-c", SWEEP, "sweep", folder], cwd="/", stdin=subprocess.PIPE, start_new_session=True):
        give(folder, account)
        yield folder


def place_in_memory() -> Path | None:
    """Where files need no disk, if this machine has room for a gigabyte of them and nobody has named another place."""
    place = Path("/dev/shm")
    is_wanted = "TMPDIR" not in os.environ and os.access(place, os.W_OK)
    return place if is_wanted and shutil.disk_usage(place).free > 2**30 else None


def give(path: Path, account: str | None) -> None:
    if not path.is_dir():
        path.chmod(0o600)
    if account is not None:
        shutil.chown(path, account, account_group(account))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

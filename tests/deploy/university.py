"""A university's Kiosk on one machine: PostgreSQL, Redis, nginx and each wing's processes, from the files of deploy/.

What systemd would do is done here from the unit files themselves: the command, the environment, the credentials, READY.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from kiosk.store.rights import PARTIES
from tests import servers
from tests.deploy import databases
from tests.deploy.nginx import HOSTS, running_nginx
from tests.deploy.units import DEPLOY, read_unit, services_of_target
from tests.house import ROOT, use_stage_factors, use_stage_masters
from tests.stage import Database, Stage, set_stage

KIOSK = str(Path(sys.executable).with_name("kiosk"))


@dataclass
class Service:
    """A started unit. Its socket is where it says that it is ready."""

    process: "subprocess.Popen[bytes]"
    log: Path
    ear: socket.socket
    said: bytes = b""

    def is_ready(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.said += self.ear.recv(100)
        return b"READY=1" in self.said


@dataclass
class University:
    """What a test may ask for, stop and start."""

    folder: Path
    address: str
    stage: Stage
    postgres: servers.PostgresServer
    nginx: Path = Path()
    services: dict[str, Service] = field(default_factory=dict)
    _running: dict[str, contextlib.ExitStack] = field(default_factory=dict)
    _redis: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _has_redis: bool = False

    @property
    def certificate(self) -> Path:
        return self.nginx / "kiosk" / "certificate.pem"

    @property
    def checkin_origin(self) -> str:
        return f"https://{HOSTS['checkin']}"

    @property
    def secrets(self) -> Path:
        return self.folder / "all" / "secrets"

    @property
    def log(self) -> str:
        """What all processes have written, nginx' own words included."""
        paths = [self.nginx / "log", *self.folder.glob("services/*/log")]
        return "\n".join(path.read_text(errors="replace") for path in paths)

    def port(self, name: str) -> int:
        """Where a process listens itself."""
        command = read_unit(name).command
        return int(command[command.index("--port") + 1])

    def launch(self, name: str) -> None:
        """Start a unit, as systemd would, and don't wait for it."""
        folder = self.folder / "services" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ear.bind(str(folder / "notify"))
        ear.setblocking(False)
        stack = self._running[name] = contextlib.ExitStack()
        stack.callback(ear.close)
        process = stack.enter_context(
            servers.running(
                self._command(name),
                is_ready=lambda: True,
                folder=folder,
                environment=self._environment(name, folder),
            )
        )
        self.services[name] = Service(process, folder / "log", ear)

    def run(self, name: str) -> str:
        """Run a timer's job; what it printed."""
        folder = self.folder / "services" / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "credentials", ignore_errors=True)
        command, environment = self._command(name), self._environment(name, folder)
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=folder).stdout

    def wait_for(self, name: str) -> None:
        service = self.services[name]
        servers.wait_until_ready(service.process, service.is_ready, service.log)

    def start(self, name: str) -> None:
        self.launch(name)
        self.wait_for(name)

    def kill(self, name: str) -> None:
        """As a fault does, or the kernel when memory is short."""
        self.services[name].process.kill()
        self.services[name].process.wait()
        self.stop(name)

    def freeze(self, name: str) -> None:
        """It is asked, and says nothing."""
        self.services[name].process.send_signal(signal.SIGSTOP)

    def stop(self, name: str) -> int:
        """As `systemctl stop` does; what the process ended with."""
        self._running.pop(name, contextlib.ExitStack()).close()
        return int(self.services[name].process.returncode)

    def requests(self) -> list[str]:
        """The lines that nginx has written of requests, those it still held back included."""
        log, older = self.nginx / "kiosk.log", self.nginx / "kiosk.older"
        log.rename(older)
        master = int((self.nginx / "nginx.pid").read_text())
        os.kill(master, signal.SIGUSR1)  # each process writes what it holds back, and opens its log anew
        assert servers.becomes(lambda: not is_open(older, master))
        with (self.nginx / "kiosk.all").open("a") as every:
            every.write(older.read_text())
        return (self.nginx / "kiosk.all").read_text().splitlines()

    def heal(self) -> None:
        """Start whatever has ended."""
        ended = [name for name in self.services if name not in self._running]
        for name in ended:
            self.launch(name)
        for name in ended:
            self.wait_for(name)
        if not self._has_redis:
            self.start_redis()

    def start_redis(self) -> None:
        self._redis.enter_context(databases.redis(self.secrets / "redis.address"))
        self._has_redis = True

    def stop_redis(self) -> None:
        self._redis.close()
        self._has_redis = False

    def _command(self, name: str) -> list[str]:
        written = {"/opt/kiosk/current/bin/kiosk": KIOSK, "127.0.0.1": self.address}
        return confined([written.get(word, word) for word in read_unit(name).command])

    def _environment(self, name: str, folder: Path) -> dict[str, str]:
        unit, handed = read_unit(name), folder / "credentials"
        handed.mkdir(mode=0o700)
        for credential, place in unit.credentials.items():
            shutil.copy(place.replace("/etc/kiosk", str(self.folder / "all")), handed / credential)
            (handed / credential).chmod(0o400)
        own = {key: value.replace("/etc/kiosk", str(self.folder / "etc")) for key, value in unit.environment.items()}
        others = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
        systemd = {"CREDENTIALS_DIRECTORY": str(handed), "NOTIFY_SOCKET": str(folder / "notify")}
        return {**others, "PYTHONPATH": str(ROOT), **systemd, **own}


def confined(command: list[str]) -> list[str]:
    """Under those lines of the hardening that need no systemd: no new privileges, no capabilities, no memory made executable."""
    privileges = ["--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    refuse = "import ctypes,os,sys; ctypes.CDLL(None).prctl(65,1,0,0,0); os.execv(sys.argv[1],sys.argv[1:])"
    return ["setpriv", "--no-new-privs", *privileges, "--", sys.executable, "-c", refuse, *command]


def is_open(file: Path, process: int) -> bool:
    """Whether a process or a child of its has a file open."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    handles = [handle for it in (str(process), *children) for handle in Path(f"/proc/{it}/fd").iterdir()]
    return any(handle.is_symlink() and os.readlink(handle) == str(file) for handle in handles)


@contextlib.contextmanager
def university(*, is_plain: bool = False, is_durable: bool = False, password_hash: str = "") -> Iterator[University]:
    """The whole, with the standing cast, whose lecture began two minutes ago.

    is_plain: the hosts answer without TLS, too. is_durable: PostgreSQL waits for the disk, as in service.
    password_hash: of PASSWORD; without one, a hash that is checked at once.
    """
    with servers.folder_for(None) as folder, databases.postgres(is_durable=is_durable) as postgres:
        make_instance(folder, postgres)
        database = make_database(folder, postgres)
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
        stage = set_stage(database, start, password_hash=password_hash)
        made = University(folder, own_address(), stage, postgres)
        with contextlib.ExitStack() as running:
            made.start_redis()
            running.callback(made.stop_redis)
            running.callback(lambda: [made.stop(name) for name in list(made.services)])
            for name in services_of_target():
                made.launch(name)
            for name in services_of_target():
                made.wait_for(name)
            made.nginx = running.enter_context(running_nginx(made.address, is_plain=is_plain))
            yield made
        database.close()


def own_address() -> str:
    """A loopback address that no other test of this machine has, so that every port is free."""
    number = os.getpid() % 64_000
    return f"127.83.{number // 250}.{number % 250 + 1}"


def make_instance(folder: Path, postgres: servers.PostgresServer) -> None:
    """`all` is what the administrator has, `etc` what a wing's process sees of it: the settings, and no secret."""
    text = (DEPLOY / "kiosk.toml").read_text().replace("/var/lib/kiosk", str(folder))
    for place in ("all", "etc"):
        (folder / place).mkdir()
        (folder / place / "kiosk.toml").write_text(text)
    at = f"{postgres.host}:{postgres.port}/kiosk"
    kiosk(folder, "init", "--postgresql", at, "--redis", f"{servers.LOOPBACK}:{servers.free_port()}")
    use_stage_masters(folder / "all")
    use_stage_factors(folder / "all")


def make_database(folder: Path, postgres: servers.PostgresServer) -> Database:
    """Logins and schema, by the commands of docs/deploy.md."""
    with psycopg.connect(postgres.conninfo, autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE kiosk")
    printed = kiosk(folder, "roles", "--print", "kiosk")
    conninfo = psycopg.conninfo.make_conninfo(postgres.conninfo, dbname="kiosk")
    with psycopg.connect(conninfo, autocommit=True) as administrator:
        administrator.execute(printed)
    kiosk(folder, "migrate")
    urls = {
        party: (folder / "all" / "secrets" / f"{party}.database").read_text().strip() for party in ("owner", *PARTIES)
    }
    assert make_url(urls["owner"]).username == "kiosk_owner"
    return Database(urls, folder)


def kiosk(folder: Path, *words: str) -> str:
    """A command of the administrator's; what it printed."""
    command = [KIOSK, "--instance", folder / "all", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=ROOT).stdout

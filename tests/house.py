"""The whole house as a newcomer runs it: `wsgi.py` in a process of its own, on loopback, by the machine's own clock."""

import contextlib
import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen

from kiosk.secret_files import make_secrets
from kiosk.web.passwords import hash_here
from tests import servers
from tests.stage import PASSWORD, Database, Stage, set_stage

ROOT = Path(__file__).resolve().parents[1]

TOML = """
[institution]
name = "University of Barchester"
time_zone = "Europe/London"
[server]
async_mode = "{mode}"
{server}
[database]
{database}
"""


@dataclass
class House:
    """A served Kiosk: `stop` and `start` it as often as a test likes; the address stays."""

    folder: Path
    port: int
    stage: Stage
    environment: dict[str, str]
    program: str = "wsgi"
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    process: "Popen[bytes] | None" = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def checkin_origin(self) -> str:
        return self.origin

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def now(self) -> datetime:
        """The machine's clock, which the served house goes by."""
        return datetime.now(UTC)

    def start(self) -> None:
        command = [sys.executable, "-m", self.program, "127.0.0.1", str(self.port)]
        self.process = self._running.enter_context(
            servers.running(
                command, is_ready=lambda: answers(self.origin), folder=self.folder, environment=self.environment
            )
        )

    @contextlib.contextmanager
    def beside(self, program: str = "wsgi", *, has_own_address: bool = False, **surroundings: str) -> "Iterator[House]":
        """A second process on the same database and secrets; by this one's name, unless it has its own."""
        port = servers.free_port()
        environment = {**self.environment, **surroundings}
        if has_own_address:
            environment["KIOSK_ORIGIN"] = f"http://127.0.0.1:{port}"
        second = replace(
            self, port=port, program=program, environment=environment, _running=contextlib.ExitStack(), process=None
        )
        second.start()
        try:
            yield second
        finally:
            second.stop()

    def stop(self) -> None:
        self._running.close()

    def kill(self) -> None:
        """As a power cut does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.stop()


@contextlib.contextmanager
def open_house(
    folder: Path, database: Database, *, mode: str = "eventlet", server: str = "", masters: bool = True
) -> Iterator[House]:
    """Serve the standing cast, whose lecture began two minutes ago."""
    folder.mkdir(exist_ok=True)
    addresses = "\n".join(f'{party} = "{url}"' for party, url in database.urls.items())
    (folder / "kiosk.toml").touch(mode=0o600)
    (folder / "kiosk.toml").write_text(TOML.format(mode=mode, server=server, database=addresses))
    make_secrets(folder)
    if masters:
        use_stage_masters(folder)
    use_stage_factors(folder)
    port = servers.free_port()
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    environment = {
        **os.environ,
        "KIOSK_INSTANCE": str(folder),
        "KIOSK_ORIGIN": f"http://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("KIOSK_ASYNC_MODE", None)
    house = House(folder, port, set_stage(database, start, password_hash=hash_here(PASSWORD)), environment)
    house.start()
    try:
        yield house
    finally:
        house.stop()
        shutil.rmtree(folder / "secrets")


def use_stage_masters(folder: Path) -> None:
    """The stage's master secret, so that a test can work out the codes the house shows."""
    from tests.stage import MASTER

    path = folder / "secrets" / "codes.toml"
    path.write_text(f'current = "{MASTER.current}"\n[keys]\nk1 = "{MASTER.keys["k1"].hex()}"\n')
    path.chmod(0o600)


def use_stage_factors(folder: Path) -> None:
    """The key under which the stage has sealed the secrets of the cast's apps."""
    from tests.proofs import FACTOR_KEY

    (folder / "secrets" / "factors.key").write_text(FACTOR_KEY)


def answers(origin: str) -> bool:
    try:
        with urllib.request.urlopen(origin + "/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False

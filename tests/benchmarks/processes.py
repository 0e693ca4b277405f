"""Servers in processes of their own for the benchmarks, and what each used: CPU seconds and memory, by the kernel's accounting."""

import os
import signal
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Family:
    """A process and its children."""

    pid: int

    def cpu_seconds(self) -> float:
        """What they have used so far, user and system."""
        return sum(_cpu_ticks(pid) for pid in _family(self.pid)) / _TICKS

    def resident_kib(self) -> int:
        """What they hold in memory."""
        return sum(_resident_kib(pid) for pid in _family(self.pid))


@dataclass(frozen=True)
class Served(Family):
    """A server under load, and where it listens."""

    port: int


class Spent:
    """The CPU seconds that the client, which is this process, and others use while a block lasts: `seconds`, by their names."""

    def __init__(self, **others: Sequence[Family]) -> None:
        self.seconds: dict[str, float] = {}
        self._others = others

    def __enter__(self) -> "Spent":
        self.seconds = self._so_far()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = {name: later - self.seconds[name] for name, later in self._so_far().items()}

    def _so_far(self) -> dict[str, float]:
        others = {name: sum(it.cpu_seconds() for it in some) for name, some in self._others.items()}
        return {"client": time.process_time(), **others}


def parent_of(pid: int) -> int:
    """The process that started it: of a PostgreSQL connection's, PostgreSQL."""
    return int(_stat(pid)[1])


@contextmanager
def served(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`python -m MODULE HOST PORT ARGUMENTS`, from when it listens until the block ends."""
    port = servers.free_port()
    command = [sys.executable, "-m", module, servers.LOOPBACK, str(port), *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    with (
        servers.folder_for(None) as folder,
        servers.running(
            command, is_ready=lambda: _listens(port), folder=folder, environment=surroundings, stop=signal.SIGKILL
        ) as process,
    ):
        yield Served(process.pid, port)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((servers.LOOPBACK, port)) == 0


def _family(pid: int) -> list[int]:
    children = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children[int(fields[1])].append(int(folder.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children[found[-1]]
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, from "state" on; none of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _resident_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)

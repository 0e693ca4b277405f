"""Servers in processes of their own for the benchmarks, and what each used: CPU seconds and memory, by the kernel's accounting."""

import os
import signal
import socket
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """A server under load: where it listens, and which process it is."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What it and its children have used so far, user and system."""
        return sum(_cpu_ticks(pid) for pid in _family(self.pid)) / _TICKS

    def resident_kib(self) -> int:
        """What it and its children hold in memory."""
        return sum(_resident_kib(pid) for pid in _family(self.pid))


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
        yield Served(port, process.pid)


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

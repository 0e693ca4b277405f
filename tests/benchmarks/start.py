"""How long `kiosk serve` takes from the command to its first answer."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests import servers
from tests.benchmarks.processes import ROOT

ROUNDS = 5
PAUSE_SECONDS = 0.01


def measure() -> float:
    """Seconds, the median of five; the instance is there already."""
    with tempfile.TemporaryDirectory() as folder:
        kiosk = [sys.executable, "-c", "from kiosk.cli import main; main()", "--instance", folder]
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
        for command in ("init", "migrate"):
            _run([*kiosk, command], surroundings)
        found = statistics.median(_start(kiosk, surroundings, Path(folder)) for _ in range(ROUNDS))
    print(f"{'kiosk serve, from the command to the first answer':60} {found:7.2f} s")
    return found


def _start(kiosk: list[str], surroundings: dict[str, str], folder: Path) -> float:
    port = servers.free_port()
    began = time.perf_counter()
    with servers.running(
        [*kiosk, "serve", "--port", str(port)],
        is_ready=lambda: _answers(port),
        folder=folder,
        environment=surroundings,
    ):
        return time.perf_counter() - began


def _answers(port: int) -> bool:
    time.sleep(PAUSE_SECONDS)
    try:
        urllib.request.urlopen(f"http://{servers.LOOPBACK}:{port}/", timeout=5).close()
    except OSError:
        return False
    return True


def _run(command: list[str], surroundings: dict[str, str]) -> None:
    subprocess.run(command, env=surroundings, check=True, stdout=subprocess.DEVNULL)

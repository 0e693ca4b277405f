"""What else a server may have to do while codes change: a saturated storm of check-ins, and 300 who sign in at once.

`python -m tests.benchmarks.swarm_loads KIND PORT FOLDER STORM` goes on until it is told to stop, and then says what came of it.
"""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from tests.benchmarks.morning import Phones
from tests.benchmarks.processes import ROOT
from tests.benchmarks.storm import Address, Line, Visit
from tests.benchmarks.swarm_rooms import Rooms, rooms_in

AT_ONCE = 64
SIGNING_IN = 300

Outcomes = Counter[str]


async def check_in_without_end(
    at: Address, rooms: Rooms, storm: int, outcomes: Outcomes, is_ready: Callable[[], None]
) -> None:
    """Students tap, each once, as fast as they are answered, on connections that stay open."""
    morning = rooms.morning(storm)
    phones = Phones(morning)
    taps = iter([phones.tap(it) for it in morning.students])

    async def go_on() -> None:
        line = Line(at)
        for tap in taps:
            outcomes[await tap(line)] += 1
        raise LookupError("every student of the storm has checked in before it was over")

    is_ready()
    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))


async def sign_in_together(
    at: Address, rooms: Rooms, storm: int, outcomes: Outcomes, is_ready: Callable[[], None]
) -> None:
    """Each scans, signs in and checks in, all at the same moment; when the last one is through, others do."""
    morning = rooms.morning(storm)
    phones, left = Phones(morning), iter(morning.students)
    lines = [Line(at) for _ in range(SIGNING_IN)]

    async def sign_in(line: Line, visit: Visit) -> None:
        outcomes[await visit(line)] += 1

    is_ready()
    while True:
        visits = [phones.signing_in(next(left)) for _ in lines]
        await asyncio.gather(*(sign_in(line, visit) for line, visit in zip(lines, visits, strict=True)))


KINDS: dict[str, Callable[[Address, Rooms, int, Outcomes, Callable[[], None]], Awaitable[None]]] = {
    "storm": check_in_without_end,
    "sign-ins": sign_in_together,
}


@contextlib.contextmanager
def load(kind: str, port: int, rooms: Rooms, storm: int) -> Iterator[Outcomes]:
    """One of them, in a process of its own; when the block has ended, what came of it is there."""
    outcomes: Outcomes = Counter()
    command = [sys.executable, "-m", "tests.benchmarks.swarm_loads", kind, str(port), str(rooms.folder), str(storm)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield outcomes
        process.terminate()
        outcomes.update(json.loads(process.stdout.read().splitlines()[-1]))


async def _run(kind: str, port: int, folder: Path, storm: int) -> Outcomes:
    outcomes: Outcomes = Counter()
    is_ready = lambda: print("ready", flush=True)  # noqa: E731
    running = asyncio.ensure_future(KINDS[kind](Address(port), rooms_in(folder), storm, outcomes, is_ready))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return outcomes


if __name__ == "__main__":
    kind, port, folder, storm = sys.argv[1:]
    print(json.dumps(asyncio.run(_run(kind, int(port), Path(folder), int(storm)))), flush=True)

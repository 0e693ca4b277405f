"""What else a server may have to do while codes change: students who type without end, and 300 who sign in at once.

`python -m tests.benchmarks.swarm_loads KIND PORT` goes on until it is told to stop, and then says how many answers it got.
"""

import asyncio
import contextlib
import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests import servers
from tests.benchmarks.processes import ROOT
from tests.benchmarks.swarm_rooms import HEADERS, ORIGIN, STUDENTS, login_of
from tests.stage import PASSWORD

PHONES = 64
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_COOKIE = re.compile(r"^set-cookie: ([^=]+=[^;\r]*)", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(r"^content-length: (\d+)", re.IGNORECASE | re.MULTILINE)

Answers = Counter[str]


@dataclass
class Phone:
    """A connection that stays open, its cookies, and the form of the page that it has."""

    port: int
    answers: Answers
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> None:
        page = await self._ask("GET", path)
        self.token = (_TOKEN.findall(page) or [""])[0]

    async def send(self, path: str, **fields: str) -> None:
        await self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}))

    async def _ask(self, method: str, path: str, body: str = "") -> str:
        if self._line is None:
            self._line = await asyncio.open_connection(servers.LOOPBACK, self.port)
        reader, writer = self._line
        said = [f"{method} {path} HTTP/1.1", *HEADERS, f"Referer: {ORIGIN}/"]
        said += [f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}"]
        said += [f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded", "", body]
        writer.write("\r\n".join(said).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = _LENGTH.search(head)
        text = (await reader.readexactly(int(length[1]))).decode() if length else ""
        self.cookies |= dict(pair.split("=", 1) for pair in _COOKIE.findall(head))
        self.answers[head[9:12]] += 1
        if not length or "connection: close" in head.lower():
            writer.close()
            self._line = None
        return text


async def type_without_end(port: int, answers: Answers, is_ready: Callable[[], None]) -> None:
    """Students who open the page and type digits, again and again, on connections that stay open."""

    async def go_on(phone: Phone) -> None:
        while True:
            await phone.get("/")
            await phone.send("/", digits="000 000")

    is_ready()
    await asyncio.gather(*(go_on(Phone(port, answers)) for _ in range(PHONES)))


async def sign_in_together(port: int, answers: Answers, is_ready: Callable[[], None]) -> None:
    """Each signs in, all at the same moment; when the last one is in, all again."""
    others: Answers = Counter()
    while True:
        phones = [Phone(port, others) for _ in range(STUDENTS)]
        await asyncio.gather(*(phone.get("/") for phone in phones))
        is_ready()
        for phone in phones:
            phone.answers = answers
        await asyncio.gather(
            *(phone.send("/sign-in", login=login_of(number), password=PASSWORD) for number, phone in enumerate(phones))
        )


KINDS: dict[str, Callable[[int, Answers, Callable[[], None]], Awaitable[None]]] = {
    "storm": type_without_end,
    "sign-ins": sign_in_together,
}


@contextlib.contextmanager
def load(kind: str, port: int) -> Iterator[Answers]:
    """One of them, in a process of its own; when the block has ended, the answers that it got are there."""
    answers: Answers = Counter()
    command = [sys.executable, "-m", "tests.benchmarks.swarm_loads", kind, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield answers
        process.terminate()
        answers.update(json.loads(process.stdout.read().splitlines()[-1]))


async def _run(kind: str, port: int) -> Answers:
    answers: Answers = Counter()
    running = asyncio.ensure_future(KINDS[kind](port, answers, lambda: print("ready", flush=True)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return answers


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(sys.argv[1], int(sys.argv[2])))), flush=True)

"""The one door that browsers of any kind are given to the world: a proxy that is the wing under test, and nobody else."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from tests.stage import ADDRESSES

HOST = urlsplit(ADDRESSES.checkin).netloc

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Door:
    """It leads to the wing of the test that is going on. What is asked of any other host goes nowhere, and is written down.

    It stays while tests come and go: a browser that is kept for the next test keeps its lines open, too.
    """

    def __init__(self) -> None:
        self.port = 0
        self.wing: Application | None = None
        self.turned_away: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if self.wing is not None and host == HOST:
            return self.wing(environ, start)
        self.turned_away.append(f"{environ['REQUEST_METHOD']} {host}")
        start("403 Forbidden", [("Content-Length", "0")])
        return []

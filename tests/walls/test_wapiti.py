"""wapiti looks for what web applications get wrong: let loose on the served house as a stranger, and as a lecturer."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests import servers
from tests.house import House
from tests.plain_browser import PlainBrowser
from tests.proofs import device_secret
from tests.stage import PASSWORD

# Those that need no list from the network and no clock: what waits for an answer to come late would see a busy machine.
MODULES = "cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,xss"
BRIEFLY, WHOLE = 2, 120
"""Seconds for each module at most: what was not tried by then is not tried."""
NOWHERE = "http://127.0.0.1:9"

KNOWN = ("X-XSS-Protection is not set", "Strict-Transport-Security is not set", "Secure flag is not set in the cookie")
"""Browsers have given up the first, which did harm; the others can't be over plain HTTP."""


@dataclass(frozen=True)
class Report:
    """What was found, by kind, and the addresses that were asked for."""

    found: dict[str, set[str]]
    asked: set[str]


def scan(
    folder: Path,
    origin: str,
    starts: Iterable[str],
    *,
    below: str = "/",
    cookie: str = "",
    depth: int = 2,
    seconds: int = BRIEFLY,
) -> Report:
    """Follow links and forms `depth` steps from `starts`, no further than `below`, and attack what is there."""
    program = shutil.which("wapiti")
    if program is None:
        raise servers.NotInstalled("apt-get install wapiti")
    command = [program, "-u", origin + below, "--scope", "folder", "-d", str(depth), "-m", MODULES, "-v", "1"]
    command += ["-S", "insane", "-t", "60", "--max-scan-time", str(WHOLE), "--max-attack-time", str(seconds)]
    command += ["--store-session", str(folder), "--store-config", str(folder), "--no-bugreport"]
    command += ["-f", "json", "-o", str(folder / "report.json")]
    command += [word for start in starts for word in ("-s", origin + start)]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    done = subprocess.run(
        command, cwd=folder, env=apart(folder), capture_output=True, text=True, timeout=300, check=False
    )
    # It goes on when one of its modules has broken down, and says so in passing.
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "wapitiCore/attack/" not in done.stdout + done.stderr, done.stdout[-2000:] + done.stderr[-2000:]
    report = json.loads((folder / "report.json").read_text())
    kinds = {**report["vulnerabilities"], **report["anomalies"]}
    found = {kind: {it["info"] for it in each if not it["info"].startswith(KNOWN)} for kind, each in kinds.items()}
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("[+] ")]
    return Report(
        {kind: each for kind, each in found.items() if each},
        {f"{line[1]} {line[2].removeprefix(origin)}" for line in lines if len(line) > 2},
    )


def apart(folder: Path) -> dict[str, str]:
    """Surroundings in which it finds no home, speaks English and reaches this machine only."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), NOWHERE)
    return {**proxies, "no_proxy": "127.0.0.1", "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def test_a_stranger_finds_nothing(house: House, tmp_path: Path) -> None:
    scanned = house.stage.qr(at=house.now())
    starts = [
        f"/{scanned}",
        "/check-in",
        "/not-you",
        "/first-password/x",
        "/display/",
        "/admin/",
        "/admin/pair/BCDFGHJK",
    ]

    report = scan(tmp_path, house.origin, starts)

    assert report.found == {}
    assert {"POST /sign-in", "POST /admin/sign-in", "POST /display/pairing"} <= report.asked
    assert "Traceback" not in house.log


def test_a_lecturer_finds_nothing(house: House, tmp_path: Path) -> None:
    browser, lecture = PlainBrowser(house.origin), f"/admin/lectures/{house.stage.ids['algorithms']}"
    browser.carry("kiosk_device", device_secret("device of day"), "/admin")
    browser.get("/admin/sign-in")
    browser.send("/admin/sign-in", login="day", password=PASSWORD)
    browser.send("/admin/second-factor", code=house.stage.app_code("day", house.now()))
    starts = [lecture, "/admin/lectures/new", *(f"{lecture}/{page}" for page in ("edit", "cover", "register"))]

    # Below /lectures alone: the form that signs out is on every page, and outside.
    report = scan(tmp_path, house.origin, starts, below="/admin/lectures/", cookie=browser.cookies, depth=1)

    assert report.found == {}
    assert {f"POST {lecture}/{form}" for form in ("edit", "cover", "register/names", "act/close")} <= report.asked
    assert "Dr Day" in browser.get("/admin/")
    assert "Traceback" not in house.log


# It would find something ---------------------------------------------------------------------------


def careless(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """An application that gets four things wrong."""
    sent = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    status, headers, page = "200 OK", [("Content-Type", "text/html")], '<a href="/?word=a"></a><a href="/?file=a"></a>'
    page += '<a href="/?to=a"></a><a href="/?id=1"></a>' + sent.get("word", "")
    if "etc/passwd" in sent.get("file", ""):
        page = Path("/etc/passwd").read_text()
    if "'" in sent.get("id", ""):
        page = "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version"
    if sent.get("to", "").startswith("https://"):
        status, headers = "302 Found", [("Location", sent["to"])]
    start_response(status, headers)
    return [page.encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def careless_origin() -> Iterator[str]:
    with make_server(servers.LOOPBACK, 0, careless, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{servers.LOOPBACK}:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_finds_what_is_there(careless_origin: str, tmp_path: Path) -> None:
    found = scan(tmp_path, careless_origin, [], seconds=WHOLE).found
    assert found.keys() >= {"Cross Site Scripting", "Open Redirect", "Path Traversal", "SQL Injection"}
    assert "CSP is not set" in found["Content Security Policy Configuration"]

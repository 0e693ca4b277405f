"""A crawler that looks for people where there should be none: every link, odd paths, all methods, headers, socket and log."""

import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from werkzeug.test import TestResponse

from tests.stage import Browser, Stage

CANARIES = ("Quill Canaryname", "Canaryname", "CANARY31000009", "canarylogin")
"""A student whose every word is unmistakable; `seed` puts her on the stage, enrolled and checked in."""

ODD_PATHS = (
    "/.git/config",
    "/robots.txt",
    "/students",
    "/students.json",
    "/api/students",
    "/register",
    "/lectures/1/register.json",
    "/lectures/1/register/names",
    "/%2e%2e/admin",
    "/static/../settings.py",
    "/static/checkin/",
    "/socket.io/?EIO=4&transport=polling",
    "/?id=1%20or%201=1",
    "/\x00",
    "/" + "a" * 3000,
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
LINKS = re.compile(r'(?:href|src|action)="([^"]+)"')
LIMIT = 400


def seed(stage: Stage) -> None:
    """Put the canary on the stage: enrolled in the module that is on now, present, and a walk-in elsewhere."""
    from kiosk.store.tables import register

    student_id = stage.add_student(CANARIES[3], CANARIES[2], CANARIES[0], "COMP1201")
    shared = {"student_id": student_id, "method": "qr", "arrived_at": stage.clock()}
    stage.add("", register.attendance, lecture_id=stage.ids["algorithms"], status="present", **shared)
    stage.add("", register.walk_in, lecture_id=stage.ids["silk"], **shared)


def found_in(answer: TestResponse) -> set[str]:
    """The canaries in an answer's body, whatever its encoding, and in its headers."""
    text = html.unescape(answer.get_data().decode("utf-8", "replace")) + str(answer.headers)
    return {canary for canary in CANARIES if canary.casefold() in text.casefold()}


def crawl(browser: Browser, starts: Iterable[str]) -> tuple[set[str], dict[str, set[str]]]:
    """Follow every link of a wing by GET, then ask odd things: the addresses seen, and what was found where."""
    waiting, seen, found = list(starts), set(), {}
    while waiting and len(seen) < LIMIT:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = browser.get(path)
        if canaries := found_in(answer):
            found[path] = canaries
        text = answer.get_data(as_text=True) if (answer.mimetype or "").startswith("text/html") else ""
        targets = [*LINKS.findall(text), answer.headers.get("Location", "")]
        waiting += [_path(path, html.unescape(target)) for target in targets if target and _is_own(target)]
    for path in (*sorted(seen), *ODD_PATHS):
        for method in METHODS if path in ODD_PATHS or len(seen) < 40 else ("HEAD", "PUT", "OPTIONS"):
            if canaries := found_in(browser.open(path, method=method)):
                found[f"{method} {path}"] = canaries
    return seen, found


def _is_own(target: str) -> bool:
    return not target.startswith(("data:", "mailto:", "#")) and urlsplit(target).netloc in ("", "staff.kiosk.test")


def _path(base: str, target: str) -> str:
    parts = urlsplit(urljoin(base, target))
    return parts.path + (f"?{parts.query}" if parts.query else "")

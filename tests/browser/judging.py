"""Drawing a page that was answered, and what everybody needs of it; each page of one shape once in a run."""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from kiosk.store.tables import register, staff
from tests.browser.for_everybody import cut_by_spacing, faults, misshapen, small
from tests.stage import ADDRESSES, Browser, Stage

NARROW = 320
"""CSS pixels across: a small phone, and a laptop's window at 400 %."""

MARKUP = "<script>alert(1)</script><b>=cmd|' /C calc'!A0"
STUDENTS = {"ada": "W" * 200, "ben": MARKUP, "cy": "נועה בן־דוד"}
STAFF = {"day": "W" * 200, "eve": MARKUP}
"""Names that are trouble."""

ACROSS = {"viewport": {"width": NARROW, "height": 700}}


def rename(stage: Stage) -> None:
    """Give the cast names that are trouble."""
    for who, name in STUDENTS.items():
        stage.change(register.student, stage.ids[who], known_as=name)
    for who, name in STAFF.items():
        stage.change(staff.staff, stage.ids[who], name=name)


def is_first(judged: Path, language: str, text: str) -> bool:
    """Whether no page of the same elements, with words as long as these, was judged in this run: half of them are such twins."""
    shape = _OWN_VALUE.sub(r"\1", _WORDS.sub(_length, text))
    name = hashlib.sha256(f"{language} {re.sub(r'[0-9]+', '0', shape)}".encode()).hexdigest()
    try:
        (judged / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def elements(text: str) -> set[str]:
    """What a page is made of, whatever stands in it: its title, and each element's tag with what tells it from others."""
    title, main = text.partition("</title>")[0], text.partition("<main")[2]
    tags = {_OWN_VALUE.sub(r"\1", it) for it in re.findall(r"<[a-z][^>]*>", main)}
    return {re.sub(r"[0-9]+", "0", it) for it in {title.partition("<title>")[2], *tags}}


_WORDS = re.compile(r">([^<]*)<")
_OWN_VALUE = re.compile(
    r'\b(value|href|action|for|id|aria-labelledby|aria-describedby|aria-controls|datetime|d)="[^"]*"'
)


def _length(words: re.Match[str]) -> str:
    longest = max((len(it) for it in words[1].split()), default=0)
    return f">{sum(longest > limit for limit in (0, 14, 40))}<"


def show(page: Page, browser: Browser, text: str, headers: dict[str, str]) -> None:
    """Draw a page that was answered, with the style and script of the wing that this browser asks."""

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            found = browser.get(path)
            route.fulfill(body=found.data, headers=dict(found.headers))
        else:
            route.fulfill(body=text, headers=headers)

    page.unroute_all()
    page.route("**/*", serve)
    page.goto(f"{ADDRESSES.of(browser.application.extensions['kiosk_wing'])}/")


def misfits(page: Page) -> list[str]:
    """What does not fit a narrow window, a thumb or wide spacing."""
    across = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{across} px across"] if across > NARROW else []
    return found + small(page) + misshapen(page) + cut_by_spacing(page)


def both_schemes(page: Page) -> list[str]:
    return [fault for scheme in ("light", "dark") for fault in faults(page, scheme)]


def marked_up(page: Page) -> list[str]:
    marks = page.evaluate(
        "Array.from(document.querySelectorAll('b')).filter(it => it.textContent.includes('=cmd')).length"
    )
    return ["somebody's name is markup"] if marks else []


def unled(page: Page) -> list[str]:
    heads = page.evaluate("document.querySelectorAll('h1').length")
    return [] if heads == 1 else ["not one heading of the first order"]


def unsaid(page: Page) -> list[str]:
    """A field that has to be changed says so itself, and what is wrong is in its description or its label."""
    wrong = page.evaluate(
        """Array.from(document.querySelectorAll("[aria-invalid=true]"))
            .filter(it => !((it.getAttribute("aria-describedby") || "").split(" ").concat(it.labels[0].id)
            .some(id => id && document.getElementById(id).matches(".note, .problem")) || it.labels[0].querySelector(".wrong")))
            .map(it => it.id + " does not say what is wrong")"""
    )
    return list(wrong)

"""Scripts, where there are any, are ECMAScript 5, and the students' wing has none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from calmjs.parse import es5
from calmjs.parse.asttypes import Regex
from calmjs.parse.exceptions import ECMASyntaxError
from calmjs.parse.walkers import Walker

KIOSK = Path(__file__).parents[2] / "kiosk"
SCRIPTS = sorted((KIOSK / "static").rglob("*.js"))

NEWER = (
    "let now = 1;",
    "const now = 1;",
    "call(() => 1);",
    "say(`now`);",
    "class Screen {}",
    "function step(seconds = 10) {}",
    "call(...all);",
    "for (var it of all) {}",
    "var {now} = times;",
    "var times = {now};",
    "var times = {now() {}};",
    "var times = {[now]: 1};",
    "async function ask() {}",
    "function* steps() {}",
    "now?.then;",
    "now ?? then;",
    "2 ** 3;",
    "try {} catch {}",
    "call(now,);",
    "import now from 'times';",
    "0b11;",
    "/ö/u;",
    "/now/y;",
    "/(?<=a)b/;",
    "/(?<now>b)/;",
)


def newer(script: str) -> list[str]:
    """What of a script an ECMAScript 5 browser can't read. Such a browser then reads none of it."""
    try:
        parsed = es5(script)
    except ECMASyntaxError as problem:
        return [str(problem)]
    expressions = (it.value for it in Walker().filter(parsed, lambda node: isinstance(node, Regex)))
    return [it for it in expressions if "(?<" in it or set(it.rpartition("/")[2]) - set("gim")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_script_is_read_by_a_browser_of_2014(path: Path) -> None:
    assert newer(path.read_text()) == []


@pytest.mark.parametrize("script", NEWER)
def test_what_came_after_ecmascript_5_is_refused(script: str) -> None:
    assert newer(script)


def test_what_ecmascript_5_has_is_not_refused() -> None:
    assert newer("var it = {get now() { return 1; }, 'default': /a/gim}; it.default; it.catch(it.class);") == []


def test_both_wings_with_scripts_and_what_others_wrote_are_read() -> None:
    assert {path.parent.name for path in SCRIPTS} == {"admin", "display", "vendor"}


def test_the_students_wing_has_no_script() -> None:
    def with_script() -> Iterator[Path]:
        for folder in ("checkin", "shared"):
            for path in sorted((KIOSK / "templates" / folder).rglob("*.html")):
                if "<script" in path.read_text().lower():
                    yield path

    assert [*(KIOSK / "static" / "checkin").rglob("*.js"), *with_script()] == []

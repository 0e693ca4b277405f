"""What the templates of a wing can say, read from their source, and what of it was drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import template_rendered
from jinja2 import Environment, nodes

from tests.web.sentences import KIOSK

Told = tuple[str, str, object]
"""A page, and a name it is given with a value that changes what it says."""

TAKING = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


def sources(wing: str) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in (KIOSK / "templates" / wing).glob("*.html")}


def stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].removesuffix(".html")


def pages(wing: str) -> set[str]:
    """Every page of a wing: the templates that no other one extends or takes parts from."""
    every = sources(wing)
    return set(every) - {stem(name) for source in every.values() for name in taken(source)}


def taken(source: str) -> Iterator[str]:
    """The templates that one extends or takes parts from; where it depends, each of them."""
    for node in parsed(source).find_all(TAKING):
        for it in (node.template, *node.template.find_all(nodes.Const)):
            if isinstance(it, nodes.Const) and str(it.value).endswith(".html"):
                yield str(it.value)


def parsed(source: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n"]).parse(source)


def decisive(source: str) -> set[tuple[str, object]]:
    """Names that a template compares with a word or looks up in a list of words, and each of these."""
    page = parsed(source)
    found: set[tuple[str, object]] = set()
    for it in page.find_all(nodes.Compare):
        words = [one.expr.value for one in it.ops if one.op == "eq" and isinstance(one.expr, nodes.Const)]
        found |= {(it.expr.name, word) for word in words if isinstance(it.expr, nodes.Name)}
    for it in page.find_all(nodes.Getitem):
        if isinstance(it.node, nodes.Dict) and isinstance(it.arg, nodes.Name):
            found |= {(it.arg.name, pair.key.value) for pair in it.node.items if isinstance(pair.key, nodes.Const)}
    return found


def decisive_of(wing: str, page: str) -> set[tuple[str, object]]:
    return decisive(sources(wing)[page])


def told_by(wing: str) -> set[Told]:
    """Every word by which a page of a wing decides what to say."""
    return {(page, *one) for page in pages(wing) for one in decisive_of(wing, page)}


class Drawn:
    """What was drawn since this began to look."""

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.told: set[Told] = set()

    def note(self, sender: object, template: Any, context: dict[str, Any], **_: object) -> None:
        page = stem(template.name)
        self.pages.add(page)
        plain = {name: value for name, value in context.items() if isinstance(value, str | int)}
        self.told |= {(page, name, value) for name, value in plain.items()}


@contextmanager
def looking() -> Iterator[Drawn]:
    drawn = Drawn()
    with template_rendered.connected_to(drawn.note):
        yield drawn

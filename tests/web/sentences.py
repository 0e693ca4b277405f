"""What students and screens read, found in the source: the sentences that are marked, and the words that are not."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2 import Environment, nodes

from kiosk.domain.permissions import Permission, Role

KIOSK = Path(__file__).resolve().parents[2] / "kiosk"
WINGS = ("checkin", "display")
TEMPLATES = sorted(path for wing in WINGS for path in (KIOSK / "templates" / wing).glob("*.html"))
MODULES = sorted(path for wing in WINGS for path in (KIOSK / wing).glob("*.py"))
PLUMBING = sorted((KIOSK / "web").glob("*.py"))
IN_TEMPLATES = {"_": None, "gettext": None, "ngettext": (1, 2), "in_each": None, "say_in": (2,), "say": None}
IN_PYTHON = {"mark": None, "say": None, "say_number": (1, 2), "say_in": (2,)}

Sentence = str | tuple[str, str]


def marked() -> dict[Sentence, str]:
    """Every sentence that is marked, or stands in the matrix, and where."""
    found: dict[Sentence, str] = {}
    for method, keywords, paths in (("jinja2", IN_TEMPLATES, TEMPLATES), ("python", IN_PYTHON, MODULES + PLUMBING)):
        for path in paths:
            for line, sentence, _, _ in extract_from_file(method, path, keywords=keywords):
                found.setdefault(sentence, f"{path.relative_to(KIOSK)}:{line}")
    found |= dict.fromkeys([it.does for it in Permission] + [it.label for it in Role], "domain/matrix.toml")
    return found


# Templates -----------------------------------------------------------------------------------------

READ_ALOUD = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
"""Attributes whose text people read or hear."""
HELD_PLACE = "…"
IN_TAGS = {"kind": ('<i class="', '">'), "data": ("<i ", ">")}
"""Blocks that stand inside a tag, and the tag to read them in."""
KEYS = {"kbd"}
"""What is printed on a keyboard is the same in every language."""


class _Words(HTMLParser):
    """The text of a page and of its attributes, apart from what an expression puts there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        said = [value or "" for name, value in attrs if name in READ_ALOUD or name.startswith("data-say")]
        is_button = tag == "input" and dict(attrs).get("type") in ("submit", "button", "reset")
        self._add(*said, dict(attrs).get("value") or "" if is_button else "")

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] not in KEYS:
            self._add(data)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._inside and self._inside.pop() != tag:
            pass

    def _add(self, *texts: str) -> None:
        self.found += [text.strip() for text in texts if any(letter.isalpha() for letter in text)]


def unmarked_in_template(source: str) -> list[str]:
    """Words of a template that stand outside a mark: between tags, in attributes, in expressions."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    words = _Words()
    # Where a template extends another, what it puts into a tag stands by itself.
    in_tags = IN_TAGS if tree.find(nodes.Extends) else {}
    words.feed("".join(_pieces(tree, in_tags)))
    words.close()
    return words.found + list(_constants(tree))


def _pieces(node: nodes.Node, in_tags: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    before, after = in_tags.get(node.name, ("", "")) if isinstance(node, nodes.Block) else ("", "")
    yield before
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield HELD_PLACE
        else:
            yield from _pieces(child, in_tags)
    yield after


def _constants(tree: nodes.Template) -> Iterator[str]:
    """Strings that an expression may put on a page: not those that it compares, looks up or names addresses with."""
    for output in tree.find_all(nodes.Output):
        for piece in output.nodes:
            yield from _strings(piece)
    for given in tree.find_all(nodes.Assign):
        yield from _strings(given.node)
    for macro in tree.find_all(nodes.Macro):
        for default in macro.defaults:
            yield from _strings(default)


_SAYS_NOTHING = {"asset", "url_for"}
_TEXT_FILTERS = {"default", "d", "join", "replace"}


def _strings(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const(value=str(text)):
            if any(letter.isalpha() for letter in text) and not text.strip().startswith("is-"):
                yield text
        case nodes.Call(node=nodes.Name(name=name)) if name in _SAYS_NOTHING:
            return
        case nodes.Call(node=nodes.Name(name=name)) if name in IN_TEMPLATES:
            yield from _strings_of(it.value for it in node.kwargs)
        case nodes.CondExpr():
            yield from _strings_of(it for it in (node.expr1, node.expr2) if it)
        case nodes.Compare() | nodes.Test() | nodes.Not() | nodes.TemplateData():
            return
        case nodes.Getitem():
            yield from _strings(node.node)
        case nodes.Dict():
            yield from _strings_of(pair.value for pair in node.items)
        case nodes.Filter(name=name) if name not in _TEXT_FILTERS:
            yield from _strings_of([node.node] if node.node else [])
        case _:
            yield from _strings_of(node.iter_child_nodes())


def _strings_of(given: Iterable[nodes.Node]) -> Iterator[str]:
    for node in given:
        yield from _strings(node)


# Python --------------------------------------------------------------------------------------------

_NOT_FOR_PAGES = {"cast", "error", "warning", "split", "compile"}
"""What else takes a string with a space in it: logs, and lists of names."""
_NOT_READ = {"kiosk display room key", "fullscreen=(self), screen-wake-lock=(self)", "Lax", "Location"}


def unmarked_in_module(source: str) -> list[str]:
    """Strings that look like words to read, and are no docstring, no complaint to a programmer, and not marked."""
    return list(_loose(ast.parse(source)))


def _loose(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Raise():
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in IN_PYTHON or name in _NOT_FOR_PAGES:
            return
        case ast.Constant(value=str(text)):
            is_read = " " in text or (text[:1].isupper() and text[1:].islower())
            if is_read and any(it.isalpha() for it in text) and text not in _NOT_READ:
                yield text
        case _:
            annotations = [getattr(node, name, None) for name in ("annotation", "returns")]
            for child in ast.iter_child_nodes(node):
                if child not in annotations:
                    yield from _loose(child)

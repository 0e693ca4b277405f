"""Which ways a wing's templates go: each `if`, in blocks and in expressions, and each word that is looked up in a list of words."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator

from tests.browser.templates import parsed, sources, stem

Way = tuple[str, int, int, object]
"""A template, the line and the place in its source where it decides, and for what."""


class Kept(BytecodeCache):
    """What was compiled to note its ways, for every app of a test."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


NOTING = Kept()


def deciding(page: nodes.Template) -> Iterator[tuple[int, nodes.Node, str]]:
    """The place, the node, and which part of it is decided by."""
    for place, it in enumerate(page.find_all((nodes.If, nodes.CondExpr, nodes.Getitem))):
        if isinstance(it, nodes.If | nodes.CondExpr):
            yield place, it, "test"
        elif isinstance(it.node, nodes.Dict):
            yield place, it, "arg"


def ways(wing: str) -> set[Way]:
    """All there are."""
    return {
        (page, it.lineno, place, way)
        for page, source in sources(wing).items()
        for place, it, _ in deciding(parsed(source))
        for way in _ways_of(it)
    }


def _ways_of(it: nodes.Node) -> tuple[object, ...]:
    if isinstance(it, nodes.Getitem) and isinstance(it.node, nodes.Dict):
        return tuple(pair.key.as_const() for pair in it.node.items)
    return (True, False)


def follow(app: Flask, gone: set[Way]) -> None:
    """From now on note each way that is gone by a template of this app."""

    class Noting(CodeGenerator):
        def visit(self, node: nodes.Node, *given: Any, **named: Any) -> Any:
            for place, it, part in list(deciding(node)) if isinstance(node, nodes.Template) else ():
                where = nodes.Const((stem(str(self.name)), it.lineno, place, part == "test"))
                noted = nodes.Filter(getattr(it, part), "way", [where], [], None, None, lineno=it.lineno)
                setattr(it, part, noted.set_environment(self.environment))
            return super().visit(node, *given, **named)

    def note(value: Any, where: tuple[str, int, int, bool]) -> Any:
        *at, is_test = where
        gone.add((*at, bool(value) if is_test else value))  # type: ignore[arg-type]
        return value

    app.jinja_env.filters["way"] = note
    app.jinja_env.code_generator_class = Noting
    app.jinja_env.bytecode_cache = NOTING

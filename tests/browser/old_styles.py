"""What of a style sheet a browser of 2014 can't use and has nothing in place of. Lists what such a browser knows; the rest is new.

A declaration it can't read is passed over, so a newer one may follow an older one in the same rule. A selector it can't read
loses the whole rule, so a newer one may stand nowhere. `@supports` is no way round, since it says of `gap` what grids can do.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import tinycss2

BARE = {"skip_comments": True, "skip_whitespace": True}

AT_RULES = {"media"}
MEDIA = set(
    "screen print and not min-width max-width min-height max-height min-aspect-ratio max-aspect-ratio orientation portrait "
    "landscape prefers-color-scheme dark light prefers-reduced-motion reduce prefers-contrast more forced-colors active".split()
)
"""Those about what a person prefers are passed over by an old browser, which has no such setting."""

PSEUDO = set(
    "root link visited hover focus active disabled checked first-child last-child nth-child first-of-type last-of-type "
    "nth-of-type only-child empty target lang before after not".split()
)
COLOURS = {"rgb", "rgba", "hsl", "hsla"}
FUNCTIONS = COLOURS | {"url", "rect", "calc", "translate", "scale", "rotate", "linear-gradient", "attr"}
UNITS = {"px", "em", "rem", "vh", "vw", "pt", "cm", "mm", "in", "deg", "s", "ms"}
DISPLAYS = set(
    "none block inline inline-block list-item table table-row table-cell flex inline-flex -webkit-flex".split()
)
NEW_WORDS = set("fit-content min-content max-content revert revert-layer unset contents flow-root clip sticky".split())

EDGES = "top right bottom left".split()
PROPERTIES = set(
    "display position z-index top right bottom left float clear clip width min-width max-width height min-height max-height "
    "box-sizing overflow overflow-x overflow-y visibility opacity pointer-events margin padding border border-width border-style "
    "border-color border-radius border-collapse border-spacing outline outline-color outline-width outline-style outline-offset "
    "color background background-color background-image background-position background-repeat background-size fill stroke "
    "stroke-width stroke-linecap stroke-linejoin box-shadow text-shadow font font-family font-size font-style font-variant "
    "font-weight line-height letter-spacing word-spacing word-wrap word-break white-space text-align text-decoration text-indent "
    "text-overflow text-transform vertical-align list-style list-style-type list-style-position table-layout caption-side "
    "empty-cells content quotes cursor direction unicode-bidi transform transform-origin transition animation resize flex "
    "flex-grow flex-shrink flex-basis flex-direction flex-wrap align-items align-self align-content justify-content order "
    "page-break-before page-break-after page-break-inside".split()
)
PROPERTIES |= {f"{it}-{edge}" for it in ("margin", "padding", "border") for edge in EDGES}
PROPERTIES |= {f"border-{edge}-{of}" for edge in EDGES for of in ("width", "style", "color")}
NEEDLESS = set("color-scheme forced-color-adjust accent-color font-variant-numeric font-feature-settings".split())
"""Whoever has an old browser does not miss them: nothing moves, and nothing is harder to read."""

INSTEAD = {
    "overflow-wrap": ("word-wrap",),
    "appearance": ("-webkit-appearance",),
    "inset": ("top", "right", "bottom", "left"),
    "inset-inline-start": ("left",),
    "inset-inline-end": ("right",),
    "aspect-ratio": ("height", "padding-top", "padding-bottom"),
    "inline-size": ("width",),
    "block-size": ("height",),
    "min-inline-size": ("min-width",),
    "max-inline-size": ("max-width",),
    "min-block-size": ("min-height",),
    "text-align-last": ("text-align",),
    **{
        f"{side}-{axis}{end}": (side, f"{side}-{old}", *(f"{side}-{it}" for it in more))
        for side in ("margin", "padding", "border")
        for axis, ends in {"inline": ("left", "right"), "block": ("top", "bottom")}.items()
        for end, old, more in (("", ends[0], ends[1:]), ("-start", ends[0], ()), ("-end", ends[1], ()))
    },
}
"""The older properties of which one must stand in the same rule."""


def too_new(style: str) -> list[str]:
    """Each thing that is too new and has nothing in its place, with the line it stands on."""
    return [f"line {line}: {what}" for line, what in _of_rules(tinycss2.parse_stylesheet(style, **BARE))]


def _of_rules(rules: Iterable[Any]) -> Iterator[tuple[int, str]]:
    for rule in rules:
        if rule.type == "error":
            yield rule.source_line, rule.message
        elif rule.type == "at-rule":
            yield from ((rule.source_line, it) for it in _of_at_rule(rule))
            yield from _of_rules(tinycss2.parse_rule_list(rule.content or [], **BARE))
        else:
            yield from ((rule.source_line, it) for it in _of_selector(rule.prelude))
            yield from _of_block(tinycss2.parse_blocks_contents(rule.content, **BARE))


def _of_at_rule(rule: Any) -> Iterator[str]:
    if rule.at_keyword not in AT_RULES:
        yield f"@{rule.at_keyword}"
    elif strange := {_name(it) for it in _flat(rule.prelude) if it.type == "ident"} - MEDIA:
        yield f"@media {', '.join(sorted(strange))}"
    elif any(token in ("<", ">", "=") for token in _flat(rule.prelude)):
        yield "@media with a sign of comparison"


def _of_selector(prelude: list[Any]) -> Iterator[str]:
    tokens = list(_flat(prelude))
    for before, token in pairwise([None, *tokens]):
        if token == "&":
            yield "&"
        if before == ":" and token != ":" and _name(token) not in PSEUDO:
            yield f":{_name(token)}"
        if before == ":" and _name(token) == "not" and any(it == "," for it in token.arguments):
            yield ":not() of a list"


def _of_block(content: list[Any]) -> Iterator[tuple[int, str]]:
    names = {it.lower_name for it in content if it.type == "declaration"}
    known: set[str] = set()
    for it in content:
        what = "a rule inside a rule" if it.type != "declaration" else _of_declaration(it, names, known)
        if what:
            yield it.source_line, what
        elif it.type == "declaration":
            known.add(it.lower_name)


def _of_declaration(it: Any, names: set[str], known: set[str]) -> str:
    """What is too new in a declaration, in a rule that sets these properties, and of which these are understood so far."""
    name = it.lower_name
    if name.startswith("--") or name in NEEDLESS:
        return ""
    if not name.startswith("-webkit-") and name not in PROPERTIES:
        return "" if names & set(INSTEAD.get(name, ())) else name
    new = next(filter(None, (_of_value(name, token) for token in _flat(it.value))), "")
    return f"{name}: {new}" if new and not any(_stands_for(old, name) for old in known) else ""


def _stands_for(old: str, name: str) -> bool:
    is_border = old.startswith("border") and name.startswith("border-") and old != "border-radius"
    return is_border or old == name or name.startswith(f"{old}-")


def _of_value(name: str, token: Any) -> str:
    if token.type == "function" and _name(token) not in FUNCTIONS:
        return f"{_name(token)}()"
    if token.type == "function" and _name(token) in COLOURS and not any(it == "," for it in token.arguments):
        return f"{_name(token)}() without commas"
    if token.type == "dimension" and token.lower_unit not in UNITS:
        return f"the unit {token.unit}"
    if token.type == "hash" and len(token.value) not in (3, 6):
        return f"#{token.value}"
    is_display = name == "display" and token.type == "ident"
    return _name(token) if _name(token) in NEW_WORDS or (is_display and _name(token) not in DISPLAYS) else ""


def _flat(tokens: Iterable[Any]) -> Iterator[Any]:
    """The tokens, and those inside brackets and functions."""
    for token in tokens:
        if token.type not in ("whitespace", "comment"):
            yield token
            yield from _flat(getattr(token, "arguments", None) or getattr(token, "content", None) or [])


def _name(token: Any) -> str:
    """The word an identifier or a function is."""
    return str(token.lower_name if token.type == "function" else getattr(token, "lower_value", ""))

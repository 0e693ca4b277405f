"""Style sheets are for browsers of 2014: what is newer follows something older, or isn't there."""

from pathlib import Path

import pytest

from tests.browser.old_styles import too_new

STATIC = Path(__file__).parents[2] / "kiosk" / "static"

REFUSED = {
    "a layout of grids alone": "main { display: grid }",
    "a grid inside a line": "main { display: inline-grid }",
    "columns of a grid": "main { display: block; grid-template-columns: 1fr 1fr }",
    "gap, which flexible boxes learned late": "main { display: flex; gap: 1rem }",
    "gap between rows": "main { display: flex; row-gap: 1rem }",
    ":has()": "p:has(a) { color: red }",
    ":is()": ":is(h1, h2) { color: red }",
    ":where()": ":where(h1) { color: red }",
    ":focus-visible alone": "a:focus-visible { outline: 3px solid }",
    ":focus-visible in a list": "a:focus, a:focus-visible { outline: 3px solid }",
    ":focus-within": "form:focus-within { outline: 3px solid }",
    ":not() of a list": "a:not(.button, .quiet) { color: red }",
    "nesting": "main { & a { color: red } }",
    "nesting without a sign": "main { a { color: red } }",
    "a container's size": "@container (min-width: 20rem) { a { color: red } }",
    "@supports": "@supports (gap: 1rem) { main { gap: 1rem } }",
    "layers": "@layer base { a { color: red } }",
    "ranges of widths": "@media (width < 20rem) { a { color: red } }",
    "ranges of widths with a known name": "@media (min-width = 20rem) { a { color: red } }",
    "a custom property alone": "a { color: var(--ink) }",
    "a custom property with a fallback inside": "a { color: var(--ink, red) }",
    "a custom property inside a shorthand": "a { border: 2px solid var(--ink) }",
    "a custom property before what is to stand for it": "a { color: var(--ink); color: red }",
    "color-mix()": "a { color: color-mix(in srgb, red, blue) }",
    "oklch()": "a { color: oklch(50% 0.1 90) }",
    "rgb() without commas": "a { color: rgb(0 0 0 / 50%) }",
    "a colour of eight digits": "a { color: #11223344 }",
    "clamp()": "h1 { font-size: clamp(1rem, 5vw, 2rem) }",
    "min()": "main { width: min(100%, 34rem) }",
    "max()": "main { padding: max(1rem, 5vw) }",
    "env()": "main { padding: env(safe-area-inset-top) }",
    "inset": "main { position: absolute; inset: 0 }",
    "a logical margin": "main { margin-inline: auto }",
    "a logical border": "main { border-inline-start: 2px solid red }",
    "a logical size": "main { inline-size: 20rem }",
    "aspect-ratio": "img { aspect-ratio: 1 }",
    "a unit of visible heights": "main { height: 100dvh }",
    "a unit of containers": "main { width: 50cqi }",
    "fit-content": "main { width: fit-content }",
    "a box that is not there": "main { display: contents }",
    "a property nobody has heard of": "main { text-wrap: balance }",
}

FINE = {
    "a grid in place of a block": "main { display: block; display: grid }",
    "a custom property after a plain value": "a { color: red; color: var(--ink) }",
    "the colour of a border that has one": "a { border: 2px solid red; border-color: var(--ink) }",
    "clamp() after a size": "h1 { font-size: 2rem; font-size: clamp(1rem, 5vw, 2rem) }",
    "inset beside its four": "main { top: 0; right: 0; bottom: 0; left: 0; inset: 0 }",
    "a logical margin beside two": "main { margin-left: auto; margin-right: auto; margin-inline: auto }",
    "hiding from the eye as it was done then": ".said { position: absolute; clip: rect(0, 0, 0, 0); overflow: hidden }",
    "custom properties by themselves": ":root { --ink: #111 } @media (prefers-color-scheme: dark) { :root { --ink: #eee } }",
}


# The display's sheet is for the browsers that lecterns have.
@pytest.mark.parametrize(
    "path", ["checkin/style.css", "checkin/forms.css", "checkin/record.css", "shared/tokens.css", "display/style.css"]
)
def test_a_browser_of_2014_has_something_in_place_of_all_that_is_newer(path: str) -> None:
    assert too_new((STATIC / path).read_text()) == []


@pytest.mark.parametrize("style", REFUSED.values(), ids=REFUSED)
def test_what_is_newer_and_alone_is_refused(style: str) -> None:
    assert too_new(style)


@pytest.mark.parametrize("style", FINE.values(), ids=FINE)
def test_what_has_something_in_its_place_is_not(style: str) -> None:
    assert too_new(style) == []


def test_what_is_refused_is_named_with_its_line() -> None:
    assert too_new("a { color: red }\nmain { display: flex;\n gap: 1rem }") == ["line 3: gap"]

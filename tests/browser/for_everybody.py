"""What keeps somebody from a page, measured in Chromium: axe-core's rules, targets, spacing, keyboard, what is read out."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CONTRAST = ["color-contrast", "color-contrast-enhanced"]
RULES = {
    "light": {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "rules": {name: {"enabled": True} for name in CONTRAST},
    },
    "dark": {"runOnly": {"type": "rule", "values": CONTRAST}},
}

VIOLATIONS = {"resultTypes": ["violations"]}
"""What is in order need not be told in every detail, which takes its time."""

TARGETS = (
    "button, .button, nav a, p.small > a:only-child, summary, select, textarea, label.pick, "
    "input:not([type=radio], [type=checkbox])"
)
IN_A_SENTENCE = """it => it.matches("p > a") && Array.from(it.parentNode.childNodes).some(one => one !== it
    && one.textContent.trim() && (one.nodeType === Node.TEXT_NODE
        || (one.tagName !== "A" && getComputedStyle(one).display === "inline")))"""
"""Whether words stand beside a link on its line. Such a link is no target of its own (WCAG 2.5.8)."""

SMALL = f"""() => Array.from(document.querySelectorAll("{TARGETS}"))
    .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 43.5 && !({IN_A_SENTENCE})(it))
    .map(it => it.outerHTML.slice(0, 90) + " is " + it.getBoundingClientRect().height + " px high")"""

MISSHAPEN = f"""() => Array.from(document.querySelectorAll("main p > a:not(.button)"))
    .filter(it => it.checkVisibility() && (({IN_A_SENTENCE})(it)
        ? getComputedStyle(it).display !== "inline" : it.getBoundingClientRect().height < 43.5))
    .map(it => it.outerHTML.slice(0, 90) + (({IN_A_SENTENCE})(it) ? " is a box in a sentence" : " stands alone and is small"))"""

SPACING = """() => {
    const style = new CSSStyleSheet();
    style.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [style];
}"""
"""WCAG 1.4.12, as a person's own style. Such a sheet is no inline style, so that the page's policy has nothing against it."""
NO_SPACING = "() => { document.adoptedStyleSheets = []; }"

CUT = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    const isDrawn = it => it.checkVisibility() && !it.closest("svg, noscript, option"), found = new Set();
    const isRead = it => it.textContent.trim() && isDrawn(it.parentElement);
    while (walker.nextNode()) {
        if (!isRead(walker.currentNode)) continue;
        range.selectNodeContents(walker.currentNode);
        const words = range.getBoundingClientRect();
        for (let it = walker.currentNode.parentElement; it && it !== document.body; it = it.parentElement) {
            const style = getComputedStyle(it), box = it.getBoundingClientRect();
            if (box.width <= 1 || /auto|scroll/.test(style.overflowX + style.overflowY)) break;
            if (style.display !== "inline" && (words.bottom > box.bottom + 3 || words.right > box.right + 1)) {
                const size = it => `${Math.round(it.right)},${Math.round(it.bottom)}`;
                found.add(`${it.outerHTML.slice(0, 90)} ends at ${size(box)}, its words at ${size(words)}`);
            }
            if (/absolute|fixed/.test(style.position)) break;
        }
    }
    return Array.from(found);
}"""
"""The words that stick out of a box around them, or are cut by it: unless it scrolls, or hides all but a point."""

TO_THE_START = """() => {
    document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); scrollTo(0, 0);
}"""
"""The next Tab leads to the first stop, wherever the page itself has put the focus."""

OUTLINE = """() => {
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    const order = Array.from(document.querySelectorAll("*")).indexOf(it);
    return it === document.body ? null : {
        what: `${it.tagName.toLowerCase()} ${it.id || it.textContent.trim().slice(0, 40)}`, order: order,
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.bottom > 0
            && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left,
    };
}"""
FOCUSABLE = """() => Array.from(document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"))
    .filter(it => it.checkVisibility() && !it.disabled && it.tabIndex >= 0)
    .filter((it, at, all) => it.type !== "radio" || all.findIndex(one => one.type === "radio" && one.name === it.name
        && one.form === it.form) === at).length"""
"""How often the Tab key stops: once for radio buttons of one name, among which the arrows go."""


@dataclass(frozen=True)
class Stop:
    """Where the Tab key stops: what it is, its place in the source and on the page, and whether the focus can be seen there."""

    what: str
    order: int
    seen: bool
    top: float
    bottom: float
    left: float


def faults(page: Page, scheme: str) -> list[str]:
    """What axe-core finds in a colour scheme."""
    page.emulate_media(color_scheme=scheme)
    if not page.evaluate("'axe' in window"):  # it is half a megabyte, and a page is asked twice
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options).then(it => it.violations)", {**RULES[scheme], **VIOLATIONS})
    return [f"{it['id']} ({scheme}): {node['html'][:150]}" for it in found for node in it["nodes"]]


def small(page: Page) -> list[str]:
    """Targets under 44 px."""
    found: list[str] = page.evaluate(SMALL)
    return found


def misshapen(page: Page) -> list[str]:
    """Links that stand alone and are under 44 px, and links that tear the sentence apart in which they stand."""
    found: list[str] = page.evaluate(MISSHAPEN)
    return found


def cut_by_spacing(page: Page) -> list[str]:
    """What is cut, or sticks out of its place, once somebody spaces the words as WCAG 1.4.12 lets them."""
    page.evaluate(SPACING)
    found: list[str] = page.evaluate(CUT)
    across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.evaluate(NO_SPACING)
    return [f"with spacing: {it}" for it in found] + ([f"with spacing: {across} px too wide"] if across > 0 else [])


def stops(page: Page) -> list[Stop]:
    """Every stop of the Tab key, from the start of the page until it leaves the page or is back at the start.

    A field of several parts, such as a day, is one stop: inside it the browser shows where one is.
    """
    page.evaluate(TO_THE_START)
    found: list[Stop] = []
    for _ in range(4 * page.evaluate(FOCUSABLE) + 3):
        page.keyboard.press("Tab")
        stop = page.evaluate(OUTLINE)
        if stop is None or (len(found) > 1 and stop["order"] == found[0].order):
            break
        if not found or stop["order"] != found[-1].order:
            found.append(Stop(**stop))
    return found


def wrong_with(found: list[Stop], expected: int) -> list[str]:
    """What a person at a keyboard would stumble over: a trap, a stop that is missing or not to be seen, or one out of turn."""
    wrong = [f"{len(found)} stops of {expected}"] if len(found) != expected else []
    wrong += [f"not seen: {it.what}" for it in found if not it.seen]
    for before, after in zip(found, found[1:], strict=False):
        is_above = after.bottom <= before.top + 1
        is_left = after.left < before.left and after.top < before.bottom - 1 and after.bottom <= before.bottom + 1
        if after.order < before.order or is_above or is_left:
            wrong.append(f"{after.what} comes after {before.what}")
    return wrong


def keyboard_faults(page: Page) -> list[str]:
    expected = page.evaluate(FOCUSABLE)
    return wrong_with(stops(page), expected)


def tree(page: Page) -> list[dict[str, Any]]:
    """The accessibility tree as Chromium gives it to a screen reader: role, name, and properties by name."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    return [
        {
            "role": it.get("role", {}).get("value", ""),
            "name": it.get("name", {}).get("value", ""),
            **{one["name"]: one["value"].get("value") for one in it.get("properties", [])},
        }
        for it in nodes
        if not it.get("ignored")
    ]


def named(nodes: list[dict[str, Any]], role: str) -> list[str]:
    """The names of everything of a role."""
    return [it["name"] for it in nodes if it["role"] == role]

"""The measures of `for_everybody` find what they are for: each is shown a page that keeps somebody out."""

import pytest
from playwright.sync_api import Page

from tests.browser.for_everybody import cut_by_spacing, keyboard_faults, misshapen, named, small, tree
from tests.conftest import NewPage

FINE = "<title>Fine</title><p>Words that may grow.</p><button style='height: 44px; outline-width: 3px'>Press</button>"
CUT = (
    "<p style='height: 1.2em; overflow: hidden'>Words that may not grow beyond one line, however wide they are set.</p>"
)
STUCK_OUT = "<div style='height: 20px'><p style='margin: 0'>Words that may grow. Words that may grow. Words.</p></div>"
WIDE = "<p style='white-space: nowrap'>Words that fill the line just so when they are not spaced.</p>"
TRAP = """<button>One</button><button>Two</button><script>
    document.addEventListener("keydown", event => { if (event.key === "Tab") event.preventDefault(); });
    document.querySelector("button").focus = () => {};
</script>"""
UNSEEN = "<style>:focus { outline: none }</style><button>One</button>"
OUT_OF_TURN = "<button style='position: absolute; top: 300px'>Second</button><button>First</button>"
SKIPPED = "<button tabindex='2'>Second</button><button tabindex='1'>First</button>"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport={"width": 320, "height": 600})


@pytest.mark.parametrize("html", [CUT, STUCK_OUT, WIDE])
def test_what_spacing_cuts_is_found(page: Page, html: str) -> None:
    page.set_content(FINE)
    assert cut_by_spacing(page) == []
    page.set_content(html)
    assert cut_by_spacing(page)


@pytest.mark.parametrize("html", [TRAP, UNSEEN, OUT_OF_TURN, SKIPPED])
def test_what_stands_in_the_way_of_a_keyboard_is_found(page: Page, html: str) -> None:
    page.set_content(FINE)
    assert keyboard_faults(page) == []
    page.set_content(html)
    assert keyboard_faults(page)


def test_a_small_target_is_found(page: Page) -> None:
    page.set_content("<button style='height: 30px'>Press</button>")
    assert len(small(page)) == 1


@pytest.mark.parametrize(
    "html", ["<a href=/>Alone</a>", "One of <a href=/ style='display: inline-block; padding: 13px 0'>two</a>."]
)
def test_a_link_alone_that_is_small_and_a_box_in_a_sentence_are_found(page: Page, html: str) -> None:
    page.set_content("<main><p>One of <a href=/>two</a>.</p></main>")
    assert misshapen(page) == []
    page.set_content(f"<main><p>{html}</p></main>")
    assert len(misshapen(page)) == 1


def test_the_tree_has_roles_names_and_properties(page: Page) -> None:
    page.set_content(f"{FINE}<p role=status>Done</p>")
    assert named(tree(page), "button") == ["Press"]
    assert [it["live"] for it in tree(page) if it["role"] == "status"] == ["polite"]

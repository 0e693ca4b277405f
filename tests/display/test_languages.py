"""A screen in two languages: each word is there in both, marked as what it is, the institution's first language first."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from kiosk.store.tables import board, screens
from tests.conftest import NewPage
from tests.display.screens import ask, cookies, let_in, room_screen
from tests.servers import free_port, serving
from tests.stage import ADDRESSES, Browser, Stage

SCRIPT = Path(__file__).resolve().parents[2] / "kiosk" / "static" / "display" / "screen.js"
SEPARATOR = " \u00b7 "
SIZES = [(1920, 1080), (1280, 800), (1024, 768), (640, 360), (360, 300), (1080, 1920), (320, 560)]
MEASURE = """() => {
    var words = [].filter.call(document.querySelectorAll("main [lang]"), function (it) {
        return it.getClientRects().length && !it.closest(".unseen") && it.textContent;
    }).map(function (it) { return [
        it.textContent.trim(), it.getBoundingClientRect(), it.closest(".side"), parseFloat(getComputedStyle(it).fontSize)
    ]; });
    var letters = document.querySelector(".letters");
    return {out: words.filter(function (it) {
        return it[1].left < 0 || it[1].top < 0 || it[1].right > innerWidth || it[1].bottom > innerHeight
            || it[2] && it[1].bottom > it[2].getBoundingClientRect().bottom + it[3] / 4;
    }).map(function (it) { return it[0]; }), covered: letters ? words.filter(function (it) {
        var box = letters.getBoundingClientRect();
        return it[1].bottom > box.top + 1 && it[1].top < box.top;
    }).map(function (it) { return it[0]; }) : [], count: words.length};
}"""


def app_in(stage: Stage, *languages: str, **changes: object) -> Flask:
    institution = replace(stage.settings("display").institution, languages=languages)
    return stage.app("display", institution=institution, **changes)


def said(page: str, language: str) -> list[str]:
    """What stands in elements of a language."""
    return re.findall(rf'<(?:span|p) lang="{language}">([^<]+)<', page)


def refused(stage: Stage, browser: Browser) -> None:
    stage.change(screens.pairing, stage.rows(screens.pairing)[-1].id, refused_at=stage.clock())


def stopped(stage: Stage, browser: Browser) -> None:
    let_in(stage, browser, room="4/4053")
    stage.change(screens.screen, stage.ids["screen"], revoked_at=stage.clock())


def ended(stage: Stage, browser: Browser) -> None:
    let_in(stage, browser, lecture="algorithms", minutes=1)
    stage.clock.go_on(seconds=61)


ASKS = [
    (refused, "This screen was turned away", "Gwrthodwyd y sgrin hon"),
    (stopped, "This screen was stopped", "Cafodd y sgrin hon ei stopio"),
    (ended, "This session has ended", "Mae'r sesiwn hon wedi dod i ben"),
]


@pytest.mark.parametrize(("happens", "english", "welsh"), ASKS)
def test_a_screen_says_in_both_languages_why_it_shows_nothing(
    stage: Stage, happens: object, english: str, welsh: str
) -> None:
    browser = ask(stage, app_in(stage, "en", "cy"))
    happens(stage, browser)  # type: ignore[operator]
    page = browser.get("/").text

    assert f'<h1><span lang="en">{english}</span> <span lang="cy">{welsh}</span></h1>' in page
    assert f"<title>{english}</title>" in page
    assert len(said(page, "en")) == len(said(page, "cy"))


def test_the_institutions_first_language_comes_first(stage: Stage) -> None:
    page = room_screen(stage, app_in(stage, "cy", "en")).get("/").text

    assert '<html lang="cy" class="in-two">' in page
    assert '<span lang="cy">cod nesaf</span> <span lang="en">next code</span>' in page
    assert 'aria-label="Cod QR i gofrestru presenoldeb"' in page


def test_where_the_institution_speaks_one_language_a_screen_does(stage: Stage) -> None:
    page = room_screen(stage).get("/").text

    assert '<html lang="en">' in page
    assert said(page, "cy") == []


def test_a_problem_is_said_in_both_languages(stage: Stage) -> None:
    page = room_screen(stage, app_in(stage, "en", "cy")).get("/nowhere").text

    assert '<span lang="en">There is no page here</span> <span lang="cy">Nid oes tudalen yma</span>' in page


def test_the_pairing_page_has_its_steps_in_both_languages(stage: Stage) -> None:
    page = ask(stage, app_in(stage, "en", "cy")).get("/").text
    english, welsh = page.split('<div lang="cy">')

    assert "Sign in as staff and pick your session." in english
    assert "Mewngofnodwch fel aelod o staff" in welsh
    assert english.count('<b class="match">') == welsh.count('<b class="match">') == 1


def test_the_script_has_no_words_of_its_own() -> None:
    """What it says comes from the page and from frames, in their languages."""
    begin_as_words_do = re.findall(r'"([A-Z][A-Za-z]*(?: [^"]*)?)"', SCRIPT.read_text("utf-8"))

    assert set(begin_as_words_do) == {"B", "GET", "M", "POST"}


def open_screen(browser: Browser, origin: str, new_page: NewPage) -> Page:
    page = new_page()
    page.route("**/pairing", lambda route: route.abort())
    for pair in cookies(browser).split("; "):
        name, _, value = pair.partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": origin}])
    page.goto(f"{origin}/")
    return page


DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("state", ["pairing", "stopped", "showing", "held", "ended"])
def test_both_languages_are_on_the_screen_at_every_size(stage: Stage, new_page: NewPage, state: str) -> None:
    stage.change(board.module, stage.ids["COMP1201"], title="Philosophy and Sociology of Technology-Enhanced Learning")
    port = free_port()
    address = f"http://screens.kiosk.test:{port}"
    app = app_in(stage, "en", "cy", addresses=replace(ADDRESSES, display=address))
    with serving(app, port):
        browser = ask(stage, app)
        if state == "stopped":
            stopped(stage, browser)
        elif state != "pairing":
            let_in(stage, browser, lecture="algorithms")
        if state == "held":
            stage.hold(stage.clock())
        if state == "ended":
            stage.clock.go_on(seconds=timedelta(hours=1).seconds)
        page = open_screen(browser, address, new_page)
        page.locator(f".{state}, .is-ask .say, .live.state-{state}").first.wait_for()
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"() => innerWidth === {width} && innerHeight === {height}")
            page.evaluate(DRAWN)  # words are fitted in the frame after
            seen = page.evaluate(MEASURE)
            assert (seen["out"], seen["covered"]) == ([], []), (width, height)


def test_a_screen_reader_hears_what_the_symbol_is_in_both_languages(stage: Stage, new_page: NewPage) -> None:
    port = free_port()
    address = f"http://screens.kiosk.test:{port}"
    app = app_in(stage, "en", "cy", addresses=replace(ADDRESSES, display=address))
    with serving(app, port):
        page = open_screen(room_screen(stage, app), address, new_page)
        page.locator(".live.state-showing").wait_for()
        assert page.locator(".live .symbol").get_attribute("aria-label") == "QR code to check in to COMP1201"
        welsh = page.locator(".live .card [lang=cy]")
        assert welsh.text_content() == "Cod QR i gofrestru presenoldeb ar gyfer COMP1201"


# What kind of session it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "spoken", "said"),
    [
        ("Lecture", ("en", "cy"), [["en", "Lecture"], ["cy", "Darlith"]]),
        ("Lecture", ("cy", "en"), [["cy", "Darlith"], ["en", "Lecture"]]),
        ("Seminar", ("cy", "en"), [["cy", "Seminar"]]),
        ("Night shift", ("cy",), [["en", "Night shift"]]),
        ("Night shift", ("en", "cy"), [["en", "Night shift"]]),
        ("", ("en", "cy"), []),
    ],
)
def test_a_screen_says_the_kind_in_each_language_that_has_a_word_for_it(
    stage: Stage, kind: str, spoken: tuple[str, ...], said: list[list[str]]
) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], kind=kind)
    browser = room_screen(stage, app_in(stage, *spoken))
    kinds = " / ".join(f'<span lang="{code}">{word}</span>' for code, word in said)
    place = f"{kinds}{SEPARATOR if kinds else ''}4/4053{SEPARATOR}10:00\u201311:00"

    assert f'<p class="place">{place}</p>' in browser.get("/").text


def test_with_script_it_is_marked_alike(stage: Stage, new_page: NewPage) -> None:
    port = free_port()
    address = f"http://screens.kiosk.test:{port}"
    app = app_in(stage, "cy", "en", addresses=replace(ADDRESSES, display=address))
    with serving(app, port):
        page = open_screen(room_screen(stage, app), address, new_page)
        page.locator(".live.state-showing").wait_for()

        assert page.inner_text(".live .place") == "Darlith / Lecture \u00b7 4/4053 \u00b7 10:00\u201311:00"
        assert page.locator(".live .place [lang]").evaluate_all("all => all.map(it => it.lang)") == ["cy", "en"]

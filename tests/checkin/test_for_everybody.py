"""What no rule can see of the students' pages: keyboard, zoom, forced colours, motion, and what is read out."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page

from kiosk.store.tables import register
from tests.browser.for_everybody import TO_THE_START, cut_by_spacing, keyboard_faults, named, tree
from tests.browser.judging import show
from tests.checkin.conftest import Phone
from tests.checkin.states import every_state
from tests.conftest import NewPage
from tests.stage import PASSWORD, Browser, Stage

AT_400_PERCENT = {"viewport": {"width": 320, "height": 256}}
"""What is left of 1,280 x 1,024 pixels."""

EDGED = """them => them.filter(it => it.checkVisibility()).map(it => [it, getComputedStyle(it)]).filter(([it, style]) =>
    style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === style.backgroundColor)
    .map(([it]) => it.outerHTML.slice(0, 90))"""

AUTOCOMPLETE = {
    "login": "username",
    "password": "current-password",
    "digits": "one-time-code",
    "module": "off",
}


def tab_to(page: Page, name: str) -> None:
    """Go on by Tab until a button or field of this name has the focus, and see that it shows."""
    for _ in range(12):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        assert focus.evaluate("it => parseFloat(getComputedStyle(it).outlineWidth)") >= 3
        assert focus.evaluate(
            "it => { const box = it.getBoundingClientRect(); return box.top > -1 && box.bottom < innerHeight + 1; }"
        )
        label = focus.evaluate("it => (it.labels && it.labels.length ? it.labels[0] : it).textContent.trim()")
        if label.startswith(name):
            return
    raise AssertionError(f"{name} is out of reach")


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize("options", [{}, AT_400_PERCENT], ids=["", "400 %"])
def test_from_scan_to_confirmation_by_keyboard_alone(
    stage: Stage, served: int, new_page: NewPage, key: str, options: dict[str, object]
) -> None:
    page = new_page(**options)
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    assert keyboard_faults(page) == []
    page.evaluate(TO_THE_START)
    for field, words in (("University login", "ada"), ("Password", PASSWORD)):
        tab_to(page, field)
        page.keyboard.type(words)
    tab_to(page, "Sign in")
    page.keyboard.press(key)
    page.wait_for_selector("text=Confirm check-in")
    assert keyboard_faults(page) == []
    page.evaluate(TO_THE_START)
    tab_to(page, "Check in as Ada Lovelace")
    page.keyboard.press(key)
    page.wait_for_url("**/check-ins/*")

    assert keyboard_faults(page) == []
    assert len(stage.rows(register.attendance)) == 1


@pytest.fixture
def at_states(stage: Stage, app: Flask) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every state's name, text and headers."""
    return ((name, answer.text, dict(answer.headers)) for name, answer in every_state(stage, app))


def test_at_400_percent_every_state_is_read_down_the_page_and_never_across(
    at_states: Iterator[tuple[str, str, dict[str, str]]], app: Flask, new_page: NewPage
) -> None:
    page, browser, wrong = new_page(**AT_400_PERCENT), Browser(app), []
    for name, text, headers in at_states:
        show(page, browser, text, headers)
        across = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{name}: {across} px"] if across > 320 else []
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_buttons_keep_an_edge_the_focus_is_seen_and_so_is_the_tick(
    stage: Stage, served: int, new_page: NewPage, scheme: str
) -> None:
    page = new_page(forced_colors="active", color_scheme=scheme)
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    for step in (sign_in, confirm, None):
        assert page.locator("button, .button, input:not([type=hidden], [type=checkbox])").evaluate_all(EDGED) == []
        assert keyboard_faults(page) == []
        if step:
            step(page)

    shades = {page.evaluate(f"() => getComputedStyle(document.querySelector('{it}')).{of}") for it, of in TICK}
    assert len(shades) == 2
    assert page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") in shades


TICK = ((".sign", "fill"), (".sign path", "stroke"))


def sign_in(page: Page) -> None:
    page.get_by_label("University login").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("text=Confirm check-in")


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Check in as Ada Lovelace").click()
    page.wait_for_url("**/check-ins/*")


def test_nothing_moves_whether_motion_is_wanted_or_not(stage: Stage, served: int, new_page: NewPage) -> None:
    page = new_page(reduced_motion="no-preference")
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    for step in (sign_in, confirm, None):
        assert page.evaluate("() => document.getAnimations().length") == 0
        if step:
            step(page)


# What is read out -----------------------------------------------------------------------------------


def heard(page: Page, phone: Phone, text: str) -> list[dict[str, object]]:
    show(page, phone.browser, text, {"Content-Type": "text/html; charset=utf-8"})
    return tree(page)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def test_the_confirmation_is_a_status_with_a_heading_and_the_tick_is_not_read_out(phone: Phone, page: Page) -> None:
    nodes = heard(page, phone, phone.browser.get(phone.check_in().headers["Location"]).text)

    assert [it["live"] for it in nodes if it["role"] == "status"] == ["polite"]
    assert named(nodes, "heading") == ["You are checked in"]
    assert named(nodes, "image") == []
    assert "Ada Lovelace" in "".join(named(nodes, "StaticText"))


def test_without_styles_the_tick_is_small_and_stands_out_from_its_disc(phone: Phone, page: Page) -> None:
    heard(page, phone, phone.browser.get(phone.check_in().headers["Location"]).text)
    page.locator("link[rel=stylesheet]").evaluate("it => it.remove()")
    box = page.locator("svg").bounding_box()
    look = "it => { const style = getComputedStyle(it); return [style.fill, style.stroke]; }"

    assert box is not None
    assert (box["width"], box["height"]) == (48, 48)
    assert page.locator("svg circle").evaluate(look) == ["rgb(0, 0, 0)", "none"]
    assert page.locator("svg path").evaluate(look) == ["none", "rgb(255, 255, 255)"]


def test_a_day_stands_under_its_day_of_the_week_also_where_the_calendar_is_drawn_as_a_list(
    phone: Phone, new_page: NewPage
) -> None:
    phone.stage.add_lecture("over", starts_at=datetime(2026, 11, 17, 10, tzinfo=UTC))
    phone.sign_in()
    narrow = new_page(**AT_400_PERCENT)
    nodes = heard(narrow, phone, phone.browser.get("/record/calendars/2026-11").text)
    cells, headings = named(nodes, "cell"), named(nodes, "columnheader")

    assert [headings[at % 7] for at, cell in enumerate(cells) if "17 COMP1201" in cell] == ["Tuesday"]
    assert len(headings) + len(cells) == 7 * len(named(nodes, "row"))
    assert narrow.evaluate("document.documentElement.scrollWidth") == 320


def test_what_is_wrong_with_a_sign_in_is_the_description_of_its_fields(phone: Phone, page: Page) -> None:
    nodes = heard(page, phone, phone.sign_in(password="wrong").text)
    fields = [it for it in nodes if it["role"] == "textbox"]

    assert [it["name"] for it in fields] == ["University login", "Password"]
    assert {it["invalid"] for it in fields} == {"true"}
    assert page.title() == "Not signed in yet"
    assert_described(page, "#login", "This login and password don't go together.")


def test_what_is_wrong_with_digits_is_the_description_of_their_field(phone: Phone, page: Page) -> None:
    phone.sign_in()
    nodes = heard(page, phone, phone.type("12").text)

    assert [it["invalid"] for it in nodes if it["name"] == "The digits on the screen" and it["role"] == "textbox"] == [
        "true"
    ]
    assert page.title() == "Six digits are needed"
    assert_described(page, "#digits", "The screen shows six digits.")


def test_having_to_wait_is_no_fault_of_what_was_typed(phone: Phone, page: Page) -> None:
    for _ in range(6):
        answer = phone.sign_in(password="wrong")
    nodes = heard(page, phone, answer.text)

    assert {it["invalid"] for it in nodes if it["role"] == "textbox"} == {"false"}
    assert_described(page, "#login", "That was many tries in a short time.")


def test_a_day_that_has_to_be_changed_says_so_in_its_label(phone: Phone, page: Page) -> None:
    phone.sign_in()
    heard(page, phone, phone.browser.send("/absences", from_on="23/11/2026").text)

    assert page.get_by_label("This day is over.").get_attribute("id") == "from_on"
    assert page.get_by_label("This day is over.").get_attribute("aria-invalid") == "true"
    assert page.title() == "Not passed on yet"


def assert_described(page: Page, field: str, words: str) -> None:
    described = page.locator(field).evaluate(
        "it => document.getElementById(it.getAttribute('aria-describedby')).textContent"
    )
    assert words in described


def test_what_a_browser_may_fill_in_is_said_field_by_field(phone: Phone, page: Page) -> None:
    found = {}
    for text in (phone.sign_in(password="wrong").text, (phone.sign_in(), phone.type("000000").text)[1]):
        heard(page, phone, text)
        found |= dict(
            page.locator("input[name]:not([type=hidden], [type=checkbox])").evaluate_all(
                "them => them.map(it => [it.id, it.autocomplete])"
            )
        )

    assert found == AUTOCOMPLETE


def test_the_other_language_is_offered_in_its_own_name_and_marked_as_it(stage: Stage, page: Page) -> None:
    stage.languages = ("cy", "en")
    phone = Phone(stage, stage.app("checkin"))
    heard(page, phone, phone.browser.get("/").text)

    assert page.locator("html").get_attribute("lang") == "cy"
    assert page.get_by_role("button", name="English").get_attribute("lang") == "en"


def test_pages_of_ones_own_with_wide_spacing_lose_nothing_at_400_percent(phone: Phone, new_page: NewPage) -> None:
    page = new_page(**AT_400_PERCENT)
    phone.check_in()
    for path in ("/record", "/record/calendars/2026-11", "/record/export", "/absences", "/accessibility-statement"):
        heard(page, phone, phone.browser.get(path).text)
        assert cut_by_spacing(page) == [], path

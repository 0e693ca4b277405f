"""The staff wing's main pages by keyboard, in forced colours and without motion: what no rule can see."""

import re

import pytest
from playwright.sync_api import Page

from tests.admin.conftest import Desk, enter
from tests.browser.for_everybody import keyboard_faults, named, tree
from tests.conftest import NewPage

UNEDGED = """them => them.filter(it => it.checkVisibility()).map(it => [it, getComputedStyle(it)]).filter(([it, style]) =>
    style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === style.backgroundColor)
    .map(([it]) => it.outerHTML.slice(0, 90))"""
PAGES = ("", "/register", "/edit", "/cover", "/history")
"""Of one session; the start page, the ways in and security come beside them."""


@pytest.fixture
def places(desk: Desk) -> list[str]:
    desk.add_pairing("BCDFGHJK")
    return ["/", "/lectures", *(desk.lecture(rest=rest) for rest in PAGES), "/pair/BCDFGHJK", "/security", "/my-acts"]


def test_the_main_pages_by_keyboard(desk: Desk, staff_origin: str, new_page: NewPage, places: list[str]) -> None:
    page, wrong = new_page(), []
    page.goto(f"{staff_origin}/sign-in")
    wrong += keyboard_faults(page)
    enter(page, staff_origin, desk.stage)
    for path in places:
        page.goto(f"{staff_origin}{path}")
        wrong += [f"{path}: {it}" for it in keyboard_faults(page)]
    assert wrong == []


def show_names(page: Page, desk: Desk, staff_origin: str) -> None:
    enter(page, staff_origin, desk.stage)
    page.goto(staff_origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name=re.compile(r"^Show \d+ names")).click()
    page.get_by_label("Mark by name").wait_for()


def test_the_open_register_has_names_for_all_that_can_be_pressed_and_says_its_changes(
    desk: Desk, staff_origin: str, new_page: NewPage
) -> None:
    page = new_page()
    show_names(page, desk, staff_origin)
    nodes = tree(page)

    unnamed = [
        it for it in nodes if it["role"] in ("button", "link", "textbox", "combobox", "checkbox") and not it["name"]
    ]
    assert unnamed == []
    assert {it["live"] for it in nodes if "live" in it} <= {"polite", "assertive"}
    assert named(nodes, "status")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_what_can_be_pressed_keeps_an_edge_and_the_focus_is_seen(
    desk: Desk, staff_origin: str, new_page: NewPage, places: list[str], scheme: str
) -> None:
    page, wrong = new_page(forced_colors="active", color_scheme=scheme), []
    enter(page, staff_origin, desk.stage)
    for path in places[:4]:
        page.goto(f"{staff_origin}{path}")
        wrong += page.locator("button, .button, input[type=text], select, textarea").evaluate_all(UNEDGED)
        wrong += keyboard_faults(page)
    assert wrong == []


def test_where_no_motion_is_wanted_nothing_moves(
    desk: Desk, staff_origin: str, new_page: NewPage, places: list[str]
) -> None:
    page = new_page(reduced_motion="reduce")
    show_names(page, desk, staff_origin)
    assert page.evaluate("() => document.getAnimations().length") == 0

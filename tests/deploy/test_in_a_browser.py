"""The main job through nginx in a real browser, by https and the hosts' own names; and a lectern whose process ends."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.conftest import PATIENCE_MILLISECONDS, launch
from tests.deploy.nginx import HOSTS, HTTPS
from tests.deploy.test_university import add_students
from tests.deploy.university import University
from tests.deploy.visitors import Screen
from tests.stage import PASSWORD


@pytest.fixture
def chromium(uni: University, playwright: Playwright) -> Iterator[Browser]:
    """A browser that finds the three hosts at the university's nginx, and nothing else anywhere."""
    rules = [f"MAP {host}:443 {uni.address}:{HTTPS}" for host in HOSTS.values()]
    browser = launch(playwright, f"{', '.join(rules)}, MAP * ~NOTFOUND, EXCLUDE {uni.address}")
    yield browser
    browser.close()


def visit(chromium: Browser, wing: str) -> Page:
    """A new browser at a wing's start page. It takes the university's own certificate for what it is."""
    context: BrowserContext = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.goto(f"https://{HOSTS[wing]}/")
    return page


def sign_in(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/sign-in'] button")


def let_in(chromium: Browser, letters: str, number: str) -> None:
    """What Dr Day does on a phone."""
    phone = visit(chromium, "admin")
    sign_in(phone, "day")
    phone.goto(f"https://{HOSTS['admin']}/pair/{letters}")
    phone.click("text=COMP1201")
    phone.click(f"button[name=number][value='{number}']")


def digits(screen: Page) -> str:
    """What the lectern shows, once it shows digits."""
    shown = screen.locator("main.live .digits").filter(has_text=re.compile(r"\d{3} \d{3}"))
    shown.wait_for()
    return shown.inner_text().replace(" ", "")


def process_of(uni: University, screen: Screen) -> str:
    """Which of the displays' processes a screen's requests go to: nginx sends all of one screen to one of them."""
    screen.page.get("/")
    line = [it for it in uni.requests() if f" {HOSTS['display']} " in it and " start 200 " in it][-1]
    port = re.findall(r"\[[^]]*:(\d+)\]", line)[0]
    return next(name for name in uni.services if str(uni.port(name)) == port)


def test_a_lectern_and_a_phone_do_the_main_job_and_the_lectern_survives_its_process(
    uni: University, chromium: Browser
) -> None:
    (name,) = add_students(uni, "real", 1)
    screen = visit(chromium, "display")
    screen.locator("main.pairing").wait_for()  # it asks by itself
    letters = screen.inner_text(".letters").replace(" ", "").replace("\n", "")
    let_in(chromium, letters, screen.inner_text(".match"))
    digits(screen)
    carried = Screen(uni)
    for cookie in screen.context.cookies():
        carried.page.carry(cookie["name"], cookie["value"], "/")
    screen.evaluate("document.querySelector('main.live').setAttribute('data-before', '')")
    uni.kill(process_of(uni, carried))
    phone = visit(chromium, "checkin")
    sign_in(phone, name)
    phone.fill("[name=digits]", digits(screen))
    phone.click("form[action='/'] button")
    assert "You are checked in" in phone.inner_text("main")
    assert screen.locator("main.live[data-before]").count() == 1

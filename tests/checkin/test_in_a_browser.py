"""The main path in a real browser: small screens, no script, by keyboard, and every byte of it counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Page

from kiosk.cli import main
from kiosk.instance import Instance
from kiosk.store.tables import register
from tests.browser.for_everybody import IN_A_SENTENCE, misshapen
from tests.checkin.conftest import Counter, disposed
from tests.conftest import NewPage
from tests.stage import PASSWORD, Stage

FIRST_VISIT_BYTES = 13_500
SIGNED_IN_BYTES = 5_500
FIRST_CHECK_IN_BYTES = 5_900
PHONE = {"viewport": {"width": 320, "height": 568}, "java_script_enabled": False}


def sign_in(page: Page) -> None:
    page.get_by_label("University login").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    boxes = page.locator("body *:visible:not(svg *)").evaluate_all(
        "them => them.map(it => it.getBoundingClientRect().right)"
    )
    return max(boxes) <= width


def test_a_first_visit_fits_in_thirteen_and_a_half_kilobytes_both_ways_and_asks_nobody_else(
    stage: Stage, counter: Counter, new_page: NewPage
) -> None:
    page, asked = new_page(**PHONE), set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.goto(f"http://in.kiosk.test:{counter.port}/{stage.qr()}")
    sign_in(page)
    page.get_by_role("button", name="Check in as Ada Lovelace").click()
    page.wait_for_url("**/check-ins/*")

    assert page.title() == "You are checked in"
    assert len(stage.rows(register.attendance)) == 1
    assert asked == {f"in.kiosk.test:{counter.port}"}
    assert counter.total <= FIRST_VISIT_BYTES
    assert counter.requests <= 7


@pytest.fixture
def app(stage: Stage, tmp_path: Path) -> Iterator[Flask]:
    """The wing with a whole notice: the demonstration's."""
    CliRunner().invoke(main, ["--instance", str(tmp_path / "demo"), "init", "--demo"])
    yield from disposed(stage.app("checkin", notices=Instance(tmp_path / "demo").notices))


@pytest.mark.parametrize(
    ("is_first", "most"), [(False, SIGNED_IN_BYTES), (True, FIRST_CHECK_IN_BYTES)], ids=["usual", "first"]
)
def test_a_visit_of_a_signed_in_student_fits_in_few_kilobytes_and_five_requests(
    stage: Stage, counter: Counter, new_page: NewPage, most: int, *, is_first: bool
) -> None:
    """Nothing is cached; only the sign-in is there from before. The first check-in comes with all of the notice."""
    if not is_first:
        stage.keep_walk_in("ada")
    before = new_page(**PHONE)
    before.goto(f"http://in.kiosk.test:{counter.port}/")
    sign_in(before)
    before.wait_for_selector("text=Open for you now")
    page = new_page(**PHONE, storage_state=before.context.storage_state())
    counter.reset()
    page.goto(f"http://in.kiosk.test:{counter.port}/{stage.qr()}")
    assert page.get_by_text("Rule: the Attendance Policy").count() == int(is_first)
    page.get_by_role("button", name="Check in as Ada Lovelace").click()
    page.wait_for_url("**/check-ins/*")

    assert page.title() == "You are checked in"
    assert counter.received <= most
    assert counter.requests <= 5


def test_links_of_the_notice_tear_no_sentence_apart(stage: Stage, served: int, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 568})
    page.goto(f"http://in.kiosk.test:{served}/")
    sign_in(page)
    page.get_by_text("Rule: the Attendance Policy").wait_for()

    assert page.get_by_role("link", name="the Attendance Policy").evaluate(IN_A_SENTENCE)
    assert misshapen(page) == []


def test_back_and_reload_on_a_shared_computer_send_nothing_again_and_show_nobody(
    stage: Stage, served: int, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    page.get_by_label("This is a shared computer").check()
    sign_in(page)
    page.get_by_role("button", name="Check in as").click()
    page.wait_for_selector("text=You are signed out of this computer.")
    seen = []
    for step in (page.reload, lambda: page.goto(f"http://in.kiosk.test:{served}/notice"), page.go_back, page.go_back):
        step()
        page.wait_for_load_state()
        seen.append((page.locator("h1").inner_text(), "Ada" in page.content()))

    away = ("You are signed out", False)
    assert [*seen[:1], seen[2]] == [away, away]
    assert [it for _, it in seen] == [False] * 4
    assert len(stage.rows(register.attendance)) == 1


def test_the_main_path_by_keyboard_alone(stage: Stage, served: int, new_page: NewPage) -> None:
    page = new_page(**PHONE)
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    page.keyboard.press("Tab")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Confirm check-in")
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-ins/*")

    assert page.title() == "You are checked in"


# 320 px is also what a 1,280 px window has left at 400 %.
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_small_screen_and_has_targets_for_thumbs(
    stage: Stage, served: int, new_page: NewPage, scheme: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 568}, color_scheme=scheme)
    base = f"http://in.kiosk.test:{served}"
    seen = []
    for step in (
        lambda: page.goto(f"{base}/{stage.qr()}"),
        lambda: sign_in(page),
        lambda: page.get_by_role("button", name="Check in as").click(),
        lambda: page.goto(base),
        lambda: page.goto(f"{base}/account"),
        lambda: page.goto(f"{base}/what-we-hold"),
        lambda: page.goto(f"{base}/0123456789"),
    ):
        step()
        page.wait_for_load_state()
        seen.append(page.title())
        assert fits(page), page.title()
        for target in page.locator("button, input:not([type=hidden]):not([type=checkbox]), a, .tick").all():
            if target.evaluate(IN_A_SENTENCE):
                continue
            box = target.bounding_box()
            assert box and box["height"] >= 44, (page.title(), target.inner_text())  # noqa: PT018  one reason for both

    assert len(set(seen)) == len(seen)


def test_a_name_in_another_script_and_a_very_long_one_fit(stage: Stage, served: int, new_page: NewPage) -> None:
    page = new_page(**PHONE)
    stage.change(register.student, stage.ids["ada"], known_as="محمد " + "Wolfeschlegelsteinhausenbergerdorff" * 5)
    page.goto(f"http://in.kiosk.test:{served}/{stage.qr()}")
    sign_in(page)
    page.wait_for_selector("text=Confirm check-in")
    # With scripts off a page can't be measured from inside; a picture of all of it can.
    assert page.screenshot(full_page=True)[16:20] == (320).to_bytes(4, "big")
    page.get_by_role("button", name="Check in as").click()
    page.wait_for_url("**/check-ins/*")

    assert page.screenshot(full_page=True)[16:20] == (320).to_bytes(4, "big")


def test_a_name_that_is_markup_is_shown_as_it_is_written(stage: Stage, served: int, new_page: NewPage) -> None:
    page = new_page()
    stage.change(register.student, stage.ids["ada"], known_as="<script>document.title='!'</script><b>Ada</b>")
    page.goto(f"http://in.kiosk.test:{served}/")
    sign_in(page)
    page.wait_for_selector("text=Open for you now")

    assert page.title() == "Type the six digits"
    assert page.get_by_role("button", name="Check in as <script>").count() == 1

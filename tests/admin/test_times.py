"""The times of a session's form in a real browser: the end goes along with the start, until somebody sets it."""

import pytest
from playwright.sync_api import Page

from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage


@pytest.fixture
def form(desk: Desk, staff_origin: str, new_page: NewPage) -> Page:
    """The form that moves a session of 10:00 to 11:00, on a phone."""
    page = new_page(viewport={"width": 320, "height": 640}, device_scale_factor=2)
    enter(page, staff_origin, desk.stage)
    page.goto(f"{staff_origin}{desk.lecture(rest='/edit')}")
    return page


def times(page: Page) -> tuple[str, str]:
    return page.get_by_label("Starts").input_value(), page.get_by_label("Ends").input_value()


@pytest.mark.parametrize(("start", "end"), [("14:30", "15:30"), ("23:30", "00:30"), ("00:10", "01:10")])
def test_the_end_goes_along_with_the_start(form: Page, start: str, end: str) -> None:
    form.get_by_label("Starts").fill(start)

    assert times(form) == (start, end)


def test_an_end_that_somebody_set_stays(form: Page) -> None:
    form.get_by_label("Ends").fill("12:00")
    form.get_by_label("Starts").fill("10:30")

    assert times(form) == ("10:30", "12:00")


def test_a_start_that_was_emptied_in_between_changes_nothing(form: Page) -> None:
    form.get_by_label("Starts").fill("")
    form.get_by_label("Starts").fill("11:00")

    assert times(form) == ("11:00", "12:00")


def test_the_form_fits_a_small_phone_with_both_times_side_by_side(form: Page) -> None:
    starts, ends = (form.get_by_label(label).bounding_box() for label in ("Starts", "Ends"))

    assert starts
    assert ends
    assert starts["y"] == ends["y"]
    assert form.evaluate("() => document.documentElement.scrollWidth") == 320
